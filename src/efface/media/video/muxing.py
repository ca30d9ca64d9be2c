"""The written file: its container, its streams, and what is left out of it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from efface.errors import OutputError, RefusedError
from efface.media.interface import Finding
from efface.media.video import avi
from efface.media.video.encoders import Choice, nearest
from efface.media.video.interface import Movie
from efface.media.video.proof import Track
from efface.media.video.sound import Digest, Hidden, copied, open_tracks, seconds

_ISO = ("mp4", "mov")


@contextlib.contextmanager
def output_errors(target: Path) -> Iterator[None]:
    """FFmpeg's errors on encoding and writing as efface's.

    Raises:
        OSError: the operating system would not take the file.
        OutputError: the encoder or the container would not.
    """
    try:
        yield
    except FFmpegError as error:
        if error.errno in _SYSTEM:
            raise OSError(error.errno, os.strerror(error.errno), str(target)) from error
        raise OutputError(
            f"the video cannot be written ({error.strerror}).",
            path=target,
            hint=nearest(),
        ) from error


_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS,
           errno.ENAMETOOLONG, errno.EIO, errno.ENOENT, errno.EEXIST)  # fmt: skip


def moov_first(path: Path) -> bool:
    """The index of an MP4 or QuickTime file lies before its pictures, so that it can be streamed.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
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


def container_options(movie: Movie) -> dict[str, str]:
    """Options of the muxer: no dates, no random numbers, and no timestamps moved."""
    options = {"fflags": "+bitexact", "avoid_negative_ts": "disabled"}
    if movie.container in _ISO:
        options["write_tmcd"] = "0"
        if moov_first(movie.path):
            options["movflags"] = "+faststart"
        base = movie.coding.time_base
        if base.numerator == 1:
            options["video_track_timescale"] = str(base.denominator)
    elif movie.container == "mpegts":
        options |= {"mpegts_copyts": "1", "pes_payload_size": "0"}
    return options


