"""Faces of one native width, out of pictures that show them larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import ceil, floor
from pathlib import Path

import cv2
import numpy as np

from efface.attack.interface import Pixels
from efface.regions import Box
from efface.study.faces import PlacedFace, read
from efface.study.features import Dataset
from efface.study.people import StudyPicture
from efface.study.rows import CLEAR
from efface.study.run import StudyRun
from efface.study.templates import Templates

REFERENCE_PX = 200.0
"""Width of the clear faces in an investigator's gallery: recognisers see no more."""

MARGIN = 1.0
"""Kept around a face on each side, in its widths: more than any zone covers."""


@dataclass(frozen=True)
class SmallDataset(Dataset):
    """The pictures, cut out around their faces and made smaller until faces have one width."""

    originals: Sequence[PlacedFace] = field(default=(), kw_only=True)
    """Of each picture as it is."""
    width_px: float = field(default=REFERENCE_PX, kw_only=True)

    @classmethod
    def of(
        cls,
        pictures: Sequence[StudyPicture],
        originals: Sequence[PlacedFace],
        width_px: float,
        *,
        mirrored: bool,
    ) -> SmallDataset:
        """
        Args:
            pictures: as they are.
            originals: faces in them.
            width_px: of the faces; narrower ones stay as they are.
            mirrored: as ``Dataset`` has it.
        """
        found = [_small(p.path, f, width_px)[1] for p, f in zip(pictures, originals, strict=True)]
        return cls(pictures, found, mirrored, originals=originals, width_px=width_px)

    def pixels(self, index: int) -> Pixels:
        picture, face = self.pictures[index], self.originals[index]
        return _small(picture.path, face, self.width_px)[0]


@dataclass(frozen=True)
class SmallRun(StudyRun):
    """All rows on faces of one width, whose gallery of clear pictures is as large as they are."""

    reference: StudyRun | None = None
    """``None``: this is the gallery's own."""

    @cached_property
    def clear(self) -> Templates:
        own = self if self.reference is None else self.reference
        return own.features(CLEAR).templates


@lru_cache(maxsize=20)
def _cut(path: Path, left: int, top: int, right: int, lower: int) -> Pixels:
    return np.ascontiguousarray(read(path)[top:lower, left:right])


_SMALL: dict[tuple[Path, float], tuple[Pixels, PlacedFace]] = {}
"""Of this process: faces at the widths that it works on."""


def _small(path: Path, face: PlacedFace, width_px: float) -> tuple[Pixels, PlacedFace]:
    """A picture and its face, made smaller by averages over area."""
    known = _SMALL.get((path, width_px))
    if known is None:
        known = _SMALL[path, width_px] = _made_small(path, face, width_px)
    return known


def _made_small(path: Path, face: PlacedFace, width_px: float) -> tuple[Pixels, PlacedFace]:
    box, room = face.box, MARGIN * face.box.width
    left, top = max(0, floor(box.x - room)), max(0, floor(box.y - room))
    right, lower = ceil(box.x + box.width + room), ceil(box.y + box.height + room)
    pixels = _cut(path, left, top, right, lower)
    tall, wide = pixels.shape[:2]
    scale = min(1.0, width_px / box.width)
    size = max(1, round(wide * scale)), max(1, round(tall * scale))
    small = pixels if size == (wide, tall) else cv2.resize(pixels, size, None, 0, 0, cv2.INTER_AREA)
    across, down = size[0] / wide, size[1] / tall
    placed = Box(
        0, (box.x - left) * across, (box.y - top) * down, box.width * across, box.height * down
    )
    points = (face.points - (left, top)) * (across, down)
    return np.asarray(small, np.uint8), PlacedFace(placed, points, face.found)
