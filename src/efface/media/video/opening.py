"""Opening a video.

FFmpeg's own lines on stderr are switched off for the process: what they say comes out as efface's
errors, each with its file and frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import av.logging
from av.container import InputContainer

from efface.errors import InputError, RefusedError
from efface.geometry import Grid
from efface.media.families import (
    AVI,
    MP4,
    MPEG_TS,
    REFUSED_FAMILIES,
    VIDEO_FAMILIES,
    Family,
)
from efface.media.sniff import check_name
from efface.media.source import Source
from efface.media.trace import Trace
from efface.media.video.carried import Survey, survey_of
from efface.media.video.carried.around import Around
from efface.media.video.carried.indexed import cover_art, hidden_frames, packets_of
from efface.media.video.carried.stream import stream_findings
from efface.media.video.damage import cut_short, notes_on
from efface.media.video.demuxing import MUXERS, opened_video, prepare
from efface.media.video.grids import grid_of
from efface.media.video.interface import Coding, Movie, MovieFrame
from efface.media.video.layers import DroppedLayer, layers_of
from efface.media.video.reading import Reading
from efface.media.video.schedule import Schedule, schedule_of
from efface.media.video.streams import (
    check_around,
    check_survey,
    coding_of,
    first_frame,
    other_videos,
    the_video,
)
from efface.policy import Limits

av.logging.set_libav_level(av.logging.PANIC)

_PHONES = {b"3gp": "3gp", b"3g2": "3g2"}
"""Muxers of the brands of MP4 that have their own."""


@dataclass(eq=False)
class AvMovie(Movie):
    """A video read through FFmpeg's libraries."""

    source: Source
    family: Family
    coding: Coding
    max_pixels: int
    _around: Around
    _place: int
    """Among the file's video streams."""
    _expected: int
    _layers: tuple[DroppedLayer, ...]
    _brand: bytes
    """Of MP4, its first three letters."""
    _stated_end: Fraction | None
    """Of the track as a whole, seconds."""

    @property
    def format(self) -> str:  # type: ignore[override]
        return self.family.name

    @property
    def container(self) -> str:  # type: ignore[override]
        return _PHONES.get(self._brand, MUXERS[self.family])

    @property
    def around(self) -> Around:
        return self._around

    @property
    def expected_frames(self) -> int:
        return self._expected

    def frames(self, *, allow_damaged: bool = False) -> Iterator[MovieFrame]:
        with opened_video(self.source, self.family, self.max_pixels) as file:
            stream = file.streams.video[self._place]
            prepare(stream, self.max_pixels, threads=not allow_damaged)
            survey = self._survey
            if survey.cut is not None and not allow_damaged:
                raise cut_short(self.path, self.coding, file, stream, survey.cut)
            yield from Reading(
                self.path,
                self.coding,
                file,
                stream,
                survey,
                schedule=self.schedule,
                coded=self._coded,
                allow_damaged=allow_damaged,
            )

    @contextmanager
    def opened(self) -> Iterator[tuple[InputContainer, av.VideoStream]]:
        """The file anew, its video ready to be decoded."""
        with opened_video(self.source, self.family, self.max_pixels) as file:
            stream = file.streams.video[self._place]
            prepare(stream, self.max_pixels, threads=True)
            yield file, stream

    def grid(self) -> tuple[Grid, int]:
        step, reach = grid_of(self.coding.codec)
        c = self.coding
        return c.orientation.upright_grid(step, step, c.width, c.height), reach

    def findings(self) -> tuple[Trace, ...]:
        found = list(self._survey.findings)
        with opened_video(self.source, self.family, self.max_pixels) as file:
            stream = file.streams.video[self._place]
            found += cover_art(file)
            found += other_videos(file, stream)
            found += hidden_frames(stream, self._coded)
            layers = [layer.finding for layer in self._layers]
            inside = stream_findings(
                self.coding.codec,
                packets_of(file, stream),
                bytes(stream.codec_context.extradata or b""),
            )
            found += layers
            known = {finding.kind for finding in layers} & {"dynamic-hdr", "second-view"}
            found += [finding for finding in inside if finding.kind not in known]
        return tuple(found)

    @cached_property
    def schedule(self) -> Schedule:  # type: ignore[override]
        with opened_video(self.source, self.family, self.max_pixels) as file:
            stream = file.streams.video[self._place]
            prepare(stream, self.max_pixels, threads=False)
            reorders = stream.codec_context.reorder_depth > 0
            timed = not (self.family is AVI and reorders)
            return schedule_of(
                file,
                stream,
                self._survey.joints,
                timed=timed,
                headless=self.family is MPEG_TS,
            )

    @property
    def layered(self) -> bool:  # type: ignore[override]
        return bool(self._layers)

    @property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*(layer.note for layer in self._layers), *notes_on(self.schedule))

    @cached_property
    def end(self) -> Fraction | None:  # type: ignore[override]
        survey, base = self._survey, self.coding.time_base
        if self.family is AVI:
            end = None if survey.slots is None else survey.slots * base
        elif self._place < len(survey.ends):
            end = survey.ends[self._place] or self._stated_end
        else:
            return None
        times = self.schedule.times
        return None if end is None or (times and end <= times[-1] * base) else end

    @property
    def _coded(self) -> int | None:
        """Pictures that the container says there are, shown or not."""
        packets = self._survey.packets
        return packets[self._place] if self._place < len(packets) else None

    @cached_property
    def _survey(self) -> Survey:
        return survey_of(self.source, self.family, deep=True)


