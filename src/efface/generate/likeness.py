"""A linear model of faces: where 468 points of a mesh lie, and what the skin between them shows.

Fitted to AI-generated portraits (``training/likeness.py``). A face is a row of numbers of which
each varies by one over faces in general; drawn at random, they give the form and the features of
somebody who does not exist. What the network is shown of it is light and dark alone: colours and
the direction of light follow from the surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.weights import weight

WEIGHTS = "likeness"

SPREAD = 0.9
"""Of the numbers that are drawn: faces at the edge of a linear model look like none."""

LONGEST = 2.0
"""A number drawn beyond this, in standard deviations, is drawn as this."""

SHOWN = 0.35
"""Of a texel, that must have reached a pixel for it to count as face."""

GRID = 48
"""Places along the height of a form at which depths are compared."""

HIDDEN = 0.1
"""Texels that lie so much deeper than the nearest one at their place, in heights of the form, are
hidden by it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NobodysFace:
    """The form and the features of one face."""

    points: Floats
    """Of the mesh, upright and seen from the front, in heights of the face's box, from its middle:
    x to the right, y down, z away from who looks. Shape (468, 3)."""
    light: Floats
    """How bright each texel is: over the face 0 in the mean, varying by 1. Shape (texels,)."""


@dataclass(frozen=True, eq=False)
class LinearFaces:
    """The model; arrays as ``training/likeness.py`` writes them."""

    points: Floats
    """The mean form, shape (468, 3)."""
    forms: Floats
    """Axes along which forms vary, each times its standard deviation, shape (k, 468, 3)."""
    light: Floats
    """The mean face's, shape (texels,)."""
    lights: Floats
    """Likewise, shape (m, texels)."""
    joint: Floats
    """From independent numbers to those of forms and lights, shape (n, k + m)."""
    corners: NDArray[np.int64]
    """The three points of the mesh that each texel lies between, shape (texels, 3)."""
    shares: Floats
    """Of each of the three, shape (texels, 3)."""

    @classmethod
    def read(cls, data: dict[str, NDArray[np.generic]]) -> LinearFaces:
        """From the arrays of the model's file."""
        kept = {name: np.asarray(data[name], np.float64) for name in data if name != "corners"}
        kept["shares"] /= kept["shares"].sum(axis=1, keepdims=True)  # of few digits in the file
        return cls(corners=np.asarray(data["corners"], np.int64), **kept)

    @property
    def numbers(self) -> int:
        """That make a face."""
        return len(self.joint)

    def face(self, numbers: Floats) -> NobodysFace:
        """The face of some numbers, shape (``numbers``,)."""
        both = numbers @ self.joint
        forms = len(self.forms)
        return NobodysFace(
            self.points + np.tensordot(both[:forms], self.forms, 1),
            self.light + both[forms:] @ self.lights,
        )

    def drawn(self, random: np.random.Generator) -> NobodysFace:
        """A face drawn at random."""
        numbers = SPREAD * random.standard_normal(self.numbers)
        return self.face(np.clip(numbers, -LONGEST, LONGEST))

    def rendered(
        self, points: Floats, light: Floats, size: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A face in a picture: each texel is laid where its three points put it.

        Args:
            points: of the mesh, in pixels of the picture, shape (468, 2); or with their depth,
                (468, 3), where what is turned away or lies behind is left out.
            light: of each texel.
            size: (width, height) of the picture.

        Returns:
            What is seen, 0 where there is no face, and where there is one, 0 to 1; shape
            (height, width) each.
        """
        width, height = size
        placed = (points[self.corners] * self.shares[..., None]).sum(axis=1)
        if points.shape[1] == 3:
            seen = self._seen(points, placed)
            placed, light = placed[seen], light[seen]
        at = placed[:, :2] - 0.5
        low = np.floor(at).astype(np.int64)
        sums, counts = np.zeros(width * height), np.zeros(width * height)
        for right in (0, 1):
            for down in (0, 1):
                x, y = low[:, 0] + right, low[:, 1] + down
                share = (1 - np.abs(at[:, 0] - x)) * (1 - np.abs(at[:, 1] - y))
                inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
                place = (y * width + x)[inside]
                share = share[inside]
                sums += np.bincount(place, share * light[inside], width * height)
                counts += np.bincount(place, share, width * height)
        shown = (counts >= SHOWN).reshape(height, width)
        bright = np.where(counts >= SHOWN, sums / np.maximum(counts, SHOWN), 0)
        picture = bright.reshape(height, width).astype(np.float32)
        return (
            _closed(picture, shown) if points.shape[1] == 3 else (picture, shown.astype(np.float32))
        )

    def _seen(self, points: Floats, placed: Floats) -> NDArray[np.bool_]:
        """Which texels face whoever looks, and have nothing of the face before them."""
        facing = _winding(points, self.corners) * _winding(self.points, self.corners) > 0
        high = max(float(np.ptp(points[:, 1])), 1.0)
        cells = np.floor((placed[:, :2] - placed[:, :2].min(axis=0)) * GRID / high).astype(np.int64)
        place = cells[:, 1] * (cells[:, 0].max() + 1) + cells[:, 0]
        nearest = np.full(int(place.max()) + 1, np.inf)
        np.minimum.at(nearest, place[facing], placed[facing, 2])
        return np.asarray(facing & (placed[:, 2] <= nearest[place] + HIDDEN * high))


def _closed(
    picture: NDArray[np.float32], shown: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """With the gaps that texels leave where a turn draws them apart."""
    there = shown.astype(np.float32)
    whole = cv2.morphologyEx(shown.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    near = cv2.blur(picture, (3, 3)) / np.maximum(cv2.blur(there, (3, 3)), 0.1)
    filled = np.where((whole > 0) & ~shown, near, picture)
    return np.asarray(filled, np.float32), whole.astype(np.float32)


def _winding(points: Floats, corners: NDArray[np.int64]) -> Floats:
    """Twice the area of each triangle in the picture, signed by the way round it goes."""
    first, second, third = (points[corners[:, i], :2] for i in range(3))
    one, two = second - first, third - first
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


@cache
def linear_faces() -> LinearFaces:
    """The model that efface carries; read once a process."""
    with np.load(BytesIO(weight(WEIGHTS).read_bytes())) as data:
        return LinearFaces.read(dict(data))
