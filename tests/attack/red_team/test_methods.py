"""What is known of a method counts: one colour that follows from a face is no removal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import Blind, team

from efface.attack.pair import paired
from efface.attack.red_team.attacker import FOLLOWS, Attacker
from efface.attack.red_team.outcome import Outcome
from efface.media.sniff import open_photo
from efface.policy import Limits, MethodPolicy, Policy
from efface.regions import Box, Regions, Track

FACE = Box(0, 82, 25, 52, 70)


def attacked(folder: Path, portrait: NDArray[np.uint8], policy: Policy) -> Outcome:
    """The portrait under one colour."""
    covered = portrait.copy()
    covered[:140, 30:190] = (150, 110, 90)
    for name, pixels in (("a.png", portrait), ("b.png", covered)):
        Image.fromarray(pixels).save(folder / name)
    photos = [open_photo(folder / name, Limits()) for name in ("a.png", "b.png")]
    attacker = Attacker(policy)
    attacker.__dict__["team"] = team(Blind())
    regions = Regions(photos[0].media(), (Track("t1", (FACE,)),))
    return attacker.attack(paired(photos[0], photos[1]), regions)


@pytest.mark.parametrize(("name", "kind"), [("solid", "removed"), ("layered", "not-found")])
def test_only_a_fill_that_follows_from_nothing_is_a_removal(
    name: str, kind: str, tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    policy = Policy(method=MethodPolicy(name))  # type: ignore[arg-type]
    outcome = attacked(tmp_path, portrait, policy)
    (person,) = outcome.people
    assert person.kind == kind
    assert outcome.passed == (name == "solid")
    assert (FOLLOWS in " ".join(outcome.reasons)) == (name == "layered")
