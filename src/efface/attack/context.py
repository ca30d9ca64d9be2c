"""Context: hair, ears, neck, clothes and what else surrounds a zone, as evidence of who it is.

Only ever held against *other* pictures of the person: in the same shot the surroundings match of
themselves. Nothing of the zone counts; it is one grey in all pictures, and what a probe hides is
hidden in the pictures it is compared with, too (``hidden_alike``), so that no picture is known by
its zone.

Published figures go from 31.9 % across events to 91.5 % within one (Oh et al., Faceless person
recognition, ECCV 2016). What these features find is in docs/leak-table.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX, similarity, warped
from efface.attack.interface import Pixels, Points
from efface.attack.recognisers.interface import Recogniser

Blocks = Mapping[str, NDArray[np.floating]]
"""By kind of feature: shape (pictures, width)."""

SIDE_PX = 160
SPAN = 2.6
"""Side of the square about the face, in dlib's chips: about three widths of the face, which is as
much as the pictures of ``ytf-dev``, on which this was tried, have."""
DOWN = 0.04
"""The square lies lower by this share of its side: clothes tell more than what is above a head."""
GREY = 128
BORDER_PX = 2
CELLS = 8
ANGLES = 9
EDGE_FLOOR = 50.0
"""Added to the length of a cell's histogram, so that cells of noise count for little."""
LEAST_SEEN = 20
"""Pixels of which a colour is taken."""
PARTS = {
    "above": (0.0, 0.35, 0.25, 0.75),
    "left": (0.2, 0.7, 0.0, 0.35),
    "right": (0.2, 0.7, 0.65, 1.0),
    "below": (0.65, 1.0, 0.15, 0.85),
}
"""Where hair, ears and clothes are: top, bottom, left and right, in sides of the square."""
HUES = (6, 5, 5)
HUE_RANGES = ((0, 256), (98, 158), (98, 168))
"""Bins, and what they cover, of L*a*b* as OpenCV scales it to bytes."""


@dataclass(frozen=True, slots=True)
class FaceContext:
    """An upright square about one face, aligned by its points."""

    pixels: Pixels
    """RGB, shape (SIDE_PX, SIDE_PX, 3); ``GREY`` where nothing is seen."""
    seen: NDArray[np.bool_]
    """Pixels inside the picture and outside all zones, shape (SIDE_PX, SIDE_PX)."""


def surroundings(picture: Pixels, zone: NDArray[np.bool_], points: Points) -> FaceContext:
    """What surrounds one face.

    Args:
        picture: the redacted picture, RGB, as far around the face as there is.
        zone: which pixels are redacted, this person's and others', shape (height, width); none are
            in a clear picture, whose face is then hidden by ``hidden_alike``.
        points: shape (5, 2), in pixels of the picture.

    Raises:
        ValueError: the shapes do not go together, or the points are all in one place.
    """
    if zone.shape != picture.shape[:2]:
        raise ValueError(f"expected a zone for a picture {picture.shape}, got one {zone.shape}")
    edges = (BORDER_PX,) * 4  # what lies outside the picture repeats this border: grey, not seen
    framed = cv2.copyMakeBorder(picture, *edges, cv2.BORDER_CONSTANT, value=(GREY,) * 3)
    visible = np.where(zone, 0, 255).astype(np.uint8)
    framed_visible = cv2.copyMakeBorder(visible, *edges, cv2.BORDER_CONSTANT, value=0)
    transform = similarity(points + BORDER_PX, SIDE_PX) / SPAN
    transform[:, 2] += SIDE_PX * (1 - 1 / SPAN) / 2
    transform[1, 2] -= SIDE_PX * DOWN
    pixels = warped(np.asarray(framed, np.uint8), transform, SIDE_PX)
    seen = warped(np.asarray(framed_visible, np.uint8), transform, SIDE_PX) == 255
    return _hidden(pixels, seen)


def hidden_alike(other: FaceContext, probe: FaceContext) -> FaceContext:
    """Another picture with everything hidden, too, that is hidden in the probe."""
    return _hidden(other.pixels, other.seen & probe.seen)


def _hidden(pixels: Pixels, seen: NDArray[np.bool_]) -> FaceContext:
    grey = np.where(seen[..., None], pixels, np.uint8(GREY))
    return FaceContext(np.asarray(grey, np.uint8), seen)


