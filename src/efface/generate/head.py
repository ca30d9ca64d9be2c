"""One head for one zone: drawn from what lies around the zone, and from numbers drawn at random.

Nothing of what the zone covers comes in but how the head is turned, in coarse steps and only where
that is given: the ring is what may be looked at, form and features are those of nobody. What the
network draws has few pixels; the fine light of the face, which the linear model knows, is laid over
it at twice that.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.batches import ChipNetwork
from efface.generate.canvas import HEIGHT, WIDTH, Canvas
from efface.generate.coarse import coarse_heads
from efface.generate.likeness import LinearFaces
from efface.generate.pose import FRONTAL, Pose
from efface.generate.prior import Told, drawn
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

FINER = 2
"""Pixels of a head to one of the canvas."""

COLOURLESS = 0.5 / 127.5
"""Mean difference of a pixel's red, green and blue, of colours from -1 to 1: a picture in grey has
less, a grey wall in a picture with colours has more."""

COVERED = 0.3
"""Share of a canvas pixel that is face, from which it counts as face: as in training, where light
fades likewise towards a face's edge."""

EDGE = 21
"""Pixels of a head, on both sides of a face's edge, in which its fine light fades."""

WHITES = np.array([0.299, 0.587, 0.114], np.float32)
"""Of red, green and blue in how bright a colour is (ITU-R BT.601)."""


def head_for(
    zone: Zone,
    around: Surroundings,
    models: tuple[LinearFaces, ChipNetwork],
    random: np.random.Generator,
    pose: Pose = FRONTAL,
) -> NDArray[np.uint8]:
    """Draw a head.

    Args:
        zone: that it is for.
        around: the frame, without what its zones cover.
        models: of faces, and the prior.
        random: of the identity, and of all else that is drawn.
        pose: how the head is turned.

    Returns:
        The zone's canvas, RGB, shape (FINER * HEIGHT, FINER * WIDTH, 3).
    """
    faces, network = models
    canvas = Canvas.over(zone.outer)
    rect = canvas.within(*around.size)
    part = around.part(rect)
    ring, known = canvas.shown(part, around.open(rect), rect)
    face = faces.drawn(random)
    points = canvas.points(_turned(face.points, pose))
    fine = faces.rendered(FINER * points, face.light, (FINER * WIDTH, FINER * HEIGHT))
    small = cv2.resize(np.dstack(fine), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    cover = np.asarray(small[..., 1] > COVERED, np.float32)
    light = np.asarray(small[..., 0] * cover, np.float32)
    coarse = coarse_heads().drawn(light, cover, random)
    picture = drawn(network, Told(ring, known, light, cover, coarse))
    if _grey(ring[known > 0]):
        picture = np.repeat((picture @ WHITES)[..., None], 3, axis=2)
    return _finer(picture, cover, fine)


def _grey(colours: NDArray[np.float32]) -> bool:
    """Whether what lies around has no colours; where nothing is known, it has."""
    return bool(len(colours)) and float(np.ptp(colours, axis=1).mean()) < COLOURLESS


def _turned(form: NDArray[np.float64], pose: Pose) -> NDArray[np.float64]:
    """A form turned, the middle of what is seen of it where it was."""
    out = form @ pose.matrix().T
    return np.asarray(out + (_middle(form) - _middle(out)))


def _middle(form: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((form.min(axis=0) + form.max(axis=0)) / 2)


def _finer(
    picture: NDArray[np.float32],
    cover: NDArray[np.float32],
    fine: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> NDArray[np.uint8]:
    """A drawn canvas at twice its size, with the face's fine light."""
    size = (FINER * WIDTH, FINER * HEIGHT)
    large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    light, where = fine
    coarse = cv2.resize(cv2.resize(light, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), size,
                        interpolation=cv2.INTER_CUBIC)  # fmt: skip
    inside = cv2.GaussianBlur(cv2.erode(where, np.ones((EDGE, EDGE), np.uint8)), (0, 0), EDGE / 5)
    bright = (picture @ WHITES)[cover > 0]
    contrast = float(bright.std()) if bright.size else 0.0
    large = large + (contrast * (light - coarse) * inside)[..., None]
    return np.asarray(np.rint(np.clip((large + 1) * 127.5, 0, 255)), np.uint8)
