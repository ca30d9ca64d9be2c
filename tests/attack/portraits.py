"""Redacted faces at hand without the network: the portrait's, and small ones of other people."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from efface.attack.alignment import chip
from efface.attack.interface import Look, Points
from efface.attack.landmarks import USUAL, points_in
from efface.attack.looks import look_at
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.regions import Box

Pixels = NDArray[np.uint8]

FACE = Box(0, 90.0, 25.0, 50.0, 62.0)
"""In the fixture ``portrait``."""

OTHERS = 100
"""Faces that ``other`` knows."""


def looked(
    picture: Pixels, operator: Operator, points: Points, box: Box = FACE, growth: float = 1.3
) -> Look:
    """A face under a redaction of a box that is ``growth`` times as large as it."""
    zone = np.zeros(picture.shape[:2], np.bool_)
    across, down = box.width * (growth - 1) / 2, box.height * (growth - 1) / 2
    rows = slice(max(0, round(box.y - down)), round(box.y + box.height + down))
    zone[rows, max(0, round(box.x - across)) : round(box.x + box.width + across)] = True
    redacted = apply(picture, zone, operator, np.random.default_rng(1))
    return look_at(redacted, zone, box, points, operator)


def points_of_portrait(portrait: Pixels) -> Points:
    points = points_in(portrait, FACE)
    assert points is not None
    return points


def clear_chip(portrait: Pixels) -> Pixels:
    return chip(portrait, points_of_portrait(portrait))


def other(index: int, side: int = 75) -> tuple[Pixels, Box, Points]:
    """Someone else's grey face (Labeled Faces in the Wild, as scikit-image carries it: 25 pixels),
    enlarged; it fills the picture."""
    assert 0 <= index < OTHERS
    small = np.asarray(data.lfw_subset()[index] * 255, np.uint8)  # type: ignore[no-untyped-call]
    large = cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.repeat(large[..., None], 3, axis=2), Box(0, 0.0, 0.0, side, side), USUAL * side
