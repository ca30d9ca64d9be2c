"""The redaction that a zone's own pixels suggest (K1): the original is not at hand.

A solid fill and the grid of a mosaic show themselves. For a blur, the power spectrum is compared
with that of a face seen through each blur, a windowed Whittle likelihood; faces are taken to have a
correlation that falls exponentially with distance. A median passes for a blur, and a swirl for a
weak one or none: its pixels are a face's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Look
from efface.attack.operator import Operator
from efface.attack.operators.apply import blurred, cells
from efface.attack.operators.flat import inner, middle, solid_colour
from efface.attack.operators.grid import LINES, changes, find_comb
from efface.attack.operators.likelihood import ROUNDING, fit
from efface.geometry import Rect

CORRELATION = 0.5
"""Distance in face widths over which the correlation of a face's pixels falls to 1/e."""

CONTRAST = (2000.0, 0.7)
"""Variance of luma within a face, steps of 255 squared, and how far its logarithm strays."""

BETWEEN = 0.9
"""Share of luma's variance that lies between the cells of a mosaic, not within; what is blurred so
far that single steps of rounding draw lines has less."""

WEAKEST = 0.01
"""Blur in face widths below which there is none to speak of."""

_LARGEST_PX = 128
_SIZES = np.geomspace(WEAKEST / 1.3, 0.6, 24)
_BOX_OF_SIGMA = float(np.sqrt(12.0))
_BIN_OVERLAP = 2.25
"""Neighbouring frequencies of a Hann window share this much; they count for less by it."""


