"""A trail goes where the face goes, and coasts once something hides it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.detect.tracking.pictures import place, shown

from efface.detect.tracking.trail import SLOWING, Trail

SCALE = np.array([1.0, 1.0])


def test_a_trail_stays_on_the_face_for_many_frames() -> None:
    places = [place(60 + 4 * i, 70 + i, 36) for i in range(30)]
    grays = [shown((5, box)) for box in places]
    trail = Trail(grays[0], places[0], np.zeros(2), SCALE)
    for i in range(1, 30):
        box = trail.step(grays[i - 1], grays[i])
        assert trail.coasted == 0
        assert np.abs(box - places[i]).max() < 3
        assert trail.velocity == pytest.approx([4, 1], abs=1.0)


def test_places_are_in_pixels_of_the_frame_and_not_of_the_luma_picture() -> None:
    places = [place(60 + 4 * i, 70 + i, 36) for i in range(10)]
    grays = [shown((5, box)) for box in places]
    trail = Trail(grays[0], places[0] * 4, np.zeros(2), SCALE / 4)
    for i in range(1, 10):
        assert np.abs(trail.step(grays[i - 1], grays[i]) - places[i] * 4).max() < 8


def test_a_hidden_face_is_lost_and_coasts_ever_slower() -> None:
    places = [place(60 + 4 * i, 70, 36) for i in range(12)]
    grays = [shown((5, box)) for box in places[:4]]
    # from frame 4 on a larger square lies over it
    grays += [shown((5, box), (6, place(box[0] - 12, 58, 60))) for box in places[4:]]
    trail = Trail(grays[0], places[0], np.array([4.0, 0.0]), SCALE)
    boxes = [trail.step(grays[i - 1], grays[i]) for i in range(1, 12)]
    assert trail.coasted == 8
    steps = np.diff([box[0] for box in boxes[2:]])
    assert steps == pytest.approx(steps[0] * SLOWING ** np.arange(len(steps)))
    assert steps[0] == pytest.approx(4 * SLOWING, abs=0.5)
    assert {tuple(box[2:]) for box in boxes[3:]} == {tuple(boxes[2][2:])}


def test_what_passes_slowly_before_a_face_does_not_take_the_trail_along() -> None:
    face = place(140, 70, 36)
    over = [place(60 + 4 * i, 60, 56) for i in range(40)]
    grays = [shown((5, face), (6, box)) for box in over]
    trail = Trail(grays[0], face, np.zeros(2), SCALE)
    for before, after in pairwise(grays):
        trail.step(before, after)
    assert trail.coasted > 0
    assert np.abs(trail.box - face).max() < 18
