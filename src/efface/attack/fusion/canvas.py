"""The picture that all frames measure: an aligned chip with room around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from efface.attack.fusion.measurements import Measurement

FACE_PX = 96
"""Side of the aligned chip in the canvas."""
ROOM_PX = 48
"""Around the chip on each side: zones and what is blurred into them reach beyond the face."""
SIDE_PX = FACE_PX + 2 * ROOM_PX

Canvas = NDArray[np.float32]
"""RGB from 0 to 255, shape (SIDE_PX * SIDE_PX, 3), row by row."""

Pose = NDArray[np.float64]
"""Takes x, y, 1 in pixels of a look to pixels of the canvas (a similarity); shape (2, 3)."""

CENTRE_PX = (SIDE_PX - 1) / 2


def on_canvas(measurement: Measurement, pose: Pose) -> NDArray[np.float64]:
    """Where a measurement's places lie, shape (rows * columns, 2); what lies beyond the canvas, at
    its edge."""
    places = measurement.places.reshape(-1, 2) @ pose[:, :2].T + pose[:, 2]
    return np.asarray(np.clip(places, 0, SIDE_PX - 1), np.float64)


def sampling(places: NDArray[np.float64]) -> csr_array:
    """The matrix that reads a canvas at places (bilinear), shape (places, SIDE_PX ** 2)."""
    corner = np.minimum(places.astype(np.int32), SIDE_PX - 2)
    share = places - corner
    x, y = share[:, 0], share[:, 1]
    first = corner[:, 1] * SIDE_PX + corner[:, 0]
    columns = first[:, None] + np.array([0, 1, SIDE_PX, SIDE_PX + 1], np.int32)
    weights = np.stack([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], axis=1)
    rows = np.arange(len(places) + 1, dtype=np.int32) * 4
    return csr_array(
        (weights.astype(np.float32).ravel(), columns.astype(np.int32).ravel(), rows),
        shape=(len(places), SIDE_PX**2),
    )


def gradient(canvas: Canvas) -> tuple[Canvas, Canvas]:
    """Change across and down per pixel, central differences."""
    picture = canvas.reshape(SIDE_PX, SIDE_PX, 3)
    down, across = (np.asarray(np.gradient(picture, axis=axis)) for axis in (0, 1))
    return across.reshape(-1, 3), down.reshape(-1, 3)


def the_chip(canvas: Canvas) -> NDArray[np.uint8]:
    """The aligned chip, shape (FACE_PX, FACE_PX, 3)."""
    inner = slice(ROOM_PX, ROOM_PX + FACE_PX)
    picture = canvas.reshape(SIDE_PX, SIDE_PX, 3)[inner, inner]
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
