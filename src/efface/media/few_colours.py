"""Where a palette cannot hold every colour of a filling: the few that stand for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.filled import Convert, packed, unpacked
from efface.media.raster import stripes

Entry = tuple[int, ...]
"""A palette's entry, in its own scale and order of channels."""


def as_entry(row: NDArray[Any]) -> Entry:
    """One row of a palette."""
    return tuple(int(v) for v in row)


def reduced(
    wanted: NDArray[np.uint32],
    counts: NDArray[np.int64],
    there: set[Entry],
    room: int,
    entry: Convert,
) -> tuple[bool, NDArray[Any]] | None:
    """The entries for the colours of a fill, shape (colours, channels): their own, if there is room
    for all, else the nearest of those that are there anyhow and of as many as there is room for.

    Args:
        wanted: the colours, packed, ascending.
        counts: how often each is seen.
        there: entries that can be shared.
        room: how many may be added.

    Returns:
        whether they are their own; and ``None`` when there is no entry at all.
    """
    exact = entry(unpacked(wanted))
    if len(wanted) <= room + len(there):
        missing = {as_entry(e) for e in exact} - there
        if len(missing) <= room:
            return True, exact
    new = entry(unpacked(cut(wanted, counts, room)))
    choice = sorted(there | {as_entry(e) for e in new})
    if not choice:
        return None
    return False, _nearest(np.asarray(exact, np.int64), np.array(choice, np.int64))


def _nearest(wanted: NDArray[np.int64], choice: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of the choice, ascending, the one with the least squared distance; of several the first."""
    out = np.empty_like(wanted)
    for rows in stripes(len(wanted), choice.nbytes):
        apart = wanted[rows, None, :] - choice
        out[rows] = choice[np.square(apart).sum(axis=2).argmin(axis=1)]
    return out


def cut(colours: NDArray[np.uint32], counts: NDArray[np.int64], most: int) -> NDArray[np.uint32]:
    """At most so many colours that stand for many: median cut (Heckbert 1982), in whole numbers.

    Args:
        colours: packed, ascending.
        counts: how often each is seen.
    """
    if most <= 0 or not len(colours):
        return np.empty(0, np.uint32)
    rgb = unpacked(colours).astype(np.int64)
    boxes = [np.arange(len(colours))]
    sizes = [_extent(rgb[boxes[0]], counts[boxes[0]])]
    while len(boxes) < most:
        largest = max(range(len(boxes)), key=lambda i: (sizes[i][0], -i))
        weight, channel = sizes[largest]
        if weight == 0:
            break
        box = boxes[largest]
        box = box[np.argsort(rgb[box, channel], kind="stable")]
        total = np.cumsum(counts[box])
        at = int(np.searchsorted(total, (int(total[-1]) + 1) // 2)) + 1
        at = min(max(at, 1), len(box) - 1)
        boxes[largest], rest = box[:at], box[at:]
        boxes.append(rest)
        sizes[largest] = _extent(rgb[boxes[largest]], counts[boxes[largest]])
        sizes.append(_extent(rgb[rest], counts[rest]))
    means = [
        (2 * (rgb[box] * counts[box, None]).sum(axis=0) + counts[box].sum())
        // (2 * counts[box].sum())
        for box in boxes
    ]
    return packed(np.array(means, np.uint8))


def _extent(rgb: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[int, int]:
    """How much a box is in need of being cut, and the channel along which."""
    widths = rgb.max(axis=0) - rgb.min(axis=0)
    channel = int(widths.argmax())
    return int(widths[channel]) * int(counts.sum()), channel
