"""Noise for each cell, and how much can pass.

A face's cells are taken as numbers of which each varies by one over faces in general, on its own:
less the mean of faces, and divided by how faces' cells vary (``Table``). They are cut to the length
that such a row of numbers has on average, and noise is added to each. What is drawn is the sum,
shrunk so that it varies as faces do.

So whoever the people are, no more than ``ceiling`` bits pass, by Shannon's bound for additive
noise: a row of d numbers of at most that length, and noise of variance k^2 in each, tell at most
d/2 log2(1 + 1/k^2) bits, whatever the numbers are and whoever reads them. All arithmetic is of
whole numbers, and the same on every machine.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.layered.grid import STEPS
from efface.weights import weight

TOSSES = 4096
"""Of a coin, of which a number's noise is the sum."""

DEVIATION = 32
"""Standard deviation of that: half the root of ``TOSSES``."""

THOUSAND = 1000
"""Of what a policy calls noise, one."""

WHITE, COLOUR = 20, 8
"""Binary digits behind the point of a table's numbers."""


@dataclass(frozen=True, eq=False)
class Table:
    """How the cells of faces vary. Made from AI-generated portraits alone."""

    mean: NDArray[np.int64]
    """In ``STEPS`` of a level, shape (d,)."""
    whiten: NDArray[np.int64]
    """From cells less their mean to numbers that vary by one; times 2^``WHITE``, shape (d, d)."""
    colour: NDArray[np.int64]
    """Back again; times 2^``COLOUR``."""


@cache
def table(cells: int) -> Table:
    """Of faces with so many cells across."""
    with np.load(BytesIO(weight("cells").read_bytes())) as stored:
        return Table(
            *(stored[f"{key}{cells}"].astype(np.int64) for key in ("mean", "white", "colour"))
        )


def ceiling(cells: int, noise: float) -> float:
    """Bits that can have passed through one fill, at most.

    Tosses of a coin are no normal distribution, and whole numbers no real ones: that adds less than
    a ten-thousandth of a bit a number, which is counted in.

    Args:
        cells: across the face.
        noise: its standard deviation, in standard deviations of faces in general.
    """
    numbers = 3 * cells * cells
    return numbers * (math.log2(1 + 1 / noise**2) / 2 + 1e-4)


def coded(means: NDArray[np.int64] | None, cells: int, noise: int) -> NDArray[np.int64]:
    """What is told of a face before noise is added: in parts of the noise's ``DEVIATION``.

    Args:
        means: as ``grid.cells_of`` gives them; ``None``: nothing is known.
        noise: in thousandths.

    Returns:
        Shape (d,); no longer, as a row of numbers, than ``longest`` says.
    """
    faces = table(cells)
    if means is None:
        return np.zeros_like(faces.mean)
    white = faces.whiten @ (means.ravel() - faces.mean)
    out = _towards_zero(white * (DEVIATION * THOUSAND), noise << WHITE)
    most, length = longest(cells, noise), int((out * out).sum())
    if length > most:
        out = _towards_zero(out * math.isqrt((most << 32) // length), 1 << 16)
    return out


def longest(cells: int, noise: int) -> int:
    """Square of the length that a row of numbers is cut to."""
    return 3 * cells * cells * (DEVIATION * THOUSAND) ** 2 // noise**2


def drawn_noise(seed: bytes, cells: int) -> NDArray[np.int64]:
    """The noise of one fill, shape (d,), with a standard deviation of ``DEVIATION``."""
    numbers, size = 3 * cells * cells, TOSSES // 8
    tossed = hashlib.shake_256(b"efface.layered/1 noise" + seed).digest(numbers * size)
    heads = [int.from_bytes(tossed[n * size : (n + 1) * size]).bit_count() for n in range(numbers)]
    return np.array(heads, np.int64) - TOSSES // 2


def colours(told: NDArray[np.int64], cells: int, noise: int) -> NDArray[np.uint8]:
    """Cells as they are drawn, from what is told with its noise: RGB, shape (cells, cells, 3)."""
    faces = table(cells)
    shrink = (noise << 16) // (DEVIATION * math.isqrt(THOUSAND**2 + noise**2))
    moved = (faces.colour @ told) * shrink >> (COLOUR + 16)
    levels = (faces.mean + moved + STEPS // 2) // STEPS
    return np.asarray(levels.clip(0, 255).reshape(cells, cells, 3), np.uint8)


def _towards_zero(values: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    return np.asarray(np.sign(values) * (np.abs(values) // by))
