"""What in a video was nearly taken for a face."""

from __future__ import annotations

import numpy as np

from efface.detect.tracking.doubting import DOUBTED, doubts
from efface.detect.tracking.drawing import DrawnFace
from efface.detect.tracking.interface import Path

TIMES = [40 * frame for frame in range(30)]


def path(first: int, scores: list[float], x: float = 100.0) -> Path:
    boxes = np.array([[x + k, 50.0, 20.0, 24.0] for k in range(len(scores))])
    return Path(first, boxes, np.array(scores), asked=0, vouched=0, scene=0)


def test_the_surest_sighting_of_each_path_is_named_the_surest_path_first() -> None:
    nan = float("nan")
    found = doubts([path(3, [0.41, nan, 0.5]), path(10, [0.6], 300.0)], [], TIMES)
    assert [(box.frame, box.pts, box.score) for box in found] == [(10, 400, 0.6), (5, 200, 0.5)]
    assert (found[1].x, found[1].width) == (102.0, 20.0)


def test_what_hardly_looked_like_a_face_is_not_named() -> None:
    assert doubts([path(0, [DOUBTED - 0.01] * 5)], [], TIMES) == ()


def test_what_lies_under_a_zone_is_not_named_and_the_rest_of_its_path_is() -> None:
    seen = path(0, [0.6, 0.9, 0.5])
    over = DrawnFace(0, np.array([[95.0, 45, 40, 40]] * 3), np.array([0.9] * 3))
    assert doubts([seen], [over], TIMES) == ()
    (left,) = doubts([seen], [DrawnFace(1, over.boxes[:1], over.scores[:1])], TIMES)
    assert (left.frame, left.score) == (0, 0.6)
