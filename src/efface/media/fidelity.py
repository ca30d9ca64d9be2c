"""How like two frames are outside the zones: SSIM, PSNR, and how far colours moved as a whole.

SSIM is that of Wang, Bovik, Sheikh and Simoncelli (2004) with scikit-image's default window: 7 x 7
pixels of equal weight, sample covariance, K1 = 0.01, K2 = 0.03. It is taken on luma, and a window
counts only when none of its pixels lies in a zone. SSIM hardly notices another contrast or
brightness and nothing of another colour, so means over blocks are compared too. Frames are worked
through in strips, so that the memory needed does not grow with their height.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.interface import Fidelity

WINDOW = 7
"""Side of the SSIM window in pixels (smaller for frames that are smaller)."""
K1, K2 = 0.01, 0.03
BLOCK = 8
"""Side in pixels of the blocks whose means show whether colours moved: an encoder's noise averages
out in them."""
_STRIP_ROWS = 128
_LUMA = (77, 150, 29)
"""ITU-R BT.601 weights in 1/256."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One frame against another, outside the zones; ``None`` where zones cover every window."""

    ssim: float | None
    psnr_db: float | None
    """Over all colour samples; infinite when none differs."""
    shift: float | None
    """As ``Fidelity`` has it; ``None`` where zones touch every block."""


def likeness(before: NDArray[Any], after: Any, covered: NDArray[np.bool_], bits: int) -> Likeness:
    """Compare two frames of the same size outside the covered pixels.

    Args:
        before: shape (height, width) or (height, width, channels), uint8 or uint16; luma is taken
            of the first three channels when there are three or more, of the first otherwise.
        after: the same shape; or what has that and gives rows when it is sliced, in order.
        covered: shape (height, width), true where a zone is.
        bits: bits per sample that are in use, 8 to 16.
    """
    if before.shape != after.shape:
        raise ValueError(f"expected frames of one shape, got {before.shape} and {after.shape}")
    height, width = covered.shape
    side = min(WINDOW, height, width)
    similar, windows, squares, samples = 0.0, 0, 0.0, 0
    moved, blocks = np.zeros(_channels(before)), 0
    for top in range(0, height, _STRIP_ROWS):
        own = slice(top, min(top + _STRIP_ROWS, height))
        outside = ~covered[own]
        gap = before[own].astype(np.int32) - after[own]
        if not outside.all():
            gap *= outside if gap.ndim == 2 else outside[..., None]
        apart = _block_means(gap)[_block_means(outside[..., None])[..., 0] == 1]
        moved += np.square(apart).sum(axis=0)
        blocks += len(apart)
        squares += float(np.einsum("...,...", gap, gap, dtype=np.float64).sum())
        samples += int(outside.sum()) * (gap.size // outside.size)
        reach = slice(top, min(top + _STRIP_ROWS + side - 1, height))
        if reach.stop - reach.start < side:
            continue
        valid = window_sums(covered[reach].astype(np.uint32), side) == 0
        if valid.any():
            index = _ssim_map(luma_of(before[reach]), luma_of(after[reach]), side, bits)
            similar += float(index[valid].sum())
            windows += int(valid.sum())
    peak = (1 << bits) - 1
    psnr = None
    if samples:
        psnr = 10 * math.log10(peak**2 * samples / squares) if squares else math.inf
    shift = float(np.sqrt(moved.max() / blocks)) * 255 / peak if blocks else None
    return Likeness(similar / windows if windows else None, psnr, shift)


def _channels(frame: NDArray[Any]) -> int:
    return 1 if frame.ndim == 2 else frame.shape[2]


def _block_means(strip: NDArray[Any]) -> NDArray[np.float64]:
    """Means over whole blocks (one block over a shorter side), shape (n, m, channels)."""
    height, width = strip.shape[:2]
    tall, wide = min(BLOCK, height), min(BLOCK, width)
    rows, columns = height // tall, width // wide
    whole = strip[: rows * tall, : columns * wide].reshape(rows, tall, columns * wide, -1)
    sums = whole.sum(axis=1, dtype=np.int32).reshape(rows, columns, wide, -1).sum(axis=2)
    return np.asarray(sums / (tall * wide))


def worst(frames: Iterable[Likeness]) -> Fidelity:
    """The lowest SSIM and PSNR and the highest shift over the frames, as lossy formats report them.

    The PSNR is ``None`` where no sample differs: reports have no infinity.
    """
    seen = tuple(frames)
    return Fidelity(
        exact=False,
        ssim=min((f.ssim for f in seen if f.ssim is not None), default=None),
        psnr_db=min(
            (f.psnr_db for f in seen if f.psnr_db is not None and f.psnr_db < math.inf),
            default=None,
        ),
        shift=max((f.shift for f in seen if f.shift is not None), default=None),
    )


def luma_of(frame: NDArray[Any]) -> NDArray[np.uint32]:
    """Luma in the frame's own scale, rounded down; shape (height, width)."""
    if frame.ndim == 2:
        return frame.astype(np.uint32)
    if frame.shape[2] < 3:
        return frame[..., 0].astype(np.uint32)
    total = np.zeros(frame.shape[:2], np.uint32)
    for channel, weight in enumerate(_LUMA):
        total += frame[..., channel].astype(np.uint32) * np.uint32(weight)
    return total >> np.uint32(8)


def window_sums(values: NDArray[np.uint32], side: int) -> NDArray[np.uint32]:
    """Sum over every whole side x side window; shape shrinks by side - 1 both ways.

    Sums of squares of two 12-bit pictures fit in 32 bits: 2 * 49 * 4095^2 = 1.6e9.
    """
    height, width = (length - side + 1 for length in values.shape)
    rows = values[:height].copy()
    for step in range(1, side):
        rows += values[step : step + height]
    total = rows[:, :width].copy()
    for step in range(1, side):
        total += rows[:, step : step + width]
    return total


def _ssim_map(
    x: NDArray[np.uint32], y: NDArray[np.uint32], side: int, bits: int
) -> NDArray[np.float64]:
    """SSIM of every whole window.

    Numerator and denominator are scaled by the window's size, so that sums need not be divided.
    """
    count = side * side
    scale = count / max(count - 1, 1)
    peak = (1 << bits) - 1
    c1, c2 = (K1 * peak * count) ** 2, (K2 * peak * count) ** 2
    sums = (window_sums(values, side) for values in (x, y, x * x + y * y, x * y))
    sum_x, sum_y, squares, products = (values.astype(np.float64) for values in sums)
    means = sum_x * sum_y
    power = sum_x * sum_x + sum_y * sum_y
    similar = (2 * means + c1) * (2 * scale * (count * products - means) + c2)
    index: NDArray[np.float64] = similar / ((power + c1) * (scale * (count * squares - power) + c2))
    return index
