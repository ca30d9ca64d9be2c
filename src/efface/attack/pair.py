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
from efface.errors import RefusedError
from efface.events import Listener, Step, StepStarted, ignore
from efface.media.file import MediaFile, Picture
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.media.video.damage import clock
from efface.media.video.interface import Movie, MovieFrame
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

    @classmethod
    def of(cls, file: MediaFile) -> OpenedFile:
        """
        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        return cls(file.path, file.sha256, file.format)


class Pair(ABC):
    """Both files, opened: of one kind, of one size."""

    original: OpenedFile
    redacted: OpenedFile
    media: Media
    """Of the original; of a video only as many ``frames`` as its index says."""

    @property
    @abstractmethod
    def files(self) -> tuple[MediaFile, MediaFile]:
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
        self.media = original.media()
        self.original, self.redacted = OpenedFile.of(original), OpenedFile.of(redacted)
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
        self._original, self._redacted = original, redacted
        self.media = original.media()
        self.original, self.redacted = OpenedFile.of(original), OpenedFile.of(redacted)
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
    before = open_media(original, policy.limits, policy.video.track)
    after = open_media(redacted, policy.limits)
    if before.kind != after.kind:
        words = {"video": "a video", "image": "a photo"}
        raise RefusedError(
            f"this is {words[after.kind]}, and the original is {words[before.kind]}: they do not "
            "belong together.",
            path=redacted,
            hint=HINT,
        )
    return paired(before, after)


def paired(original: MediaFile, redacted: MediaFile) -> Pair:
    """Two files of one kind.

    Raises:
        InputError: one cannot be read.
        RefusedError: they are of different sizes.
    """
    if isinstance(original, Photo) and isinstance(redacted, Photo):
        return PhotoPair(original, redacted)
    if isinstance(original, Movie) and isinstance(redacted, Movie):
        return MoviePair(original, redacted)
    raise TypeError(f"expected two photos or two videos, got {original.kind}, {redacted.kind}")


def _page(photo: Photo, page: int) -> Callable[[], Picture]:
    return lambda: photo.picture(page)


def _scaled(original: MovieFrame, redacted: MovieFrame) -> Callable[[int, int], tuple[Gray, Gray]]:
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