def described(
    looks: Sequence[FaceContext], recognisers: Sequence[Recogniser]
) -> dict[str, NDArray[np.float32]]:
    """Features of the surroundings, a row for each look.

    Returns:
        ``hues``: which colours there are above, beside and below; ``colours``: which is where;
        ``edges``: which way they run; and a recogniser's template of the whole square by its name.
    """
    out = {
        "hues": np.stack([_hues(look) for look in looks]),
        "colours": np.stack([_colours(look) for look in looks]),
        "edges": np.stack([_edges(look) for look in looks]),
    }
    size = (CHIP_PX, CHIP_PX)
    chips = [cv2.resize(look.pixels, size, interpolation=cv2.INTER_AREA) for look in looks]
    stacked = np.stack(chips).astype(np.uint8)
    return out | {one.name: one.embed(stacked) for one in recognisers}


def likeness(probes: Blocks, gallery: Blocks) -> NDArray[np.float64]:
    """How like each picture of the gallery is to each probe, all features together; higher is more
    alike. Nothing is trained: cosines about the gallery's mean, a probe's over the gallery brought
    to mean 0 and deviation 1. Features that are the same in all pictures tell nothing.

    Returns:
        Shape (probes, gallery).
    """
    total = np.zeros((len(next(iter(probes.values()))), len(next(iter(gallery.values())))))
    for name, block in gallery.items():
        mean = block.mean(axis=0)
        cosines = _unit(probes[name] - mean) @ _unit(block - mean).T
        spread = cosines.std(axis=1, keepdims=True)
        apart = cosines - cosines.mean(axis=1, keepdims=True)
        total += np.where(spread > 1e-6, apart / np.maximum(spread, 1e-6), 0)
    return total


def _unit(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 1e-6, rows / np.maximum(lengths, 1e-6), 0).astype(np.float64)


def _lab(look: FaceContext) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", cv2.cvtColor(look.pixels, cv2.COLOR_RGB2LAB)).astype(
        np.float32
    )


def _hues(look: FaceContext) -> NDArray[np.float32]:
    """Square roots of a histogram a part, so that a product compares them as Hellinger does."""
    lab, out = _lab(look), []
    for top, bottom, left, right in PARTS.values():
        rows = slice(round(top * SIDE_PX), round(bottom * SIDE_PX))
        columns = slice(round(left * SIDE_PX), round(right * SIDE_PX))
        colours = lab[rows, columns][look.seen[rows, columns]]
        share = np.zeros(HUES)
        if len(colours) >= LEAST_SEEN:
            share, _ = np.histogramdd(colours, bins=HUES, range=HUE_RANGES)
            share = share / max(1.0, share.sum())
        out.append(np.sqrt(share).ravel())
    return np.concatenate(out).astype(np.float32)


def _colours(look: FaceContext) -> NDArray[np.float32]:
    """Mean and deviation of L*a*b* in each cell; 0 where too little is seen."""
    lab, seen = _cells(_lab(look)), _cells(look.seen)
    count = seen.sum(axis=(2, 3))[..., None]
    weight = seen[..., None]
    mean = (lab * weight).sum(axis=(2, 3)) / np.maximum(count, 1)
    spread = ((lab - mean[:, :, None, None]) ** 2 * weight).sum(axis=(2, 3)) / np.maximum(count, 1)
    values = np.concatenate([mean - GREY, np.sqrt(spread)], axis=2)
    return np.where(count >= LEAST_SEEN, values, 0).astype(np.float32).ravel()


def _edges(look: FaceContext) -> NDArray[np.float32]:
    """Histograms of gradients by angle in each cell (Dalal & Triggs, CVPR 2005, without overlap);
    the edges of what is hidden do not count."""
    grey = cv2.cvtColor(cv2.GaussianBlur(look.pixels, (0, 0), 1), cv2.COLOR_RGB2GRAY)
    x, y = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    inside = cv2.erode(look.seen.astype(np.uint8), np.ones((5, 5), np.uint8))
    strength = _cells(np.hypot(x, y) * inside)
    angle = _cells((np.arctan2(y, x) % np.pi) / np.pi * ANGLES).astype(int) % ANGLES
    sums = np.stack([(strength * (angle == a)).sum(axis=(2, 3)) for a in range(ANGLES)], axis=2)
    even = sums / (np.linalg.norm(sums, axis=2, keepdims=True) + EDGE_FLOOR)
    return np.asarray(even, np.float32).ravel()


def _cells(picture: NDArray[Any]) -> NDArray[Any]:
    """Cut into ``CELLS`` x ``CELLS`` cells: shape (cells, cells, rows, columns, …)."""
    side = SIDE_PX // CELLS
    return picture.reshape(CELLS, side, CELLS, side, *picture.shape[2:]).swapaxes(1, 2)
