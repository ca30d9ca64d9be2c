"""Putting into a finished MP4 or QuickTime file how its video lies on the sphere.

FFmpeg's muxer writes the newer boxes into MP4 alone, and the older one never. So the movie's header
is taken, the boxes are put where they belong, and where the header lies before the pictures these
move back, and with them every offset in it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from efface.errors import VerificationError
from efface.media.isobmff.boxes import IsoBox, packed
from efface.media.video.carried.around import Around
from efface.media.video.carried.isoparts import found, inner, top_boxes

_VISUAL_ENTRY = 78
_COPIED = 8 << 20
_SAME = frozenset({b"vexu", b"st3d", b"sv3d"})
_PATH = (b"mdia", b"minf", b"stbl", b"stsd")


def put_around(path: Path, around: Around) -> None:
    """Write it into a file that has one video track.

    Raises:
        OSError: the file cannot be changed.
        VerificationError: it is not laid out as a muxer writes it.
    """
    with path.open("r+b") as file:
        moov = next((box for box in top_boxes(file) if box.kind == b"moov"), None)
        if moov is None:
            raise VerificationError("the written file has no header.", path=path)
        file.seek(moov.inside)
        data = file.read(moov.end - moov.inside)
        tracks = [box for box in inner(data, 0, len(data)) if _is_video(data, box)]
        if len(tracks) != 1 or moov.inside - moov.start != 8:
            raise VerificationError("the written file has not one video track.", path=path)
        grown = len(around.entry_boxes()) + len(around.track_boxes())
        end = file.seek(0, os.SEEK_END)
        header = packed(b"moov", _header(data, tracks[0], around, moov, grown))
        if moov.end < end:
            _moved_back(file, moov.end, end, grown)
        file.seek(moov.start)
        file.write(header)


def _is_video(data: bytes, box: IsoBox) -> bool:
    handlers = found(data, box.inside, box.end, b"mdia", b"hdlr") if box.kind == b"trak" else ()
    return any(data[h.inside + 8 : h.inside + 12] == b"vide" for h in handlers)


@dataclass(frozen=True, slots=True)
class _Insert:
    at: int
    data: bytes


def _header(data: bytes, track: IsoBox, around: Around, moov: IsoBox, grown: int) -> bytes:
    """The payload of ``moov`` with the boxes in it, sizes and offsets as they are then."""
    out = bytearray(data)
    parents: dict[int, int] = {}
    at, end = track.inside, track.end
    parents[track.start] = grown
    for kind in _PATH:
        box = next(b for b in inner(data, at, end) if b.kind == kind)
        parents[box.start] = len(around.entry_boxes())
        at, end = box.inside + (8 if kind == b"stsd" else 0), box.end
    entry = next(iter(inner(data, at, end)))
    parents[entry.start] = len(around.entry_boxes())
    boxes = list(inner(data, entry.inside + _VISUAL_ENTRY, entry.end))
    for box in boxes:  # the muxer's own: readers take none twice
        if box.kind in _SAME:
            out[box.start + 4 : box.end] = b"free".ljust(box.end - box.start - 4, b"\0")
    # QuickTime may end a sample entry with four zero bytes
    last = boxes[-1].end if boxes else entry.end
    inserts = [_Insert(last, around.entry_boxes()), _Insert(track.end, around.track_boxes())]
    for start, more in parents.items():
        size = int.from_bytes(data[start : start + 4], "big") + more
        out[start : start + 4] = size.to_bytes(4, "big")
    for trak in inner(data, 0, len(data)):
        if trak.kind == b"trak":
            for kind, width in ((b"stco", 4), (b"co64", 8)):
                for box in found(data, trak.inside, trak.end, *_PATH[:3], kind):
                    _shift(out, box, width, moov.end, grown)
    for insert in sorted(inserts, key=lambda one: -one.at):
        out[insert.at : insert.at] = insert.data
    return bytes(out)


def _shift(out: bytearray, box: IsoBox, width: int, after: int, by: int) -> None:
    """Offsets of chunks that lie after the header."""
    count = int.from_bytes(out[box.inside + 4 : box.inside + 8], "big")
    for at in range(box.inside + 8, min(box.inside + 8 + count * width, box.end), width):
        value = int.from_bytes(out[at : at + width], "big")
        if value >= after:
            out[at : at + width] = (value + by).to_bytes(width, "big")


def _moved_back(file: BinaryIO, start: int, end: int, by: int) -> None:
    """Move what lies between two offsets towards the end."""
    at = end
    while at > start:
        size = min(_COPIED, at - start)
        at -= size
        file.seek(at)
        part = file.read(size)
        file.seek(at + by)
        file.write(part)
