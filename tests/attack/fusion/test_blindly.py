"""What is guessed from single frames is brought in line over all of them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.attack.fusion.test_fusion import FACE, alike, tool
from tests.attack.portraits import points_of_portrait

from efface.attack.alignment import chip
from efface.attack.fusion.blindly import BlindFusion, agreed
from efface.attack.interface import (
    Candidates,
    Case,
    Knowledge,
    Look,
    Pixels,
    Points,
    Reconstruction,
)
from efface.attack.operator import Operator
from efface.regions import Box
from efface.study.motion import moving_looks


def looks(*widths: float) -> list[Look]:
    pixels, zone, points = np.zeros((9, 9, 3), np.uint8), np.ones((9, 9), bool), np.zeros((5, 2))
    return [Look(pixels, zone, Box(i, 0, 0, w, w), points) for i, w in enumerate(widths)]


def test_a_size_in_proportion_to_the_face() -> None:
    guesses = [Operator("gaussian", size) for size in (5.0, 9.0, 20.0, 30.0)]
    found = agreed(looks(50, 100, 200, 300), guesses)
    assert [one.size_px for one in found] == pytest.approx([5, 10, 20, 30])


def test_a_size_in_pixels() -> None:
    guesses = [Operator("box", size) for size in (21.0, 20.0, 20.0, 19.0)]
    found = agreed(looks(50, 100, 200, 300), guesses)
    assert [one.size_px for one in found] == pytest.approx([20] * 4)


def test_the_commonest_kind_counts() -> None:
    guesses = [Operator("gaussian", 10.0), Operator("gaussian", 10.0), Operator("box", 31.0)]
    assert [one.kind for one in agreed(looks(100, 100, 100), guesses)] == ["gaussian"] * 3
    guesses = [Operator("mosaic", 8.0, (1.0, 2.0)), Operator("mosaic", 8.0), Operator("other")]
    found = agreed(looks(100, 100, 100), guesses)
    assert [one.kind for one in found] == ["mosaic", "mosaic", "other"]
    assert found[0].offset_px == (1.0, 2.0)


def test_a_guessed_mosaic_is_fused(portrait: Pixels) -> None:
    points: Points = points_of_portrait(portrait)
    seen = moving_looks(portrait, points, FACE, tool("mosaic", 0.16), frames=8, seed=8)
    (found,) = BlindFusion().run(Case(seen, Knowledge.METHOD, Candidates({})))
    assert isinstance(found, Reconstruction)
    clear = chip(portrait, points, 96)
    assert alike(found.pixels, clear) > alike(chip(seen[0].pixels, seen[0].points, 96), clear) + 0.1
