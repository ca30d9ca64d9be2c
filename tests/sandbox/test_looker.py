"""A file looked through in a confined process; what it says is held against what can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.audit.sights import place, sight
from tests.sandbox.doubles import Doubled, mechanism

from efface.documents.model import plain
from efface.errors import InputError
from efface.policy import Policy
from efface.sandbox.looker import ConfinedLooker, told_sight
from efface.sandbox.redactor import ReaderLostError
from efface.workflow.audit import look_through


def test_a_photo_is_seen_apart_as_it_is_here(photo: Path) -> None:
    broken = photo.with_name("broken.jpg")
    broken.write_bytes(photo.read_bytes()[:3000])
    looker = ConfinedLooker([photo, broken], Policy(), photo.parent, mechanism=mechanism("limits"))
    try:
        assert looker.look(photo) == look_through(photo, Policy())
        with pytest.raises(InputError, match="truncated"):
            looker.look(broken)
    finally:
        looker.close()
    assert [path.name for path in photo.parent.glob(".efface-*")] == []


LIES = """
import json
from efface.sandbox import worker
def serve(requests, answers, confined):
    answers.write(b'{"ready": true}\\n')
    answers.flush()
    for line in requests:
        answers.write(b'{"file": {}}\\n')
        answers.flush()
worker.serve = serve
"""


def test_a_process_that_says_something_else_is_ended(photo: Path) -> None:
    doubled = Doubled(mechanism("limits"), LIES)
    looker = ConfinedLooker([photo], Policy(), photo.parent, mechanism=doubled)
    with pytest.raises(ReaderLostError, match="said what it must not"):
        looker.look(photo)
    looker.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame": 1}, {"frames": 2}, {"box": [10.0, 20.0, 0.0, 5.0]}, {"width_px": 0.0},
        {"box": [200.0, 0.0, 5.0, 5.0]}, {"box": [0.0, -9.0, 5.0, 5.0]},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_not_believed(wrong: dict[str, Any]) -> None:
    assert told_sight(plain(sight(place()))) == sight(place())
    with pytest.raises(ValueError, match=r"a place|frame"):
        told_sight(plain(sight(place(**wrong))))


def test_what_is_none_is_not_believed() -> None:
    document = plain(sight(place()))
    with pytest.raises(ValueError, match="looked at"):
        told_sight(plain(msgspec.structs.replace(sight(), looked=2)))
    for key, value in (("places", [{"kind": "a face"}]), ("width", 0), ("sha256", "x")):
        with pytest.raises(ValueError):
            told_sight(document | {key: value})
