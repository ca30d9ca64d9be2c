"""What a redaction changed, told from the pixels of both files, not from what was meant to be done.

A pixel is changed when its neighbourhood moved by more than lossy coding moved the rest. Around
each face the changed pixels are joined, and holes are filled: a pixel that happened to have the
fill's colour before belongs to the zone.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.leaks.interface import Changed
from efface.geometry import Rect
from efface.media.file import Picture
from efface.regions import Box

Mask = NDArray[np.bool_]

REACH = 3.0
"""Sides of the square about a face, in boxes, in which its zone is looked for; efface's own zones
are about 2 wide."""

JOINED = 0.25
"""Changed pixels this far apart, in widths of the face, belong to one zone: a weak blur moves eyes,
nose and mouth, and hardly the cheeks between."""

SPECK = 0.01
"""Changed parts smaller than this share of the face's box are noise."""

NOISE_SHARE = 0.95
"""This share of the pixels outside the faces is taken to be unchanged but for lossy coding."""

NOISE_TIMES = 1.6
"""The strongest noise, at edges, is as much stronger."""

LEAST_NOISE = 2.0
MOST_NOISE = 24.0
"""Steps of 255; stronger noise is not believed, since further zones can lie outside the faces."""

EDGE_PX = 2
"""Of a zone, left out of the evidence on each side."""

_THIN_PX = 32
"""A zone less wide or high loses a pixel less."""

_FEW = 100
"""Samples, below which faces are taken to fill the picture."""

_STEP = 4
"""Noise is measured in every fourth row and column."""


@dataclass(frozen=True, slots=True)
class Change:
    """How far one redacted frame lies from its original."""

    moved: NDArray[np.float32]
    """By how much each pixel moved, in steps of 255, shape (height, width)."""
    noise: float
    """What lossy coding makes of that; 0 where the rest is as it was."""

    @property
    def exact(self) -> bool:
        """The rest of the frame is as it was, sample for sample."""
        return self.noise == 0.0


def change(original: Picture, redacted: Picture, boxes: Sequence[Box]) -> Change:
    """How far a redacted frame lies from its original.

    Where most of it is as it was, every channel counts; otherwise luma, averaged over 3 x 3 pixels:
    coding at half the size moves colours far.

    Args:
        boxes: faces; noise is measured away from them.
    """
    apart = cv2.absdiff(original, redacted).max(axis=2)
    rest = _rest(apart, boxes)
    if float(np.median(rest)) == 0.0:
        return Change(apart.astype(np.float32), 0.0)
    luma = [
        cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in (original, redacted)
    ]
    moved = cast("NDArray[np.float32]", cv2.blur(np.abs(luma[0] - luma[1]), (3, 3)))
    noise = NOISE_TIMES * float(np.quantile(_rest(moved, boxes), NOISE_SHARE)) + LEAST_NOISE
    return Change(moved, min(noise, MOST_NOISE))


