"""Palettes rebuilt from what is seen outside the zones.

An encoder picks a palette from the whole picture, so entries used only in a zone are remnants of
the face, and even the order of the others depends on it. A rebuilt palette holds the colours seen
outside the zones, in the order of their values, and the fill: nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.few_colours import Entry, as_entry, reduced
from efface.media.filled import Convert, FrameFill, packed
from efface.media.raster import stripes

NEAREST_NOTE = (
    "Every palette entry is used outside the zones, so they were filled with the palette's colour "
    "nearest to the policy's."
)
REDUCED_NOTE = (
    "The palette has too few entries left for what the zones were filled with: it was reduced to "
    "the colours that it can hold."
)


def shortage(fill: FrameFill) -> str:
    """What the user must know of a filling whose colours did not all find room."""
    return REDUCED_NOTE if fill.constant is None else NEAREST_NOTE


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A canonical palette and how to get there."""

    colours: NDArray[np.uint16]
    """Shape (entries, channels), in the order of their values."""
    lookup: NDArray[np.uint16]
    """New index of each old one (0 for those not seen outside the zones)."""
    wanted: NDArray[np.uint32]
    """The colours of the fill, packed, ascending."""
    places: NDArray[np.uint16]
    """The entry of each."""
    exact: bool
    """The fill has the colours asked for, not the nearest there were."""

    def indices(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """The entries of colours of the fill, shape (...)."""
        return self.places[np.searchsorted(self.wanted, packed(rgb))]


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
    fill: FrameFill,
    capacity: int,
    *,
    entry: Convert,
    opaque: int | None = None,
) -> Rebuilt | None:
    """A canonical palette of the entries seen outside the zones and the fill.

    Args:
        colours: the old palette, shape (entries, channels); an index past its end is black.
        seen: old indices used outside the zones.
        fill: of the zones; it may have none.
        capacity: how many entries the new one may have.
        entry: the entries of colours of the fill.
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
    kept = {as_entry(old[index]) for index in seen}
    wanted, counts = fill.colours()
    solid = {c for c in kept if opaque is None or c[-1] == opaque}
    chosen = reduced(wanted, counts, solid, capacity - len(kept), entry)
    if chosen is None:
        return None
    exact, entries = chosen
    everything = kept | {as_entry(e) for e in entries}
    # by alpha first, if there is one: PNG then needs to store the few that are not opaque only
    key = (lambda c: c) if opaque is None else (lambda c: (c[-1], *c[:-1]))
    ordered = sorted(everything, key=key)
    place = {colour: index for index, colour in enumerate(ordered)}
    lookup = np.zeros(256, np.uint16)
    for index in seen:
        lookup[index] = place[as_entry(old[index])]
    return Rebuilt(
        np.array(ordered, np.uint16).reshape(-1, colours.shape[1]),
        lookup,
        wanted,
        _placed(entries, place),
        exact,
    )


def _placed(entries: NDArray[Any], place: dict[Entry, int]) -> NDArray[np.uint16]:
    """The index of each of many entries that hold few values."""
    if not len(entries):
        return np.empty(0, np.uint16)
    values, inverse = np.unique(entries, axis=0, return_inverse=True)
    found = np.array([place[as_entry(value)] for value in values], np.uint16)
    return np.asarray(found[inverse.ravel()])
