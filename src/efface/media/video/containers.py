"""What the muxer of each container is told, so that it can say all that the input says."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av

from efface.media.source import Source
from efface.media.video.demuxing import ISO
from efface.media.video.interface import Movie

_MOVIE_CLOCK = 1000
"""Ticks a second of an MP4 file's own clock, in which a track's start is stated, as usual."""
_FINEST = (1 << 31) - 1
_RELATIVES = ("mp4", "3gp", "mov")
_TIMED_PACKET = 192
_BLU_RAY = frozenset({"h264", "hevc", "mpeg2video", "vc1", "ac3", "eac3", "dca", "truehd",
                      "pcm_bluray", "pgssub", "hdmv_pgs_subtitle"})  # fmt: skip
"""Codecs that have a number of their own there."""
_RESERVED = frozenset({0x1F, 0x100, 0x1001})
"""Packet numbers of tables and the clock in files for Blu-ray and AVCHD."""


def container_options(movie: Movie, source: Any, rates: Sequence[int] = ()) -> dict[str, str]:
    """Options of the muxer: no dates, no random numbers, and no timestamps moved.

    Args:
        source: the input, opened.
        rates: samples a second of sound that is encoded anew.

    Raises:
        OSError: the input cannot be read.
    """
    options = {"fflags": "+bitexact", "avoid_negative_ts": "disabled"}
    if movie.container in ISO:
        options["write_tmcd"] = "0"
        if moov_first(movie.source):
            options["movflags"] = "+faststart"
        base = movie.coding.time_base
        if base.numerator == 1:
            options["video_track_timescale"] = str(base.denominator)
        options["movie_timescale"] = str(_movie_clock(movie, source, rates))
    elif movie.container == "mpegts":
        options |= {"mpegts_copyts": "1", "pes_payload_size": "0"}
        # unless told, the muxer goes by the name's ending
        options["mpegts_m2ts_mode"] = str(int(_is_blu_ray(movie, source)))
    return options


def muxer_for(movie: Movie, names: Collection[str]) -> str:
    """FFmpeg's name of the muxer that writes the file again: the container's own, or the nearest
    relative of MP4 that takes the tracks that are copied. FFmpeg's for MP4 does not take the sound
    of old phones (AMR) nor of telephony (G.711), though files with it are about.

    Args:
        names: of the codecs of all tracks.
    """
    own: str = movie.container
    muxers = [own, *(_RELATIVES if own in ISO else ())]
    return next((muxer for muxer in muxers if _taken(muxer).issuperset(names)), own)


@lru_cache
def _taken(muxer: str) -> frozenset[str]:
    """Names of the codecs that a muxer takes."""
    with av.open(io.BytesIO(), "w", format=muxer) as file:
        return frozenset(file.supported_codecs)


def unknown_sound(tracks: Sequence[Any]) -> list[Any]:
    """Tracks of sound whose codec is not known, where there are others: phones write one that is
    spatial beside one that every player knows."""
    sound = [stream for stream in tracks if stream.type == "audio"]
    unknown = [stream for stream in sound if stream.codec_context is None]
    return unknown if len(unknown) < len(sound) else []


def keeps_numbers(movie: Movie, source: Any) -> bool:
    """Streams keep the numbers they have in the input (MPEG-TS)."""
    return movie.container == "mpegts" and not (
        _is_blu_ray(movie, source) and any(stream.id in _RESERVED for stream in source.streams)
    )


def _is_blu_ray(movie: Movie, source: Any) -> bool:
    """It has the packets of Blu-ray and AVCHD, and nothing that they do not know."""
    tracks = [s for s in source.streams if s.type in ("video", "audio", "subtitle")]
    names = {s.codec_context.name for s in tracks if s.codec_context is not None}
    return timed_packets(movie.source.head) and names <= _BLU_RAY


def moov_first(source: Source) -> bool:
    """The index of an MP4 or QuickTime file lies before its pictures, so that it can be streamed.

    Raises:
        OSError: it cannot be read.
    """
    with source.reader() as file:
        end = file.seek(0, os.SEEK_END)
        at = 0
        while at + 16 <= end:
            file.seek(at)
            head = file.read(16)
            size, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(head[8:], "big")
            if size < 8:
                return False
            at += size
    return False


def timed_packets(head: bytes) -> bool:
    """An MPEG-TS file that starts so has a time before each packet, as Blu-ray and AVCHD want."""
    return head[:1] != b"G" and head[4:5] == b"G" and head[_TIMED_PACKET + 4 :][:1] == b"G"


def _movie_clock(movie: Movie, source: Any, rates: Sequence[int]) -> int:
    """Ticks a second that hold the start of every track exactly.

    A track of sound that does not start at once has its encoder's delay before its start, which is
    counted in samples.
    """
    clock = _MOVIE_CLOCK
    for stream in source.streams:
        if stream.type not in ("video", "audio", "subtitle") or not stream.time_base:
            continue
        start = (stream.start_time or 0) * Fraction(stream.time_base)
        if stream.index == movie.coding.stream and movie.schedule.times:
            start = movie.schedule.times[0] * Fraction(stream.time_base)
        exact = (start * _MOVIE_CLOCK).denominator == 1
        if not exact or (start and stream.type == "audio"):
            finer = math.lcm(clock, stream.time_base.denominator)
            clock = finer if finer <= _FINEST else clock
    for rate in rates:
        finer = math.lcm(clock, rate)
        clock = finer if finer <= _FINEST else clock
    return clock
