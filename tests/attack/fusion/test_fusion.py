"""Many weakly redacted frames give more of a face than one; solid ones give nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.portraits import other as someone

from efface.attack.alignment import chip, chip_points
from efface.attack.fusion.attacks import Fusion, MeanTemplate
from efface.attack.interface import (
    Candidates,
    Case,
    Knowledge,
    Look,
    Pixels,
    Points,
    Prediction,
    Reconstruction,
)
from efface.attack.landmarks import points_of
from efface.attack.operator import Kind, Operator
from efface.attack.recognisers import recognisers
from efface.regions import Box
from efface.study.motion import OperatorForFrame, moving_looks

FACE = Box(0, 90, 25, 50, 62)
"""The portrait's."""
FRAMES = 16
INNER = slice(12, 84)
"""Of a chip 96 px wide: the face without its surroundings."""
NOBODY = Candidates({})


def tool(kind: Kind, share: float, noise: float = 0) -> OperatorForFrame:
    """Redacts a rectangle 1.3 times the face; a mosaic's grid begins at its corner, as deface's."""

    def redaction(
        frame: int, box: Box, shape: tuple[int, int]
    ) -> tuple[NDArray[np.bool_], Operator]:
        x, y = round(box.x - 0.15 * box.width), round(box.y - 0.15 * box.height)
        width, height = round(1.3 * box.width), round(1.3 * box.height)
        zone = np.zeros(shape, bool)
        zone[y : y + height, x : x + width] = True
        size = share * box.width
        if kind in ("mosaic", "sampled-mosaic"):
            # the same number of pixels in every frame
            size = round(share * FACE.width)
        return zone, Operator(kind, size, (x, y), noise=noise, within=(x, y, width, height))

    return redaction


@pytest.fixture(scope="module")
def points(portrait: Pixels) -> Points:
    found, seen = points_of(portrait, FACE)
    assert seen
    return found


def case(looks: tuple[Look, ...]) -> Case:
    return Case(looks, Knowledge.EXACT, NOBODY)


def fused(looks: tuple[Look, ...]) -> Pixels:
    (found,) = Fusion().run(case(looks))
    assert isinstance(found, Reconstruction)
    return found.pixels


def alike(one: Pixels, other: Pixels) -> float:
    """Correlation of the brightness of two chips' faces."""
    a, b = (np.asarray(p[INNER, INNER], np.float64).mean(axis=-1).ravel() for p in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


def recognised(one: Pixels, other: Pixels) -> float:
    """Cosine of two chips by the default recogniser."""
    chips = np.stack([chip(p, chip_points(len(p))) for p in (one, other)])
    first, second = recognisers()[0].embed(chips)
    return float(first @ second)


@pytest.mark.parametrize(
    ("kind", "share", "noise", "least"),
    [
        ("mosaic", 0.2, 0, 0.65),
        ("sampled-mosaic", 0.12, 0, 0.65),
        # so noisy as a compressed video is
        ("gaussian", 0.08, 3, 0.75),
        ("box", 0.3, 3, 0.75),
    ],
)
def test_many_frames_beat_one(
    portrait: Pixels, points: Points, *, kind: Kind, share: float, noise: float, least: float
) -> None:
    redaction = tool(kind, share, noise)
    looks = moving_looks(portrait, points, FACE, redaction, frames=FRAMES, seed=3)
    clear = chip(portrait, points, 96)
    one, many = fused(looks[:1] * 2), fused(looks)
    assert alike(many, clear) > max(alike(one, clear), least)
    assert recognised(many, clear) > recognised(one, clear)


def test_a_stray_frame_does_no_harm(portrait: Pixels, points: Points) -> None:
    looks = moving_looks(portrait, points, FACE, tool("mosaic", 0.2), frames=12, seed=4)
    upside_down = replace(looks[5], points=2 * looks[5].points.mean(axis=0) - looks[5].points)
    clear = chip(portrait, points, 96)
    with_stray = fused((*looks[:5], upside_down, *looks[6:]))
    assert alike(with_stray, clear) > alike(fused(looks), clear) - 0.1


def test_solid_zones_give_nothing(portrait: Pixels, points: Points) -> None:
    looks = moving_looks(portrait, points, FACE, tool("solid", 0), frames=4, seed=5)
    for attack in (Fusion(), MeanTemplate()):
        assert not attack.applies(case(looks))
    assert Fusion().run(case(looks)) == ()


def test_someone_else_does_not_become_this_person(portrait: Pixels, points: Points) -> None:
    other, box, theirs = someone(7, 75)
    looks = moving_looks(other, theirs, box, tool("mosaic", 0.15), frames=8, seed=6)
    found = fused(looks)
    assert alike(found, chip(portrait, points, 96)) < 0.6
    assert alike(found, chip(other, theirs, 96)) > 0.75


def test_one_frame_is_not_several(portrait: Pixels, points: Points) -> None:
    looks = moving_looks(portrait, points, FACE, tool("mosaic", 0.2), frames=2, seed=4)
    assert not Fusion().applies(case(looks[:1]))
    assert Fusion().applies(case(looks))


def test_operators_have_to_be_given(portrait: Pixels, points: Points) -> None:
    looks = moving_looks(portrait, points, FACE, tool("mosaic", 0.2), frames=2, seed=4)
    with pytest.raises(ValueError, match="operators"):
        Fusion().run(case(tuple(replace(look, operator=None) for look in looks)))


def test_the_mean_template_is_of_unit_length(portrait: Pixels, points: Points) -> None:
    looks = moving_looks(portrait, points, FACE, tool("mosaic", 0.12), frames=3, seed=4)
    recogniser = recognisers()[0]
    clear = recogniser.embed(chip(portrait, points)[None])
    known = Candidates({recogniser.name: clear})
    (found,) = MeanTemplate().run(Case(looks, Knowledge.UNAWARE, known))
    assert isinstance(found, Prediction)
    assert np.linalg.norm(found.templates[recogniser.name]) == pytest.approx(1, abs=1e-5)
    assert set(found.templates) == {recogniser.name}