class Output:
    """A container being written: one video stream, and the tracks that are copied.

    Raises on every call what ``output_errors`` does.
    """

    def __init__(
        self, movie: Movie, target: Path, *, sound: bool, allow_damaged: bool = False
    ) -> None:
        """Open both files.

        Args:
            movie: its file is read for the tracks to copy.
            sound: copy the sound tracks.
            allow_damaged: copy what can be read of them.
        """
        self.target = target
        self._movie = movie
        self.source = open_tracks(movie)
        with output_errors(target):
            self._file = av.open(
                f"file:{target}",
                "w",
                format=movie.container,
                container_options=container_options(movie),
            )
        self._with_sound, self._allow_damaged = sound, allow_damaged
        self.digests: dict[int, Digest] = {}
        """Of the copied tracks, by the index of the written stream."""
        self.hidden: dict[int, Hidden] = {}
        """By the index of the source's stream."""
        self._tracks: dict[int, Any] = {}
        self._video: Any = None
        self._pending: Iterator[av.Packet[Any]] = iter(())
        self._next: av.Packet[Any] | None = None

    @property
    def template(self) -> av.VideoStream:
        """The source's video stream."""
        return self.source.streams[self._movie.coding.stream]  # type: ignore[return-value]

    @property
    def end_of_pictures(self) -> int | None:
        """When the last frame has been shown, in ticks. MP4 and QuickTime files state it, and no
        durations but those between one frame and the next in coding order."""
        stream = self.template
        if self._movie.container not in _ISO or not stream.duration:
            return None
        return (stream.start_time or 0) + stream.duration

    @property
    def global_header(self) -> bool:
        """Whether the container wants parameter sets apart from the pictures."""
        return self._movie.container not in ("mpegts", "avi")

    def add_streams(self, choice: Choice) -> Any:
        """Lay out the streams, in the source's order, and give the encoder to be set up.

        Raises:
            RefusedError: the container cannot hold a codec.
        """
        encoder: Any = None
        for stream in self.source.streams:
            if stream.index == self._movie.coding.stream:
                encoder = self._add_video(choice, stream)
            elif stream.type == "subtitle" or (stream.type == "audio" and self._with_sound):
                self._tracks[stream.index] = self._add_copy(stream)
                self.hidden[stream.index] = Hidden()
        for track in self._tracks.values():
            self.digests[track.index] = Digest()
        self._pending = copied(
            self.source, self._tracks, self.hidden, allow_damaged=self._allow_damaged
        )
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
        elif self._movie.container in _ISO and self._movie.coding.codec == "hevc":
            context.codec_tag = "hev1" if self.template.codec_tag == "hev1" else "hvc1"
        context.framerate = self._movie.coding.frame_rate

    def _add_copy(self, stream: Any) -> Any:
        if stream.codec_context is None:
            raise RefusedError(
                f"its {stream.type} track {stream.index} has a codec that is not known.",
                path=self._movie.path,
                hint="Leave the sound out with --audio drop." if stream.type == "audio" else None,
            )
        try:
            with output_errors(self.target):
                made = self._file.add_stream_from_template(stream)
        except ValueError as error:
            raise RefusedError(
                f"its {stream.type} track {stream.index} ({stream.codec_context.name}) cannot be "
                f"written to {self._movie.format}.",
                path=self._movie.path,
                hint="Leave the sound out with --audio drop." if stream.type == "audio" else None,
            ) from error
        self._describe(made, stream)
        return made

    def _describe(self, made: Any, stream: Any) -> None:
        """Carry over what says which track is which; a title could name someone."""
        language = stream.metadata.get("language")
        if language:
            made.metadata["language"] = language
        made.disposition = stream.disposition
        if self._movie.container == "mpegts":
            made.id = stream.id

    def picture(self, packet: av.Packet[Any]) -> None:
        """Write a coded picture, after all sound that is due before it."""
        self._copy_until(seconds(packet))
        packet.stream = self._video
        with output_errors(self.target):
            self._file.mux_one(packet)

    def _copy_until(self, due: Fraction | None) -> None:
        """Copy tracks up to a time in seconds; ``None`` for all that is left."""
        while True:
            packet = self._next or next(self._pending, None)
            self._next = packet
            if packet is None or (due is not None and seconds(packet) > due):
                return
            self._next = None
            track = self._tracks[packet.stream_index]
            packet.stream = track
            with output_errors(self.target):
                self._file.mux_one(packet)
            self.digests[track.index].add(packet)

    def copies(self) -> tuple[Track, ...]:
        """What was copied, as the written file must have it."""
        tracks = []
        for track in self._tracks.values():
            packets, digest = self.digests[track.index].value
            tracks.append(track_of(track, packets, digest))
        return tuple(tracks)

    def findings(self) -> tuple[Finding, ...]:
        """What was left out: all that the reader found, and sound that an edit list hides."""
        found = self._movie.findings()
        if any(finding.kind == "hidden-sound" for finding in found):
            return found
        cut = [
            Finding(
                "hidden-sound",
                f"{self.source.streams[index].type} track {index}",
                f"{hidden.packets} packets that an edit list hides",
                "names",
                hidden.size,
            )
            for index, hidden in self.hidden.items()
            if hidden.packets
        ]
        return (*found, *cut)

    def finish(self) -> None:
        """Copy what is left and complete the file."""
        self._copy_until(None)
        with output_errors(self.target):
            self._file.close()
        if self._movie.container == "avi":
            avi.mend(self.target, {at: digest.packets for at, digest in self.digests.items()})

    def close(self) -> None:
        """Let go of both files, however far they came."""
        with contextlib.suppress(FFmpegError, ValueError):
            self._file.close()
        self.source.close()


def track_of(stream: Any, packets: int, digest: str) -> Track:
    """A sound or subtitle stream as it is held against another."""
    return Track(
        stream.type,
        stream.codec_context.name,
        stream.metadata.get("language", "und"),
        int(stream.disposition),
        packets,
        digest,
    )
