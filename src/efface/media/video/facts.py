"""What a viewer and an editing program take from a video stream besides its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.sidedata import Hdr, display_matrix, hdr_of

UNSTATED = 2
"""Colour primaries, transfer and matrix of which nothing is said (ITU-T H.273)."""


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """Of one video stream; colours by the numbers of ITU-T H.273."""

    codec: str
    width: int
    height: int
    pixel_format: str
    sample_aspect: Fraction | None
    """Width of a sample over its height; ``None`` when not stated."""
    primaries: int
    transfer: int
    matrix: int
    colour_range: int
    """1 limited, 2 full, 0 not stated."""
    interlaced: bool
    field_order: int
    """FFmpeg's AVFieldOrder: 0 not stated, 1 progressive, 2 to 5 interlaced."""
    turn: tuple[int, ...] | None
    """Display matrix."""
    hdr: Hdr
    time_base: Fraction
    frame_rate: Fraction
    start: int
    """Time of the first frame in ticks."""
    end: Fraction | None
    """When the last frame has been shown, seconds, as ``Movie.end``."""
    constant_rate: bool
    """Frames are evenly spaced, and the container says so."""

    @property
    def range_in_use(self) -> int:
        """Of YCbCr, not stated means limited, and ``yuvj`` full."""
        if self.pixel_format.startswith("yuvj"):
            return 2
        return self.colour_range or (1 if self.pixel_format.startswith("yuv") else 0)


def facts_of(movie: Movie, stream: Any, first: MovieFrame) -> StreamFacts:
    """Facts of an opened stream and its first frame."""
    context, frame = stream.codec_context, first.native
    sample_aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio
    return StreamFacts(
        codec=movie.coding.codec,
        width=frame.width,
        height=frame.height,
        pixel_format=frame.format.name,
        sample_aspect=Fraction(sample_aspect) if sample_aspect else None,
        primaries=_stated(frame.color_primaries, context.color_primaries),
        transfer=_stated(frame.color_trc, context.color_trc),
        matrix=_stated(frame.colorspace, context.colorspace),
        colour_range=frame.color_range or context.color_range,
        interlaced=frame.interlaced_frame,
        field_order=context.field_order,
        turn=display_matrix(frame),
        hdr=hdr_of(frame),
        time_base=movie.coding.time_base,
        frame_rate=movie.coding.frame_rate,
        start=first.pts,
        end=movie.end,
        constant_rate=movie.schedule.even
        and bool(stream.average_rate)
        and stream.average_rate == stream.base_rate,
    )


def _stated(*values: int) -> int:
    return next((int(v) for v in values if v != UNSTATED), UNSTATED)
