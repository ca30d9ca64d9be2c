import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX, chip_points
from efface.attack.interface import Candidates, Prediction, Ranking, Reconstruction
from efface.attack.matching import RANKING, fused, match, standard
from efface.attack.recognisers.interface import Recogniser

PEOPLE = 5


class Colours(Recogniser):
    """Tells faces apart by their mean colour."""

    name = "colours"
    title = "mean colour"
    dimensions = 3

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        rows = chips.mean(axis=(1, 2)) - 127.5
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class Halves(Colours):
    """Tells faces apart by their upper half."""

    name = "halves"

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        return super().embed(chips[:, : CHIP_PX // 2])


def chips(seed: int = 3) -> NDArray[np.uint8]:
    colours = np.random.default_rng(seed).integers(0, 256, (PEOPLE, 1, 1, 3), np.uint8)
    return np.tile(colours, (1, CHIP_PX, CHIP_PX, 1))


def candidates(*recognisers: Recogniser) -> Candidates:
    return Candidates({r.name: r.embed(chips()) for r in recognisers}, chips())


@pytest.mark.parametrize("person", range(PEOPLE))
def test_a_clear_picture_matches_its_person_best(person: int) -> None:
    found = Reconstruction(chips()[person], chip_points(CHIP_PX))
    scores = match(found, candidates(Colours(), Halves()), (Colours(), Halves()))
    assert set(scores) == {"colours", "halves"}
    for one in scores.values():
        assert np.argmax(one) == person
        assert one[person] == pytest.approx(1, abs=1e-4)
    assert np.argmax(fused(scores)) == person


def test_a_prediction_is_compared_where_templates_are_at_hand() -> None:
    known = candidates(Colours())
    template = known.templates["colours"][2]
    prediction = Prediction({"colours": template, "halves": template})
    scores = match(prediction, known, (Colours(), Halves()))
    assert set(scores) == {"colours"}
    assert np.argmax(scores["colours"]) == 2


def test_a_ranking_stands_for_itself() -> None:
    ranking = Ranking(np.arange(PEOPLE, dtype=np.float64))
    scores = match(ranking, candidates(Colours()), (Colours(),))
    assert set(scores) == {RANKING}
    assert np.array_equal(scores[RANKING], ranking.scores)


def test_a_ranking_of_other_people_is_refused() -> None:
    with pytest.raises(ValueError, match="expected scores for"):
        match(Ranking(np.zeros(PEOPLE - 1)), candidates(Colours()), (Colours(),))


def test_evidence_that_no_recogniser_can_read_is_no_match_of_zero() -> None:
    with pytest.raises(ValueError, match="no recogniser"):
        match(Prediction({"other": np.ones(3, np.float32)}), candidates(Colours()), (Colours(),))


scores = hnp.arrays(np.float64, st.integers(2, 40), elements=st.floats(-1, 1, width=32))


@given(scores, st.floats(0.01, 100), st.floats(-10, 10))
def test_the_scale_of_a_recogniser_does_not_count(
    one: NDArray[np.float64], scale: float, shift: float
) -> None:
    if one.std() < 1e-4:
        return
    assert np.allclose(standard(one), standard(scale * one + shift), atol=1e-5)


@given(st.floats(-1, 1), st.integers(1, 40))
def test_candidates_that_are_all_alike_stay_tied(value: float, people: int) -> None:
    one = fused({"a": np.full(people, value), "b": np.full(people, -value)})
    assert (one == 0).all()


@given(scores)
def test_alike_candidates_get_alike_scores(one: NDArray[np.float64]) -> None:
    other = np.round(one, 1)
    both = fused({"a": np.concatenate([one, one]), "b": np.concatenate([other, other])})
    assert np.array_equal(both[: len(one)], both[len(one) :])


def test_one_recogniser_that_finds_the_person_is_enough() -> None:
    rng = np.random.default_rng(0)
    blind, sees = rng.normal(size=1000), rng.normal(size=1000)
    blind[7], sees[7] = -1.0, 6.0
    assert np.argmax(fused({"blind": blind, "sees": sees})) == 7
    mean = fused({"blind": blind, "sees": sees}, "mean")
    assert mean[7] == pytest.approx((standard(blind)[7] + standard(sees)[7]) / 2)
