"""Fillings that are no methods: to prove that what a filling gives is what is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone


def soft(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """A picture without sharp edges that uses most of each channel's range, RGB."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    waves = [np.sin(x / (17 + 2 * c) + c + seed) * np.cos(y / (13 + 3 * c) - c) for c in range(3)]
    return np.asarray(np.rint(128 + 100 * np.stack(waves, axis=-1)), np.uint8)


def textured(width: int, height: int, seed: int = 0, noise: float = 8) -> NDArray[np.uint8]:
    """A picture as a photo has it: gradients, edges and noise, RGB.

    Args:
        noise: of each channel, in steps of 255.
    """
    picture = soft(width, height, seed).astype(float)
    y, x = np.mgrid[0:height, 0:width]
    picture[(x // 19 + y // 13) % 4 == 0] += 30
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


@dataclass(frozen=True, eq=False)
class PictureFilling(Filling):
    """A given picture shows through every zone."""

    picture: NDArray[np.uint8]
    """RGB, as large as the upright frames."""

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        r = zone.rect
        return self.picture[r.y0 : r.y1, r.x0 : r.x1]


@dataclass(frozen=True)
class UnsaidFilling(Filling):
    """One colour that does not say so: what a constant comes to without its fast way."""

    colour: Colour

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        out = np.empty((zone.rect.height, zone.rect.width, 3), np.uint8)
        out[:] = self.colour.rgb
        return out


class MirrorFilling(Filling):
    """What lies on the other side of the picture: the surroundings, read pixel by pixel."""

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        r = zone.rect
        return around.picture[::-1, ::-1][r.y0 : r.y1, r.x0 : r.x1]
