"""Palettes rebuilt from what is seen outside the zones.

An encoder picks a palette from the whole picture, so entries used only in a zone are remnants of
the face, and even the order of the others depends on it. A rebuilt palette holds the colours seen
outside the zones, in the order of their values, and the fill: nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.media.raster import stripes

NEAREST_NOTE = (
    "Every palette entry is used outside the zones, so they were filled with the palette's colour "
    "nearest to the policy's."
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A canonical palette and how to get there."""

    colours: NDArray[np.uint16]
    """Shape (entries, channels), in the order of their values."""
    lookup: NDArray[np.uint16]
    """New index of each old one (0 for those not seen outside the zones)."""
    fill: int
    """Index of the fill; 0 when there is nothing to fill."""
    exact: bool
    """The fill is the colour asked for, not the nearest there was."""


def used(indices: NDArray[np.uint8], mask: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    """Which indices are used in pixels that ``mask`` does not cover, ascending."""
    counts = np.zeros(256, np.int64)
    for rows in stripes(len(indices), indices.shape[1] * 8):
        seen = indices[rows] if mask is None else indices[rows][~mask[rows]]
        counts += np.bincount(seen.ravel(), minlength=256)
    return np.flatnonzero(counts)


def rebuild(
    colours: NDArray[np.uint16],
    seen: NDArray[np.intp],
    fill: tuple[int, ...] | None,
    capacity: int,
    opaque: int | None = None,
) -> Rebuilt | None:
    """A canonical palette of the entries seen outside the zones and the fill.

    Args:
        colours: the old palette, shape (entries, channels); an index past its end is black.
        seen: old indices used outside the zones.
        fill: the colour of the zones, ``None`` when there are none.
        capacity: how many entries the new one may have.
        opaque: value of the last channel of an opaque entry, when that is alpha. The fill is
            opaque, and what is hidden under full transparency becomes black.

    Returns:
        ``None`` when no entry is free for the fill and none of the others is opaque.
    """
    old = np.zeros((256, colours.shape[1]), np.uint16)
    if opaque is not None:
        old[:, -1] = opaque
    old[: len(colours)] = colours
    if opaque is not None:
        old[old[:, -1] == 0] = 0
    kept = {tuple(int(v) for v in old[index]) for index in seen}
    exact = fill is None or fill in kept or len(kept) < capacity
    if fill is not None and exact:
        kept.add(fill)
    elif fill is not None:
        near = nearest(kept if opaque is None else {c for c in kept if c[-1] == opaque}, fill)
        if near is None:
            return None
        fill = near
    # by alpha first, if there is one: PNG then needs to store the few that are not opaque only
    key = (lambda c: c) if opaque is None else (lambda c: (c[-1], *c[:-1]))
    ordered = sorted(kept, key=key)
    place = {colour: index for index, colour in enumerate(ordered)}
    lookup = np.zeros(256, np.uint16)
    for index in seen:
        lookup[index] = place[tuple(int(v) for v in old[index])]
    return Rebuilt(
        np.array(ordered, np.uint16).reshape(-1, colours.shape[1]),
        lookup,
        0 if fill is None else place[fill],
        exact,
    )


def nearest(colours: set[tuple[int, ...]], wanted: tuple[int, ...]) -> tuple[int, ...] | None:
    """The colour with the least squared distance; of several, the one of least value."""
    if not colours:
        return None
    return min(
        colours, key=lambda c: (sum((a - b) ** 2 for a, b in zip(c, wanted, strict=True)), c)
    )
