"""Videos for tests, in memory or as a file: a portrait that moves over a background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.geometry import NO_GRID, Grid
from efface.media.file import Gray
from efface.media.orientation import Orientation
from efface.media.source import HeldSource
from efface.media.trace import Trace
from efface.media.video.interface import Coding, Movie, MovieFrame

Picture = NDArray[np.uint8]


class ShownFrame(MovieFrame):
    """A frame held in memory, which counts how often it is looked at."""

    def __init__(self, index: int, pts: int, pixels: Picture, looked: list[int]) -> None:
        self.index, self.pts, self.key, self.damaged = index, pts, index == 0, False
        self._pixels, self._looked = pixels, looked

    @property
    def time(self) -> Fraction:
        return Fraction(self.pts, 1000)

    def picture(self, halvings: int = 0) -> Picture:
        assert halvings == 0
        self._looked.append(self.index)
        return self._pixels

    def gray(self, width: int, height: int) -> Gray:
        raise NotImplementedError


class ShownMovie(Movie):
    """A video held in memory, its time base a thousandth of a second."""

    def __init__(self, pictures: Sequence[Picture], pts: Sequence[int]) -> None:
        height, width = pictures[0].shape[:2]
        self.source = HeldSource(Path("shown.mp4"), b"")
        self.format, self.container = "MP4", "mp4"
        rate = Fraction(1000 * (len(pts) - 1), pts[-1] - pts[0]) if len(pts) > 1 else Fraction(1)
        self.coding = Coding(
            0, "h264", width, height, Orientation.of(1), "yuv420p", 8, Fraction(1, 1000), rate
        )
        self._pictures, self._pts = pictures, pts
        self.looked: list[int] = []
        """Indices of the frames whose pixels were asked for, in order."""

    @property
    def expected_frames(self) -> int:
        return len(self._pts)

    def frames(self, *, allow_damaged: bool = False) -> Iterator[MovieFrame]:
        for index, (picture, pts) in enumerate(zip(self._pictures, self._pts, strict=True)):
            yield ShownFrame(index, pts, picture, self.looked)

    def grid(self) -> tuple[Grid, int]:
        return NO_GRID, 0

    def findings(self) -> tuple[Trace, ...]:
        return ()


def background(width: int = 320, height: int = 240) -> Picture:
    """A smooth slope of colour, in which nothing looks like a face."""
    y, x = np.mgrid[:height, :width]
    return np.stack([120 + x // 8, 130 + y // 8, 140 - x // 16], axis=2).astype(np.uint8)


def with_portrait(picture: Picture, portrait: Picture, left: int, top: int, side: int) -> Picture:
    """A copy with the portrait pasted in at a size."""
    small = Image.fromarray(portrait).resize((side, side), Image.Resampling.LANCZOS)
    image = Image.fromarray(picture)
    image.paste(small, (left, top))
    return np.asarray(image)


def write_clip(path: Path, pictures: Sequence[Picture], rate: int = 10) -> Path:
    """An H.264 file of the pictures."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"crf": "16", "preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode())
    return path
