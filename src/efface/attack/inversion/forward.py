"""A redaction as linear algebra: blurs and mosaics work on rows and columns one after the other.

A zone's pixels are ``Y = D X A'`` with one matrix down and one across, borders and even windows
included. Their singular value decompositions, small and computed once, turn every regularised
inverse into a weight for each pair of singular values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Look, Reconstruction
from efface.attack.operator import Kind, Operator
from efface.attack.operators.apply import cell_weights, cells, to_bytes
from efface.geometry import Rect

LINEAR: frozenset[Kind] = frozenset({"gaussian", "box", "mosaic", "sampled-mosaic"})

WORK_PX = 200
"""Longer side to which larger zones are shrunk: recognisers see faces of 100 to 150 pixels."""
LARGEST_PX = 1200
"""Longer side up to which a zone that is shrunk is still redacted as large as it was: rounded to
small pixels, a window would be another one, and undo nothing."""

Matrix = NDArray[np.float32]
Planes = NDArray[np.float32]
"""Shape (channels, height, width)."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Task:
    """What is to be inverted: part of a look, at working scale. Never changed, and equal to nothing
    but itself."""

    seen: Planes
    """What was published."""
    known: NDArray[np.bool_]
    """Which of these pixels are evidence, shape (height, width)."""
    operator: Operator
    """In pixels of ``seen``; the matrices do not round its sizes."""
    down: Matrix
    """Shape (height, height)."""
    across: Matrix
    """Shape (width, width)."""
    part: Rect
    """Where ``seen`` lies in the look, in pixels of the look."""
    scale: float
    """Pixels of ``seen`` for each of the look's."""

    def redacted(self, clear: Planes) -> Planes:
        """The operator, without rounding."""
        return np.asarray(self.down @ clear @ self.across.T)

    def adjoint(self, planes: Planes) -> Planes:
        """Its transpose."""
        return np.asarray(self.down.T @ planes @ self.across)


_tasks: WeakKeyDictionary[Look, dict[tuple[Operator, float], Task]] = WeakKeyDictionary()
"""Every inversion of a look begins with the same."""


def task(look: Look, operator: Operator, largest: float = 1.0) -> Task:
    """Cut out what the zone's pixels depend on; the same task for the same look, operator and
    scale.

    Args:
        look: pixels outside the zone are taken as a first guess, never as evidence.
        operator: of a kind in ``LINEAR``.
        largest: working scale, at most.

    Raises:
        ValueError: another kind, or an empty zone.
    """
    if operator.kind not in LINEAR:
        raise ValueError(f"expected one of {sorted(LINEAR)}, got {operator.kind!r}")
    known = _tasks.setdefault(look, {})
    if (operator, largest) not in known:
        known[operator, largest] = _task(look, operator, largest)
    return known[operator, largest]