def open_video(path: Path, limits: Limits, track: int = 0) -> Movie:
    """Open a video.

    Args:
        track: which of several video tracks, from 1; 0: the main one.

    Raises:
        InputError: as of ``video_of``; or it is missing, or cannot be read.
        RefusedError: as of ``video_of``.
    """
    return video_of(Source(path), limits, track)


def video_of(source: Source, limits: Limits, track: int = 0) -> Movie:
    """The video in a file. Of the limits, the megapixels of one picture apply: a video may be long.

    Args:
        track: which of several video tracks, from 1; 0: the main one.

    Raises:
        InputError: empty, damaged, or without pictures.
        RefusedError: a container, codec or feature that cannot be kept, a limit exceeded, or a name
            that says it is of another format.
    """
    path, (family, brand) = source.path, _family(source)
    max_pixels = int(limits.max_megapixels * 1e6)
    survey = survey_of(source, family, deep=False)
    check_survey(survey, path)
    with opened_video(source, family, max_pixels) as file:
        stream = the_video(file, path, survey.cut, track)
        _check_size(path, stream.width, stream.height, limits)
        prepare(stream, max_pixels, threads=False)
        expected = stream.frames
        if not expected and file.duration and stream.average_rate:
            expected = round(file.duration / 1e6 * stream.average_rate)
        first = first_frame(file, stream, path)
        coding = coding_of(stream, first, path)
        place = file.streams.video.index(stream)
        layers = layers_of(
            first,
            survey.dolby[place] if place < len(survey.dolby) else None,
            path,
            views=place < len(survey.views) and survey.views[place],
        )
        _check_size(path, coding.width, coding.height, limits)
        end = None
        if stream.duration and stream.time_base:
            end = ((stream.start_time or 0) + stream.duration) * stream.time_base
        around = survey.around[place] if place < len(survey.around) else Around()
        check_around(around, path)
        return AvMovie(
            source, family, coding, max_pixels, around, place, max(1, expected), layers, brand, end
        )


def _family(source: Source) -> tuple[Family, bytes]:
    path, family = source.path, source.family
    if source.size == 0:
        raise InputError("the file is empty.", path=path, hint="Copy it again from its source.")
    if family in REFUSED_FAMILIES:
        raise RefusedError(
            f"{family.name} files cannot be written here.",
            path=path,
            hint="Put it into Matroska first, for instance with ffmpeg -i IN -c copy OUT.mkv.",
        )
    if family not in VIDEO_FAMILIES:
        raise InputError(
            "this is not a video of a format efface reads.",
            path=path,
            hint="It reads " + ", ".join(f.name for f in VIDEO_FAMILIES) + ".",
        )
    check_name(path, family)
    return family, source.head[8:11] if family is MP4 else b""


def _check_size(path: Path, width: int, height: int, limits: Limits) -> None:
    if width < 1 or height < 1:
        raise InputError("the video declares no size.", path=path)
    megapixels = width * height / 1e6
    if megapixels > limits.max_megapixels:
        raise RefusedError(
            f"its pictures have {megapixels:.0f} megapixels, "
            f"more than the limit of {limits.max_megapixels:.0f}.",
            path=path,
            hint="Raise limits.max_megapixels in the policy if you trust it.",
        )
