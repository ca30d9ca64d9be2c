"""A face as numbers from which its light is left out.

Luma in squares inside an oval, less the surface of the second degree that fits it best (the light),
over its spread: where brows, eyes, nose, mouth and hair are darker than skin. Of that the
directions in which faces differ most (principal axes: Turk and Pentland 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels
from efface.weights import weight

WEIGHTS = "appearance"

SIDE = 16
"""Squares across the aligned chip."""

OVAL = 0.5, 0.56
"""Half width and half height of what counts, in chips, around its middle."""

DEGREE = 2
"""Of the surface that is taken for the light."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, of red, green and blue."""

_LEAST = 1e-3
"""Added to the spread of luma, steps of 255: a face of one colour has no light and dark."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FaceAxes:
    """How faces differ (training/appearance.py), with d numbers."""

    mean: Numbers
    """Of the squares in the oval."""
    axes: Numbers
    """From their deviations to numbers of variance 1, shape (squares, d)."""
    drawn: Numbers
    """And back: what each number adds to the squares, shape (d, squares)."""
    portraits: Numbers
    """Numbers of AI-generated portraits, in the order of efface's distractors, shape (n, d)."""
    photographs: Numbers
    """The same, moved to where photographs' numbers lie."""


@cache
def model() -> FaceAxes:
    """What efface carries.

    Raises:
        WeightError: the file is missing or another one.
    """
    with np.load(weight(WEIGHTS), allow_pickle=False) as known:
        parts = {name: known[name].astype(np.float64) for name in known.files}
    portraits = parts["portraits"]
    return FaceAxes(
        parts["mean"],
        parts["axes"],
        np.linalg.pinv(parts["axes"]),
        portraits,
        parts["aim"] + (portraits - parts["start"]) @ parts["turn"],
    )


def numbers_of(faces: Sequence[Pixels] | NDArray[np.uint8]) -> Numbers:
    """The numbers of aligned clear faces (``attack/alignment.py``), shape (n, d).

    Args:
        faces: RGB squares of any side.
    """
    known = model()
    return np.asarray((squares(faces) - known.mean) @ known.axes)


def squares(faces: Sequence[Pixels] | NDArray[np.uint8]) -> Numbers:
    """Light and dark of aligned faces without their light, shape (n, squares in the oval)."""
    inside, light = oval()
    out = []
    for face in faces:
        small = cv2.resize(face @ LUMA, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[inside]
        rest = small - light @ (light.T @ small)
        out.append(rest / (rest.std() + _LEAST))
    return np.array(out, np.float64)


@cache
def oval() -> tuple[NDArray[np.bool_], Numbers]:
    """Which squares count, and an orthonormal basis of what may be light, one column each."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE - 0.5
    wide, tall = OVAL
    inside = (x / wide) ** 2 + (y / tall) ** 2 < 1
    return inside, np.linalg.qr(surfaces(x[inside], y[inside]).T)[0]


def surfaces(x: Numbers, y: Numbers) -> Numbers:
    """Products of powers up to ``DEGREE`` together, shape (6, *x.shape)."""
    powers = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    return np.stack([x**i * y**j for i, j in powers])
