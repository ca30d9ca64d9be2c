"""Opening a video."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from efface.geometry import Grid
from efface.media.interface import Finding
from efface.media.orientation import Orientation
from efface.media.video.frames import DecodedFrame
from efface.media.video.interface import Coding, Frame, Movie
from efface.policy import Limits


class AvMovie(Movie):
    """A video read through FFmpeg's libraries."""

    def __init__(
        self, path: Path, container: str, form: str, coding: Coding, expected: int
    ) -> None:
        self.path = path
        self.container = container
        self.format = form
        self.coding = coding
        self._expected = expected

    @property
    def expected_frames(self) -> int:
        return self._expected

    def frames(self, *, allow_damaged: bool = False) -> Iterator[Frame]:
        with av.open(str(self.path)) as source:
            stream = source.streams[self.coding.stream]
            stream.thread_type = "AUTO"
            for index, native in enumerate(source.decode(stream)):
                yield DecodedFrame(
                    index, native.pts, native, self.coding.orientation, key=bool(native.key_frame)
                )

    def grid(self) -> tuple[Grid, int]:
        c = self.coding
        return c.orientation.upright_grid(16, 16, c.width, c.height), 4

    def findings(self) -> tuple[Finding, ...]:
        return ()


def open_video(path: Path, limits: Limits) -> Movie:
    """Open a video.

    Raises:
        InputError: missing, empty, damaged, or without pictures.
        RefusedError: a container, codec or feature that cannot be kept, or a limit exceeded.
    """
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        turns = round(next(source.decode(stream)).rotation / 90) % 4
        coding = Coding(
            stream.index,
            stream.codec_context.name,
            stream.width,
            stream.height,
            Orientation.of({0: 1, 1: 8, 2: 3, 3: 6}[turns]),
            stream.codec_context.pix_fmt or "",
            8,
            Fraction(stream.time_base or 1),
            Fraction(stream.average_rate or 25),
        )
        return AvMovie(path, "mp4", "MP4", coding, stream.frames)
