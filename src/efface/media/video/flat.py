"""Taking back what FFmpeg's muxers say of a layer that was left out.

They copy the description of a spatial video's eyes (QuickTime) and the record of Dolby Vision
(Matroska) from the input; players that know them would look for what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from efface.media.video.carried.ebml import children
from efface.media.video.carried.isoparts import found, inner, top_boxes
from efface.media.video.ticks import level_one, renew

_VISUAL_ENTRY = 78
_OF_EYES = frozenset({b"vexu", b"hfov", b"st3d"})
_TRACKS, _TRACK, _MAPPING, _VOID = 0x1654AE6B, 0xAE, 0x41E4, 0xEC
_HEAD = 1 << 20


def flatten_iso(path: Path) -> None:
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
    for box in top_boxes(file):
        if box.kind == b"moov":
            file.seek(box.inside)
            yield box.inside, file.read(box.end - box.inside)


def flatten_matroska(path: Path) -> None:
    """Empty what says how data beside the pictures is to be taken, in the written file.

    Raises:
        OSError: the file cannot be changed.
    """
    with path.open("r+b") as file:
        head = bytearray(file.read(_HEAD))
        tracks = level_one(head, _TRACKS)
        if tracks is None:
            return
        data = bytes(head)
        for track in children(data, tracks.inside, tracks.end):
            start = track.inside
            for part in children(data, track.inside, track.end) if track.id == _TRACK else ():
                if part.id == _MAPPING:
                    _empty(head, start, part.inside, part.end)
                start = part.end
        renew(head, tracks)
        file.seek(0)
        file.write(head)


def _empty(head: bytearray, start: int, inside: int, end: int) -> None:
    """Make an element a void one of the same length."""
    width = inside - start - 1
    size = end - inside
    head[start:inside] = bytes([_VOID]) + (size | 1 << 7 * width).to_bytes(width, "big")
    head[inside:end] = bytes(size)
