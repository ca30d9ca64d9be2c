"""What a strong blur or mosaic leaves of a face's light and dark, and that it is this face's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.portraits import FACE, clear_chip, looked, other, points_of_portrait

from efface.attack.alignment import chip
from efface.attack.appearance.attack import NUMBERS, Appearance
from efface.attack.appearance.numbers import model, numbers_of
from efface.attack.appearance.view import view_of
from efface.attack.interface import Candidates, Case, Knowledge, Look, Ranking
from efface.attack.looks import zone_only
from efface.attack.operator import Operator
from efface.measure.gate import false_match_rate

STRONG = (
    Operator("box", 0.8 * FACE.width),
    Operator("gaussian", 0.2 * FACE.width),
    Operator("mosaic", FACE.width / 6),
    Operator("sampled-mosaic", FACE.width / 8),
)


def rate(look: Look, face: NDArray[np.uint8]) -> float:
    """False-match rate of a clear face among strangers of the kind that favours it most."""
    view = view_of(zone_only(look))
    own = float(view.scores(numbers_of([face]))[0])
    among = (model().portraits, model().photographs)
    return max(false_match_rate(own, view.scores(rows)) for rows in among)


@pytest.mark.parametrize("operator", STRONG, ids=lambda one: one.kind)
def test_the_face_is_found_under_strong_redactions(
    operator: Operator, portrait: NDArray[np.uint8]
) -> None:
    look = looked(portrait, operator, points_of_portrait(portrait))
    assert rate(look, clear_chip(portrait)) < 0.005


@pytest.mark.parametrize("operator", STRONG, ids=lambda one: one.kind)
def test_others_are_not(operator: Operator, portrait: NDArray[np.uint8]) -> None:
    look = zone_only(looked(portrait, operator, points_of_portrait(portrait)))
    faces = [chip(picture, points) for picture, _, points in map(other, range(12))]
    rates = [rate(look, face) for face in faces]
    assert np.median(rates) > 0.05
    assert sum(one < 0.005 for one in rates) <= 1


def test_what_lies_outside_the_zone_counts_for_nothing(portrait: NDArray[np.uint8]) -> None:
    look = looked(portrait, STRONG[0], points_of_portrait(portrait))
    elsewhere = replace(look, pixels=np.where(look.zone[..., None], look.pixels, 255 - look.pixels))
    one, two = (view_of(zone_only(each)).filtered for each in (look, elsewhere))
    assert np.array_equal(one, two)


def test_the_published_picture_is_its_own_best_match() -> None:
    """The score is a cosine: of the same length, no numbers go better with a view than those that
    its filter points to."""
    rng = np.random.default_rng(2)
    look = looked(rng.integers(0, 256, (150, 150, 3), np.uint8), STRONG[2], np.array(
        [[100.0, 50], [128, 50], [114, 66], [102, 78], [126, 78]]))  # fmt: skip
    view = view_of(look)
    even = 0.1 * np.trace(view.information) / len(view.information)
    best = np.linalg.solve(view.information + even * np.eye(len(view.filtered)), view.filtered)
    others = best + rng.normal(size=(50, len(best))) * np.abs(best).mean()
    assert view.scores(best[None])[0] >= view.scores(others).max()


def test_it_needs_the_operator_and_numbers(portrait: NDArray[np.uint8]) -> None:
    look = looked(portrait, STRONG[0], points_of_portrait(portrait))
    numbers = numbers_of([clear_chip(portrait)])
    templates = {"any": np.zeros((1, 2), np.float32)}
    known = Candidates(templates, None, {NUMBERS: numbers})
    attack = Appearance()
    assert attack.applies(Case((look,), Knowledge.EXACT, known))
    assert not attack.applies(Case((look,), Knowledge.EXACT, Candidates(templates)))
    for operator in (None, Operator("solid"), Operator("median", 9.0)):
        untold = replace(look, operator=operator)
        assert not attack.applies(Case((untold,), Knowledge.EXACT, known))
    with pytest.raises(ValueError, match="operator"):
        view_of(replace(look, operator=None))
    (evidence,) = attack.run(Case((look, look), Knowledge.EXACT, known))
    assert isinstance(evidence, Ranking)
    assert evidence.scores.shape == (1,)
