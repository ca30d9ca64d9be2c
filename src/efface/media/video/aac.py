"""Sound encoded anew as AAC, for what a container does not hold as it is.

The encoder's delay is taken into account: MP4, QuickTime and Matroska state it, and in MPEG-TS the
first packet is due so much earlier. AVI can do neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.context import Flags

from efface.errors import InputError, RefusedError
from efface.media.video.hearing import Heard, Samples
from efface.media.video.interface import Movie

NAME = "aac"
FRAME = 1024
"""Samples in a frame of AAC (ISO/IEC 14496-3)."""
RATES = (16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
"""Samples a second, of those that AAC knows. Below 16 kHz the encoder's delay would be as long as
sound that somebody cut away (``sound.LONGEST_PRIMING_S``)."""
BITS_A_CHANNEL = 96_000
"""A second. FFmpeg's encoder is transparent to most listeners there."""
_MOST_BITS_A_SAMPLE = 6
"""Of a channel, by the standard."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
"""Of so many channels, as FFmpeg names those that its encoder takes."""
_WITHOUT = {"webm": "", "avi": " so that it begins on time"}
"""Containers of FFmpeg's names, and why."""
JITTER_S = Fraction(1, 50)
"""Times in a file that are off by less than this from where the samples before end are rounded."""
_LONGEST_PAUSE_S = 3600

DROP = "Leave the sound out with --audio drop (video.audio in the policy)."


def is_encoded(stream: Any, audio: str) -> bool:
    """Whether a track is encoded anew: sound that is not AAC yet, if that was asked for."""
    if audio != NAME or stream.type != "audio" or stream.codec_context is None:
        return False
    return bool(stream.codec_context.name != NAME)


def check_container(movie: Movie, muxer: str) -> None:
    """
    Args:
        muxer: that writes it.

    Raises:
        RefusedError: AAC cannot be put there so that it is heard when it should be.
    """
    if muxer in _WITHOUT:
        raise RefusedError(
            f"{movie.format} does not hold AAC{_WITHOUT[muxer]}.",
            path=movie.path,
            hint="Leave out --audio aac; or put the video into Matroska first, for instance with "
            "ffmpeg -i IN -c copy OUT.mkv.",
        )


def rate_of(stream: Any) -> int:
    """The rate at which a track is written: its own if possible, else twice that, else the next."""
    rate: int = stream.codec_context.sample_rate
    if rate in RATES:
        return rate
    return 2 * rate if 2 * rate in RATES else next((r for r in RATES if r >= rate), RATES[-1])


