"""Boxes are matched to faces so that they fit best on the whole, and never across a gate."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.detect.tracking import matching
from efface.detect.tracking.matching import DOUBTFUL_GATE, SURE_GATE, MatchGate, distances, matches

boxes = st.lists(
    st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(8, 30), st.floats(8, 30)), max_size=4
).map(lambda rows: np.array(rows, float).reshape(-1, 4))

EVERYTHING = MatchGate(1e6, 1e6)


@given(boxes, boxes, st.sampled_from([SURE_GATE, DOUBTFUL_GATE, EVERYTHING]))
def test_small_groups_are_matched_as_large_ones(
    a: np.ndarray, b: np.ndarray, gate: MatchGate
) -> None:
    def total(pairs: list[tuple[int, int]]) -> tuple[int, float]:
        return len(pairs), sum(distances(a, b, gate)[i, j] for i, j in pairs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "MOST_STEPS", 0)
        large = matches(a, b, gate)
    assert total(matches(a, b, gate)) == pytest.approx(total(large))


def test_a_crowd_is_matched_as_a_library_does(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(11)
    a, b = (np.hstack([random.uniform(0, 90, (9, 2)), np.full((9, 2), 25)]) for _ in range(2))
    tried = matches(a, b, SURE_GATE)
    monkeypatch.setattr(matching, "MOST_STEPS", 0)
    assert tried == matches(a, b, SURE_GATE)
    assert len(tried) >= 7


def test_the_best_fit_on_the_whole_is_taken_and_not_the_closest_pair_first() -> None:
    faces = np.array([[0, 0, 10, 10], [6, 0, 10, 10]], float)
    found = np.array([[5, 0, 10, 10], [11, 0, 10, 10]], float)
    assert matches(faces, found, SURE_GATE) == [(0, 0), (1, 1)]


@given(boxes, boxes)
def test_no_other_assignment_is_cheaper(a: np.ndarray, b: np.ndarray) -> None:
    pairs = matches(a, b, EVERYTHING)
    assert len(pairs) == min(len(a), len(b))
    if not len(a) or not len(b):
        return
    cost = distances(a, b, EVERYTHING)
    if len(a) > len(b):
        cost = cost.T
    least = min(
        sum(cost[i, j] for i, j in enumerate(order))
        for order in permutations(range(cost.shape[1]), len(cost))
    )
    assert sum(distances(a, b, EVERYTHING)[i, j] for i, j in pairs) == pytest.approx(least)


@given(boxes, boxes, st.sampled_from([SURE_GATE, DOUBTFUL_GATE]))
def test_every_pair_lies_within_the_gate_and_every_box_is_used_once(
    a: np.ndarray, b: np.ndarray, gate: MatchGate
) -> None:
    pairs = matches(a, b, gate)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        sizes = np.sqrt(a[i, 2] * a[i, 3]), np.sqrt(b[j, 2] * b[j, 3])
        between = a[i, :2] + a[i, 2:] / 2 - b[j, :2] - b[j, 2:] / 2
        assert np.hypot(*between) <= gate.distance * max(sizes) * (1 + 1e-9)
        assert max(sizes) / min(sizes) <= gate.ratio * (1 + 1e-9)


@pytest.mark.parametrize("gate", [SURE_GATE, DOUBTFUL_GATE])
def test_what_is_too_far_or_of_another_size_is_no_match(gate: MatchGate) -> None:
    face = np.array([[100, 100, 20, 20]], float)
    shift, near = np.array([20 * gate.distance, 0, 0, 0]), np.array([0.5, 0, 0, 0])
    assert matches(face, face + shift - near, gate) == [(0, 0)]
    assert matches(face, face + shift + near, gate) == []
    for factor, expected in ((0.98, [(0, 0)]), (1.02, [])):
        side = 20 * gate.ratio * factor
        larger = np.array([[110 - side / 2, 110 - side / 2, side, side]])
        assert matches(face, larger, gate) == expected


def test_nothing_matches_nothing() -> None:
    one, none = np.array([[0, 0, 10, 10]], float), np.zeros((0, 4))
    assert matches(one, none, SURE_GATE) == matches(none, one, SURE_GATE) == []
