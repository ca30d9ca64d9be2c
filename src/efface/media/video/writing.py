"""Writing a video again, frame by frame, with zones filled.

Zones are painted into the planes of the decoded frames, only where a frame has any, and the frames
go straight to the encoder: what this adds to a plain transcode is too small to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import av

from efface.errors import InputError, RefusedError
from efface.media.video.clock import Clock
from efface.media.video.demuxing import ISO
from efface.media.video.encoders import chosen
from efface.media.video.facts import facts_of
from efface.media.video.filled import PlaneFill
from efface.media.video.interface import Movie, MovieFrame, VideoWritten
from efface.media.video.mpeg4 import recoloured, states_colours, with_colours
from efface.media.video.muxing import Output
from efface.media.video.output_errors import output_errors
from efface.media.video.planes import layout_of
from efface.media.video.proof import ExpectedVideo, Pictures
from efface.media.video.setup import set_up
from efface.media.video.signal import signal_of
from efface.policy import VideoPolicy
from efface.zones.filling import Filling
from efface.zones.zone import Zone


def write_video(
    movie: Movie,
    target: Path,
    zones_in: Callable[[int], Sequence[Zone]],
    filling: Filling,
    settings: VideoPolicy,
    *,
    allow_damaged: bool = False,
    sample: bool = False,
    tell: Callable[[MovieFrame], None] = lambda _: None,
) -> VideoWritten:
    """Write the video with zones filled and everything else as it was.

    Args:
        target: a new file; nothing else is written. What is left there after an error is for the
            caller to remove.
        zones_in: upright zones of a frame, grown to the codec's grid; asked once for each frame, in
            order.
        filling: what is put into them.
        allow_damaged: write a solid frame for one that cannot be decoded whole.
        sample: of the other tracks, write the first packets alone.
        tell: called after each frame.

    Raises:
        InputError: a frame is missing or cannot be decoded whole.
        OSError: the file system would not take the output.
        OutputError: the encoder or the container would not.
        RefusedError: the codec, pixel format, a setting or a track cannot be written.
    """
    frames = iter(movie.frames(allow_damaged=allow_damaged))
    first = next(frames, None)
    if first is None:
        raise InputError("the video has no frames.", path=movie.path)
    output = Output(
        movie,
        target,
        codec=movie.coding.codec if settings.codec == "same" else settings.codec,
        kinds=settings.kept_kinds,
        audio=settings.audio,
        allow_damaged=allow_damaged,
        sample=sample,
    )
    with closing(output):
        return _Writer(movie, output, first, filling, settings).run(first, frames, zones_in, tell)


class _Writer:
    """One run."""

    def __init__(
        self,
        movie: Movie,
        output: Output,
        first: MovieFrame,
        filling: Filling,
        settings: VideoPolicy,
    ) -> None:
        self._movie, self._output, self._settings = movie, output, settings
        self._choice = chosen(movie.coding.codec, output.template.profile, settings)
        native = first.native
        self._format, self._size = native.format.name, (native.width, native.height)
        self._facts = facts_of(movie, output.template, first)
        signal = signal_of(self._format, self._facts.matrix, self._facts.colour_range, *self._size)
        self._pictures = Pictures(
            PlaneFill.of(filling, layout_of(self._format), signal, movie.coding.orientation),
            self._choice.step,
        )
        self._encoder: Any = output.add_streams(self._choice)
        self._clock = Clock(
            self._choice.encoder.name,
            self._facts,
            movie.schedule,
            self._pictures.pts,
            iso=movie.container in ISO,
            numbered=self._facts.start - movie.schedule.first_due
            if output.muxer == "avi"
            else None,
        )
        self._held_back: av.Packet[Any] | None = None
        with output_errors(output.target):
            set_up(
                self._encoder,
                self._choice,
                movie,
                self._facts,
                self._clock,
                single=settings.reproducible,
                global_header=output.global_header,
            )
        self._recoloured = states_colours(self._choice.encoder.name, self._facts)
        if self._recoloured and self._encoder.extradata:
            self._encoder.extradata = with_colours(self._encoder.extradata, self._facts)
        output.settle(self._encoder, self._facts.turn)
        self._damaged: list[int] = []

    def run(
        self,
        first: MovieFrame,
        others: Iterator[MovieFrame],
        zones_in: Callable[[int], Sequence[Zone]],
        tell: Callable[[MovieFrame], None],
    ) -> VideoWritten:
        frame: MovieFrame | None = first
        while frame is not None:
            self._put(frame, zones_in(frame.index))
            tell(frame)
            frame = next(others, None)
        self._encode(None)
        if self._held_back is not None:
            self._clock.close(self._held_back)
            self._output.picture(self._held_back)
        self._output.finish(self._held_back, self._facts.end)
        return self._written()

    def _put(self, frame: MovieFrame, zones: Sequence[Zone]) -> None:
        native = frame.native
        self._check_steady(frame)
        if frame.damaged:
            self._damaged.append(frame.index)
        if zones:
            native.make_writable()
            self._pictures.fill.paint(native, zones)
        self._pictures.keep(native, frame.pts, key=frame.key, zones=zones)
        if self._encoder.pix_fmt != self._format:  # yuvj: the same samples by another name
            native = native.reformat(
                format=self._encoder.pix_fmt, src_color_range="JPEG", dst_color_range="JPEG"
            )
            native.color_range = _FULL
        self._clock.stamp(native, frame.index, frame.pts)
        # the decoded type would reach the encoder as a wish
        native.pict_type = _INTRA if frame.key else _ANY
        self._encode(native)

    def _check_steady(self, frame: MovieFrame) -> None:
        """The encoder would scale another size or format silently."""
        native = frame.native
        if (native.width, native.height) != self._size or native.format.name != self._format:
            raise RefusedError(
                f"its pictures change from {self._size[0]}x{self._size[1]} {self._format} to "
                f"{native.width}x{native.height} {native.format.name} at frame {frame.index}.",
                path=self._movie.path,
                hint="Cut the video there and treat the parts one by one.",
            )

    def _encode(self, native: av.VideoFrame | None) -> None:
        with output_errors(self._output.target):
            packets = self._encoder.encode(native)
        for packet in packets:
            self._clock.restore(packet)
            if self._recoloured:
                packet = recoloured(packet, self._facts)  # noqa: PLW2901
            if self._held_back is not None:
                self._output.picture(self._held_back)
            self._held_back = packet

    def _written(self) -> VideoWritten:
        sound = len(self._output.source.streams.audio)
        dropped = self._settings.audio == "drop"
        return VideoWritten(
            frames=self._pictures.frames,
            encoder=self._choice.words,
            dropped=self._output.findings(),
            notes=tuple(self._notes()),
            damaged=tuple(self._damaged),
            sound_tracks=0 if dropped else sound,
            proof=ExpectedVideo(
                self._pictures,
                self._facts,
                self._choice.codec,
                bool(self._damaged),
                self._output.copies(),
                self._settings.min_ssim,
            ),
        )

    def _notes(self) -> Iterator[str]:
        """What the user has to know of the written file."""
        streams, settings = self._output.source.streams, self._settings
        if streams.audio and settings.audio == "drop":
            yield f"The sound was left out ({len(streams.audio)} tracks)."
        if streams.subtitles and settings.subtitles == "drop":
            yield f"The subtitles were left out ({len(streams.subtitles)} tracks)."
        yield from self._movie.notes
        yield from self._output.notes


_FULL = 2
_INTRA, _ANY = av.video.frame.PictureType.I, av.video.frame.PictureType.NONE
