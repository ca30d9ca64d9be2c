"""The written file: its container, its streams, and what is left out of it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from efface.errors import RefusedError
from efface.media.trace import Trace
from efface.media.video import aac, avi
from efface.media.video.containers import (
    container_options,
    keeps_numbers,
    muxer_for,
    unknown_sound,
)
from efface.media.video.demuxing import ISO
from efface.media.video.encoders import Choice, nearest
from efface.media.video.flat import flatten_iso, flatten_matroska
from efface.media.video.interface import Movie
from efface.media.video.isosphere import put_around
from efface.media.video.output_errors import output_errors
from efface.media.video.proof import ExpectedTrack
from efface.media.video.sound import (
    Digest,
    UnplayedPackets,
    copied,
    first_of_each,
    hidden_findings,
    open_tracks,
    seconds,
    unknown_findings,
)
from efface.media.video.ticks import Ticks

_NAMES = {"mp4": "MP4", "3gp": "3GP", "mov": "QuickTime"}


def _without(stream: Any) -> str:
    if stream.type == "audio" and stream.codec_context is not None:
        return (
            "Encode the sound anew with --audio aac, or leave it out with --audio drop "
            "(video.audio in the policy)."
        )
    if stream.type == "audio":
        return aac.DROP
    return "Leave the subtitles out with --subtitles drop (video.subtitles in the policy)."


class Output:
    """A container being written: one video stream, and the tracks that are copied.

    Raises on every call what ``output_errors`` does.
    """

    def __init__(
        self,
        movie: Movie,
        target: Path,
        *,
        codec: str,
        kinds: Collection[str],
        audio: str = "copy",
        allow_damaged: bool = False,
        sample: bool = False,
    ) -> None:
        """Open both files.

        Args:
            movie: its file is read for the tracks to copy.
            codec: that the pictures get.
            kinds: of tracks that stay: ``audio``, ``subtitle``.
            audio: ``aac``: sound that is not AAC is encoded anew.
            allow_damaged: copy what can be read of them.
            sample: copy the first packets of each alone; a track that begins late is left out.
        """
        self.target = target
        self._movie = movie
        self.source = open_tracks(movie)
        copied = [s for s in self.source.streams if s.type in kinds]
        self.unknown = unknown_sound(copied)
        """Sound of an unknown codec beside other sound; it is left out."""
        self._copied = [s for s in copied if s not in self.unknown]
        self._anew = {s.index for s in self._copied if aac.is_encoded(s, audio)}
        """Indexes of the source's streams that are encoded anew."""
        names = {
            aac.NAME if s.index in self._anew else s.codec_context.name
            for s in self._copied
            if s.codec_context is not None
        }
        self.muxer = muxer_for(movie, {codec, *names})
        if self._anew:
            aac.check_container(movie, self.muxer)
        self._ticks = Ticks.of(movie, self.muxer)
        with output_errors(target):
            self._file = av.open(
                f"file:{target}",
                "w",
                format=self.muxer,
                container_options=container_options(
                    movie,
                    self.source,
                    [aac.rate_of(s) for s in self._copied if s.index in self._anew],
                ),
            )
        self._allow_damaged, self._sample = allow_damaged, sample
        self._numbered = keeps_numbers(movie, self.source)
        self.digests: dict[int, Digest] = {}
        """Of the copied tracks, by the index of the written stream."""
        self.hidden = {stream.index: UnplayedPackets() for stream in self._copied}
        """By the index of the source's stream."""
        self._tracks: dict[int, Any] = {}
        self._encodings: dict[int, aac.Encoding] = {}
        """By the index of the source's stream."""
        self._video: Any = None
        self._pending: Iterator[av.Packet[Any]] = iter(())
        self._next: av.Packet[Any] | None = None

    @property
    def template(self) -> av.VideoStream:
        """The source's video stream."""
        return self.source.streams[self._movie.coding.stream]  # type: ignore[return-value]

    @property
    def notes(self) -> Iterator[str]:
        """What the user has to know of the container."""
        if self.muxer != self._movie.container:
            names = sorted({s.codec_context.name for s in self._copied if s.type != "video"})
            yield (
                f"Written as {_NAMES[self.muxer]}: {self._movie.format} does not hold its other "
                f"tracks ({', '.join(names)}) by the book. --audio aac keeps its format."
            )
        for index, encoding in self._encodings.items():
            yield f"The sound of track {index} in {encoding.words}."

    @property
    def global_header(self) -> bool:
        """Whether the container wants parameter sets apart from the pictures."""
        return self.muxer not in ("mpegts", "avi")

    def add_streams(self, choice: Choice) -> Any:
        """Lay out the streams, in the source's order, and give the encoder to be set up.

        Raises:
            RefusedError: the container cannot hold a codec.
        """
        packets = copied(
            self.source,
            {stream.index for stream in self._copied},
            self.hidden,
            self._movie.schedule,
            allow_damaged=self._allow_damaged,
        )
        if self._sample:
            first = first_of_each(packets, {stream.index for stream in self._copied})
            self._copied = [s for s in self._copied if s.index in first]
            packets = chain.from_iterable(first.values())
        encoder: Any = None
        for stream in self.source.streams:
            if stream.index == self._movie.coding.stream:
                encoder = self._add_video(choice, stream)
            elif stream in self._copied:
                self._tracks[stream.index] = self._add_copy(stream)
        for track in self._tracks.values():
            self.digests[track.index] = Digest.of(track)
        self._pending = packets
        return encoder

    def _add_video(self, choice: Choice, template: Any) -> Any:
        """A stream from a template keeps what the container says of the pictures (HDR, rotation),
        but its context cannot encode, so the encoder is another one. For another codec the stream
        has its encoder."""
        encoder: Any
        if choice.codec == self._movie.coding.codec:
            try:
                with output_errors(self.target):
                    self._video = self._file.add_stream_from_template(template, opaque=True)
            except ValueError as error:
                raise RefusedError(
                    f"{self._movie.format} cannot be written again with the codec {choice.codec}.",
                    path=self._movie.path,
                    hint=nearest(),
                ) from error
            encoder = av.CodecContext.create(choice.encoder.name, "w")
        else:
            if self._movie.around.said and self.muxer not in ISO:
                raise RefusedError(
                    f"an all-round video in {self._movie.format} is written with its own codec "
                    "only.",
                    path=self._movie.path,
                    hint="Leave out --codec.",
                )
            try:
                with output_errors(self.target):
                    self._video = self._file.add_stream(choice.encoder.name)
            except ValueError as error:
                raise RefusedError(
                    f"{self._movie.format} cannot hold the codec {choice.codec}.",
                    path=self._movie.path,
                    hint=nearest(),
                ) from error
            encoder = self._video.codec_context
        self._describe(self._video, template)
        return encoder

    def settle(self, encoder: Any, matrix: tuple[int, ...] | None) -> None:
        """Tell the container what the opened encoder decided.

        Args:
            matrix: turns the pictures upright.
        """
        context = self._video.codec_context
        self._video.time_base = self._movie.coding.time_base
        if context is encoder:
            self._video.set_display_matrix(matrix)
            return
        if encoder.extradata is not None:
            context.extradata = encoder.extradata
        if encoder.codec_tag.strip("\0"):
            context.codec_tag = encoder.codec_tag
        elif self._movie.container in ISO and self._movie.coding.codec == "hevc":
            context.codec_tag = "hev1" if self.template.codec_tag == "hev1" else "hvc1"
        context.framerate = self._movie.coding.frame_rate
        if encoder.sample_aspect_ratio:  # of the box; that of the bitstream can be another
            context.sample_aspect_ratio = encoder.sample_aspect_ratio

    def _add_copy(self, stream: Any) -> Any:
        if stream.codec_context is None:
            raise RefusedError(
                f"its {stream.type} track {stream.index} has a codec that is not known.",
                path=self._movie.path,
                hint=_without(stream),
            )
        try:
            with output_errors(self.target):
                if stream.index in self._anew:
                    encoding = aac.Encoding(stream, self._file)
                    self._encodings[stream.index] = encoding
                    made = encoding.stream
                else:
                    made = self._file.add_stream_from_template(stream)
        except ValueError as error:
            raise RefusedError(
                f"its {stream.type} track {stream.index} ({stream.codec_context.name}) cannot be "
                f"written to {self._movie.format}.",
                path=self._movie.path,
                hint=_without(stream),
            ) from error
        self._describe(made, stream)
        return made

    def _describe(self, made: Any, stream: Any) -> None:
        """Carry over what says which track is which; a title could name someone."""
        language = stream.metadata.get("language")
        if language:
            made.metadata["language"] = language
        made.disposition = stream.disposition
        if self._numbered:
            made.id = stream.id

    def picture(self, packet: av.Packet[Any]) -> None:
        """Write a coded picture, after all sound that is due before it."""
        self._copy_until(seconds(packet))
        self._mux(packet, self._video)

    def _copy_until(self, due: Fraction | None) -> None:
        """Copy tracks up to a time in seconds; ``None`` for all that is left."""
        while True:
            packet = self._next or next(self._pending, None)
            self._next = packet
            if packet is None or (due is not None and seconds(packet) > due):
                return
            self._next = None
            encoding = self._encodings.get(packet.stream_index)
            track = self._tracks[packet.stream_index]
            if encoding is None:
                self._put([packet], track)
            else:
                self._put(encoding.feed(packet, allow_damaged=self._allow_damaged), track)

    def _put(self, packets: Iterable[av.Packet[Any]], track: Any) -> None:
        """Write what is ready of a track beside the pictures."""
        for packet in packets:
            self._mux(packet, track)
            self.digests[track.index].add(packet)

    def _mux(self, packet: av.Packet[Any], stream: Any) -> None:
        packet.stream = stream
        if self._ticks is not None:
            self._ticks.count(packet)
        with output_errors(self.target):
            self._file.mux_one(packet)

    def copies(self) -> tuple[ExpectedTrack, ...]:
        """What was copied, as the written file must have it."""
        tracks = []
        for index, track in self._tracks.items():
            packets, digest = self.digests[track.index].value
            encoding = self._encodings.get(index)
            heard = None if encoding is None else encoding.heard
            tracks.append(ExpectedTrack.of(track, packets, digest, heard))
        return tuple(tracks)

    def findings(self) -> tuple[Trace, ...]:
        """What was left out: all that the reader found, sound of an unknown codec, and sound that
        an edit list hides."""
        found = (*self._movie.findings(), *unknown_findings(self.unknown))
        if any(finding.kind == "hidden-sound" for finding in found):
            return found
        return (*found, *hidden_findings(self.source, self.hidden))

    def finish(self, last: av.Packet[Any] | None, end: Fraction | None) -> None:
        """Copy what is left and complete the file.

        Args:
            last: picture that was written.
            end: of the pictures, seconds.
        """
        self._copy_until(None)
        for index, encoding in self._encodings.items():
            self._put(encoding.finish(self.source.streams[index]), self._tracks[index])
        with output_errors(self.target):
            if self.muxer == "avi" and last is not None and end is not None:
                avi.hold(self._file, last, round(end / last.time_base))
            self._file.close()
        if self._ticks is not None:
            self._ticks.state(self.target)
        if self._movie.layered and self.muxer in ISO:
            flatten_iso(self.target)
        elif self._movie.layered and self.muxer in ("matroska", "webm"):
            flatten_matroska(self.target)
        if self.muxer in ISO and self._movie.around.said:
            put_around(self.target, self._movie.around)
        if self.muxer == "avi":
            avi.mend(self.target, {at: digest.packets for at, digest in self.digests.items()})

    def close(self) -> None:
        """Let go of both files, however far they came."""
        with contextlib.suppress(FFmpegError, ValueError):
            self._file.close()
        self.source.close()
