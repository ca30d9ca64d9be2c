"""Photos looked at by a person: decoded, and as they would be released: ``efface.look``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    path_from,
    policy_from,
    reading_policy,
    the_regions,
)
from efface.media.interface import Photo
from efface.media.sniff import is_video as video_in
from efface.media.source import Source
from efface.policy import Policy
from efface.regions import Media
from efface.workflow.look import as_released, look_at

__all__ = ["PhotoLook", "is_video", "look"]


class PhotoLook:
    """A photo that is open. It is only read, and pictures of it are only in memory."""

    def __init__(self, photo: Photo, policy: Policy) -> None:
        self._photo, self._policy = photo, policy

    @property
    def media(self) -> Media:
        """What file it is: its SHA-256, its size, its pages.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        return self._photo.media()

    @property
    def format(self) -> str:
        """As a person says it: ``JPEG``."""
        return self._photo.format

    def picture(self, page: int = 0) -> NDArray[np.uint8]:
        """A page: RGB, shape (height, width, 3), upright; animations as composed for display.

        Raises:
            InputError: it cannot be decoded whole.
        """
        return self._photo.picture(page)

    def released(
        self, regions: GivenRegions, page: int = 0, *, policy: GivenPolicy = None
    ) -> NDArray[np.uint8]:
        """A page as the file would show it that is released with these regions. No gate has looked
        at it, and a method that draws by lot draws anew each time.

        Args:
            regions: of this photo.
            policy: the one it was opened with when left out.

        Raises:
            RefusedError: they are of another file, or the file cannot be written faithfully.
            ValueError: a box lies outside the picture.
        """
        chosen = self._policy if policy is None else policy_from(policy)
        return as_released(self._photo, the_regions(regions), chosen, page)


def is_video(path: AnyPath) -> bool:
    """Whether a file is a video, by its first bytes, or if they say nothing by its name.

    Raises:
        InputError: missing, not readable, or no file.
    """
    return video_in(Source(path_from(path)))


def look(path: AnyPath, *, policy: GivenPolicy = None) -> PhotoLook:
    """Open a photo, to look at it.

    Args:
        policy: what it may ask for, and how zones are filled; the defaults when left out.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled, or it is a video.
    """
    chosen = reading_policy(policy)
    return PhotoLook(look_at(path_from(path), chosen), chosen)
