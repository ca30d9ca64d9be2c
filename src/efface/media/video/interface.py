"""A video file as the other rooms see it.

Coordinates are those of the *upright* picture in stored pixels: the container's rotation is
applied, the sample aspect ratio is not. A frame's index counts shown frames in presentation order,
from 0; frames that an edit list hides do not exist here. The same index means the same frame in the
analysis, in writing and when the written file is looked at again.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from efface.geometry import Grid
from efface.media.file import Frame, MediaFile
from efface.media.orientation import Orientation
from efface.media.trace import Trace
from efface.media.video.carried.around import Around
from efface.regions import Media
from efface.sphere.picture import Sphere
from efface.sphere.projection import assumed

if TYPE_CHECKING:
    import av

    from efface.media.video.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Coding:
    """How the pictures of a video are coded."""

    stream: int
    """Index of the stream in the file."""
    codec: str
    """FFmpeg's name: ``h264``, ``hevc``, ``vp9``, ``av1``, …"""
    width: int
    """Stored, pixels."""
    height: int
    orientation: Orientation
    """What turns the stored picture upright."""
    pixel_format: str
    """FFmpeg's name: ``yuv420p``, ``yuv420p10le``, …"""
    bits: int
    """Per sample."""
    time_base: Fraction
    """Seconds per tick of a frame's ``pts``."""
    frame_rate: Fraction
    """Mean, frames per second."""


class MovieFrame(Frame):
    """One shown frame."""

    pts: int
    """Presentation timestamp in ticks of the video's time base."""
    key: bool
    """Coded without reference to others."""
    damaged: bool
    """It could not be decoded whole and was replaced by a solid frame."""
    native: av.VideoFrame
    """The decoded frame in stored orientation; not writable (other frames may refer to it)."""


class Movie(MediaFile):
    """One video file, opened: its streams are known and within the limits."""

    kind = "video"
    coding: Coding
    container: str
    """FFmpeg's name of the muxer that writes it: ``mp4``, ``mov``, ``matroska``, ``webm``, ``avi``,
    ``mpegts``."""

    schedule: Schedule
    """When the coded pictures are due."""
    end: Fraction | None
    """When the last frame has been shown, seconds, by a container that states it of all frames
    together; ``None``: it does not, or says less than the frames do."""

    layered: bool = False
    """The track holds more than the pictures that every player shows, which is left out."""
    notes: tuple[str, ...] = ()
    """What the user has to know of how it was read, in sentences."""

    @property
    def size(self) -> tuple[int, int]:
        """Upright (width, height), pixels."""
        c = self.coding
        return c.orientation.upright_size(c.width, c.height)

    @property
    def around(self) -> Around:
        """How its pictures lie on the sphere about the camera, as the file says it."""
        return Around()

    @property
    def sphere(self) -> Sphere | None:
        """Where its pictures lie on the sphere; ``None``: they are flat. Pictures of 2:1 of which
        nothing is said are taken for all-round, too."""
        projection = self.around.projection if self.around.said else assumed(*self.size)
        return None if projection is None else Sphere(projection, *self.size)

    def media(self, frames: int | None = None) -> Media:
        """
        Args:
            frames: how many it has, when that is known.
        """
        width, height = self.size
        base = self.coding.time_base
        count = self.expected_frames if frames is None else frames
        clock = f"{base.numerator}/{base.denominator}"
        return Media(self.path.name, self.sha256, "video", width, height, count, clock)

    @property
    @abstractmethod
    def expected_frames(self) -> int:
        """About how many frames it has, from the index or the duration; for progress only."""

    @abstractmethod
    def frames(self, *, allow_damaged: bool = False) -> Iterator[MovieFrame]:
        """Decode all shown frames in presentation order.

        Args:
            allow_damaged: yield a solid frame for one that cannot be decoded whole.

        Raises:
            InputError: a frame is missing or cannot be decoded whole; the message names the frame
                and its time.
        """

    @abstractmethod
    def grid(self) -> tuple[Grid, int]:
        """The codec's upright block grid, and the reach of its in-loop filters in pixels."""


def as_movie(media: MediaFile) -> Movie:
    """A file that is known not to be a photo."""
    if not isinstance(media, Movie):
        raise TypeError(f"expected a video, got {media.kind}")
    return media


@dataclass(frozen=True, slots=True)
class VideoFidelity:
    """How the written video compares with the input outside the zones."""

    frames: int
    """Frames compared in count, time and coarse appearance: all of them."""
    sampled: int
    """Frames compared pixel by pixel, in windows outside the zones."""
    ssim: float | None
    """Mean over the samples, luma; ``None`` when there was none to take."""
    ssim_lowest: float | None
    psnr_db: float | None
    """Over all samples, luma."""


@dataclass(frozen=True, slots=True)
class VideoWritten:
    """What was done when a video was written."""

    frames: int
    encoder: str
    """Encoder and settings in words."""
    dropped: tuple[Trace, ...]
    notes: tuple[str, ...]
    damaged: tuple[int, ...]
    """Frames that were replaced by a solid one."""
    sound_tracks: int
    """Tracks of sound that stayed."""
    proof: Any
    """What ``checking`` holds the written file against."""
