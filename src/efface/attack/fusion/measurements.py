"""What one redacted frame says about the face: a few linear measurements of the clear picture.

A blur or a mosaic takes the frame's clear pixels to weighted sums of them, along rows and along
columns independently; a sampled mosaic keeps some pixels as they are; a swirl moves them. So a
frame gives ``left @ clear(places) @ right.T``, where ``clear(places)`` are the clear picture's
colours at a grid of places. Only sums that the zone shows whole are used.

Places that are averaged before anything else is done are thinned: a cell is represented by a few
places in it, and a blurred zone by so many that its kernel is still drawn well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Look
from efface.attack.operator import Operator
from efface.attack.operators.apply import blurred, cell_weights, cells
from efface.geometry import Rect

Matrix = NDArray[np.float32]
_Kind = TypeVar("_Kind", np.bool_, np.uint8)
_Number = TypeVar("_Number", np.float64, np.intp)

PLACES_PER_CELL = 6
"""Along each side of a mosaic's averaged cell."""
MOST_PLACES = 96
"""Along each side of a blurred zone; more pixels than that are averaged in blocks first."""
REACH_SIGMAS = 2.5
"""How far beyond the zone a Gaussian blur is taken to reach, in sigmas."""
ROUNDING_VARIANCE = 1 / 12
"""Of a whole number for the real one it stands for."""
SEEN = 0.6
"""Share of a cell, or of a block of pixels, that must lie in the zone."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The measurements of one frame."""

    places: NDArray[np.float32]
    """Where the clear picture is looked at: x and y in pixels of the look, shape
    (rows, columns, 2)."""
    left: Matrix
    """Shape (measured rows, rows)."""
    right: Matrix
    """Shape (measured columns, columns)."""
    values: NDArray[np.float32]
    """RGB, shape (measured rows, measured columns, 3)."""
    weights: Matrix
    """1 for a measurement that counts, 0 for one that does not; shape (measured rows, measured
    columns)."""
    variance: float
    """Of each measurement's error, by rounding and noise, in steps of 255 squared."""
    sigma_px: tuple[float, float]
    """Deviation of its kernel across and down, in pixels of the look: how much it smooths."""
    overlapping: bool
    """Whether neighbouring measurements are sums of the same pixels, as a blur's are."""


def measure(look: Look, operator: Operator) -> Measurement | None:
    """What a look says; ``None`` when it says nothing (a solid zone, an unknown redaction)."""
    if not look.zone.any():
        return None
    if operator.kind in ("mosaic", "sampled-mosaic"):
        return _mosaic(look, operator)
    if operator.kind in ("gaussian", "box", "median"):
        return _blur(look, operator)
    if operator.kind == "swirl":
        return _swirl(look, operator)
    return None


def _mosaic(look: Look, operator: Operator) -> Measurement:
    part = _domain(look, operator)
    inside = operator.moved(-part.x0, -part.y0)
    across_px, down_px = inside.sides_px
    down, across = cell_weights((part.height, part.width), inside)
    _, of_x = cells(part.width, across_px, inside.offset_px[0])
    _, of_y = cells(part.height, down_px, inside.offset_px[1])
    # the mean of a cell's pixels is its colour, less some of what compression did to it
    shape, size = (len(down), len(across)), len(down) * len(across)
    label = of_y[:, None] * len(across) + of_x
    zone, pixels = _padded(look.zone, part), _padded(look.pixels, part)
    seen = np.bincount(label[zone], minlength=size)
    sums = [np.bincount(label[zone], pixels[zone][:, c], size) for c in range(3)]
    values = np.stack(sums, axis=-1) / np.maximum(seen, 1)[:, None]
    counted = seen >= np.maximum(SEEN * np.bincount(label.ravel(), minlength=size), 1)
    averaged = operator.kind == "mosaic"
    ys, left = _thinned(down, int(down_px / PLACES_PER_CELL) if averaged else 1)
    xs, right = _thinned(across, int(across_px / PLACES_PER_CELL) if averaged else 1)
    area = max(float(np.median(seen[counted])) if counted.any() else 1.0, 1.0)
    return Measurement(
        places=_grid(xs + part.x0, ys + part.y0),
        left=left,
        right=right,
        values=values.reshape(*shape, 3).astype(np.float32),
        weights=counted.reshape(shape).astype(np.float32),
        variance=ROUNDING_VARIANCE + operator.noise**2 / area + operator.cell_noise**2,
        sigma_px=(across_px / 12**0.5, down_px / 12**0.5) if averaged else (0.0, 0.0),
        overlapping=False,
    )


def _thinned(weights: NDArray[np.float64], block: int) -> tuple[NDArray[np.float64], Matrix]:
    """Along one axis: fewer places than pixels, and their weights, from each pixel's weight.

    Pixels that count nowhere are left out; others stand for so many pixels around them.
    """
    pixels = np.arange(weights.shape[1], dtype=np.float64)
    if block > 1:
        blocks = _blocks(len(pixels), block)
        return blocks @ pixels, (weights @ _spread(len(pixels), block)).astype(np.float32)
    used = weights.any(axis=0)
    return pixels[used], weights[:, used].astype(np.float32)


