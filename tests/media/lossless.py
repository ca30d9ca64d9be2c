"""Shared by the tests of the lossless formats: one way to redact, and a search for canaries."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.media.interface import Photo, Written
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.regions import Shape
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

BLACK = Colour(0, 0, 0)
BLACK_FILL = ConstantFilling(BLACK)
CANARY = b"CANARY-7f3a-lives-here"


def zone(x0: int, y0: int, x1: int, y1: int, *, frame: int = 0, shape: Shape = "box") -> Zone:
    """A zone in whole pixels of the upright picture."""
    rect = Rect(x0, y0, x1, y1)
    return Zone("t1", frame, rect, rect, shape)


def opened(folder: Path, data: bytes, suffix: str, limits: Limits | None = None) -> Photo:
    """The bytes as a file, opened as a user's file is."""
    path = folder / f"input{len(list(folder.iterdir()))}{suffix}"
    path.write_bytes(data)
    return open_photo(path, limits or Limits())


AS_EACH_IS = EncodePolicy()
"""Qualities that are chosen by how finely the input is quantised."""


def written(
    photo: Photo, zones: Sequence[Zone], colour: Colour = BLACK, encode: EncodePolicy = AS_EACH_IS
) -> tuple[bytes, Written]:
    """What is written, without looking at it again."""
    out = io.BytesIO()
    report = photo.write(photo.grown(zones), ConstantFilling(colour), encode, out)
    return out.getvalue(), report


def redacted(
    folder: Path, data: bytes, suffix: str, zones: Sequence[Zone], colour: Colour = BLACK
) -> tuple[bytes, Written, Photo]:
    """Redact as the workflow does: write, open again, hold against the input, expect nothing left.

    Also writes the result once more and expects the same bytes: what is written is canonical.
    """
    photo = opened(folder, data, suffix)
    output, report = written(photo, zones, colour)
    again = opened(folder, output, suffix)
    fidelity = photo.compare(again, photo.grown(zones), ConstantFilling(colour))
    assert fidelity.exact
    assert report.lossless
    assert again.findings() == ()
    assert written(again, zones, colour)[0] == output
    return output, report, again


def holds(data: bytes, canary: bytes = CANARY) -> bool:
    """Whether a canary is in the bytes, as it is or inside any zlib stream."""
    if canary in data:
        return True
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        inflater = zlib.decompressobj()
        try:
            if canary in inflater.decompress(data[match.start() :], 1 << 24):
                return True
        except zlib.error:
            continue
    return False


def noise(shape: tuple[int, ...], high: int = 256, seed: int = 1) -> NDArray[np.uint16]:
    """Samples from 0 to ``high`` - 1."""
    return np.random.default_rng(seed).integers(0, high, shape).astype(np.uint16)


def inside(shape: tuple[int, int], zones: Sequence[Zone]) -> NDArray[np.bool_]:
    """Pixels in the zones."""
    mask = np.zeros(shape, bool)
    for z in zones:
        r = z.rect
        mask[r.y0 : r.y1, r.x0 : r.x1] |= z.mask()
    return mask
