"""Which leaves are hidden, in few bytes: the corners of the hidden areas (see ``format``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.evidence.commitment.gaps import GapsError, number_decoded, number_encoded
from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.tree import Mask


class CornersError(ValueError):
    """The bytes are no corners of these pages."""


def encoded(hidden: Sequence[Mask]) -> bytes:
    """The corners of all pages."""
    flags = np.concatenate([_differences(page).ravel() for page in hidden])
    out = bytearray()
    before = -1
    for position in np.flatnonzero(flags).tolist():
        distance, before = position - before, position
        out += number_encoded(distance)
    return bytes(out)


def decoded(data: bytes, pages: Sequence[LeafGrid]) -> tuple[Mask, ...]:
    """Which leaves of each page are hidden.

    Raises:
        CornersError: not the corners of such pages.
    """
    flags = np.zeros(sum(page.leaves for page in pages), bool)
    position, at = -1, 0
    while at < len(data):
        try:
            distance, at = number_decoded(data, at)
        except GapsError as error:
            raise CornersError(str(error)) from error
        position += distance
        if distance == 0 or position >= len(flags):
            raise CornersError("a corner lies outside the picture")
        flags[position] = True
    out, start = [], 0
    for page in pages:
        own = flags[start : start + page.leaves].reshape(page.rows, page.columns)
        out.append(np.logical_xor.accumulate(np.logical_xor.accumulate(own, axis=0), axis=1))
        start += page.leaves
    return tuple(out)


def _differences(hidden: Mask) -> Mask:
    padded = np.pad(hidden, ((1, 0), (1, 0)))
    rows = padded[1:] ^ padded[:-1]
    return np.asarray(rows[:, 1:] ^ rows[:, :-1])
