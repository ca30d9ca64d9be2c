"""Hashes of leaves: payloads, salts and places, one row of leaves at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from efface.evidence.commitment.format import DIGEST_BYTES, LEAF
from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.tree import Bytes, Mask, hashed

_PAGE, _ROW, _COLUMN = slice(4, 8), slice(8, 12), slice(12, 16)
_SALT, _CONTEXT, _PAYLOAD = slice(16, 32), slice(32, 64), 64
"""Where the parts of what is hashed lie: a payload begins on a block of SHA-256."""


def leaf_hashes(
    number: int,
    page: LeafGrid,
    rows: Iterator[Bytes],
    salts: Bytes,
    *,
    context: bytes,
    wanted: Mask | None = None,
) -> Bytes:
    """The hashes of a page's leaves, shape (rows, columns, 32).

    Args:
        number: of the page.
        rows: payloads; as many are taken as the page has rows.
        salts: shape (rows, columns, 16).
        wanted: the others' hashes are zero.
    """
    out = np.zeros((page.rows, page.columns, DIGEST_BYTES), np.uint8)
    data = np.zeros((page.columns, _PAYLOAD + page.payload), np.uint8)
    data[:, 0] = LEAF[0]
    data[:, _PAGE] = _numbers(number)
    data[:, _COLUMN] = _numbers(np.arange(page.columns))
    data[:, _CONTEXT] = np.frombuffer(context, np.uint8)
    for row, payloads in enumerate(islice(rows, page.rows)):
        data[:, _ROW] = _numbers(row)
        data[:, _SALT] = salts[row]
        data[:, _PAYLOAD:] = payloads
        if wanted is None or wanted[row].all():
            out[row] = hashed(data)
        elif wanted[row].any():
            out[row, wanted[row]] = hashed(data[wanted[row]])
    return out


def _numbers(values: int | np.ndarray[tuple[int], np.dtype[np.int64]]) -> Bytes:
    """u32, big-endian: shape (4,) or (n, 4)."""
    return np.asarray(values, ">u4")[..., None].view(np.uint8)
