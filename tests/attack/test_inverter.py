"""The inverter: brings faces back from medium blur, and nothing of the person from a fill."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.attack.portraits import FACE, Pixels, looked, points_of_portrait

from efface.attack.alignment import chip, chip_points
from efface.attack.interface import Candidates, Case, Knowledge, Look, Reconstruction
from efface.attack.inverter import INVERTER_PX, Inverter
from efface.attack.operator import Operator

NONE = Candidates({})

MEDIUM: dict[str, Callable[[float], Operator]] = {
    "gaussian": lambda width: Operator("gaussian", 0.09 * width),
    "box": lambda width: Operator("box", 0.3 * width),
    "mosaic": lambda width: Operator("mosaic", width / 10),
}


def inverted(*looks: Look) -> Pixels:
    (evidence,) = Inverter().run(Case(looks, Knowledge.EXACT, NONE))
    assert isinstance(evidence, Reconstruction)
    assert np.array_equal(evidence.points, chip_points(INVERTER_PX))
    return evidence.pixels


def correlation(one: Pixels, two: Pixels) -> float:
    """Of grey levels in the middle of two chips, where the face is."""
    levels = []
    for face in (one, two):
        edge = INVERTER_PX // 6
        grey = face.mean(axis=2)[edge:-edge, edge:-edge]
        levels.append((grey - grey.mean()).ravel())
    return float(np.corrcoef(levels)[0, 1])


@pytest.mark.parametrize("name", MEDIUM)
def test_it_brings_a_face_nearer_to_the_clear_one(name: str, portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    look = looked(portrait, MEDIUM[name](FACE.width), points)
    clear = chip(portrait, points, INVERTER_PX)
    before = correlation(chip(look.pixels, look.points, INVERTER_PX), clear)
    after = correlation(inverted(look), clear)
    assert 1 - after < 0.9 * (1 - before)


def test_a_fill_gives_the_same_whoever_was_under_it(portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    noise = np.random.default_rng(3).integers(0, 256, portrait.shape, np.uint8)
    fill = Operator("solid", colour=(90, 80, 70))
    one, two = (inverted(looked(p, fill, points)) for p in (portrait, noise))
    assert np.array_equal(one, two)


def test_the_same_case_gives_the_same_evidence(portrait: Pixels) -> None:
    look = looked(portrait, MEDIUM["mosaic"](FACE.width), points_of_portrait(portrait))
    assert np.array_equal(inverted(look), inverted(look))


def test_looks_are_inverted_one_by_one_and_together(portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    looks = [looked(portrait, make(FACE.width), points) for make in MEDIUM.values()]
    together = Inverter().invert(looks)
    assert together.shape == (len(looks), INVERTER_PX, INVERTER_PX, 3)
    for look, face in zip(looks, together, strict=True):
        assert np.abs(Inverter().invert([look])[0].astype(int) - face).max() <= 1
    assert np.abs(inverted(*looks) - together.mean(axis=0)).max() <= 1


def test_what_it_never_saw_does_not_apply(portrait: Pixels) -> None:
    look = looked(portrait, Operator("solid"), points_of_portrait(portrait))
    unseen = Look(look.pixels, look.zone, look.box, look.points)
    assert not Inverter().applies(Case((unseen,), Knowledge.EXACT, NONE))
