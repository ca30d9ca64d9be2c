"""Residue in a solid zone: a cover that is not quite opaque, or a codec that coded less than it.

A highlighter in black, a layer of 97 %, a redaction that kept coefficients: the zone looks black,
and a stretch of its contrast shows the face. What varies around the fill is held against what was
covered there. The edge of a zone is left out: what a codec's filters mix in there comes from the
visible side. A zone that varies more than this is no solid one, and for recognisers to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Leak
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.attack.leaks.likeness import Gray, Recognition, gray
from efface.attack.leaks.missed import oval
from efface.regions import Box

INSET_PX = 8
"""The side of a JPEG's block. Larger transforms are rare in a zone that is nearly flat."""
SOLID_APART, SOLID_SHARE = 40.0, 0.9
"""Nine tenths of a solid zone's pixels lie within so many steps of 255 of its median."""
MOST_LOOKS = 50


class Residue(FileAttack):
    """Looks for the face in what varies inside solid zones."""

    name: ClassVar[str] = "residue"
    title: ClassVar[str] = "what a solid zone still holds"

    def applies(self, case: FileCase) -> bool:
        return any(track.action == "redact" for track in case.faces)

    def search(self, case: FileCase) -> Sequence[Leak]:
        faces: dict[str, list[int]] = {}
        for frame in sorted(case.zones):
            for track, _ in case.boxes(frame):
                faces.setdefault(track, []).append(frame)
        wanted = {t: set(f[:: -(-len(f) // MOST_LOOKS)]) for t, f in faces.items()}
        looks = {track: Recognition() for track in faces}
        first: dict[str, str] = {}
        for both in case.pair.frames():
            chosen = [(t, b) for t, b in case.boxes(both.index) if both.index in wanted.get(t, ())]
            if not chosen:
                continue
            luma, shown = gray(both.original), gray(both.redacted)
            inner = _inner(case.covered(both.index, luma.shape[:2]))
            for track, box in chosen:
                mask = _of_face(inner, box)
                if _is_solid(shown, mask):
                    looks[track].see(shown, luma, mask)
                    first.setdefault(track, case.pair.place(both.index, both.pts))
        return [
            Leak(
                "residue",
                first[track] if case.redacted.kind == "image" else f"from {first[track]}",
                f"the zone over face {track} looks solid and still holds the face: what varies in "
                f"it is the original's (correlation {look.correlation:.2f}, {look.ahead:.0f} "
                "standard deviations ahead of the nulls)",
                face=track,
            )
            for track, look in looks.items()
            if look.proven
        ]


def _inner(zones: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Zones without what lies next to their edges; the picture's edge is none."""
    side = 2 * INSET_PX + 1
    shrunk = cv2.erode(zones.astype(np.uint8), np.ones((side, side), np.uint8))
    return np.asarray(shrunk > 0)


def _of_face(inner: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    rect, inside = oval(box, inner.shape)
    out = np.zeros_like(inner)
    part = slice(rect.y0, rect.y1), slice(rect.x0, rect.x1)
    out[part] = inner[part] & inside
    return out


def _is_solid(shown: Gray, mask: NDArray[np.bool_]) -> bool:
    inside = shown[mask]
    if not len(inside):
        return False
    return float((np.abs(inside - np.median(inside)) <= SOLID_APART).mean()) >= SOLID_SHARE
