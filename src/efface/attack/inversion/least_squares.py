"""Least squares that knows how the published pixels were rounded and compressed.

A published pixel says that the redacted one was within half a step of it; a JPEG's coefficient says
that the true one was within half a quantisation step. The estimate may lie anywhere in that set, so
it is only drawn back from beyond it (the idea of Privacy Blur, arXiv 2512.16086). Alternately: the
picture of the set nearest to what the estimate makes, and the most probable face for that picture.
Pixels that are not evidence are free.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from efface.attack.interface import Knowledge
from efface.attack.inversion.base import LinearInversion
from efface.attack.inversion.forward import LINEAR, Planes, Task
from efface.attack.inversion.regularised import first_guess, mean, most_probable, picture

ROUNDS = 4
"""Alternations."""
STEPS = 12
"""Of conjugate gradients in each, at most."""
FIRST_STEPS = 40
"""Of conjugate gradients before the first, at most."""
STRENGTH = 0.3
"""Of the prior, as a share of that which the noise would ask for: rounding is no longer noise."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_QUANTISATION = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)
"""ITU-T T.81, table K.1, which libjpeg scales by its quality."""


class LeastSquares(LinearInversion):
    """Blurs and mosaics, the operator given."""

    name = "least-squares"
    title = "a blur or mosaic computed back, allowing for rounding and compression"
    knowledge = Knowledge.EXACT
    kinds = LINEAR

    def estimate(self, work: Task, face_px: float) -> Planes:
        """The face after ``ROUNDS`` alternations."""
        z, expected = first_guess(work, face_px, FIRST_STEPS)
        middle = mean(work)
        quality, grid = work.operator.jpeg_quality, work.operator.grid_px
        for _ in range(ROUNDS):
            made = work.redacted(np.clip(picture(z, expected) + middle, 0, 255))
            if quality is None:
                gap = work.seen - made
                nearest = made + np.sign(gap) * np.maximum(np.abs(gap) - np.float32(0.5), 0)
            else:
                nearest = nearest_compressed(made, work.seen, quality, (grid[0] % 8, grid[1] % 8))
            z = most_probable(
                work, nearest - middle, expected, STRENGTH * expected.ratio, rounds=STEPS, start=z
            )
        return np.asarray(np.clip(picture(z, expected) + middle, 0, 255), np.float32)


class BlindLeastSquares(LeastSquares):
    """The same, the operator guessed."""

    name = "least-squares-blind"
    title = "a blur or mosaic of guessed strength computed back, allowing for rounding"
    knowledge = Knowledge.METHOD


def nearest_compressed(
    made: Planes, seen: Planes, quality: int, grid_px: tuple[int, int]
) -> Planes:
    """The picture nearest to ``made`` that a JPEG of that quality shows as ``seen``.

    In luma, where nearly all of a face is: each coefficient of each block may lie within half a
    quantisation step of the one seen. Chroma is taken as seen.

    Args:
        made: shape (3, height, width), RGB.
        seen: likewise.
        quality: libjpeg's, 1 to 100.
        grid_px: x and y at which a block of 8 x 8 begins, 0 to 7.
    """
    steps = quantisation(quality)
    luma_made, luma_seen = (np.tensordot(_LUMA, planes, (0, 0)) for planes in (made, seen))
    blocks = _blocks(luma_made, grid_px), _blocks(luma_seen, grid_px)
    wanted, centre = (dctn(b, axes=(2, 3), norm="ortho") for b in blocks)
    centre = np.rint(centre / steps) * steps
    inside = np.clip(wanted, centre - steps / 2, centre + steps / 2)
    luma = _unblocked(idctn(inside, axes=(2, 3), norm="ortho"), luma_made.shape, grid_px)
    # a block that reaches beyond the part shows other pixels there and says nothing here
    whole = _whole_blocks(luma_made.shape, grid_px)
    luma = np.where(whole, luma, luma_seen)
    return np.asarray(seen + (luma - luma_seen), np.float32)


def quantisation(quality: int) -> NDArray[np.float32]:
    """Luma steps of libjpeg's tables (``jpeg_quality_scaling``), shape (8, 8)."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((_QUANTISATION * scale + 50) // 100, 1, 255)


def _padding(length: int, start: int) -> tuple[int, int]:
    before = -start % 8
    return before, -(length + before) % 8


def _blocks(luma: NDArray[np.float32], grid_px: tuple[int, int]) -> NDArray[np.float32]:
    """Shape (rows, columns, 8, 8), less 128 as JPEG has it."""
    (top, bottom), (left, right) = (_padding(luma.shape[i], grid_px[1 - i]) for i in (0, 1))
    padded = cv2.copyMakeBorder(luma - 128, top, bottom, left, right, cv2.BORDER_REPLICATE)
    rows, columns = padded.shape[0] // 8, padded.shape[1] // 8
    return np.asarray(padded.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3))


def _unblocked(
    blocks: NDArray[np.float32], shape: tuple[int, ...], grid_px: tuple[int, int]
) -> NDArray[np.float32]:
    rows, columns = blocks.shape[:2]
    whole = blocks.transpose(0, 2, 1, 3).reshape(rows * 8, columns * 8)
    top, left = (_padding(shape[i], grid_px[1 - i])[0] for i in (0, 1))
    return np.asarray(whole[top : top + shape[0], left : left + shape[1]] + 128)


def _whole_blocks(shape: tuple[int, ...], grid_px: tuple[int, int]) -> NDArray[np.bool_]:
    inside = []
    for axis in (0, 1):
        before, after = _padding(shape[axis], grid_px[1 - axis])
        place = np.arange(shape[axis]) + before
        first, last = (8 if before else 0), shape[axis] + before - ((8 - after) if after else 0)
        inside.append((place >= first) & (place < last))
    return np.asarray(np.outer(inside[0], inside[1]))
