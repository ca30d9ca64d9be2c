"""Whether a lossily coded zone shows what it was filled with, as near as its coder can come.

A coder that quantises with a step of s changes each coefficient of its (orthonormal) transform by
up to about s, so that luma is away by s at most in the root mean square (Parseval). Over a whole
block errors average out, up to a small part of the step: there the coder must be near, and another
picture is not. Colours are coded at half the size, some coders take one of several pixels for that,
so they are held to less. What filters carry over a zone's edge is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media.fidelity import luma_of, window_sums
from efface.media.filled import Convert, FrameFill

INSET_PX = 8
"""Nearer to a zone's edge, quantisation and filters spread what is outside. A zone that has no
pixel farther inside is not looked at."""
BLOCK = 8
"""Side in pixels of the blocks over which a picture is compared."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How far off is accepted."""

    least: float
    """In 8-bit samples, however finely it is quantised."""
    steps: float
    """And for each step of the quantiser."""

    def of(self, step: float) -> float:
        return self.least + self.steps * step


SPREAD, SPREAD_STEPS = 8, 0.5
"""Between the lowest and the highest sample of a constant: so many 8-bit samples, or where it is
coarser this share of the step."""
OFF = Bound(3, 1 / 8)
"""The middle between them from what was meant."""
LIGHT = Bound(3, 1 / 4)
"""A block's mean luma."""
COLOUR = Bound(18, 1 / 2)
"""A block's mean in each channel."""
NOISE = Bound(6, 1)
"""The root mean square of a block's luma. All were chosen on textures with up to 30 of 255 of noise
a channel, at qualities from 5 to 95, and held on others."""
_STRIPE_ROWS = 64 * BLOCK


def check_near(frame: Any, fill: FrameFill, convert: Convert, bits: int, step: float) -> None:
    """Hold the zones of a lossily coded frame against what they were filled with.

    Args:
        frame: upright, shape (height, width, channels) or (height, width); or what gives parts of
            that when it is sliced. Alpha is looked at elsewhere.
        convert: into its samples.
        bits: of its samples, 8 to 16.
        step: of the coder's quantiser for an orthonormal transform, in 8-bit samples.

    Raises:
        VerificationError: a zone shows something else.
    """
    if fill.constant is None:
        _check_picture(frame, fill, convert, bits, step)
    else:
        _check_constant(frame, fill, convert, bits, step)


def _check_constant(frame: Any, fill: FrameFill, convert: Convert, bits: int, step: float) -> None:
    unit = 1 << max(bits - 8, 0)
    lowest, highest = [], []
    for zone in fill.zones:
        r = zone.rect
        pixels = frame[r.y0 : r.y1, r.x0 : r.x1][eroded(zone.mask(), INSET_PX)]
        if len(pixels):
            lowest.append(pixels.min(axis=0).astype(np.int32))
            highest.append(pixels.max(axis=0).astype(np.int32))
    if not lowest:
        return
    low, high = np.min(lowest, axis=0), np.max(highest, axis=0)
    spread, most = int((high - low).max()), max(SPREAD, SPREAD_STEPS * step) * unit
    if spread > most:
        raise VerificationError(
            f"a zone is not one constant colour: its samples are {spread} apart, more than "
            f"{most:.0f}."
        )
    off = np.abs((low + high) / 2 - fill.value(convert).astype(np.int32))
    _hold(off, OFF.of(step) * unit)


def _check_picture(frame: Any, fill: FrameFill, convert: Convert, bits: int, step: float) -> None:
    unit = 1 << max(bits - 8, 0)
    for off in differences(frame, fill, convert):
        _hold(off.light, LIGHT.of(step) * unit)
        _hold(off.colour, COLOUR.of(step) * unit)
        _hold(off.noise, NOISE.of(step) * unit)


def _hold(off: NDArray[np.float64], most: float) -> None:
    if (worst := float(off.max(initial=0))) > most:
        raise VerificationError(
            f"a zone does not show what it was filled with: it is off by {worst:.1f}, more than "
            f"{most:.1f}."
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """How far blocks are from what was meant, in samples, each of shape (blocks,)."""

    light: NDArray[np.float64]
    """Of mean luma."""
    colour: NDArray[np.float64]
    """Of means in a channel, the most of all channels."""
    noise: NDArray[np.float64]
    """Root mean square of luma."""


def differences(frame: Any, fill: FrameFill, convert: Convert) -> Iterator[Difference]:
    """How far the blocks inside the zones are from what was meant, a part at a time."""
    for part in fill.parts:
        r, inner = part.zone.rect, eroded(part.seen, INSET_PX)
        for top in range(0, r.height, _STRIPE_ROWS):
            rows = slice(top, min(top + _STRIPE_ROWS, r.height))
            whole = _blocks(inner[rows]).all(axis=(2, 3))
            if not whole.any():
                continue
            shown = frame[r.y0 + rows.start : r.y0 + rows.stop, r.x0 : r.x1]
            meant = convert(part.colours[rows])
            gap = np.atleast_3d(shown).astype(np.int32) - np.atleast_3d(meant)
            means = [
                np.abs(_blocks(gap[..., c]).mean(axis=(2, 3))[whole]) for c in range(gap.shape[2])
            ]
            light = luma_of(shown).astype(np.int64) - luma_of(meant)
            blocks = _blocks(light)
            yield Difference(
                np.abs(blocks.mean(axis=(2, 3))[whole]),
                np.max(means, axis=0),
                np.sqrt(np.square(blocks).mean(axis=(2, 3))[whole]),
            )


def _blocks(plane: NDArray[Any]) -> NDArray[Any]:
    """Its whole blocks, shape (rows, columns, BLOCK, BLOCK)."""
    rows, columns = (side // BLOCK for side in plane.shape)
    whole = plane[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return whole.swapaxes(1, 2)


def eroded(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Pixels more than ``by`` rows and columns from any pixel that is not set, or from the edge."""
    height, width = mask.shape
    if by == 0:
        return mask
    if min(height, width) <= 2 * by:
        return np.zeros_like(mask)
    if mask.all():
        out = np.zeros_like(mask)
        out[by : height - by, by : width - by] = True
        return out
    gaps = np.pad(~mask, 1, constant_values=True).astype(np.uint32)
    near = np.pad(gaps, by - 1)
    return np.asarray(window_sums(near, 2 * by + 1) == 0)
