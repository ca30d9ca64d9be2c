"""What FFmpeg's AVI muxer does not do by itself: holding the last picture, and the header of copied
sound, put right in the written file.

It takes the block size of compressed sound for the size of a sample, so that its header counts
bytes where each chunk is one frame. Players that believe it lose the sound's timing. The header is
set to what the convention for frames of varying size is: no sample size, and one unit a chunk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import av

_FRAMED = {0x50, 0x55, 0xFF, 0x2000, 0x2001}
"""Wave format tags of MPEG layer 1 and 2, MP3, AAC, AC-3 and DTS."""
_LENGTH, _SAMPLE_SIZE = 32, 44
"""Offsets in a stream header (AVISTREAMHEADER)."""


def hold(file: Any, last: av.Packet[Any], end: int) -> None:
    """Have the last picture stay until the end, by empty chunks as the input has them.

    Args:
        file: being written.
        end: how many pictures' times there are.
    """
    stream = last.stream
    if last.dts is None or last.dts >= end - 1:
        return
    empty: av.Packet[Any] = av.Packet(b"")
    empty.stream, empty.time_base = stream, last.time_base
    empty.pts = empty.dts = end - 1
    empty.duration = 1
    file.mux_one(empty)  # the muxer fills the times before it


def mend(path: Path, packets: Mapping[int, int]) -> None:
    """Correct the headers of framed sound.

    Args:
        packets: number of packets by stream.

    Raises:
        OSError: the file cannot be changed.
    """
    with path.open("r+b") as file:
        for stream, (header, form) in enumerate(_streams(file)):
            file.seek(header)
            kind = file.read(4)
            file.seek(form)
            tag = struct.unpack("<H", file.read(2))[0]
            if kind == b"auds" and tag in _FRAMED and stream in packets:
                file.seek(header + _LENGTH)
                file.write(struct.pack("<I", packets[stream]))
                file.seek(header + _SAMPLE_SIZE)
                file.write(struct.pack("<I", 0))


def _streams(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Places of the header and the format of each stream."""
    at, header = 12, 0
    while True:
        file.seek(at)
        head = file.read(12)
        if len(head) < 12 or head[8:12] == b"movi":
            return
        size = struct.unpack("<I", head[4:8])[0]
        if head[:4] == b"LIST":
            at += 12  # hdrl and strl hold what is looked for
            continue
        if head[:4] == b"strh":
            header = at + 8
        elif head[:4] == b"strf" and header:
            yield header, at + 8
            header = 0
        at += 8 + size + size % 2
