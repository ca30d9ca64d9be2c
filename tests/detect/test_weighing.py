"""The looks and the head check, weighed together."""

from __future__ import annotations

import numpy as np
import pytest

from efface.detect import weighing
from efface.detect.fusion import Fused, log_odds
from efface.detect.tiling import Pyramid
from efface.detect.weighing import features, weighed

OPEN, CLOSED = np.ones(1, bool), np.zeros(1, bool)
PYRAMID = Pyramid(np.zeros((200, 200, 3), np.uint8))


def fused(looks: float, second: float = 0.0, best: float = 0.3) -> Fused:
    boxes = np.array([[50.0, 50, 40, 40, looks]])
    return Fused(boxes, np.array([second]), log_odds(np.array([best])))


@pytest.fixture
def heads(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the head check answers; changed by the test."""
    answer = [0.0]
    monkeypatch.setattr(weighing, "head_odds", lambda _p, boxes, _t: np.full(len(boxes), answer[0]))
    return answer


def test_the_head_check_raises_and_lowers_what_is_open(heads: list[float]) -> None:
    said = []
    for heads[0] in (-4.0, 0.0, 4.0):
        said.append(float(weighed(PYRAMID, fused(0.4), OPEN)[0]))
    assert said[0] < 0.1 < said[1] < 0.7 < said[2]


def test_only_those_that_are_asked_about_are_judged(heads: list[float]) -> None:
    heads[0] = 4.0
    assert weighed(PYRAMID, fused(0.6), CLOSED).shape == (0,)


def test_it_can_be_no_surer_than_its_limit(heads: list[float]) -> None:
    heads[0] = weighing.HEAD_LIMIT
    limit = weighed(PYRAMID, fused(0.2), OPEN)[0]
    heads[0] = 40.0
    assert weighed(PYRAMID, fused(0.2), OPEN)[0] == limit


def test_what_is_hidden_from_the_looks_can_be_a_face_and_what_they_see_can_be_none(
    heads: list[float],
) -> None:
    heads[0] = 3.0
    covered = weighed(PYRAMID, fused(0.1, best=0.1), OPEN)[0]
    heads[0] = -3.0
    lamp = weighed(PYRAMID, fused(0.6, best=0.4), OPEN)[0]
    assert lamp < 0.27 < covered


def test_extreme_scores_stay_finite() -> None:
    zero, one = np.zeros(1), np.ones(1)
    for value in (zero, one):
        assert np.isfinite(features(value, 1e9 * one, -3.5 * one)).all()
