"""Whether the blocks of a JPEG in a zone are those of one constant, and nothing else.

A block that lies wholly in the zone has no coefficient but the first, and all have the same one.
A block that the zone's edge cuts shows what lies beside it, too: it is explained when there is a
block with the constant in the zone's part, and anything elsewhere, that quantises to it. Whether
there is one is found by projections onto both sets in turn (D. Youla and H. Webb, IEEE TMI 1,
1982; of decoded JPEGs: A. Zakhor, IEEE TCSVT 2, 1992).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from efface.attack.leaks.lattice import ZIGZAG
from efface.media.coefficients import DctCoefficients, JpegFrame
from efface.media.jpeg.blocks import block_rows

SIDE = 8
LEAST_INSIDE = 4
"""Pixels of a block in the zone, below which it says nothing of what is covered."""
SLACK = 1.5
"""Of a coefficient, beyond half a step: pixels and transforms of encoders are rounded."""
ROUNDS = 60
"""Projections after which a block is taken not to be explained."""

Mask = NDArray[np.bool_]


def unexplained(coded: DctCoefficients, mask: Mask, face: Mask) -> str | None:
    """Why the coefficients are not those of one constant; ``None``: they are.

    Args:
        coded: of the whole picture.
        mask: the zone, upright, shape (height, width).
        face: the part of it that is asked for in blocks which the zone's edge cuts.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    stored = [coded.orientation.stored(one) for one in (mask, mask & face)]
    for component, coefficients in enumerate(_blocks(coded)):
        zone, asked = (
            _within(coded.frame, component, one, coefficients.shape[:2]) for one in stored
        )
        steps = np.array(coded.tables[component], np.float64)
        why = _of_component(coefficients, zone, asked, steps)
        if why is not None:
            return why
    return None


def _of_component(
    coefficients: NDArray[np.int16], zone: Mask, asked: Mask, steps: NDArray[np.float64]
) -> str | None:
    """The same for one component.

    Args:
        coefficients: quantised, natural order, shape (rows, columns, 64).
        zone: samples in the zone, shape (rows, columns, 8, 8); ``asked``: those of the face.
        steps: in zigzag order.
    """
    table = np.zeros((SIDE, SIDE))
    for (row, column), step in zip(ZIGZAG, steps, strict=True):
        table[row, column] = step
    inner = zone.all(axis=(2, 3))
    whole = coefficients[inner]
    cut = (asked.sum(axis=(2, 3)) >= LEAST_INSIDE) & ~inner
    if len(whole):
        if whole[:, 1:].any():
            return "blocks in the zone hold more than one value"
        first = whole[:, 0]
        if (first != first[0]).any():
            return "blocks in the zone hold different values"
        middle = float(first[0]) * table[0, 0] / SIDE
    else:
        blocks = coefficients[cut].reshape(-1, SIDE, SIDE) * table
        if not len(blocks):
            return None
        middle = float(np.median(idctn(blocks, axes=(1, 2), norm="ortho")[asked[cut]]))
    blocks = coefficients[cut].reshape(-1, SIDE, SIDE).astype(np.float64)
    if _explained(blocks, asked[cut], table, middle).all():
        return None
    return "blocks at the zone's edge hold more than a constant and what lies beside it"


def _explained(
    blocks: NDArray[np.float64], within: Mask, table: NDArray[np.float64], middle: float
) -> Mask:
    """Which of the blocks a constant in their covered part explains.

    Args:
        blocks: quantised, shape (n, 8, 8).
        within: covered samples, of the same shape.
        middle: the constant, as decoded; it was rounded by half a step of the mean at most.
    """
    reach = table / 2 + SLACK
    low, high = blocks * table - reach, blocks * table + reach
    loose = table[0, 0] / (2 * SIDE) + 1.0
    left = np.arange(len(blocks))
    spectrum = blocks * table
    done = np.zeros(len(blocks), bool)
    for _ in range(ROUNDS):
        pixels = idctn(spectrum, axes=(1, 2), norm="ortho")
        covered = within[left]
        mean = (pixels * covered).sum((1, 2)) / covered.sum((1, 2))
        constant = np.clip(mean, middle - loose, middle + loose)[:, None, None]
        pixels = np.where(covered, constant, pixels)
        spectrum = dctn(pixels, axes=(1, 2), norm="ortho")
        fits = ((spectrum >= low[left]) & (spectrum <= high[left])).all((1, 2))
        done[left[fits]] = True
        left, spectrum = left[~fits], spectrum[~fits]
        if not len(left):
            break
        spectrum = np.clip(spectrum, low[left], high[left])
    return done


def _blocks(coded: DctCoefficients) -> Sequence[NDArray[np.int16]]:
    """Of each component, shape (rows, columns, 64), without rows that only fill up units."""
    frame = coded.frame
    found: list[list[NDArray[np.int16]]] = [[] for _ in frame.components]

    def take(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        if row < block_rows(frame, component):
            found[component].append(blocks.copy())

    coded.walk(take)
    return [np.stack(rows) for rows in found]


def _within(frame: JpegFrame, component: int, mask: Mask, shape: tuple[int, ...]) -> Mask:
    """Samples of a component all of whose pixels lie in a stored mask, by block."""
    across, down = frame.blocks_per_mcu(component)
    wide, high = frame.mcu
    high, wide = high // (SIDE * down), wide // (SIDE * across)
    rows, columns = shape[0] * SIDE, shape[1] * SIDE
    # beyond the picture's edge its last pixels are repeated (libjpeg's rule)
    padded = np.pad(
        mask,
        (
            (0, max(0, rows * high - mask.shape[0])),
            (0, max(0, columns * wide - mask.shape[1])),
        ),
        mode="edge",
    )[: rows * high, : columns * wide]
    samples = padded.reshape(rows, high, columns, wide).all(axis=(1, 3))
    return np.asarray(samples.reshape(shape[0], SIDE, shape[1], SIDE).swapaxes(1, 2))
