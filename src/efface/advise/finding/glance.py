"""Whether a face is worth a close look: a crowd has many, and something was done to few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.advise.blur import glanced_sigma
from efface.advise.estimator import PART, SMALLEST_PX, STEP
from efface.advise.finding.zones import zone_of
from efface.advise.flat import flat_part
from efface.advise.mosaic import find_grid
from efface.advise.sharpness import stands_out
from efface.advise.swirl import swirl_angle
from efface.attack.operators.grid import changes
from efface.geometry import Rect

SEAM, AROUND = 0.6, 0.3
"""``stands_out`` of a face, or of the zone around it, from which it may be blurred; of 888 faces in
crowds to which nothing was done, one in twelve has that, and of 21 that were blurred two thirds."""

SOFT = 0.05
"""Blur in face widths from which a lesser contrast to what is around is enough, …"""

SOFT_AROUND = 0.4
"""… this one; one clear face in twenty is so soft."""

PEAKED = 1.4
"""Mean square of the change by column, and by row, over its squared mean, from which a grid is
looked for; mosaics have 1.5 and more."""

PLAIN_SEAM, PLAIN_AROUND = 1.0, 0.5
"""The same from which something was done, known or not; one clear face in sixty has that."""

FAR_AROUND = 1.0
"""Contrast to what is around that is enough by itself."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What is seen of a face at a glance."""

    suspicious: bool
    """It is worth a close look."""
    plain: bool
    """It ends where a tool's zone would, plainly."""


def glance_at(picture: NDArray[np.uint8], luma: NDArray[np.float32], face: Rect) -> Glance:
    """Look at one face.

    Args:
        picture: RGB.
        luma: of it, 0 to 255.
        face: its box.
    """
    height, width = luma.shape
    part = face.padded(-face.width // 7, -face.height // 7).clipped(width, height)
    if min(part.width, part.height) < SMALLEST_PX:
        return Glance(suspicious=False, plain=False)
    near = face.padded(face.width * 3 // 20, face.height * 3 // 20).clipped(width, height)
    zone = zone_of(luma, face)
    ends = [stands_out(luma, one) for one in ((near,) if zone is None else (near, zone))]
    seam, around = (max(values) for values in zip(*ends, strict=True))
    plain = (seam >= PLAIN_SEAM and around >= PLAIN_AROUND) or around >= FAR_AROUND
    if plain or (seam >= SEAM and around >= AROUND):
        return Glance(suspicious=True, plain=plain)
    flat = flat_part(picture, part)
    suspicious = (
        (flat.share >= PART and flat.step >= STEP)
        or _gridded(luma, part, face.width)
        or any(swirl_angle(luma, circle) is not None for circle in _circles(face, width, height))
        or (around >= SOFT_AROUND and glanced_sigma(luma, part, face.width) >= SOFT * face.width)
    )
    return Glance(suspicious=suspicious, plain=False)


def _gridded(luma: NDArray[np.float32], part: Rect, face_px: int) -> bool:
    piece = luma[part.y0 : part.y1, part.x0 : part.x1]
    for change in changes(piece, np.ones(piece.shape, bool)):
        if np.square(change[1:]).mean() < PEAKED * max(float(change[1:].mean()), 1e-3) ** 2:
            return False
    return find_grid(luma, (part,), face_px).grid is not None


def _circles(face: Rect, width: int, height: int) -> list[Rect]:
    """Around a face's middle, of the sizes that tools turn."""
    x, y = (face.x0 + face.x1) // 2, (face.y0 + face.y1) // 2
    radii = (face.height * times // 100 for times in (50, 62, 75))
    return [Rect(x - r, y - r, x + r, y + r).clipped(width, height) for r in radii]
