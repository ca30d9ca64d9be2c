"""What a listener hears of a track of sound that was encoded anew, held against what was meant.

A lossy encoder gives other samples, but the same sound: it begins at the same moment, lasts as
long, is as loud at every moment, and its waves lie where they lay. That is what is compared, on a
level for each quarter of a second and channel and on short stretches all along the track.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.video.interface import Movie
from efface.media.video.sound import open_tracks

Samples = NDArray[np.float32]
"""Shape (channels, samples), full scale is 1."""

BLOCKS_A_SECOND = 4
STRETCH = 2048
"""Samples whose place is looked for."""
REACH = 1280
"""By how many samples a stretch may be found too early or too late: more than a frame of AAC, by
which sound is late whose encoder's delay is not taken into account."""
MOST_STRETCHES = 64

SMOOTH_HZ = 12000
"""Means are taken, three times over, of so many samples that this many a second would be left:
encoders leave out what is near the limit of hearing."""
_PASSES = 3
LEVEL_DB = 3.0
"""By how much the level of a block may differ, over the floor. With the settings here speech,
tones, noise, clicks and bursts at 8 to 48 kHz moved by 1.7 at most."""
FLOOR, MASK = 1e-6, 1e-2
"""Mean square that is never heard (-60 dB of full scale), and part of that of all notes, in the
block and those before and after, that is not heard beside them."""
HEARD = 1e-5
"""Mean square (-50 dB of full scale) from which the place of a stretch is looked for."""
LIKE, BEST = 0.5, 0.97
"""Least correlation with what was meant, and least part of the best one at any other place. Of the
same sounds the correlation was .92 at least; a steady tone is as like itself a wave later."""
STRAY_PART = 0.1
"""Of the stretches, so many may be out of place: an encoder blurs what is buried in noise."""


