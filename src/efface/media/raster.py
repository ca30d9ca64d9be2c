"""Sample arrays of the lossless formats: seen by a detector, compared.

Arrays have shape (height, width) or (height, width, channels) in the *stored* orientation; zones
are upright. Work goes by stripes of rows, so that no second copy of a large picture is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.file import Picture
from efface.media.layers import View
from efface.media.orientation import Orientation
from efface.zones.painting import coverage
from efface.zones.zone import Zone

GREY = 128
"""What transparent pixels are shown on, to a detector: neither a light nor a dark face drowns."""

STRIPE_BYTES = 1 << 22
"""Working size of one stripe: large against a call's overhead, small against a picture."""

UPRIGHT = Orientation.of(1)


def stripes(height: int, row_bytes: int) -> Iterator[slice]:
    """Slices of rows of about ``STRIPE_BYTES`` that cover ``height`` rows."""
    rows = max(1, STRIPE_BYTES // max(1, row_bytes))
    for start in range(0, height, rows):
        yield slice(start, min(start + rows, height))


def in_frame(zones: Sequence[Zone], frame: int) -> tuple[Zone, ...]:
    """The zones of one frame."""
    return tuple(zone for zone in zones if zone.frame == frame)


def covered(
    zones: Sequence[Zone], width: int, height: int, orientation: Orientation = UPRIGHT
) -> NDArray[np.bool_]:
    """Stored pixels that lie in any of the zones (of one frame), shape (height, width).

    Args:
        width: stored width; ``height``: stored height, pixels.
    """
    mask = coverage(zones, *orientation.upright_size(width, height))
    return np.ascontiguousarray(orientation.stored(mask))


def over_grey(rgba: NDArray[np.uint8]) -> Picture:
    """Composite an 8-bit RGBA array of shape (height, width, 4), straight alpha, over mid grey."""
    height, width = rgba.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    for rows in stripes(height, width * 32):
        part = rgba[rows].astype(np.uint32)
        alpha = part[..., 3:]
        out[rows] = (part[..., :3] * alpha + GREY * (255 - alpha) + 127) // 255
    return out


def to_picture(samples: NDArray[Any], bits: int) -> Picture:
    """An 8-bit RGB view for detection of unsigned samples with ``bits`` significant bits.

    Args:
        samples: gray (height, width) or 1 channel, gray + alpha (2), RGB (3) or RGBA (4).
    """
    if samples.ndim == 2:
        samples = samples[..., None]
    height, width, channels = samples.shape
    if channels == 3 and samples.dtype == np.uint8 and bits == 8:
        return samples
    rgb = np.empty((height, width, 3), np.uint8)
    for rows in stripes(height, width * channels * 8):
        part = to_8_bits(samples[rows], bits)
        if channels in (2, 4):
            colours = part[..., :1].repeat(3, axis=2) if channels == 2 else part[..., :3]
            rgb[rows] = over_grey(np.concatenate([colours, part[..., -1:]], axis=2))
        else:
            rgb[rows] = part
    return rgb


def to_8_bits(samples: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Unsigned samples of ``bits`` bits, scaled to 0 to 255."""
    if bits == 8:
        return samples.astype(np.uint8, copy=False)
    if bits > 8:
        return (samples >> (bits - 8)).astype(np.uint8)
    return (samples.astype(np.uint16) * 255 // ((1 << bits) - 1)).astype(np.uint8)


def upright_picture(picture: Picture, orientation: Orientation) -> Picture:
    """A stored picture turned upright, contiguous and read-only."""
    out = np.ascontiguousarray(orientation.upright(picture)).view()
    out.flags.writeable = False
    return out


def hides_colours(
    samples: NDArray[Any],
    mask: NDArray[np.bool_] | None = None,
    clear: Callable[[NDArray[Any]], NDArray[np.bool_]] = lambda part: part[..., -1] == 0,
) -> bool:
    """Whether fully transparent pixels that ``mask`` does not cover differ in colour.

    Such pixels are invisible, yet the picture that was erased can still be in them.

    Args:
        clear: which of some rows of pixels are fully transparent; the last channel is straight
            alpha unless it says otherwise.
    """
    first = None
    for rows in stripes(len(samples), samples[:1].nbytes * 4):
        hidden = clear(samples[rows])
        if mask is not None:
            hidden &= ~mask[rows]
        colours = samples[rows][hidden]
        if not len(colours):
            continue
        first = colours[0].copy() if first is None else first
        if (colours != first).any():
            return True
    return False


def clear_hidden(samples: NDArray[Any]) -> None:
    """Set the colour of fully transparent pixels to zero in place (last channel: alpha)."""
    for rows in stripes(len(samples), samples[:1].nbytes * 4):
        part = samples[rows]
        part[part[..., -1] == 0] = 0


HIDDEN_NOTE = (
    "Fully transparent pixels still held different colours, which an erased picture leaves behind; "
    "outside the zones they were set to black. What is seen is unchanged."
)


def as_stored(part: NDArray[Any]) -> NDArray[Any]:
    """The view of samples that mean the same in both files."""
    return part


def without_hidden(part: NDArray[Any]) -> NDArray[Any]:
    """The view of samples with straight alpha last: nothing is under full transparency."""
    hidden = part[..., -1] == 0
    if not hidden.any():
        return part
    out = part.copy()
    out[hidden] = 0
    return out


def same_outside(
    ours: NDArray[Any],
    theirs: NDArray[Any],
    mask: NDArray[np.bool_] | None = None,
    views: tuple[View, View] = (as_stored, as_stored),
) -> bool:
    """Whether two stored arrays agree bit for bit in every pixel that ``mask`` does not cover."""
    if ours.shape[:2] != theirs.shape[:2]:
        return False
    row_bytes = max(a[:1].nbytes for a in (ours, theirs)) * 4
    for rows in stripes(len(ours), row_bytes):
        one, other = views[0](ours[rows]), views[1](theirs[rows])
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        if one.dtype.kind == "f":  # bits, not values: NaN equals NaN, and 0.0 is not -0.0
            integer = np.dtype(f"u{one.dtype.itemsize}")
            one, other = one.view(integer), other.view(integer)
        differs = one != other
        if differs.ndim == 3:
            differs = differs.any(axis=2)
        if mask is not None:
            differs &= ~mask[rows]
        if differs.any():
            return False
    return True
