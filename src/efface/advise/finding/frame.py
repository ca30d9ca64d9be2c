"""Everything that was redacted, or shows, in one picture: photos, and frames of videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.estimator import estimate
from efface.advise.finding.glance import Glance, glance_at
from efface.advise.finding.zones import ZONE_OF_FACE, FoundZone, find_zones, zone_of
from efface.advise.redaction import SeenRedaction
from efface.geometry import Rect

CUT_OF_FACE = 1.6
"""What a tool cuts out around a face, in face widths, where the zone is not known: deface's, the
commonest, at its defaults."""


SMOOTH = ("gaussian", "box", "median")

LIKELY = 0.5
"""``sure`` below which a face of many is not told as blurred, unless its border is plain: lenses
blur, too."""


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face, or a zone where one may have been."""

    box: Rect
    """The face's box, or the zone."""
    face: int | None
    """Which of the faces that were given; ``None``: a zone that was found without one."""
    width_px: float
    """Of the face."""
    redaction: SeenRedaction


def look_at(
    picture: NDArray[np.uint8],
    faces: Sequence[Rect],
    *,
    search: bool = True,
    glance: bool = False,
) -> list[SeenFace]:
    """What was done to each face, and to zones in which no face was seen.

    Args:
        picture: RGB, upright, as published.
        faces: boxes of faces, at least in part within the picture.
        search: look for zones in which no face was seen, too.
        glance: look closely at those faces alone that do not show at a glance; the others, and
            those of which it stays unknown whether anything was done, are told as ``none`` of a
            ``sure`` of 0.

    Returns:
        An entry for each face, in their order, then the other zones, from the top down.
    """
    zones = find_zones(picture, faces) if search else []
    out, used = [], set()
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    for index, face in enumerate(faces):
        over = [zone for zone in zones if _covers(zone.zone, face)]
        used |= {id(zone) for zone in over}
        if glance and not over:
            seen = glanced(picture, luma, face)
        else:
            seen = look_at_face(picture, luma, face, max(over, key=_size, default=None))
        out.append(SeenFace(face, index, float(face.width), seen))
    return out + [
        SeenFace(zone.zone, None, zone.zone.width / ZONE_OF_FACE, zone.seen)
        for zone in zones
        if id(zone) not in used
    ]


def look_at_face(
    picture: NDArray[np.uint8],
    luma: NDArray[np.float32],
    face: Rect,
    found: FoundZone | None = None,
) -> SeenRedaction:
    """What was done to one face.

    Args:
        picture: RGB.
        luma: of it, 0 to 255.
        face: its box.
        found: the zone around it, where one was found.
    """
    zone = zone_of(luma, face) if found is None else found.zone
    if zone is not None:
        seen = estimate(picture, zone, face.width)
        if seen.kind != "unknown":
            return seen
    # a border that was drawn too wide holds what is sharp: the face's own box lies within
    height, width = luma.shape
    dx, dy = (round(n * (CUT_OF_FACE - 1) / 2) for n in (face.width, face.height))
    return estimate(picture, face, face.width, face.padded(dx, dy).clipped(width, height))


def glanced(picture: NDArray[np.uint8], luma: NDArray[np.float32], face: Rect) -> SeenRedaction:
    """What was done to one face of many; arguments as of ``look_at_face``."""
    shows = SeenRedaction("none", None, 0.0, "nothing is seen at a glance")
    first: Glance = glance_at(picture, luma, face)
    if not first.suspicious:
        return shows
    seen = look_at_face(picture, luma, face)
    if seen.kind == "unknown" or (seen.kind in SMOOTH and seen.sure < LIKELY):
        return seen if first.plain else shows
    return seen


def _covers(zone: Rect, face: Rect) -> bool:
    return 2 * zone.intersection(face).area > face.area


def _size(zone: FoundZone) -> int:
    return zone.zone.area
