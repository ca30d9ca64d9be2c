"""The samples of a losslessly coded photo, page by page, as they are told apart and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from efface.media.orientation import Orientation

RGBA = "rgba"
"""Meaning of samples: red, green, blue and straight alpha, which may be missing: opaque."""

RGB = "rgb"

_CHANNELS = {RGBA: 4, RGB: 3}

View = Callable[[NDArray[Any]], NDArray[Any]]
"""What some rows of stored samples are compared by: their colours, say, when they are indices."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one page of the file is."""

    size: tuple[int, int]
    """Stored width and height, pixels."""
    channels: int
    type: str
    """Kind and bytes of a sample: ``u1``, ``u2``, ``f4`` …"""
    orientation: Orientation
    meaning: str
    """``rgba``, ``rgb``, or TIFF's photometric interpretation."""


Walk = Callable[[], Iterator[tuple[NDArray[Any], View]]]
"""Starts a walk through the pages: stored samples, valid until the next are taken and not to be
changed, and what makes of some rows of them the samples that the layer describes.

Raises ``InputError`` where a page cannot be decoded whole.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """All pages or frames of a losslessly coded photo."""

    pages: tuple[Layer, ...]
    walk: Walk
    colours: bytes
    """What else decides how samples are shown: the cleaned ICC profile, a format's own fields."""
    once_lossy: bool = False
    """A lossily coded photo of this format can have been written as this one."""


def alike(
    upright: tuple[tuple[int, int], ...],
    kind: str,
    walk: Walk,
    colours: bytes | None,
    orientation: Orientation,
    *,
    meaning: str = RGBA,
) -> Layers:
    """Layers of a file whose frames are all of one kind, turned in one way.

    Args:
        upright: width and height of each frame as a viewer shows it.
        kind: of a sample.
        walk: through the frames.
        colours: what else decides how samples are shown, if anything does.
        orientation: of all frames.
        meaning: ``rgba`` or ``rgb``.
    """
    pages = (
        # turning is its own inverse, of sizes
        Layer(orientation.upright_size(*size), _CHANNELS[meaning], kind, orientation, meaning)
        for size in upright
    )
    return Layers(tuple(pages), walk, colours or b"")