def _rest(moved: NDArray[Any], boxes: Sequence[Box]) -> NDArray[Any]:
    """Samples of what lies away from faces; where they fill the picture, of its calmest parts."""
    away = np.ones(moved.shape, bool)
    for box in boxes:
        r = near(box, moved.shape)
        away[r.y0 : r.y1, r.x0 : r.x1] = False
    values = moved[::_STEP, ::_STEP][away[::_STEP, ::_STEP]]
    if len(values) < _FEW:
        samples = np.sort(moved[::_STEP, ::_STEP], axis=None)
        return samples[: max(1, len(samples) // 10)]
    return values


def near(box: Box, shape: tuple[int, int]) -> Rect:
    """The part of a picture of shape (height, width) in which a face's zone lies."""
    across, along = box.width * (REACH - 1) / 2, box.height * (REACH - 1) / 2
    area = Rect.covering(
        box.x - across, box.y - along, box.width + 2 * across, box.height + 2 * along
    )
    return area.clipped(shape[1], shape[0])


def zone_about(box: Box, found: Change) -> Changed | None:
    """The zone of one face; ``None`` where nothing of it was changed."""
    area = near(box, found.moved.shape)
    if area.empty:
        return None
    changed = found.moved[area.y0 : area.y1, area.x0 : area.x1] > found.noise
    mask = _of_face(_joined(changed, found.exact, box.width), box, area)
    if mask is None:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    rect = Rect(area.x0 + x0, area.y0 + y0, area.x0 + x1, area.y0 + y1)
    return Changed(rect, mask[y0:y1, x0:x1])


def _joined(changed: Mask, exact: bool, width: float) -> NDArray[np.uint8]:
    """Changed pixels without specks of noise, and with what lies between them.

    Args:
        exact: there is no noise.
        width: of the face's box, pixels.
    """
    pixels: Any = changed.astype(np.uint8)
    if not exact:
        pixels = _without_specks(pixels, max(9.0, SPECK * width * width))
    side = max(3, round(JOINED * width)) | 1
    # with a border, so that a zone at the edge of the picture is not worn away
    pixels = cv2.copyMakeBorder(pixels, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    pixels = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, disc)
    return np.ascontiguousarray(pixels[side:-side, side:-side])


def _without_specks(pixels: NDArray[np.uint8], smallest: float) -> NDArray[np.uint8]:
    """Only connected parts of so many pixels or more."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=8)
    large = stats[:count, cv2.CC_STAT_AREA] >= smallest
    large[0] = False
    return np.asarray(large[labels], np.uint8)


def _of_face(changed: NDArray[np.uint8], box: Box, area: Rect) -> Mask | None:
    """The parts that touch the face's box, holes filled; ``None``: none but specks."""
    outlines, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    face = Rect.covering(box.x - area.x0, box.y - area.y0, box.width, box.height)
    out = np.zeros(changed.shape, np.uint8)
    for outline in outlines:
        x, y, width, height = cv2.boundingRect(outline)
        if Rect(x, y, x + width, y + height).intersection(face).empty:
            continue
        part = np.zeros(changed.shape, np.uint8)
        cv2.drawContours(part, [outline], -1, 1, cv2.FILLED)
        if int(part.sum()) >= SPECK * box.width * box.height:
            out |= part
    mask = out > 0
    return mask if mask.any() else None


def inner(zone: Changed) -> Changed:
    """The zone without its edge, where the picture beside it shows through: an encoder mixes pixels
    of a block, and colour is coded at half the size. A zone too thin for that stays as it is."""
    edge = EDGE_PX if min(zone.rect.width, zone.rect.height) >= _THIN_PX else EDGE_PX - 1
    kernel = np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)
    padded = cv2.copyMakeBorder(
        zone.mask.astype(np.uint8), edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0
    )
    mask = cv2.erode(padded, kernel)[edge:-edge, edge:-edge] > 0
    return Changed(zone.rect, mask) if mask.any() else zone


def share_of(box: Box, zone: Changed | None) -> float:
    """How much of a face's box, the part inside the picture, a zone covers; 0 to 1."""
    if zone is None:
        return 0.0
    face = Rect.covering(box.x, box.y, box.width, box.height)
    both = face.intersection(zone.rect)
    if both.empty:
        return 0.0
    r = zone.rect
    inside = zone.mask[both.y0 - r.y0 : both.y1 - r.y0, both.x0 - r.x0 : both.x1 - r.x0]
    return float(inside.sum() / face.area)


def whole(zone: Changed, shape: tuple[int, int]) -> Mask:
    """The zone as a mask of the whole picture, shape (height, width)."""
    mask = np.zeros(shape, bool)
    r = zone.rect
    mask[r.y0 : r.y1, r.x0 : r.x1] = zone.mask
    return mask


@dataclass(frozen=True, slots=True)
class _Packed:
    rect: Rect
    bits: bytes

    def changed(self) -> Changed:
        height, width = self.rect.height, self.rect.width
        bits = np.frombuffer(zlib.decompress(self.bits), np.uint8)
        mask = np.unpackbits(bits, count=height * width).astype(bool).reshape(height, width)
        return Changed(self.rect, mask)


class Zones(Mapping[int, tuple[Changed, ...]]):
    """The zones of every frame, packed: a video has many, and they are looked at again."""

    def __init__(self) -> None:
        self._packed: dict[int, list[_Packed]] = {}

    def add(self, frame: int, zone: Changed) -> None:
        """Keep a zone of a frame."""
        bits = zlib.compress(np.packbits(zone.mask).tobytes(), 1)
        self._packed.setdefault(frame, []).append(_Packed(zone.rect, bits))

    def __getitem__(self, frame: int) -> tuple[Changed, ...]:
        return tuple(packed.changed() for packed in self._packed[frame])

    def __iter__(self) -> Iterator[int]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
