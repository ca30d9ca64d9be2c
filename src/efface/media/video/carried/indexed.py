"""What FFmpeg's index of a file shows that a look at the container alone does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition, Stream

from efface.media.trace import Trace

_COVER = Disposition.attached_pic | Disposition.timed_thumbnails


def cover_art(source: InputContainer) -> Iterator[Trace]:
    """Pictures that stand for the whole file."""
    if source.format.name.startswith("matroska"):
        return  # they are attachments there
    for stream in source.streams.video:
        if stream.disposition & _COVER and "ilst" not in stream.metadata:
            yield Trace("cover-art", f"stream {stream.index}", "a picture", "shows")


def hidden_frames(stream: av.VideoStream, coded: int | None) -> Iterator[Trace]:
    """Coded pictures that an edit list leaves out (MP4 and QuickTime)."""
    if coded is None or not stream.container.format.name.startswith("mov"):
        return
    shown = sum(not entry.is_discard for entry in stream.index_entries)
    if 0 < shown < coded:
        detail = f"{coded - shown} frames that are not shown"
        yield Trace("hidden-frames", f"stream {stream.index}, edit list", detail, "shows")


def packets_of(source: InputContainer, *streams: Stream) -> Iterator[av.Packet[Any]]:
    """Packets of streams, in the file's order, as far as they can be read."""
    packets = source.demux(*streams)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        if packet.size:
            yield packet
