"""Holding a written video against the one it was made from.

The written file is decoded once, by the caller, who looks for faces in the same frames.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.fidelity import likeness
from efface.media.video.comparing import compare_facts, compare_tracks
from efface.media.video.facts import facts_of
from efface.media.video.interface import Movie, MovieFrame, VideoFidelity, VideoWritten
from efface.media.video.planes import layout_of
from efface.media.video.proof import ExpectedVideo, Window, coarse, luma_of
from efface.media.video.sound import open_tracks
from efface.media.video.zone_check import ZoneCheck

LOOK_MEAN, LOOK_MOST = 8.0, 48.0
"""How far the coarse look of a frame may move, in steps of 255: the mean and the most of 64."""
STRAY_MEAN, STRAY_RATIO, STRAY_FRAMES = 1.0, 3.0, 16
"""A frame that moved by more than this mean is out of place if one of so many before or after the
frame that it should be is nearer to it by this ratio."""
LAST_S = Fraction(2, 1000)
"""By how much a file's own clock may round the end of the last frame; or by a mean frame, since a
container that states no duration of it has readers derive one."""

_MOST_BITS = 12
"""Deeper samples are compared at this depth."""


class Check:
    """Fed with every frame of the written file, then asked."""

    def __init__(self, movie: Movie, written: VideoWritten) -> None:
        self._proof: ExpectedVideo = written.proof
        self._zones = ZoneCheck(movie, self._proof.pictures, damaged=self._proof.damaged)
        self._base = movie.coding.time_base
        self._rate = movie.coding.frame_rate
        self._first: MovieFrame | None = None
        self._last: MovieFrame | None = None
        self._seen = 0
        self._ssim: list[float] = []
        self._squares, self._samples = 0.0, 0

    def see(self, frame: MovieFrame) -> None:
        """Hold the next frame of the written file against what was written.

        Raises:
            VerificationError: it has another time or look, its zones are not filled, or it is one
                too many.
        """
        pictures, index = self._proof.pictures, self._seen
        if index >= pictures.frames:
            raise VerificationError(
                f"the written video has more than the {pictures.frames} frames of the input."
            )
        native = frame.native
        if self._first is None:
            self._first = frame
        self._last = frame
        self._seen += 1
        self._check_time(index, frame)
        self._check_size(index, native)
        layout = layout_of(native.format.name)
        if layout.components != pictures.fill.layout.components:
            raise VerificationError(
                f"frame {index} of the written video has another pixel format: "
                f"{native.format.name}."
            )
        luma = luma_of(native, layout)
        self._zones.see(index, native)
        self._check_look(index, coarse(luma, layout))
        window = pictures.windows.get(index)
        if window is not None:
            self._compare(window, luma, layout.bits, layout.shift)

    def _check_time(self, index: int, frame: MovieFrame) -> None:
        native = frame.native
        pts, base = self._proof.pictures.pts[index], native.time_base or self._base
        if Fraction(frame.pts * base) != pts * self._base:
            raise VerificationError(
                f"frame {index} of the written video is shown at {float(frame.pts * base):.6f} s "
                f"instead of {float(pts * self._base):.6f} s."
            )

    def _check_end(self, again: Movie) -> None:
        """The last frame is held as long as before: by the container, or by its own duration."""
        pictures, last = self._proof.pictures, self._last
        before, after = self._proof.facts.end, again.end
        if self._proof.damaged or last is None:
            return
        if before is None and again.container in ("matroska", "webm"):
            before = (pictures.pts[-1] + pictures.lasting) * self._base
            after = (last.pts + last.native.duration) * again.coding.time_base
        if before is None or after is None:
            return
        if abs(after - before) > max(LAST_S, 1 / self._rate):
            raise VerificationError(
                f"the last frame of the written video is shown until {float(after):.3f} s instead "
                f"of {float(before):.3f} s."
            )

    def _check_size(self, index: int, native: av.VideoFrame) -> None:
        size = self._proof.facts.width, self._proof.facts.height
        if (native.width, native.height) != size:
            raise VerificationError(
                f"the size of frame {index} of the written video is "
                f"{native.width}x{native.height} instead of {size[0]}x{size[1]}."
            )

    def _check_look(self, index: int, look: NDArray[np.uint8]) -> None:
        first, near = self._proof.pictures.looks_near(index, STRAY_FRAMES)
        apart = np.abs(near.astype(int) - look.reshape(-1))
        own = apart[index - first]
        means = apart.mean(axis=1)
        if own.mean() > STRAY_MEAN and means.min() < own.mean() / STRAY_RATIO:
            raise VerificationError(
                f"frame {index} of the written video looks like frame "
                f"{first + int(means.argmin())} of the input."
            )
        if own.mean() > LOOK_MEAN or own.max() > LOOK_MOST:
            raise VerificationError(
                f"frame {index} of the written video does not look like frame {index} of the "
                f"input: parts of it are up to {int(own.max())} of 255 lighter or darker."
            )

    def _compare(self, window: Window, luma: NDArray[Any], bits: int, shift: int) -> None:
        r = window.rect
        after = luma[r.y0 : r.y1, r.x0 : r.x1]
        shift += max(bits - _MOST_BITS, 0)
        like = likeness(window.luma >> shift, after >> shift, window.covered, min(bits, _MOST_BITS))
        if like.ssim is None or like.psnr_db is None:
            return
        self._ssim.append(like.ssim)
        samples = int((~window.covered).sum())
        if like.psnr_db < math.inf:
            self._squares += samples * 10 ** (-like.psnr_db / 10)
        self._samples += samples

    def finish(self, again: Movie) -> VideoFidelity:
        """Hold the written file's streams against the input's.

        Args:
            again: the written file, opened.

        Raises:
            VerificationError: frames are missing, a track or a property differs, or the pictures
                lost more than the settings allow; the message names which.
        """
        pictures = self._proof.pictures
        if self._seen != pictures.frames or self._first is None:
            raise VerificationError(
                f"the written video has {self._seen} frames instead of {pictures.frames}."
            )
        with open_tracks(again) as file:
            stream = file.streams[again.coding.stream]
            compare_facts(self._proof, facts_of(again, stream, self._first))
            self._check_end(again)
            compare_tracks(self._proof.tracks, file, again)
        mean = sum(self._ssim) / len(self._ssim) if self._ssim else None
        if mean is not None and mean < self._proof.min_ssim:
            raise VerificationError(
                f"the pictures outside the zones lost too much: SSIM {mean:.4f} against "
                f"{self._proof.min_ssim} at least.",
                hint="Ask for a better quality (a lower number).",
            )
        psnr = -10 * math.log10(self._squares / self._samples) if self._squares else None
        return VideoFidelity(
            frames=self._seen,
            sampled=len(self._ssim),
            ssim=mean,
            ssim_lowest=min(self._ssim, default=None),
            psnr_db=psnr,
        )
