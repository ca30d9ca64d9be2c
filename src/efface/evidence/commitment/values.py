"""Payloads that a proof carries because they are compared within a tolerance.

The bytes are a zlib stream (RFC 1950) of, page by page among those with a tolerance: the payloads
of the open leaves one after the other, as a table with ``LeafGrid.values`` columns; each number
less the one above it modulo 256 (above the first row: 0); written column by column.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from efface.evidence.commitment.interface import LeafGrid
from efface.evidence.commitment.tree import Bytes, Mask


class ValuesError(ValueError):
    """The bytes are no payloads of these leaves."""


def packed(pages: Sequence[LeafGrid], payloads: Sequence[Bytes]) -> bytes:
    """Open payloads of the pages with a tolerance; nothing if there is no such page.

    Args:
        payloads: for each of these pages, shape (open leaves, payload).
    """
    tolerant = [page for page in pages if page.tolerance is not None]
    if not tolerant:
        return b""
    # run lengths and Huffman codes: as small as the usual search, in a fifth of its time
    deflater = zlib.compressobj(strategy=zlib.Z_RLE)
    parts = []
    for page, own in zip(tolerant, payloads, strict=True):
        table = own.reshape(-1, page.values)
        steps = np.diff(table, axis=0, prepend=np.zeros((1, page.values), np.uint8))
        parts.append(deflater.compress(np.ascontiguousarray(steps.T).tobytes()))
    return b"".join((*parts, deflater.flush()))


def unpacked(data: bytes, pages: Sequence[LeafGrid], opened: Sequence[Mask]) -> list[Bytes | None]:
    """The payloads of each page, shape (open leaves, payload); ``None`` without a tolerance.

    Args:
        opened: for each page, which leaves are open.

    Raises:
        ValuesError: not as many payloads as there are open leaves.
    """
    sizes = [
        0 if page.tolerance is None else int(own.sum()) * page.payload
        for page, own in zip(pages, opened, strict=True)
    ]
    if all(page.tolerance is None for page in pages):
        if data:
            raise ValuesError("it is followed by something else")
        return [None] * len(pages)
    inflater, raw = zlib.decompressobj(), b""
    try:
        raw = inflater.decompress(data, sum(sizes) + 1)
    except zlib.error as error:
        raise ValuesError("its values are damaged") from error
    if len(raw) != sum(sizes) or not inflater.eof or inflater.unused_data:
        raise ValuesError("it has more or fewer values than open blocks")
    out: list[Bytes | None] = []
    at = 0
    for page, size in zip(pages, sizes, strict=True):
        if page.tolerance is None:
            out.append(None)
            continue
        steps = np.frombuffer(raw, np.uint8, size, at).reshape(page.values, -1).T
        out.append(np.add.accumulate(steps, axis=0, dtype=np.uint8).reshape(-1, page.payload))
        at += size
    return out