def _blur(look: Look, operator: Operator) -> Measurement:
    part = _domain(look, operator)
    block = max(1, -(-max(part.width, part.height) // MOST_PLACES))
    columns, rows = _blocks(part.width, block), _blocks(part.height, block)
    ys, left = _thinned(rows @ _kernel(operator, part.height, 1), block)
    xs, right = _thinned(columns @ _kernel(operator, part.width, 0), block)
    zone, pixels = _padded(look.zone, part), _padded(look.pixels, part)
    seen = rows @ zone @ columns.T
    masked = np.einsum(
        "ij,jkc,lk->ilc", rows, np.where(zone[..., None], pixels, 0.0), columns, optimize=True
    )
    sides = operator.sides_px
    smooth = 1.0 if operator.kind == "gaussian" else 1 / 12**0.5
    return Measurement(
        places=_grid(xs + part.x0, ys + part.y0),
        left=left,
        right=right,
        values=(masked / np.maximum(seen, 1e-9)[..., None]).astype(np.float32),
        weights=(seen >= 1 - 1e-9).astype(np.float32),
        variance=(ROUNDING_VARIANCE + operator.noise**2) / block**2,
        sigma_px=(sides[0] * smooth, sides[1] * smooth),
        overlapping=True,
    )


def _blocks(length: int, block: int) -> NDArray[np.float64]:
    """The matrix that averages pixels in blocks; the last may be smaller."""
    of = np.arange(length) // block
    member = of == np.arange(of[-1] + 1)[:, None]
    return np.asarray(member / member.sum(axis=1, keepdims=True), np.float64)


def _spread(length: int, block: int) -> NDArray[np.float64]:
    """The matrix that interpolates pixels from block averages (linear, replicated at the ends)."""
    centres = _blocks(length, block) @ np.arange(length)
    return np.stack(
        [np.interp(np.arange(length), centres, unit) for unit in np.eye(len(centres))], axis=1
    )


def _kernel(operator: Operator, length: int, axis: int) -> NDArray[np.float64]:
    """The blur along one axis as a matrix, its borders reflected as OpenCV reflects them."""
    if operator.kind == "gaussian":
        one = Operator("gaussian", operator.size_px)
    else:
        # a median is near to the mean of the same window where the picture is smooth
        side = operator.sides_px[axis]
        one = Operator("box", side if axis == 0 else 1.0, size_y_px=1.0 if axis == 0 else side)
    unit = np.eye(length, dtype=np.float32)
    if axis == 0:
        # each row of the picture is one unit vector; blur acts along it alone
        rows = np.stack([blurred(unit[i : i + 1], one)[0] for i in range(length)], axis=1)
    else:
        rows = np.stack([blurred(unit[:, i : i + 1], one)[:, 0] for i in range(length)], axis=1)
    return rows.astype(np.float64)


def _swirl(look: Look, operator: Operator) -> Measurement:
    part = _domain(look, operator)
    block = max(1, -(-max(part.width, part.height) // MOST_PLACES))
    xs, ys = np.arange(part.x0, part.x1, block), np.arange(part.y0, part.y1, block)
    places = _grid(xs, ys) - np.array(operator.offset_px, np.float32)
    share = np.clip(1 - np.hypot(places[..., 0], places[..., 1]) / operator.size_px, 0, None)
    turn = operator.angle * share * share
    sine, cosine = np.sin(turn), np.cos(turn)
    turned = np.stack(
        [
            cosine * places[..., 0] - sine * places[..., 1],
            sine * places[..., 0] + cosine * places[..., 1],
        ],
        axis=-1,
    )
    return Measurement(
        places=(turned + np.array(operator.offset_px)).astype(np.float32),
        left=np.eye(len(ys), dtype=np.float32),
        right=np.eye(len(xs), dtype=np.float32),
        values=look.pixels[np.ix_(ys, xs)].astype(np.float32),
        weights=look.zone[np.ix_(ys, xs)].astype(np.float32),
        variance=ROUNDING_VARIANCE + operator.noise**2,
        sigma_px=(0.0, 0.0),
        overlapping=False,
    )


def _domain(look: Look, operator: Operator) -> Rect:
    """The pixels that the zone's values were made of: those that the tool cut out, or those that
    the zone's blur reaches."""
    height, width = look.zone.shape
    if operator.within is not None:
        x, y, across, down = operator.within
        return Rect(x, y, x + across, y + down).clipped(width, height)
    rows, columns = np.flatnonzero(look.zone.any(axis=1)), np.flatnonzero(look.zone.any(axis=0))
    part = Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    window_x, window_y = operator.sides_px
    if operator.kind == "gaussian":
        return part.padded(*(int(np.ceil(REACH_SIGMAS * operator.size_px)),) * 2)
    if operator.kind in ("box", "median"):
        return part.padded(int(np.ceil(window_x / 2)), int(np.ceil(window_y / 2)))
    if operator.kind == "swirl":
        return part
    return part.padded(int(np.ceil(window_x)), int(np.ceil(window_y))).clipped(width, height)


def _padded(array: NDArray[_Kind], part: Rect) -> NDArray[_Kind]:
    """A part that may reach beyond the array, with zeros there."""
    height, width = array.shape[:2]
    whole = part.clipped(width, height)
    out = np.zeros((part.height, part.width, *array.shape[2:]), array.dtype)
    rows = slice(whole.y0 - part.y0, whole.y1 - part.y0)
    columns = slice(whole.x0 - part.x0, whole.x1 - part.x0)
    out[rows, columns] = array[whole.y0 : whole.y1, whole.x0 : whole.x1]
    return out


def _grid(xs: NDArray[_Number], ys: NDArray[_Number]) -> NDArray[np.float32]:
    return np.stack(np.meshgrid(xs, ys), axis=-1).astype(np.float32)
