"""Lossily coded zones: as near to what was meant as the coder can come, and no other picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.fillings import PictureFilling, textured
from tests.media.lossless import zone
from tests.media.lossy import scene

from efface.colour import Colour
from efface.errors import VerificationError
from efface.media import nearness
from efface.media.filled import FrameFill
from efface.regions import Shape
from efface.zones import painting
from efface.zones.filling import ConstantFilling

MEANT = PictureFilling(textured(128, 96, 3))


def check(frame: NDArray[np.uint8], fill: FrameFill, step: float = 8.0) -> None:
    nearness.check_near(frame, fill, np.asarray, 8, step)


@pytest.mark.parametrize("shape", ["box", "rounded"])
def test_a_constant_zone_that_shows_something_is_seen(shape: Shape) -> None:
    frame = scene(64, 64)
    zones = (zone(10, 10, 50, 50, shape=shape),)
    fill = FrameFill(zones, ConstantFilling(Colour(9, 9, 9)), lambda: frame)
    with pytest.raises(VerificationError, match="not one constant"):
        check(frame, fill)
    painting.fill(frame, zones, (9, 9, 9))
    check(frame, fill)
    frame[12:15, 28:33] += 60  # the codec's blur at the edge
    check(frame, fill)
    frame[30, 30, 1] += 9
    with pytest.raises(VerificationError, match="9 apart"):
        check(frame, fill)
    painting.fill(frame, zones, (9, 30, 9))
    with pytest.raises(VerificationError, match="off by 21"):
        check(frame, fill)


@pytest.mark.parametrize("shape", ["box", "rounded"])
def test_a_picture_is_held_to_what_was_meant(shape: Shape) -> None:
    frame = scene(96, 128)
    fill = FrameFill((zone(10, 10, 90, 80, shape=shape),), MEANT, lambda: frame)
    with pytest.raises(VerificationError, match="off by"):
        check(frame, fill)
    fill.paint(frame, np.asarray)
    check(frame, fill)
    rng = np.random.default_rng(0)
    noisy = np.clip(frame + rng.normal(0, 14, frame.shape), 0, 255).astype(np.uint8)
    check(noisy, fill)
    with pytest.raises(VerificationError, match="off by"):
        check(noisy, fill, step=0.1)
    other = frame.copy()
    other[40:56, 40:56] = scene(16, 16)  # a piece of another picture
    with pytest.raises(VerificationError, match="off by"):
        check(other, fill)
    tinted = frame.copy()
    tinted[40:56, 40:56, 2] ^= 0x40
    with pytest.raises(VerificationError, match="off by"):
        check(tinted, fill)


def test_what_lies_under_a_later_zone_is_not_asked_for() -> None:
    frame = scene(96, 128)
    zones = (zone(10, 10, 90, 80), zone(40, 30, 120, 90))
    fill = FrameFill(zones, MEANT, lambda: frame)
    fill.paint(frame, np.asarray)
    check(frame, fill, step=0.0)
