"""Who the distractors are, and for whom there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.red_team.fakes import Coarse

from efface.attack.interface import Candidates
from efface.attack.matching import Scores, fused
from efface.attack.recognisers import carried
from efface.attack.red_team.distractors import Lineup, distractors
from efface.attack.red_team.rank import Vectors
from efface.attack.red_team.single_test import judged
from efface.errors import RefusedError


def test_a_recogniser_without_distractors_is_not_left_idle() -> None:
    """It would be listed among those that looked."""
    assert set(distractors(None, carried()).candidates.templates) >= {one.name for one in carried()}
    with pytest.raises(RefusedError, match="coarse") as refused:
        distractors(None, (*carried(), Coarse()))
    assert "--gallery" in (refused.value.hint or "")


def test_each_built_in_distractor_is_there_as_a_portrait_and_as_a_photograph() -> None:
    among = distractors(None, carried())
    assert among.kinds == 2
    assert among.rows == 2 * len(among)
    for rows in among.candidates.templates.values():
        portraits, photographs = np.split(rows, 2)
        assert np.allclose(np.linalg.norm(photographs, axis=1), 1, atol=1e-5)
        alike = np.corrcoef(
            (portraits @ portraits.T).ravel(), (photographs @ photographs.T).ravel()
        )
        assert alike[0, 1] > 0.6  # who resembles whom is kept
        apart = np.linalg.norm(portraits.mean(axis=0) - photographs.mean(axis=0))
        assert apart > 0.1


@given(st.integers(1, 20), st.integers(1, 3), st.data())
def test_the_person_stands_once_among_strangers_of_each_kind(
    people: int, kinds: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, people * kinds))
    rows = np.zeros((people * kinds + 1, 2), np.float32)
    found = Lineup(Candidates({"coarse": rows}), place, kinds).by_kind
    assert [len(row.members) for row in found] == [people + 1] * kinds
    assert all(row.members[row.place] == place for row in found)
    others = np.concatenate([np.delete(row.members, row.place) for row in found])
    assert sorted(others) == [n for n in range(people * kinds + 1) if n != place]


class Given:
    """A test whose scores are given."""

    plain = False
    control = None

    def __init__(self, scores: Scores, among: Lineup) -> None:
        self.vectors: Vectors = {"0": scores}
        self.among = among

    def combine(self, vectors: Vectors) -> Scores:
        return fused(vectors)


def test_a_find_stands_against_each_kind() -> None:
    """First among all of one kind, behind a fifth of the other: no find."""
    scores = np.concatenate([[1.0], np.linspace(0, 0.9, 100), np.linspace(0, 1.25, 100)])
    among = Lineup(Candidates({"coarse": np.zeros((201, 2), np.float32)}), 0, 2)
    found = judged(Given(scores, among), 0.01)
    assert found.candidates == 101
    assert found.fmr == pytest.approx(21 / 101)
    best = np.concatenate([[1.3], scores[1:]])
    assert judged(Given(best, among), 0.02).fmr == pytest.approx(1 / 101)