def guess(look: Look) -> Operator:
    """What was probably done to a look's zone. Pixels outside it are not read.

    Returns:
        In pixels of the look; kind ``other`` where nothing of a redaction is seen.

    Raises:
        ValueError: an empty zone.
    """
    if not look.zone.any():
        raise ValueError("expected a zone, got an empty one")
    inside = inner(look.pixels, look.zone)
    colour = solid_colour(inside)
    if colour is not None:
        return Operator("solid", colour=colour)
    luma = cv2.cvtColor(look.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    tiled = _mosaic(luma, look.zone, look.box.width)
    if tiled is not None:
        return tiled
    part = inscribed(look.zone)
    if min(part.x1 - part.x0, part.y1 - part.y0) < 8:
        return Operator("other")
    return _blur(luma[part.y0 : part.y1, part.x0 : part.x1], look.box.width, middle(inside))


def inscribed(zone: NDArray[np.bool_]) -> Rect:
    """A large rectangle within a zone: the one around it, shrunk about its middle until it fits."""
    x, y, width, height = cv2.boundingRect(zone.astype(np.uint8))
    for share in np.linspace(0, 0.5, 51):
        dx, dy = round(share * width), round(share * height)
        part = Rect(x + dx, y + dy, x + width - dx, y + height - dy)
        if part.empty or zone[part.y0 : part.y1, part.x0 : part.x1].all():
            return part
    return Rect(x, y, x, y)


def _mosaic(luma: NDArray[np.float32], zone: NDArray[np.bool_], face_px: float) -> Operator | None:
    x, y, width, height = cv2.boundingRect(zone.astype(np.uint8))
    part = np.s_[y : y + height, x : x + width]
    across, down = (find_comb(change) for change in changes(luma[part], zone[part]))
    if across is None or down is None or min(across.excess, down.excess) < LINES:
        return None
    operator = Operator(
        "mosaic",
        across.side_px,
        (x + across.offset_px, y + down.offset_px),
        size_y_px=down.side_px,
    )
    colours, between = _cell_colours(luma, zone, operator)
    if between < BETWEEN:
        return None
    if min(colours.shape) < 4:
        return operator
    costs = {
        kind: _cell_cost(colours, operator, face_px, kind == "mosaic")
        for kind in ("mosaic", "sampled-mosaic")
    }
    if costs["sampled-mosaic"] < costs["mosaic"]:
        operator = Operator(
            "sampled-mosaic", operator.size_px, operator.offset_px, size_y_px=operator.size_y_px
        )
    return operator


def _cell_colours(
    luma: NDArray[np.float32], zone: NDArray[np.bool_], operator: Operator
) -> tuple[NDArray[np.float64], float]:
    """Mean luma of the cells in a rectangle within the zone, shape (rows, columns), and the share
    of its variance that they explain."""
    part = inscribed(zone)
    labels = []
    for first, last, side, offset in (
        (part.y0, part.y1, operator.sides_px[1], operator.offset_px[1]),
        (part.x0, part.x1, operator.sides_px[0], operator.offset_px[0]),
    ):
        labels.append(cells(last - first, side, offset - first)[1])
    rows, columns = (len(np.unique(label)) for label in labels)
    label = (labels[0][:, None] * columns + labels[1]).ravel()
    values = luma[part.y0 : part.y1, part.x0 : part.x1].ravel()
    means = np.bincount(label, values, rows * columns) / np.bincount(label, None, rows * columns)
    left = float(np.mean(np.square(values - means[label])))
    return means.reshape(rows, columns), 1 - left / max(float(values.var()), 1e-6)


def _cell_cost(
    colours: NDArray[np.float64], operator: Operator, face_px: float, averaged: bool
) -> float:
    """How unlikely the cells' colours are, if they are averages (or single pixels) of a face."""
    fine = 4
    lags = [
        np.arange(fine * n) * side / fine
        for n, side in zip(
            (2 * colours.shape[0], 2 * colours.shape[1]), operator.sides_px[::-1], strict=True
        )
    ]
    folded = [np.minimum(lag, lag[-1] + lag[1] - lag) for lag in lags]
    model = np.exp(-np.hypot(folded[0][:, None], folded[1]) / (CORRELATION * face_px))
    if averaged:
        # the average over a cell, in the covariance twice
        for axis in (0, 1):
            for _ in range(2):
                model = sum(np.roll(model, k, axis) for k in range(fine)) / fine
            model = np.roll(model, -(fine - 1), axis)
    return _whittle(colours, model[::fine, ::fine], most_noise=1.0).cost


@dataclass(frozen=True, slots=True)
class _Guess:
    cost: float
    noise: float


def _whittle(
    picture: NDArray[np.floating], covariance: NDArray[np.floating], most_noise: float
) -> _Guess:
    """How unlikely a picture is under a covariance (wrapped, of twice its size), and its noise."""
    height, width = picture.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    energy = float(np.sum(window**2))
    size = (2 * height, 2 * width)
    mean = float(np.sum(window * picture) / window.sum())
    square = np.abs(np.fft.rfft2((picture - mean) * window, s=size)) ** 2 / energy
    taper = np.fft.irfft2(np.abs(np.fft.rfft2(window, s=size)) ** 2, s=size) / energy
    power = np.maximum(np.fft.rfft2(covariance * taper).real, 1e-9)
    # every second frequency, as many as there are pixels; the lowest lost the mean
    keep = np.ones(square[::2, ::2].shape, bool)
    keep[0, 0] = False
    found = fit(
        power[::2, ::2][keep],
        square[::2, ::2][keep],
        usual=(CONTRAST[0], CONTRAST[1] / np.sqrt(_BIN_OVERLAP)),
        most_noise=most_noise,
    )
    return _Guess(found.cost / _BIN_OVERLAP, found.noise)


def _blur(luma: NDArray[np.float32], face_px: float, colour: tuple[int, int, int]) -> Operator:
    scale = min(1.0, _LARGEST_PX / max(luma.shape))
    if scale < 1:
        size = [max(8, round(n * scale)) for n in luma.shape[::-1]]
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    face = face_px * scale
    power = _face_power(luma.shape, face)
    found: list[tuple[float, Operator, float]] = []
    for size_px in _SIZES * face:
        for operator in (
            Operator("gaussian", float(size_px)),
            Operator("box", float(size_px) * _BOX_OF_SIGMA),
        ):
            seen = _whittle(luma, _covariance(luma.shape, power, operator), most_noise=1000.0)
            found.append((seen.cost, operator, seen.noise))
    _, best, noise = min(found, key=lambda item: item[0])
    sigma = best.size_px / (_BOX_OF_SIGMA if best.kind == "box" else 1)
    if sigma < WEAKEST * face:
        nearly = float(luma.std()) < 2 * np.sqrt(ROUNDING) * 2
        return Operator("solid", colour=colour) if nearly else Operator("other")
    return best.scaled(1 / scale) if noise < 10 else _noisy(best.scaled(1 / scale), noise, scale)


def _noisy(operator: Operator, variance: float, scale: float) -> Operator:
    """With noise for each pixel; averaging when shrinking has taken its share."""
    return Operator(operator.kind, operator.size_px, noise=float(np.sqrt(variance)) / scale)


def _face_power(shape: tuple[int, ...], face_px: float) -> NDArray[np.float64]:
    """Power of a face on a grid of twice the size, by frequency."""
    y = np.fft.fftfreq(2 * shape[0])[:, None] * 2 * np.pi * face_px
    x = np.fft.rfftfreq(2 * shape[1]) * 2 * np.pi * face_px
    return np.asarray((CORRELATION**-2 + x * x + y * y) ** -1.5)


def _covariance(
    shape: tuple[int, ...], power: NDArray[np.float64], operator: Operator
) -> NDArray[np.float64]:
    """Of a blurred face whose variance before blurring is 1; wrapped."""
    size = (2 * shape[0], 2 * shape[1])
    unit = np.zeros(size, np.float32)
    unit[shape[0], shape[1]] = 1
    gain = np.abs(np.fft.rfft2(blurred(unit, operator))) ** 2
    clear = np.fft.irfft2(power, s=size)[0, 0]
    return np.asarray(np.fft.irfft2(power * gain, s=size) / clear)
