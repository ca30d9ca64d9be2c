"""Where a picture may hold a mosaic: windows in which all change lies on the lines of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

WINDOWS = (32, 64)
"""Pixels across, at each size of the picture."""

LINES = {1: 0.4, 2: 0.42}
"""Excess of change on lines so many pixels wide, along the better axis, from which a window is
looked at closely; by chance the best of all grids has .2 in a photograph."""

FAINT = 0.7
"""Share of that along the other axis."""

SQUARE = 0.12
"""How far the sides of a cell may differ."""

SMALLEST_PX = 3.0
"""A cell's side."""

STEP = 2.0
"""Mean change on the lines, steps of 255."""

_PEAKED = 1.5, 1.1
"""Mean square of a window's profile over its squared mean: of the better axis, and of the other."""

HALVINGS = 3
"""How often the picture is halved, for larger cells."""


@dataclass(frozen=True, slots=True)
class GridGuess:
    """A rectangle that may be of a mosaic."""

    box: Rect
    side_px: float
    excess: float


@dataclass(frozen=True, slots=True)
class _Combs:
    sides: NDArray[np.float64]
    lines: NDArray[np.float32]
    """Shape (combs, window): 1 on lines, less their share."""


def grid_guesses(luma: NDArray[np.float32]) -> list[GridGuess]:
    """The likeliest first.

    Args:
        luma: 0 to 255, the whole picture.
    """
    out: list[GridGuess] = []
    small = luma
    for halved in range(HALVINGS + 1):
        if min(small.shape) < WINDOWS[0]:
            break
        for window in WINDOWS:
            out += _at_size(small, window, halved)
        half = cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        small = np.asarray(half, np.float32)
    return sorted(_joined(out), key=lambda guess: -guess.excess)


def _at_size(luma: NDArray[np.float32], window: int, halved: int) -> list[GridGuess]:
    if min(luma.shape) < window:
        return []
    hop, scale = window // 2, 1 << halved
    across = np.abs(np.diff(luma, axis=1, prepend=luma[:, :1]))
    down = np.abs(np.diff(luma, axis=0, prepend=luma[:1]))
    columns = _profiles(across, window, hop)
    rows = _profiles(down.T, window, hop).transpose(1, 0, 2)
    likely = _likely(columns[..., 1:-1], rows[..., 1:-1])
    if not likely.any():
        return []
    places = np.argwhere(likely).tolist()
    out = []
    for width in LINES if halved == 0 else (2,):
        # cells below were seen at the size before
        combs = _combs(window, SMALLEST_PX * width if halved == 0 else window / 8)
        x, y = (_best(profile[likely], combs, width) for profile in (columns, rows))
        strong, weak = np.maximum(x[0], y[0]), np.minimum(x[0], y[0])
        seen = (strong >= LINES[width]) & (weak >= FAINT * LINES[width])
        seen &= (np.abs(x[1] / y[1] - 1) <= SQUARE) & (np.minimum(x[2], y[2]) >= STEP)
        for number in np.flatnonzero(seen):
            top, left = (place * hop * scale for place in places[number])
            out.append(
                GridGuess(
                    Rect(left, top, left + window * scale, top + window * scale),
                    float(x[1][number] + y[1][number]) / 2 * scale,
                    float(strong[number] + weak[number]) / 2,
                )
            )
    return out


def _profiles(change: NDArray[np.float32], window: int, hop: int) -> NDArray[np.float32]:
    """Mean change of each column of each window and of the one after it, shape (down, across,
    window + 1)."""
    height, width = change.shape
    count = height // hop * hop
    strips = change[:count].reshape(count // hop, hop, width).mean(axis=1)
    both = np.pad((strips[:-1] + strips[1:]) / 2, ((0, 0), (0, 1)))
    views = np.lib.stride_tricks.sliding_window_view(both, window + 1, axis=1)
    return np.ascontiguousarray(views[:, ::hop])


def _likely(columns: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Windows whose change lies on few enough lines for a grid, whichever that is.

    Where lines of w pixels, s apart, carry a share e of all change, the mean square of a profile is
    at least e squared times s / w times its squared mean (Cauchy and Schwarz); with ``LINES``,
    ``FAINT`` and the smallest cells that is more than ``_PEAKED``.
    """
    strong, weak = _PEAKED
    peaked = [_peaked(profile) for profile in (columns, rows)]
    likely = (np.maximum(*peaked) >= strong) & (np.minimum(*peaked) >= weak)
    highest = np.minimum(columns.max(axis=-1), rows.max(axis=-1))
    return np.asarray(likely & (highest >= STEP / max(LINES)))


def _peaked(profile: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = np.maximum(profile.mean(axis=-1), 1e-3)
    return np.asarray(np.square(profile).mean(axis=-1) / np.square(mean))


def _best(
    profile: NDArray[np.float32], combs: _Combs, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float32]]:
    """Of each window: excess, side and mean change on the lines of the best comb.

    Args:
        profile: as ``_profiles``, shape (windows, window + 1).
    """
    profile = profile[:, :-1] if width == 1 else profile[:, :-1] + profile[:, 1:]
    total = np.maximum(profile[:, 1:].sum(axis=-1), 1e-3)
    # a change counts at so many places, of which a comb takes one
    excess = (profile[:, 1:] @ combs.lines[:, 1:].T) * (width / total[:, None])
    best = excess.argmax(axis=-1)
    top = np.take_along_axis(excess, best[:, None], -1)[:, 0]
    on = combs.lines[best] > 0
    step = (profile * on).sum(axis=-1) / np.maximum(on.sum(axis=-1), 1)
    return top, combs.sides[best], step


@cache
def _combs(window: int, least: float) -> _Combs:
    sides, lines = [], []
    side = least
    while side <= window / 3.2:
        for offset in np.arange(0, side, 1.0 if side > 4 else 0.5):
            row = np.zeros(window, np.float32)
            at = np.ceil(offset + side * np.arange(math.ceil(window / side) + 1) - 1e-6)
            at = at[(at >= 0) & (at < window)].astype(np.intp)
            row[at] = 1
            sides.append(side)
            lines.append(row - row[1:].mean())
        side *= 1 + 1 / window
    return _Combs(np.array(sides), np.stack(lines))


def _joined(guesses: list[GridGuess]) -> list[GridGuess]:
    """Neighbours of about the same side as one."""
    left = sorted(guesses, key=lambda guess: -guess.excess)
    out: list[GridGuess] = []
    while left:
        seed = left.pop(0)
        box, grown = seed.box, True
        while grown:
            grown = False
            for other in list(left):
                same = abs(other.side_px / seed.side_px - 1) <= SQUARE
                if same and not box.intersection(other.box).empty:
                    left.remove(other)
                    box, grown = _around(box, other.box), True
        out.append(GridGuess(box, seed.side_px, seed.excess))
    return out


def _around(one: Rect, other: Rect) -> Rect:
    return Rect(
        min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1)
    )
