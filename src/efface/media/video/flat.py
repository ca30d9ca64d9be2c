"""Taking back what FFmpeg's QuickTime muxer says of a second view that was left out.

It copies the description of a spatial video's eyes from the input; players that know it would look
for the other eye's picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from efface.media.video.carried.isoparts import found, inner

_VISUAL_ENTRY = 78
_OF_EYES = frozenset({b"vexu", b"hfov", b"st3d"})


def flatten(path: Path) -> None:
    """Empty the boxes that describe eyes, in the written file.

    Raises:
        OSError: the file cannot be changed.
    """
    with path.open("r+b") as file:
        for start, data in _indexes(file):
            for stsd in found(data, 0, len(data), b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
                for entry in inner(data, stsd.inside + 8, stsd.end):
                    for box in inner(data, entry.inside + _VISUAL_ENTRY, entry.end):
                        if box.kind in _OF_EYES:
                            file.seek(start + box.inside - 4)
                            file.write(b"free" + bytes(box.end - box.inside))


def _indexes(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Offset and inside of each ``moov`` box."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(16)
        size, inside = int.from_bytes(head[:4], "big"), at + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), at + 16
        if size < 8:
            return
        if head[4:8] == b"moov":
            file.seek(inside)
            yield inside, file.read(at + size - inside)
        at += size
