"""docs/attack.md names every key of an attack, and its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import Shown, blurred, person, team
from tests.docs.manual import DOCS, code, rows, sections, without_blocks

from efface.attack.interface import Leak
from efface.attack.pair import OpenedFile
from efface.attack.red_team.calibration import Calibration, FailedShare
from efface.attack.red_team.outcome import FileTried, Outcome, Outside
from efface.attack.red_team.people import FUSED_FRAMES, MAIN_FRAMES
from efface.attack.red_team.team import attack_person
from efface.measure.gate import DISTRACTORS, smallest_gallery
from efface.policy import Policy

PAGE = DOCS / "attack.md"


@pytest.fixture(scope="module")
def document(portrait: NDArray[np.uint8]) -> dict[str, Any]:
    result = attack_person(person(portrait, blurred(portrait, 4)), team(Shown()))
    opened = OpenedFile(Path("a.png"), "0" * 64, "PNG")
    share = (FailedShare("a", 2, 1, 0.1, 0.9),)
    known = Calibration("", 0.01, 2000, "", constant=share, weak=share)
    out = Outcome(opened, opened, 0.01, "", (), known)
    out.people = [result]
    out.file_attacks = [FileTried("a", "b", (Leak("c", "d", "e"),))]
    standing = result.tried[0].standing
    assert standing is not None
    out.outside = [Outside("t1", standing, 2, 0.1)]
    return out.to_json()


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_is_documented(document: dict[str, Any]) -> None:
    assert keys(document) - code(sections(PAGE)["The JSON"]) == set()


def test_the_keys_are_the_real_ones(document: dict[str, Any]) -> None:
    table = [code(cells[0]) for cells in rows(sections(PAGE)["The JSON"])]
    assert set().union(*table) == set(document) | set(document["people"][0])


def test_the_numbers_are_the_real_ones() -> None:
    text = without_blocks(PAGE)
    assert f"at\n   least {DISTRACTORS:,} strangers" in text
    assert smallest_gallery(Policy().attack.alpha, 20) == DISTRACTORS
    assert f"fusion up to {FUSED_FRAMES}" in text
    assert MAIN_FRAMES == 3
    assert "three most\n   telling frames" in text
    assert Policy().attack.alpha == 0.01