@dataclass(slots=True)
class Heard:
    """A track of sound as it goes by: its level at every moment, and stretches of it."""

    rate: int
    """Samples a second."""
    channels: int
    reach: int = 0
    """Samples that are kept before and after each stretch."""
    wanted: Collection[int] | None = None
    """Numbers of the blocks whose stretches are kept; ``None``: so many, spread evenly."""
    start: Fraction | None = None
    """When the first sample is heard, seconds."""
    samples: int = 0
    levels: list[NDArray[np.float64]] = field(default_factory=list)
    """Mean square of each block, without the highest notes."""
    loudest: list[NDArray[np.float64]] = field(default_factory=list)
    """With them. Both of shape (channels,)."""
    stretches: dict[int, Samples] = field(default_factory=dict)
    """From the beginning of a block on, by its number."""
    _stride: int = 1
    _held: list[Samples] = field(default_factory=list)
    _length: int = 0
    """Of what is held, samples."""

    def __post_init__(self) -> None:
        self._held.append(np.zeros((self.channels, self.reach), np.float32))
        self._length = self.reach

    @property
    def block(self) -> int:
        """Samples in a block."""
        return max(self.rate // BLOCKS_A_SECOND, STRETCH)

    def add(self, samples: Samples) -> None:
        """Take what follows."""
        self.samples += samples.shape[1]
        self._held.append(samples)
        self._length += samples.shape[1]
        if self._length < self.block + 2 * self.reach:
            return
        held = np.concatenate(self._held, axis=1)
        while held.shape[1] >= self.block + 2 * self.reach:
            self._note(held, self.block)
            held = held[:, self.block :]
        self._held, self._length = [held], held.shape[1]

    def end(self) -> None:
        """Nothing follows: take what is left as a shorter block."""
        held = np.concatenate(self._held, axis=1)
        while held.shape[1] > self.reach:
            self._note(held, min(self.block, held.shape[1] - self.reach))
            held = held[:, self.block :]

    def _note(self, held: Samples, length: int) -> None:
        """One block, with what lies before and after it."""
        number = len(self.levels)
        inside = held[:, self.reach : self.reach + length]
        self.levels.append(np.mean(smooth(inside, self.rate) ** 2, axis=1))
        self.loudest.append(np.mean(inside.astype(np.float64) ** 2, axis=1))
        stretch = held[:, : STRETCH + 2 * self.reach]
        if self.wanted is not None:
            if number in self.wanted:
                self.stretches[number] = stretch.copy()
        elif stretch.shape[1] == STRETCH and number % self._stride == 0:
            self.stretches[number] = stretch.copy()
            if len(self.stretches) > MOST_STRETCHES:
                self._stride *= 2
                kept = {n: s for n, s in self.stretches.items() if n % self._stride == 0}
                self.stretches = kept


def smooth(samples: NDArray[Any], rate: int) -> NDArray[np.float64]:
    """The sound without its highest notes; shorter by what a mean spans.

    Args:
        samples: shape (..., samples).
        rate: samples a second.
    """
    out: NDArray[np.float64] = samples.astype(np.float64)
    for _ in range(_PASSES):
        span = min(max(round(rate / SMOOTH_HZ), 1), out.shape[-1])
        sums = np.cumsum(out, axis=-1)
        sums = np.concatenate((np.zeros((*sums.shape[:-1], 1)), sums), axis=-1)
        out = (sums[..., span:] - sums[..., :-span]) / span
    return out


def listen(movie: Movie, index: int, meant: Heard, *, frame: int) -> None:
    """Hold a track of a written video against the sound that was meant.

    Args:
        index: of its stream.
        frame: samples in a frame of its codec: by so many the start may be preceded and the end
            followed, twice.

    Raises:
        VerificationError: it is not heard when it should be, or sounds otherwise.
    """
    with open_tracks(movie) as file:
        stream = file.streams.audio[[s.index for s in file.streams.audio].index(index)]
        tick = Fraction(stream.time_base or 1)
        slack = max(math.ceil(tick * meant.rate), 1)
        heard = _heard(file.decode(stream), meant, frame + slack, f"audio track {index}")
    over = heard.samples - meant.samples
    if not -slack <= over <= 2 * frame + slack:
        raise VerificationError(
            f"audio track {index} of the written video lasts {heard.samples} samples instead of "
            f"{meant.samples}.",
            hint=HINT,
        )
    _compare_levels(meant, heard, index)
    _compare_places(meant, heard, slack, index)


HINT = "Leave the sound out with --audio drop (video.audio in the policy)."


def _heard(frames: Iterator[Any], meant: Heard, early: int, where: str) -> Heard:
    """What is heard from when it should start on.

    Args:
        early: samples by which the written track may start before.
    """
    heard = Heard(meant.rate, meant.channels, REACH, meant.stretches.keys(), meant.start)
    start = meant.start or Fraction(0)
    skip: int | None = None
    for frame in _decoded(frames, where):
        if frame.sample_rate != meant.rate or frame.layout.nb_channels != meant.channels:
            raise VerificationError(
                f"{where} of the written video has {frame.layout.nb_channels} channels at "
                f"{frame.sample_rate} Hz instead of {meant.channels} at {meant.rate} Hz."
            )
        if skip is None:
            begins = (frame.pts or 0) * Fraction(frame.time_base or 1)
            skip = round((start - begins) * meant.rate)
            if not -early <= skip <= early:
                raise VerificationError(
                    f"{where} of the written video starts {float(begins):.6f} s instead of "
                    f"{float(start):.6f} s from the beginning.",
                    hint=HINT,
                )
            if skip < 0:
                heard.add(np.zeros((meant.channels, -skip), np.float32))
                skip = 0
        samples = frame.to_ndarray()
        heard.add(np.asarray(samples[:, skip:], np.float32))
        skip = max(skip - samples.shape[1], 0)
    heard.end()
    return heard


def _decoded(frames: Iterator[Any], where: str) -> Iterator[av.AudioFrame]:
    try:
        yield from frames
    except av.FFmpegError as error:
        raise VerificationError(f"{where} of the written video cannot be decoded.") from error


def _compare_levels(meant: Heard, heard: Heard, index: int) -> None:
    loudest, bass = np.array(meant.loudest), _bass(meant.channels)
    for number, (before, after) in enumerate(zip(meant.levels, heard.levels, strict=False)):
        floor = FLOOR + MASK * loudest[max(number - 1, 0) : number + 2].max(axis=0)
        ratio = np.delete((after + floor) / (before + floor), bass)
        apart = float(np.abs(10 * np.log10(ratio)).max())
        last = number == len(meant.levels) - 1  # padding, and what rings on, count there, too
        if apart > LEVEL_DB and not last:
            raise VerificationError(
                f"audio track {index} of the written video is {apart:.1f} dB louder or softer than "
                f"the input after {number * meant.block / meant.rate:.2f} s.",
                hint=HINT,
            )


def _bass(channels: int) -> list[int]:
    """The channel for low notes alone of 5.1 and 7.1: encoders leave out all others."""
    return [3] if channels in (6, 8) else []


def _compare_places(meant: Heard, heard: Heard, slack: int, index: int) -> None:
    looked = stray = 0
    for number, stretch in meant.stretches.items():
        place = heard.stretches.get(number)
        own = smooth(stretch, meant.rate)
        loudness = np.mean(own**2, axis=1)
        loudness[_bass(meant.channels)] = 0
        channel = int(np.argmax(loudness))
        least = max(HEARD, MASK * float(np.mean(stretch[channel] ** 2)))
        if place is None or loudness[channel] < least:
            continue
        looked += 1
        stray += not _in_place(own[channel], smooth(place[channel], meant.rate), slack)
    if stray > STRAY_PART * looked:
        raise VerificationError(
            f"audio track {index} of the written video does not sound like the input, or not at "
            f"the same time: {stray} of {looked} stretches.",
            hint=HINT,
        )


def _in_place(stretch: NDArray[np.float64], around: NDArray[np.float64], slack: int) -> bool:
    """Whether a stretch lies in the middle of what was written around it."""
    around = np.pad(around, (0, max(stretch.size + 2 * REACH - around.size, 0)))
    products = np.correlate(around, stretch, "valid")
    sums = np.cumsum(np.concatenate(([0.0], around**2)))
    energy = sums[stretch.size :] - sums[: -stretch.size]
    own = float(np.sum(stretch**2))
    like = products / np.sqrt(np.maximum(energy, FLOOR * stretch.size) * own)
    here = float(like[REACH - slack : REACH + slack + 1].max())
    return here >= LIKE and here >= BEST * float(like.max())