class Encoding:
    """One track on its way from its packets to those of AAC."""

    def __init__(self, stream: Any, file: av.container.OutputContainer) -> None:
        """Add a stream to a file that is not begun yet.

        Args:
            stream: of the input.

        Raises:
            RefusedError: AAC cannot hold such sound.
            ValueError: the container cannot hold AAC.
        """
        context = stream.codec_context
        self._index, self._channels = stream.index, context.channels
        if self._channels not in LAYOUTS or context.sample_rate <= 0:
            raise RefusedError(
                f"its audio track {stream.index} has {self._channels} channels at "
                f"{context.sample_rate} Hz, which the AAC encoder cannot write.",
                hint=DROP,
            )
        self._rate, self._layout = rate_of(stream), LAYOUTS[self._channels]
        # noise and width are kept as waves, not as a description of them
        options = {"aac_pns": "0", "aac_is": "0"}
        made: Any = file.add_stream(NAME, rate=self._rate, options=options)
        self.stream, self._encoder = made, made.codec_context
        self._encoder.layout, self._encoder.format = self._layout, "fltp"
        most = min(BITS_A_CHANNEL, _MOST_BITS_A_SAMPLE * self._rate)
        self._encoder.bit_rate = most * self._channels
        self._encoder.time_base = Fraction(1, self._rate)
        self._encoder.flags |= Flags.bitexact
        self._encoder.thread_count = 1
        self.words = (
            f"{context.codec.canonical_name} at {context.sample_rate} Hz was encoded anew as AAC"
            + ("" if self._rate == context.sample_rate else f" at {self._rate} Hz")
        )
        self.heard = Heard(self._rate, self._channels)
        """What was meant, for the check."""
        self._resampler: Any = None
        self._due = Fraction(0)
        """When the next sample of the input is due, seconds."""
        self._skip = 0
        """Samples at hand already, of those to come."""
        self._waiting: list[Samples] = []
        self._encoded = 0
        """Samples that went into the encoder."""

    def feed(self, packet: av.Packet[Any], *, allow_damaged: bool) -> Iterator[av.Packet[Any]]:
        """Take a packet of the input; gives what is ready to be written.

        Raises:
            InputError: it cannot be decoded.
            RefusedError: the sound changes its form on the way.
        """
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            if allow_damaged:  # as long as it lasts there is silence
                return
            raise InputError(
                f"the sound (track {self._index}) cannot be decoded whole.",
                hint="Copy the file again from its source; "
                "--allow-damaged writes what can be read.",
            ) from error
        for frame in frames:
            self._take(frame)
        yield from self._ready(FRAME)

    def finish(self, stream: Any) -> Iterator[av.Packet[Any]]:
        """Give what is left.

        Args:
            stream: of the input; what its decoder holds back is taken, too.
        """
        for frame in stream.codec_context.decode(None) if self.heard.start is not None else ():
            self._take(frame)
        self._flush()
        yield from self._ready(1)
        self.heard.end()
        if self._encoded:
            yield from self._encoder.encode(None)

    def _take(self, frame: Any) -> None:
        due = self._due
        if frame.pts is not None:
            due = Fraction(frame.pts * frame.time_base)
        if self.heard.start is None:
            self.heard.start = self._due = due
        if abs(due - self._due) > JITTER_S:
            self._jump(due)
        self._due += Fraction(frame.samples, frame.sample_rate)
        frame.pts = None
        if self._resampler is None:
            self._resampler = av.AudioResampler("fltp", self._layout, self._rate)
        try:
            self._put(self._resampler.resample(frame))
        except (ValueError, av.FFmpegError) as error:
            raise RefusedError(
                f"its audio track {self._index} changes its form on the way, which is not encoded "
                "anew.",
                hint=DROP,
            ) from error

    def _jump(self, due: Fraction) -> None:
        """A pause is silence; what is there twice is left out the second time."""
        self._flush()
        start = self.heard.start or Fraction(0)
        gap = round((due - start) * self._rate) - self.heard.samples
        if gap > _LONGEST_PAUSE_S * self._rate:
            raise RefusedError(
                f"its audio track {self._index} pauses for more than an hour.", hint=DROP
            )
        while gap > 0:
            step = min(gap, self._rate)
            self._queue(np.zeros((self._channels, step), np.float32))
            gap -= step
        self._skip = -gap
        self._due = due

    def _flush(self) -> None:
        """What the resampler holds back."""
        if self._resampler is not None:
            self._put(self._resampler.resample(None))
            self._resampler = None

    def _put(self, frames: list[Any]) -> None:
        for frame in frames:
            samples = frame.to_ndarray()
            skipped = min(self._skip, samples.shape[1])
            self._skip -= skipped
            # the resampler can overshoot, and the encoder makes softer what is over full scale
            self._queue(np.clip(samples[:, skipped:], -1, 1))

    def _queue(self, samples: Samples) -> None:
        if samples.shape[1]:
            self.heard.add(samples)
            self._waiting.append(samples)

    def _ready(self, least: int) -> Iterator[av.Packet[Any]]:
        """Encode whole frames; at the end a shorter one.

        Args:
            least: samples that a frame has.
        """
        if self.heard.samples - self._encoded < least:
            return
        waiting = np.concatenate(self._waiting, axis=1)
        start = round((self.heard.start or Fraction(0)) * self._rate)
        while waiting.shape[1] >= least:
            part = np.ascontiguousarray(waiting[:, :FRAME])
            waiting = waiting[:, FRAME:]
            frame: Any = av.AudioFrame.from_ndarray(part, "fltp", self._layout)
            frame.sample_rate, frame.time_base = self._rate, Fraction(1, self._rate)
            frame.pts = start + self._encoded
            self._encoded += part.shape[1]
            yield from self._encoder.encode(frame)
        self._waiting = [waiting]
