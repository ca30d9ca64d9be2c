"""The baseline recognises what is hardly redacted, and shows what was published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.attack.portraits import clear_chip, looked, other, points_of_portrait

from efface.attack.alignment import chip
from efface.attack.interface import Candidates, Case, Knowledge, Pixels, Reconstruction
from efface.attack.looks import zone_only
from efface.attack.matching import fused, match
from efface.attack.off_the_shelf import OffTheShelf
from efface.attack.operator import Operator
from efface.attack.recognisers import recognisers


def rank(portrait: Pixels, operator: Operator) -> int:
    """Of the portrait among 30 other faces."""
    look = zone_only(looked(portrait, operator, points_of_portrait(portrait)))
    others = (chip(picture, points) for picture, _, points in map(other, range(30)))
    chips = np.stack([clear_chip(portrait), *others])
    known = Candidates({one.name: one.embed(chips) for one in recognisers()})
    (found,) = OffTheShelf().run(Case((look,), Knowledge.UNAWARE, known))
    scores = fused(match(found, known, recognisers()))
    return 1 + int((scores[1:] >= scores[0]).sum())


def test_a_light_blur_is_recognised(portrait: Pixels) -> None:
    assert rank(portrait, Operator("gaussian", 1.5)) == 1


def test_it_shows_the_largest_look_as_it_is(portrait: Pixels) -> None:
    look = looked(portrait, Operator("solid"), points_of_portrait(portrait))
    small = replace(look, box=replace(look.box, width=10.0))
    case = Case((small, look, small), Knowledge.UNAWARE, Candidates({}))
    (found,) = OffTheShelf().run(case)
    assert isinstance(found, Reconstruction)
    assert found.pixels is look.pixels
    assert found.points is look.points
