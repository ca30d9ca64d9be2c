"""One picture of an archive, looked through for faces that other tools have redacted: quicker than
``looking``, which says of every face what was done to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.finding.frame import SeenFace, look_at
from efface.detect.faces import face_detector
from efface.geometry import Rect

DETECT_SIDE_PX = 1280
"""Of a picture in which faces are looked for; a larger one is shrunk."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a picture shows."""

    redacted: tuple[SeenFace, ...]
    """Faces to which something was done, and zones without one, from the top down."""
    clear: int
    """Faces that show."""


def sweep(picture: NDArray[np.uint8]) -> Sweep:
    """Look through one picture.

    Args:
        picture: RGB, upright, as published.
    """
    seen = look_at(picture, _faces(picture), glance=True)
    redacted = [one for one in seen if one.redaction.kind != "none"]
    redacted.sort(key=lambda one: (one.box.y0, one.box.x0))
    return Sweep(tuple(redacted), len(seen) - len(redacted))


def _faces(picture: NDArray[np.uint8]) -> list[Rect]:
    height, width = picture.shape[:2]
    factor = min(1.0, DETECT_SIDE_PX / max(height, width))
    small = picture
    if factor < 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = (
        Rect.covering(d.x / factor, d.y / factor, d.width / factor, d.height / factor)
        for d in face_detector("fast").detect(small)
    )
    inside = (box.clipped(width, height) for box in boxes)
    return [box for box in inside if not box.empty]
