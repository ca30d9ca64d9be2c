"""How alike two pictures are."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels

Gray = NDArray[np.float32]
"""Luma, shape (height, width), 0 to 255."""


def gray(picture: Pixels) -> Gray:
    """Luma as floats, shape (height, width)."""
    return cast("Gray", cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_RGB2GRAY))


def correlation(one: Gray, other: Gray) -> float:
    """Pearson's, of two arrays of one shape; 0 where one of them is constant."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / size) if size > 1e-3 * a.size else 0.0


FINE_PX, COARSE_PX = 1.0, 8.0
"""Detail is what is left between these two blurs: neither noise nor slopes of light, which any two
faces have in common."""
NULLS = 99
AHEAD, LEAST = 5.0, 0.05
"""Proven: ahead of the mean null by so many of their standard deviations and of every one of them,
with at least this correlation."""
LEAST_PIXELS = 64
STILL = 0.02
"""Deviation, of 255, below which detail is rounding."""
NEARBY = 1.5
"""Other places lie within so many sides of the face."""
SEED = 41


class Recognition:
    """Whether what a zone still holds is what was covered, and nothing else: its detail against the
    original's at that place, and at other places of the same picture. Several looks at one face
    are added up: what is noise in each of them averages away."""

    def __init__(self) -> None:
        self._sums: NDArray[np.float64] = np.zeros(1 + NULLS)
        self._looks = 0

    def see(self, held: Gray, luma: Gray, mask: NDArray[np.bool_]) -> None:
        """One more look.

        Args:
            held: what the redacted file holds, shape (height, width).
            luma: of the original, the same shape.
            mask: which pixels to compare.
        """
        if mask.sum() < LEAST_PIXELS:
            return
        y0, y1, x0, x1 = _around(mask)
        inside = mask[y0:y1, x0:x1]
        part = held[y0:y1, x0:x1]
        # What lies around must not spill in with the blurs.
        filled = np.where(inside, part, np.median(part[inside]))
        seen = detail(filled.astype(np.float32))[inside]
        self._looks += 1
        if float(seen.std()) < STILL:
            return  # constant: it is like nothing
        reach = round(NEARBY * max(y1 - y0, x1 - x0))
        top, left = max(0, y0 - reach), max(0, x0 - reach)
        clear = detail(luma[top : y1 + reach, left : x1 + reach])
        for turn, (down, across) in enumerate(_shifts(clear.shape, inside.shape)):
            y = (np.arange(y0 - top, y1 - top) + down) % clear.shape[0]
            x = (np.arange(x0 - left, x1 - left) + across) % clear.shape[1]
            self._sums[turn] += correlation(seen, clear[y[:, None], x][inside])

    @property
    def correlation(self) -> float:
        """Mean over the looks."""
        return float(self._sums[0]) / max(1, self._looks)

    @property
    def ahead(self) -> float:
        """By how many standard deviations the true place is ahead of the others."""
        nulls = self._sums[1:]
        spread = float(nulls.std())
        return float(self._sums[0] - nulls.mean()) / spread if spread > 0 else 0.0

    @property
    def proven(self) -> bool:
        """What was covered was recognised."""
        best = float(self._sums[1:].max())
        return self.correlation >= LEAST and self._sums[0] > best and self.ahead >= AHEAD


def detail(picture: Gray) -> Gray:
    """A picture without its finest noise and its slopes."""
    fine = cv2.GaussianBlur(picture, (0, 0), FINE_PX)
    return cast("Gray", fine - cv2.GaussianBlur(picture, (0, 0), COARSE_PX))


def _around(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First row, one past the last, first column, one past the last."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _shifts(shape: tuple[int, ...], part: tuple[int, ...]) -> list[tuple[int, int]]:
    """No shift, and then random ones by at least a quarter of the part along one axis."""
    random = np.random.default_rng(SEED)
    out = [(0, 0)]
    while len(out) <= NULLS:
        down, across = (int(random.integers(size)) for size in shape)
        far = [min(v, size - v) >= min(p // 4, size // 3)
               for v, size, p in zip((down, across), shape, part, strict=True)]  # fmt: skip
        if any(far):
            out.append((down, across))
    return out
