"""What a small network, trained on AI-generated faces, takes a smooth zone for: which filter, and
how wide. Its word is one sign among others (``estimator.py``)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.batches import ChipNetwork
from efface.geometry import Rect

WHOLE_PX, CLOSE_PX = 64, 48
"""Sides of the zone as it is looked at whole, and of its middle, pixel by pixel."""

AROUND = 0.15
"""Of a side: what is seen beside the zone, on each side."""

KINDS = ("none", "gaussian", "box", "median", "unknown")
"""What it tells apart, in the order of its outputs; what has a grid, one colour or a swirl counts
as unknown."""

FILTERS = KINDS[1:4]
"""Those that have a width: of each it says the logarithm of that over the zone's, and of how far
off that may be."""

_LEAST = -8.0
"""Logarithm of a probability below which it says no less."""


@dataclass(frozen=True, slots=True)
class ZoneViews:
    """What the network sees of a zone."""

    whole: NDArray[np.float32]
    """Zone and surroundings at one size, shape (64, 64), steps of 255 from the zone's mean."""
    close: NDArray[np.float32]
    """Its middle as it is, shape (48, 48), likewise."""
    sizes: NDArray[np.float32]
    """Shape (3,): logarithms of the zone's sides in pixels and of the face's width over the
    zone's."""


def views(luma: NDArray[np.float32], zone: Rect, face_px: float) -> ZoneViews:
    """Of a zone.

    Args:
        luma: of the picture, 0 to 255.
        zone: in it, at least 8 pixels each way.
        face_px: width of the face.
    """
    height, width = luma.shape
    mean = float(luma[zone.y0 : zone.y1, zone.x0 : zone.x1].mean())
    around = zone.padded(round(AROUND * zone.width), round(AROUND * zone.height))
    seen = around.clipped(width, height)
    piece = luma[seen.y0 : seen.y1, seen.x0 : seen.x1] - mean
    piece = _padded(piece, seen, around)
    way = cv2.INTER_AREA if piece.shape[1] > WHOLE_PX else cv2.INTER_LINEAR
    whole = cv2.resize(piece, (WHOLE_PX, WHOLE_PX), interpolation=way)
    y, x = (zone.y0 + zone.y1 - CLOSE_PX) // 2, (zone.x0 + zone.x1 - CLOSE_PX) // 2
    middle = Rect(x, y, x + CLOSE_PX, y + CLOSE_PX)
    own = middle.clipped(width, height)
    close = luma[own.y0 : own.y1, own.x0 : own.x1] - mean
    close = _padded(close, own, middle)
    sizes = [math.log(zone.width), math.log(zone.height), math.log(face_px / zone.width)]
    return ZoneViews(
        np.asarray(whole, np.float32), np.asarray(close, np.float32), np.array(sizes, np.float32)
    )


def _padded(piece: NDArray[np.floating], seen: Rect, wanted: Rect) -> NDArray[np.floating]:
    """What lies beyond the picture's edges is taken to be as they are."""
    sides = (
        (seen.y0 - wanted.y0, wanted.y1 - seen.y1),
        (seen.x0 - wanted.x0, wanted.x1 - seen.x1),
    )
    return np.pad(piece, sides, mode="edge")


@dataclass(frozen=True, slots=True)
class FilterWord:
    """What the network says of a zone."""

    odds: dict[str, float]
    """Logarithm of each kind's probability, -8 to 0."""
    size_px: dict[str, float]
    """Of each filter, as advice gives it: a Gaussian's sigma, else the filter's width."""
    spread: dict[str, float]
    """Logarithm of how far off the logarithm of that may be."""


def filter_word(luma: NDArray[np.float32], zone: Rect, face_px: float) -> FilterWord:
    """Ask the network; arguments as of ``views``."""
    seen = views(luma, zone, face_px)
    inputs = {"whole": seen.whole[None], "close": seen.close[None], "sizes": seen.sizes[None]}
    said = _network().run(inputs)["said"][0].astype(np.float64)
    logits, widths = said[: len(KINDS)], said[len(KINDS) :].reshape(len(FILTERS), 2)
    odds = logits - logits.max()
    odds -= math.log(float(np.exp(odds).sum()))
    return FilterWord(
        {kind: max(float(v), _LEAST) for kind, v in zip(KINDS, odds, strict=True)},
        {kind: zone.width * math.exp(v[0]) for kind, v in zip(FILTERS, widths, strict=True)},
        {kind: float(v[1]) for kind, v in zip(FILTERS, widths, strict=True)},
    )


@cache
def _network() -> ChipNetwork:
    return ChipNetwork("filters")
