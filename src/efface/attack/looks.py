"""Cutting one redacted face out of a frame, and leaving nothing in it but the zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from efface.attack.interface import Look, Pixels, Points
from efface.attack.operator import Operator
from efface.geometry import Rect
from efface.regions import Box

MARGIN = 0.5
"""Kept around face and zone on each side, in face boxes: an aligned chip reaches this far beyond
the box (dlib's padding of .25), also when the head is tilted."""


def look_at(
    picture: Pixels,
    zone: NDArray[np.bool_],
    box: Box,
    points: Points,
    operator: Operator | None = None,
) -> Look:
    """One face of a redacted frame, cut out at the frame's own scale.

    Args:
        picture: the redacted frame, RGB, shape (height, width, 3).
        zone: which pixels were redacted on this face's account, shape (height, width).
        box: the face, in pixels of the frame.
        points: shape (5, 2), in pixels of the frame.
        operator: what was done to the zone; its offset in pixels of the frame.

    Raises:
        ValueError: the shapes do not go together, or neither face nor zone is in the frame.
    """
    height, width = picture.shape[:2]
    if picture.shape != (height, width, 3) or zone.shape != (height, width):
        raise ValueError(f"expected a zone for a picture {picture.shape}, got one {zone.shape}")
    face = Rect.covering(box.x, box.y, box.width, box.height)
    part = _covering(zone, face).padded(round(box.width * MARGIN), round(box.height * MARGIN))
    part = part.clipped(width, height)
    if part.empty:
        raise ValueError(f"expected a face in a picture {picture.shape}, got {box}")
    rows, columns = slice(part.y0, part.y1), slice(part.x0, part.x1)
    return Look(
        pixels=np.array(picture[rows, columns]),
        zone=np.array(zone[rows, columns]),
        box=replace(box, x=box.x - part.x0, y=box.y - part.y0),
        points=points - np.array([part.x0, part.y0], np.float64),
        operator=None if operator is None else operator.moved(-part.x0, -part.y0),
    )


def zone_only(look: Look) -> Look:
    """The same look with every pixel outside the zone replaced by the nearest one of the zone.

    What an attack finds in it comes from the zone: two pictures that differ only outside give the
    same, and a zone of one colour gives a cut-out of one colour.

    Raises:
        ValueError: the zone is empty.
    """
    rows, columns = nearest_in(look.zone)
    return replace(look, pixels=look.pixels[rows, columns])


def nearest_in(zone: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of the zone's pixel that is nearest to each pixel, both of its shape.

    Raises:
        ValueError: the zone is empty.
    """
    if not zone.any():
        raise ValueError("expected a zone, got an empty one")
    rows, columns = distance_transform_edt(~zone, return_distances=False, return_indices=True)
    return rows, columns


def constant(look: Look) -> bool:
    """Whether the zone has one colour, so that its pixels tell nothing but that colour."""
    inside = look.pixels[look.zone]
    return len(inside) == 0 or bool((inside == inside[0]).all())


def _covering(zone: NDArray[np.bool_], face: Rect) -> Rect:
    """The smallest rectangle around zone and face."""
    rows, columns = np.flatnonzero(zone.any(axis=1)), np.flatnonzero(zone.any(axis=0))
    if not len(rows):
        return face
    return Rect(
        min(face.x0, int(columns[0])),
        min(face.y0, int(rows[0])),
        max(face.x1, int(columns[-1]) + 1),
        max(face.y1, int(rows[-1]) + 1),
    )
