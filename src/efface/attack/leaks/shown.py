"""What a small or further picture shows: the face as it was, the redacted picture, or neither.

Two ways to compare: place by place, when it shows the whole picture, turned perhaps; and a search
for the face at any place and size, when it was cropped. A face that is found must stand out from
what its own picture upside down gives at its best place: that is as like a face, but not this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, cast

import cv2
import numpy as np

from efface.attack.interface import Pixels
from efface.attack.leaks.likeness import Gray, correlation, gray
from efface.geometry import Rect
from efface.regions import Box

SEEN = 0.8
"""Correlation from which a picture shows the face. Faces of two people correlate up to about .7
when aligned, at the small sizes of a thumbnail."""
MARGIN = 0.15
"""What it must be ahead of the same face upside down, when it was searched for."""
SEARCH_PX = 400
"""Longest side of the picture that is searched."""
FACE_PX = (12, 96)
"""Widths of the face that are tried."""
STEP = 1.12
LEAST_PX = 6
"""Narrower faces are not recognised by anyone: 5 px give little over half in verification."""
SAME = 0.95
"""Correlation with the redacted picture as a whole from which it is a copy of it."""
SAME_APART = 4.0
"""Mean difference, of 255, up to which it is one even where there is little to correlate."""

Shows = Literal["face", "redacted", "other"]


def shows(
    picture: Pixels, original: Pixels, redacted: Pixels, boxes: Sequence[Box]
) -> tuple[Shows, Box | None]:
    """What a picture found in a file shows, and which face if it shows one.

    Args:
        picture: RGB, any size.
        original: the frame it may have been made from; ``redacted``: the same, redacted.
        boxes: faces in the original.
    """
    whole, hidden, small = gray(original), gray(redacted), gray(picture)
    for box in boxes:
        if any(_in_place(turned, whole, hidden, box) for turned in _turned(small)):
            return "face", box
    if any(_copies(turned, hidden, whole) for turned in _turned(small)):
        return "redacted", None
    for box in boxes:
        if any(_found(turned, whole, box) for turned in _turned(small)):
            return "face", box
    return "other", None


def _turned(picture: Gray) -> Iterator[Gray]:
    """Thumbnails are often stored as the camera was held."""
    for quarter in range(4):
        yield np.ascontiguousarray(np.rot90(picture, quarter))


def _resized(picture: Gray, width: int, height: int) -> Gray:
    return cast("Gray", cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def _in_place(small: Gray, whole: Gray, hidden: Gray, box: Box) -> bool:
    """The face where it is in the whole picture, and more like the original than the redacted."""
    height, width = whole.shape
    if abs(small.shape[1] / small.shape[0] / (width / height) - 1) > 0.05:
        return False
    scale = min(1.0, small.shape[1] / width)
    if box.width * scale < LEAST_PX:
        return False
    size = max(1, round(width * scale)), max(1, round(height * scale))
    pictures = [_resized(one, *size) for one in (small, whole, hidden)]
    face = Rect.covering(*(v * scale for v in (box.x, box.y, box.width, box.height)))
    part = face.clipped(*size)
    if part.empty:
        return False
    seen, clear, covered = (p[part.y0 : part.y1, part.x0 : part.x1] for p in pictures)
    return correlation(seen, clear) >= SEEN and float(np.abs(seen - clear).mean()) < float(
        np.abs(seen - covered).mean()
    )


def _copies(small: Gray, hidden: Gray, whole: Gray) -> bool:
    height, width = small.shape
    if abs(width / height / (hidden.shape[1] / hidden.shape[0]) - 1) > 0.05:
        return False
    size = min(width, hidden.shape[1]), min(height, hidden.shape[0])
    seen, covered, clear = (_resized(one, *size) for one in (small, hidden, whole))
    apart = float(np.abs(seen - covered).mean())
    alike = apart <= SAME_APART or correlation(seen, covered) >= SAME
    return alike and apart < float(np.abs(seen - clear).mean())


def _found(small: Gray, whole: Gray, box: Box) -> bool:
    """The face at any place and size."""
    rect = Rect.covering(box.x, box.y, box.width, box.height).clipped(*whole.shape[::-1])
    if min(rect.width, rect.height) < FACE_PX[0]:
        return False
    face = whole[rect.y0 : rect.y1, rect.x0 : rect.x1]
    shrunk = min(1.0, SEARCH_PX / max(small.shape))
    seen = _resized(small, *(max(1, round(s * shrunk)) for s in small.shape[::-1]))
    best = other = -1.0
    width = float(FACE_PX[0])
    while width <= min(FACE_PX[1], face.shape[1], seen.shape[1]):
        template = _resized(
            face, round(width), max(1, round(width * face.shape[0] / face.shape[1]))
        )
        width *= STEP
        if template.shape[0] > seen.shape[0] or float(template.std()) < 1:
            continue
        best = max(best, _peak(seen, template))
        other = max(other, _peak(seen, np.ascontiguousarray(template[::-1])))
    return best >= SEEN and best >= other + MARGIN


def _peak(seen: Gray, template: Gray) -> float:
    found = cv2.matchTemplate(seen, template, cv2.TM_CCOEFF_NORMED)
    return float(found[np.isfinite(found)].max(initial=-1.0))