def _task(look: Look, operator: Operator, largest: float) -> Task:
    part = part_of(look, operator)
    rows, columns = slice(part.y0, part.y1), slice(part.x0, part.x1)
    seen = look.pixels[rows, columns].astype(np.float32)
    known = np.ascontiguousarray(look.zone[rows, columns])
    operator = operator.moved(-part.x0, -part.y0)
    height, width = known.shape
    scale = min(1.0, largest, WORK_PX / max(height, width))
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        seen = cv2.resize(seen, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
        share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        down, across = shrunk(known.shape, operator, seen.shape[:2])
        known = np.asarray(share > 0.99)
        operator = replace(operator.scaled(scale), jpeg_quality=None)
    else:
        down, across = matrices(known.shape, operator)
    planes = np.ascontiguousarray(seen.transpose(2, 0, 1))
    return Task(planes, known, operator, down, across, part, scale)


def part_of(look: Look, operator: Operator) -> Rect:
    """What the zone's pixels depend on, in pixels of the look: what was cut out, or the zone with
    the width of the operator around it.

    Raises:
        ValueError: the zone is empty.
    """
    height, width = look.zone.shape
    if not look.zone.any():
        raise ValueError("expected a zone, got an empty one")
    if operator.within is not None:
        x, y, across, down = operator.within
        return Rect(x, y, x + across, y + down).clipped(width, height)
    x, y, across, down = cv2.boundingRect(look.zone.astype(np.uint8))
    reach = [2 * side if operator.kind == "gaussian" else side / 2 for side in operator.sides_px]
    margin = [min(round(r), round(n / 2)) for r, n in zip(reach, (across, down), strict=True)]
    return Rect(x, y, x + across, y + down).padded(margin[0], margin[1]).clipped(width, height)


def matrices(shape: tuple[int, ...], operator: Operator) -> tuple[Matrix, Matrix]:
    """The operator on columns and on rows of an array: shapes (height, height), (width, width).

    Borders are as ``efface.attack.operators.apply`` draws them.
    """
    if operator.kind in ("mosaic", "sampled-mosaic"):
        weights = cell_weights(shape, operator)
        out = []
        for axis, side in ((0, operator.sides_px[1]), (1, operator.sides_px[0])):
            _, of = cells(shape[axis], side, operator.offset_px[1 - axis])
            out.append(weights[axis][of].astype(np.float32))
        return out[0], out[1]
    return tuple(_blur(shape[axis], operator, axis) for axis in (0, 1))  # type: ignore[return-value]


def shrunk(
    shape: tuple[int, ...], operator: Operator, to: tuple[int, ...]
) -> tuple[Matrix, Matrix]:
    """The operator of a picture on a smaller copy of it: made large again, redacted, made small.

    Args:
        shape: height and width of the picture.
        operator: in its pixels.
        to: height and width of the copy.
    """
    scale = min(1.0, LARGEST_PX / max(shape))
    middle = [max(1, round(side * scale)) for side in shape]
    large = matrices(tuple(middle), operator if scale == 1 else operator.scaled(scale))
    down, across = (
        np.asarray(resizing(side, small) @ one @ resizing(small, side), np.float32)
        for one, side, small in zip(large, middle, to, strict=True)
    )
    return down, across


def resizing(length: int, to: int) -> Matrix:
    """Along one axis: means over areas where it gets shorter, else linear between pixels.

    Args:
        length: pixels before.
        to: pixels afterwards.

    Returns:
        Shape (to, length); rows add to 1.
    """
    units = np.eye(length, dtype=np.float32)
    how = cv2.INTER_AREA if to < length else cv2.INTER_LINEAR
    return cv2.resize(units, (length, to), interpolation=how).astype(np.float32, copy=False)


def _blur(length: int, operator: Operator, axis: int) -> Matrix:
    units = np.eye(length, dtype=np.float32)
    if operator.kind == "gaussian":
        # the window that OpenCV takes for floating-point pictures
        window = round(operator.size_px * 8 + 1) | 1
        kernel = cv2.getGaussianKernel(window, operator.size_px, cv2.CV_32F)
    else:
        window = max(1, round(operator.sides_px[1 - axis]))
        kernel = np.full((window, 1), 1 / window, np.float32)
    blurred = cv2.sepFilter2D(units, cv2.CV_32F, np.ones((1, 1), np.float32), kernel)
    return blurred.astype(np.float32, copy=False)


def reconstruction(look: Look, work: Task, clear: Planes) -> Reconstruction:
    """The look with the zone's pixels computed back, at working scale where that is smaller."""
    estimate = to_bytes(clear.transpose(1, 2, 0))
    height, width = look.zone.shape
    if work.scale < 1:
        size = (max(1, round(width * work.scale)), max(1, round(height * work.scale)))
        pixels = cv2.resize(look.pixels, size, interpolation=cv2.INTER_AREA)
        zone = cv2.resize(look.zone.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    else:
        size, pixels, zone = (width, height), look.pixels.copy(), look.zone
    x, y = round(work.part.x0 * work.scale), round(work.part.y0 * work.scale)
    rows = slice(y, min(y + estimate.shape[0], size[1]))
    columns = slice(x, min(x + estimate.shape[1], size[0]))
    part, inside = pixels[rows, columns], zone[rows, columns]
    part[inside] = estimate[: part.shape[0], : part.shape[1]][inside]
    factor = np.array([size[0] / width, size[1] / height])
    return Reconstruction(pixels.astype(np.uint8, copy=False), look.points * factor)
