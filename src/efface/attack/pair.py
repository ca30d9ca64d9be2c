"""A redacted file and its original, opened together and gone through in step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import zip_longest
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.native import Native, of_array, of_movie, of_photo
from efface.detect.photo import read_media
from efface.errors import RefusedError
from efface.events import Listener, Step, StepStarted, ignore
from efface.files.paths import sha256
from efface.media.interface import Photo, Picture
from efface.media.sniff import is_video, open_photo
from efface.media.video.damage import clock
from efface.media.video.interface import Frame, Movie
from efface.policy import Policy
from efface.regions import Media

Gray = NDArray[np.uint8]
"""Luma, shape (height, width)."""

HINT = "Give the very file that the redacted one was made from, uncut and at its full size."
"""For files that do not belong together."""

_TOLD_EVERY = 20
"""Frames of a video between two events of progress."""


class Both:
    """One frame of both files; pictures are decoded to RGB when they are asked for.

    ``pts`` is in the original's time base, ``time_s`` counts from its first frame; both are
    ``None`` for photos.
    """

    def __init__(
        self,
        index: int,
        time_s: float | None,
        pictures: tuple[Callable[[], Picture], Callable[[], Picture]],
        grays: Callable[[int, int], tuple[Gray, Gray]] | None = None,
        *,
        stored: Callable[[], Native] | None = None,
        pts: int | None = None,
    ) -> None:
        self.index, self.pts, self.time_s = index, pts, time_s
        self._pictures, self._grays, self._stored = pictures, grays, stored

    @cached_property
    def stored(self) -> Native:
        """The redacted frame as the file stores it."""
        return of_array(self.redacted) if self._stored is None else self._stored()

    @cached_property
    def original(self) -> Picture:
        """RGB, upright, shape (height, width, 3)."""
        return self._pictures[0]()

    @cached_property
    def redacted(self) -> Picture:
        """RGB, upright, of the same shape."""
        return self._pictures[1]()

    def grays(self, width: int, height: int) -> tuple[Gray, Gray]:
        """Original and redacted as luma, scaled to that size, each pixel the mean of what it
        stands for."""
        if self._grays is not None:
            return self._grays(width, height)
        return _gray(self.original, width, height), _gray(self.redacted, width, height)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """One of the two files."""

    path: Path
    sha256: str
    format: str


class Pair(ABC):
    """Both files, opened: of one kind, of one size."""

    original: OpenedFile
    redacted: OpenedFile
    media: Media
    """Of the original; of a video only as many ``frames`` as its index says."""

    @property
    @abstractmethod
    def files(self) -> tuple[Photo | Movie, Photo | Movie]:
        """Original and redacted file."""

    @abstractmethod
    def place(self, frame: int, pts: int | None = None) -> str:
        """A frame as a person finds it: ``frame 112 (0:00:04.480)``, ``page 2``."""

    @abstractmethod
    def frames(self, step: Step = "search", listen: Listener = ignore) -> Iterator[Both]:
        """Every frame of both files.

        Args:
            step: what is done meanwhile, for progress.
            listen: told of progress.

        Raises:
            InputError: a frame cannot be decoded whole.
            RefusedError: one file has more frames than the other, or frames of another size.
        """


class PhotoPair(Pair):
    """Two photos; each page is a frame."""

    def __init__(self, original: Photo, redacted: Photo) -> None:
        self._original, self._redacted = original, redacted
        self.media = read_media(original.path, original)
        self.original = OpenedFile(original.path, self.media.sha256, original.format)
        self.redacted = OpenedFile(redacted.path, sha256(redacted.path), redacted.format)
        _same_number(redacted.path, "pages", len(original.sizes), len(redacted.sizes))
        for page, (theirs, ours) in enumerate(zip(original.sizes, redacted.sizes, strict=True)):
            where = f" (page {page + 1})" if len(original.sizes) > 1 else ""
            _same_size(redacted.path, theirs, ours, where)

    @property
    def files(self) -> tuple[Photo, Photo]:
        return self._original, self._redacted

    def place(self, frame: int, pts: int | None = None) -> str:
        return f"page {frame + 1}" if self.media.frames > 1 else "the picture"

    def frames(self, step: Step = "search", listen: Listener = ignore) -> Iterator[Both]:
        pages = self.media.frames
        natives = of_photo(self._redacted)
        for page in range(pages):
            listen(StepStarted(self.redacted.path, step, page, pages))
            pictures = _page(self._original, page), _page(self._redacted, page)
            yield Both(page, None, pictures, stored=partial(natives, page))


class MoviePair(Pair):
    """Two videos, decoded in step, so that memory does not grow with their length."""

    def __init__(self, original: Movie, redacted: Movie) -> None:
        from efface.detect.video import movie_media  # noqa: PLC0415 - not needed for photos

        self._original, self._redacted = original, redacted
        digest = sha256(original.path)
        self.media = movie_media(original, original.expected_frames, digest)
        self.original = OpenedFile(original.path, digest, original.format)
        self.redacted = OpenedFile(redacted.path, sha256(redacted.path), redacted.format)
        _same_size(redacted.path, original.size, redacted.size, "")

    @property
    def files(self) -> tuple[Movie, Movie]:
        return self._original, self._redacted

    def place(self, frame: int, pts: int | None = None) -> str:
        if pts is None:
            return f"frame {frame}"
        return f"frame {frame} ({clock(pts * self._original.coding.time_base)})"

    def frames(self, step: Step = "search", listen: Listener = ignore) -> Iterator[Both]:
        tick = self._original.coding.time_base
        native = of_movie(self._redacted)
        start = 0
        seen = [0, 0]
        for ours, theirs in zip_longest(self._original.frames(), self._redacted.frames()):
            seen[0] += ours is not None
            seen[1] += theirs is not None
            if ours is None or theirs is None:
                continue
            start = ours.pts if ours.index == 0 else start
            if ours.index % _TOLD_EVERY == 0:
                expected = self.media.frames
                listen(StepStarted(self.redacted.path, step, ours.index, expected))
            time_s = float((ours.pts - start) * tick)
            pictures = ours.picture, theirs.picture
            stored = partial(native, theirs)
            grays = _scaled(ours, theirs)
            yield Both(ours.index, time_s, pictures, grays, stored=stored, pts=ours.pts)
        _same_number(self.redacted.path, "frames", seen[0], seen[1])


def open_pair(redacted: Path, original: Path, policy: Policy) -> Pair:
    """Open both files.

    Raises:
        InputError: one cannot be read whole.
        RefusedError: a format that cannot be handled, or they are of different kinds or sizes.
    """
    kinds = [is_video(original), is_video(redacted)]
    if kinds[0] != kinds[1]:
        words = ["a video" if kind else "a photo" for kind in kinds]
        raise RefusedError(
            f"this is {words[1]}, and the original is {words[0]}: they do not belong together.",
            path=redacted,
            hint=HINT,
        )
    if not kinds[0]:
        return PhotoPair(open_photo(original, policy.limits), open_photo(redacted, policy.limits))
    from efface.media.video import open_video  # noqa: PLC0415 - not needed for photos

    before = open_video(original, policy.limits, policy.video.track)
    return MoviePair(before, open_video(redacted, policy.limits))


def _page(photo: Photo, page: int) -> Callable[[], Picture]:
    return lambda: photo.picture(page)


def _scaled(original: Frame, redacted: Frame) -> Callable[[int, int], tuple[Gray, Gray]]:
    return lambda width, height: (original.gray(width, height), redacted.gray(width, height))


def _gray(picture: Picture, width: int, height: int) -> Gray:
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return cast("Gray", cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA))


def _same_size(path: Path, theirs: tuple[int, int], ours: tuple[int, int], where: str) -> None:
    if theirs != ours:
        raise RefusedError(
            f"it has {ours[0]}x{ours[1]} pixels{where}, and the original has "
            f"{theirs[0]}x{theirs[1]}: they do not belong together.",
            path=path,
            hint=HINT,
        )


def _same_number(path: Path, what: str, theirs: int, ours: int) -> None:
    if theirs != ours:
        raise RefusedError(
            f"it has {ours} {what}, and the original has {theirs}: they do not belong together.",
            path=path,
            hint=HINT,
        )
