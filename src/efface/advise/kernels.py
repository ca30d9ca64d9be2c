"""How alike the pixels of a blurred face are along one axis, under each blur.

A face is taken as a field whose correlation falls exponentially with distance, along each axis; a
blur and the averaging of shrinking act on that. Both blurs split into their two axes, so that the
covariance of a whole rectangle does, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Blur = Literal["gaussian", "box"]

_FINE = 4
"""Points for each pixel where a covariance is worked out."""

_MOST = 400
"""Points in a cut-out."""

_REACH = 4.0
"""Sizes of a Gaussian beyond which nothing of it counts."""


@dataclass(frozen=True, slots=True)
class Modes:
    """A covariance along one axis, by its own directions."""

    power: NDArray[np.float64]
    """Shape (n,)."""
    directions: NDArray[np.float64]
    """Shape (n, n), a column each."""

    def seen(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Variance of another field in each direction, shape (n,)."""
        turned = covariance @ self.directions
        return np.asarray((self.directions * turned).sum(axis=0))


@lru_cache(maxsize=6144)
def modes(
    blur: Blur,
    size: float,
    length: int,
    correlation: float,
    *,
    soft: float = 0.0,
    cut: tuple[float, float] | None = None,
) -> Modes:
    """Along one axis, of ``length`` neighbouring pixels of a blurred face of variance 1.

    Args:
        size: of a Gaussian its sigma, of a box its width, in pixels.
        correlation: distance over which a clear face's correlation falls to 1/e, in pixels.
        soft: of the picture before it was blurred, or of its resizing after: sigma of a Gaussian;
            left out where the cut-out is known.
        cut: where the rectangle that the tool cut out begins and ends, in pixels from the first
            of these; it was reflected there. ``None``: the tool saw the whole picture.
    """
    if cut is None:
        covariance = _open(blur, size, length, correlation, soft)
    else:
        covariance = _reflected(blur, size, length, correlation, cut)
    power, directions = np.linalg.eigh(covariance)
    return Modes(np.maximum(power, 0), directions)


@lru_cache(maxsize=64)
def sharp(length: int, correlation: float) -> NDArray[np.float64]:
    """Covariance of what is not blurred, shape (length, length)."""
    return _open("box", 1e-3, length, correlation, 0.0)


def _open(
    blur: Blur, size: float, length: int, correlation: float, soft: float
) -> NDArray[np.float64]:
    """By frequency: what a blur and the width of a pixel leave of a face."""
    reach = length + 4 * size + 4 * correlation
    points = 1 << int(np.ceil(np.log2(2 * reach * _FINE)))
    w = np.asarray(2 * np.pi * np.fft.rfftfreq(points, 1 / _FINE), np.float64)
    face = 2 * correlation / (1 + np.square(w * correlation))
    of_pixel = np.sinc(w / (2 * np.pi))
    gain = np.asarray(_gain(blur, size, w) * _gain("gaussian", soft, w) * of_pixel)
    row = np.fft.irfft(face * np.square(gain), n=points)[: length * _FINE : _FINE] * _FINE
    index = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    return np.asarray(row[index])


def _gain(blur: Blur, size: float, w: NDArray[np.float64]) -> NDArray[np.float64]:
    if blur == "gaussian":
        return np.asarray(np.exp(-np.square(w * size) / 2))
    return np.asarray(np.sinc(w * size / (2 * np.pi)))


def _reflected(
    blur: Blur, size: float, length: int, correlation: float, cut: tuple[float, float]
) -> NDArray[np.float64]:
    """By weights: each pixel is a mean of what the cut-out holds, folded at its ends."""
    start, end = cut
    step = max(1 / _FINE, (end - start) / _MOST)
    count = max(2, round((end - start) / step))
    middle = np.arange(length) + 0.5
    reach = _REACH * size if blur == "gaussian" else size / 2
    offsets = np.arange(-reach - 0.5, reach + 0.5 + step / 2, step)
    if blur == "gaussian":
        kernel = np.exp(-np.square(offsets / size) / 2)
    else:
        # a box as wide as the window, its ends softened by the width of a pixel
        kernel = np.clip((reach + 0.5 - np.abs(offsets)), 0, 1)
    kernel /= kernel.sum()
    at = (middle[:, None] + offsets - start) % (2 * (end - start))
    folded = np.minimum(at, 2 * (end - start) - at)
    column = np.clip((folded / (end - start) * count).astype(np.intp), 0, count - 1)
    index = np.arange(length)[:, None] * count + column
    sums = np.bincount(index.ravel(), np.tile(kernel, length), length * count)
    weights = np.asarray(sums.reshape(length, count), np.float64)
    decay = math.exp(-(end - start) / count / correlation)
    return np.asarray(_correlated(weights, decay) @ weights.T)


def _correlated(weights: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """``weights`` times the matrix of ``decay ** |i - j|``, without that matrix: such a correlation
    is a first-order recursion forwards and one backwards."""
    forwards = lfilter([1.0], [1.0, -decay], weights, axis=1)
    backwards = lfilter([1.0], [1.0, -decay], weights[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(forwards + backwards - weights)
