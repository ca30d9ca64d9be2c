"""Opening a video file with FFmpeg's libraries, and their errors in efface's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer

from efface.errors import InputError
from efface.media.families import AVI, MATROSKA, MP4, MPEG_TS, QUICKTIME, WEBM, Family
from efface.media.source import Source

DEMUXERS = {
    MP4: "mov",
    QUICKTIME: "mov",
    MATROSKA: "matroska",
    WEBM: "matroska",
    AVI: "avi",
    MPEG_TS: "mpegts",
}
"""FFmpeg's name of what reads a family; never guessed, so that no playlist or script is read."""

MUXERS = {
    MP4: "mp4",
    QUICKTIME: "mov",
    MATROSKA: "matroska",
    WEBM: "webm",
    AVI: "avi",
    MPEG_TS: "mpegts",
}
"""FFmpeg's name of what writes a family."""

ISO = frozenset({"mp4", "mov", "3gp", "3g2"})
"""Those that write MP4 and QuickTime files."""

_STRICT = "crccheck+bitstream+buffer+explode"
"""Decoders fail that else hand out a damaged picture as whole."""


@contextmanager
def opened_video(file: Source, family: Family, max_pixels: int) -> Iterator[InputContainer]:
    """A file opened for reading; FFmpeg never decodes a picture of more pixels than stated.

    Raises:
        InputError: the container cannot be read, or the name leads to another file by now.
    """
    try:
        source = av.open(
            f"file:{file.path}",
            format=DEMUXERS[family],
            options={"max_pixels": str(max_pixels), "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise InputError(
            f"the {family.name} file cannot be read: its header or index is missing or damaged.",
            path=file.path,
            hint="Copy it again from its source. A recording that was cut off can sometimes be "
            "repaired with a tool such as untrunc.",
        ) from error
    with source:
        file.check_unchanged()
        try:
            yield source
        finally:
            _rest(source)


def _rest(source: InputContainer) -> None:
    """Let decoding threads come to rest. PyAV waits for them when it frees a decoder, and holds
    Python's lock meanwhile: a thread that needs the lock would then wait for ever."""
    for stream in source.streams:
        if stream.codec_context is not None:
            stream.codec_context.flush_buffers()


def prepare(stream: av.VideoStream, max_pixels: int, *, threads: bool) -> None:
    """Have a stream decoded strictly; by several threads if asked, which after damage can go wrong
    in pictures that the damage did not reach."""
    context = stream.codec_context
    context.thread_type = "AUTO"
    context.thread_count = 0 if threads else 1
    context.options = {"err_detect": _STRICT, "max_pixels": str(max_pixels)}
