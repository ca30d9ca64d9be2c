"""A drawn head that is like somebody in the file is not released; one that is like nobody is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.generate.added import added
from tests.workflow.redact.asking import ask, faces, quick

from efface.policy import MethodPolicy, Policy, ReplacePolicy
from efface.redact.methods.interface import NewFace
from efface.regions import Box, Media, Regions, Track
from efface.workflow.redact import gates
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.likeness import AlikePair, false_match_rate, likenesses

FACE = Box(0, 84, 34, 62, 84)
"""In the portrait."""
Picture = NDArray[np.uint8]


def seen(picture: Picture, drawn: Picture, others: int = 0) -> tuple[AlikePair, ...]:
    height, width = picture.shape[:2]
    rows = (Track("t1", (FACE,)), *(Track(f"t{n + 2}", (FACE,)) for n in range(others)))
    regions = Regions(Media("a", "", "image", width, height), rows)

    def pictures(frames: Collection[int]) -> list[tuple[int, Picture]]:
        return [(n, picture) for n in frames]

    return likenesses({"t1": NewFace(drawn, FACE)}, regions, pictures, Policy())


def test_a_head_that_is_the_covered_face_is_found_by_every_recogniser(portrait: Picture) -> None:
    """The positive control; a little moved and darker, so that it is not the same pixels."""
    other = np.clip(np.roll(portrait, 2, axis=1) * 0.9, 0, 255).astype(np.uint8)
    found = seen(portrait, other)
    assert {one.recogniser for one in found} == {"dlib ResNet", "SFace"}
    assert all(one.person == "t1" for one in found)


def test_a_head_that_is_another_person_of_the_file_is_found(portrait: Picture) -> None:
    found = seen(portrait, portrait, others=1)
    assert {one.person for one in found} == {"t1", "t2"}


def test_a_plain_picture_is_nobody(portrait: Picture) -> None:
    """What shows no face is like her no more than strangers are."""
    grey = np.full_like(portrait, 128)
    assert seen(portrait, grey) == ()


def test_the_rate_counts_strangers() -> None:
    random = np.random.default_rng(3)
    strangers = random.normal(size=(999, 16)).astype(np.float32)
    strangers /= np.linalg.norm(strangers, axis=1, keepdims=True)
    head = strangers[0]
    ordered = strangers[np.argsort(strangers @ head)]
    assert false_match_rate(head, head, strangers) == pytest.approx(2 / 1000)
    assert false_match_rate(head, ordered[-100], strangers) == pytest.approx(101 / 1000)
    assert false_match_rate(head, -head, strangers) == 1


@pytest.fixture
def own_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "m").mkdir()
    with added(tmp_path / "m", monkeypatch) as folder:
        yield folder


@pytest.mark.usefixtures("own_generator")
@pytest.mark.parametrize(("bad", "redraw", "code"), [(1, 0, 4), (2, 2, 0), (3, 2, 4)])
def test_the_gate_fails_and_heads_are_drawn_anew(
    bad: int, redraw: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many draws are like somebody, so many more are allowed."""
    draws: list[NewFace] = []

    def judged(drawn: dict[str, NewFace], *_: object) -> tuple[AlikePair, ...]:
        draws.append(drawn["t1"])
        return (AlikePair("t1", "t1", "SFace", 0.001),) if len(draws) <= bad else ()

    monkeypatch.setattr("efface.workflow.redact.likeness.likenesses", judged)
    source = tmp_path / "a.png"
    Image.fromarray(np.full((200, 160, 3), 90, np.uint8)).save(source)
    policy = replace(quick(), method=MethodPolicy("replace"), replace=ReplacePolicy(redraw=redraw))
    regions = faces(source, [(60.0, 70.0, 30.0, 40.0)])
    report = redact_file(ask(source, policy=policy, regions=regions))
    assert report.exit_code == code, report.message
    assert (tmp_path / "out.png").exists() == (code == 0)
    assert len(draws) == min(bad, redraw) + 1
    assert len({face.picture.tobytes() for face in draws}) == len(draws)
    if code:
        assert isinstance(report.error, gates.LookAlikeError)
        assert "too much like somebody" in (report.message or "")
    else:
        assert any(f"drawn anew {bad} time(s)" in note for note in report.notes)
