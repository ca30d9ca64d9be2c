"""A video looked at by a person before it is redacted: single frames of it, the faces in it, and
what of a frame would be covered."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.detect.media import check_given
from efface.detect.saved_analysis import Observations
from efface.detect.video import WatchedVideo, frame_times, watch_movie
from efface.errors import RefusedError
from efface.events import Listener
from efface.media.filled import FrameFill, levels
from efface.media.opening import open_media
from efface.media.video.interface import Movie, MovieFrame
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.methods import prepared
from efface.workflow.redact.order import Order
from efface.workflow.saved import place_of
from efface.zones.moving import MovingZones


def open_movie(path: Path, policy: Policy) -> Movie:
    """Open a video.

    Raises:
        InputError: missing, not readable, empty, damaged, or neither a photo nor a video.
        RefusedError: its format cannot be handled, a limit is exceeded, or it is a photo.
    """
    media = open_media(path, policy.limits, policy.video.track)
    if not isinstance(media, Movie):
        raise RefusedError("this is a photo.", path=path, hint="efface.look opens photos.")
    return media


def times_of(movie: Movie) -> array[int]:
    """Timestamp of every frame, in ticks: from its packets, or where those do not say it, by
    decoding all; those that cannot be decoded whole are among them.

    Raises:
        InputError: it cannot be read.
    """
    return movie.schedule.times or array("q", frame_times(movie, allow_damaged=True))


def damaged_in(movie: Movie) -> tuple[int, ...]:
    """Numbers of the frames that cannot be decoded whole; all are decoded for that.

    Raises:
        InputError: it cannot be read.
    """
    return tuple(one.index for one in movie.frames(allow_damaged=True) if one.damaged)


@contextmanager
def analysed(
    movie: Movie, policy: Policy, listen: Listener, *, allow_damaged: bool = False
) -> Iterator[WatchedVideo]:
    """The faces of a video. What was seen is kept on disk, as that of a stopped redaction, until
    the block has ended well: looking again goes on from there.

    Args:
        listen: receives progress events; what it raises stops the analysis.
        allow_damaged: take a solid frame for one that cannot be decoded whole.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    recall = policy.detect.recall
    place = place_of(movie.sha256, recall)
    kept = Observations(place, movie.sha256, recall, movie.path.name)
    with kept.held():
        yield watch_movie(
            movie, recall, allow_damaged=allow_damaged, observations=kept, listen=listen
        )
        kept.remove()


def frame_as_released(
    movie: Movie, frame: MovieFrame, number: int, regions: Regions, policy: Policy
) -> NDArray[np.uint8]:
    """A frame with its zones filled, before it is encoded. No gate looks at it, and a method that
    draws by lot draws anew.

    Args:
        number: of the frame, counted from the beginning.
        regions: of this video, with what a person chose.

    Returns:
        RGB, shape (height, width, 3), upright.

    Raises:
        EffaceError: it could not be filled.
    """
    check_given(regions, movie)
    picture = frame.picture()

    def pictures(numbers: Collection[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        return ((one, picture) for one in numbers)

    grid, reach = movie.grid()
    zones = MovingZones(regions, policy.zones, grid, reach, sphere=movie.sphere).at(number)
    asked = FileOrder(movie.path, movie.path, Order(policy))
    filling = prepared(asked, regions, pictures).filling
    out = picture.copy()
    convert = partial(levels, bits=8, grey=False, alpha=False)
    FrameFill(zones, filling, lambda: picture).paint(out, convert)
    return out
