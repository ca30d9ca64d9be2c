"""Boxes in boxes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from efface.media.isobmff.boxes import IsoBox, box_at
from efface.media.trace import Trace

_MAX_BOXES = 100_000


def inner(data: bytes, start: int, end: int) -> Iterator[IsoBox]:
    """The whole boxes between two offsets; a rest that is none (QuickTime ends lists with zeros)
    is left out."""
    for _ in range(_MAX_BOXES):
        box = box_at(data, start, end)
        if box is None:
            return
        yield box
        start = box.end


def found(data: bytes, start: int, end: int, *path: bytes) -> Iterator[IsoBox]:
    """The boxes at a path of kinds."""
    for box in inner(data, start, end):
        if box.kind == path[0]:
            if len(path) == 1:
                yield box
            else:
                yield from found(data, box.inside, box.end, *path[1:])


def header_dates(data: bytes, box: IsoBox, where: str) -> Iterator[Trace]:
    """Creation and modification time in ``mvhd``, ``tkhd`` or ``mdhd``."""
    width = 8 if data[box.inside : box.inside + 1] == b"\1" else 4
    times = data[box.inside + 4 : min(box.inside + 4 + 2 * width, box.end)]
    if any(times):
        yield Trace("date", where, "when it was made or changed", "locates", len(times))


def top_boxes(file: BinaryIO) -> list[IsoBox]:
    """The boxes of a file, as far as they can be told apart."""
    out, at, end = [], 0, file.seek(0, os.SEEK_END)
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, inside = int.from_bytes(head[:4], "big"), at + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), at + 16
        if size < 8:
            break
        out.append(IsoBox(head[4:8], at, inside, at + size))
        at += size
    return out
