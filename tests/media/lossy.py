"""Shared by the tests of the lossy formats: pictures, and one way to redact and look again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import data
from tests.media.lossless import BLACK, opened, written

from efface.media.interface import Fidelity, Photo, Written
from efface.policy import Colour
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

_astronaut: Callable[[], NDArray[np.uint8]] = data.astronaut


def scene(
    height: int = 96, width: int = 128, channels: int = 3, seed: int = 0
) -> NDArray[np.uint8]:
    """A piece of a real picture, textured; a fourth channel is a transparency ramp."""
    top, left = 60 + 40 * seed, 120
    part = _astronaut()[top : top + height, left : left + width]
    if channels == 1:
        return np.ascontiguousarray(part[..., 1])
    if channels == 4:
        ramp = np.linspace(0, 255, width).astype(np.uint8)
        part = np.dstack((part, np.broadcast_to(ramp, (height, width))))
    return np.ascontiguousarray(part)


def redacted(
    folder: Path, content: bytes, suffix: str, zones: Sequence[Zone], colour: Colour = BLACK
) -> tuple[bytes, Written, Photo, Fidelity]:
    """Redact as the workflow does: write, open again, compare, expect nothing left."""
    photo = opened(folder, content, suffix)
    output, report = written(photo, zones, colour)
    again = opened(folder, output, suffix)
    fidelity = photo.compare(again, photo.grown(zones), ConstantFilling(colour))
    assert not fidelity.exact
    assert not report.lossless
    assert again.findings() == ()
    return output, report, again, fidelity


def covers(picture: NDArray[Any], zones: Sequence[Zone], colour: Colour, tolerance: int) -> bool:
    """Whether every pixel of the zones shows the colour, within a tolerance."""
    for zone in zones:
        r = zone.rect
        pixels = picture[r.y0 : r.y1, r.x0 : r.x1][zone.mask()].astype(int)
        if np.abs(pixels - np.array(colour.rgb)).max() > tolerance:
            return False
    return True
