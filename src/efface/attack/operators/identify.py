"""The redaction that best explains a zone when the original is at hand (K2).

Every kind is tried, coarse to fine, and the one with the smallest residual taken. Both pictures may
have been compressed, so no residual is zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels
from efface.attack.operator import Kind, Operator
from efface.attack.operators.apply import cells
from efface.attack.operators.flat import inner, middle, solid_colour
from efface.attack.operators.refine import edges_refined, refined
from efface.attack.operators.search import Problem
from efface.attack.operators.tiles import best_mosaic
from efface.geometry import Rect
from efface.regions import Box

EXPLAINED = 0.8
"""Share of the zone's variance that a redaction must explain, or the kind is ``other``."""

NOISE_STEPS = 3.0
"""Noise below this, in steps of 255, is taken for rounding and compression."""

_COARSE_PX = 160
_SWIRL_PX = 64
_LUMA_NOISE = float(np.linalg.norm((0.299, 0.587, 0.114)))
"""Noise of luma where each of red, green and blue has noise of 1."""
_SIZES = np.geomspace(0.01, 2.0, 18)


def identify(
    original: Pixels,
    redacted: Pixels,
    zone: NDArray[np.bool_],
    box: Box,
    jpeg_quality: int | None = None,
) -> Operator:
    """What was done to a zone.

    Args:
        original: the clear picture.
        redacted: the same picture after redaction, of the same size.
        zone: which pixels were redacted on this face's account, shape (height, width).
        box: the face, in pixels of the picture: sizes are searched from 1 % to 200 % of its width.
        jpeg_quality: of the redacted file, where known; goes into the answer as it is.

    Returns:
        The operator, in pixels of the pictures given. Noise is the standard deviation of what it
        leaves unexplained, where that is more than ``NOISE_STEPS``. Kind ``other`` where nothing
        explains ``EXPLAINED`` of the variance.

    Raises:
        ValueError: shapes that do not go together, or an empty zone.
    """
    if original.shape != redacted.shape or zone.shape != original.shape[:2]:
        raise ValueError(
            f"expected pictures and a zone of one size, got {original.shape}, {redacted.shape} "
            f"and {zone.shape}"
        )
    if not zone.any():
        raise ValueError("expected a zone, got an empty one")
    inside = inner(redacted, zone)
    colour = solid_colour(inside)
    if colour is not None:
        return Operator("solid", colour=colour, jpeg_quality=jpeg_quality)
    problem, corner = _around(original, redacted, zone, box)
    picture_px = (original.shape[1], original.shape[0])
    found = _found(problem, picture_px)
    if problem.explained(found) < EXPLAINED:
        colour = middle(inside)
        near = np.abs(inside - np.array(colour)).max(axis=1) <= NOISE_STEPS
        kind: Kind = "solid" if near.mean() > EXPLAINED else "other"
        return Operator(kind, colour=colour, jpeg_quality=jpeg_quality)
    found = replace(_with_noise(problem, found), jpeg_quality=jpeg_quality)
    return replace(found.moved(*corner), grid_px=(0, 0))


def _around(
    original: Pixels, redacted: Pixels, zone: NDArray[np.bool_], box: Box
) -> tuple[Problem, tuple[int, int]]:
    """The zone with as much around it as a window of its own size can see."""
    x, y, width, height = cv2.boundingRect(zone.astype(np.uint8))
    part = Rect(x, y, x + width, y + height).padded(max(width, height), max(width, height))
    part = part.clipped(zone.shape[1], zone.shape[0])
    rows, columns = slice(part.y0, part.y1), slice(part.x0, part.x1)
    clear, hidden = (
        cv2.cvtColor(np.ascontiguousarray(p[rows, columns]), cv2.COLOR_RGB2GRAY)
        for p in (original, redacted)
    )
    problem = Problem(
        clear.astype(np.uint8, copy=False),
        hidden.astype(np.float32),
        np.ascontiguousarray(zone[rows, columns]),
        box.width,
    )
    return problem, (part.x0, part.y0)


def _found(problem: Problem, picture_px: tuple[int, int]) -> Operator:
    tiled = best_mosaic(problem)
    if tiled is not None and problem.explained(tiled) > 0.97:
        return tiled
    factor = min(1.0, _COARSE_PX / max(problem.bounds[2:]))
    coarse = problem if factor == 1 else problem.smaller(factor)
    first = [coarse.best(kind) for kind in (_gaussians(coarse), _boxes(coarse), _medians(coarse))]
    # on a coarse scale a small box and the Gaussian of its width are hardly told apart
    starts = dict.fromkeys([*sorted(first, key=coarse.cost)[:2], *first[:2]])
    fine = [refined(problem, start.scaled(1 / factor)) for start in starts]
    fine += list(_egoblur(problem, picture_px))
    if tiled is not None:
        fine.append(tiled)
    found = problem.best(fine)
    if problem.explained(found) >= EXPLAINED:
        return found
    return problem.best([found, _swirl(problem)])


def _places(problem: Problem) -> tuple[tuple[int, int, int, int] | None, ...]:
    return (None, problem.bounds)


def _gaussians(problem: Problem) -> Iterator[Operator]:
    for within in _places(problem):
        for size in _SIZES[_SIZES < 0.8] * problem.face_px:
            yield Operator("gaussian", max(float(size), 0.4), within=within)


def _boxes(problem: Problem) -> Iterator[Operator]:
    _, _, width, height = problem.bounds
    for within in _places(problem):
        for aspect in {1.0, height / width}:
            for size in _SIZES * problem.face_px:
                yield Operator("box", float(size), size_y_px=float(size) * aspect, within=within)


def _medians(problem: Problem) -> Iterator[Operator]:
    for size in _SIZES[_SIZES < 1.2] * problem.face_px:
        yield Operator("median", max(float(size), 3.0))


def _egoblur(problem: Problem, picture_px: tuple[int, int]) -> Iterator[Operator]:
    """A box blur of the face alone with a window of half the *picture*, sides swapped."""
    width, height = picture_px
    yield edges_refined(
        problem,
        Operator("box", height // 2, size_y_px=float(width // 2), within=problem.bounds),
    )


def _swirl(problem: Problem) -> Operator:
    """Searched on a small copy first: there the cost has few false valleys."""
    factor = min(1.0, _SWIRL_PX / max(problem.bounds[2:]))
    coarse = problem.smaller(factor)
    x, y, width, height = coarse.bounds
    centre = (x + (width - 1) / 2, y + (height - 1) / 2)
    start = coarse.best(
        Operator("swirl", float(radius), centre, angle=float(angle))
        for radius in np.array([0.7, 0.85, 1.0, 1.2, 1.45]) * min(width, height) / 2
        for angle in np.deg2rad(np.arange(-720, 721, 20))
    )
    return refined(problem, refined(coarse, start).scaled(1 / factor))


def _with_noise(problem: Problem, found: Operator) -> Operator:
    """Noise that the residual shows: for each cell of a mosaic, and for each pixel."""
    residual = np.zeros(problem.zone.shape, np.float32)
    residual[problem.zone] = problem.residual(found)
    by_cell = 0.0
    if found.kind in ("mosaic", "sampled-mosaic"):
        across, down = found.sides_px
        shape = problem.zone.shape
        _, of_x = cells(shape[1], across, found.offset_px[0])
        _, of_y = cells(shape[0], down, found.offset_px[1])
        label = of_y[:, None] * (of_x[-1] + 1) + of_x
        inside = label[problem.zone]
        counts = np.maximum(np.bincount(inside, minlength=label.max() + 1), 1)
        sums = np.bincount(inside, residual[problem.zone], minlength=label.max() + 1)
        means = sums / counts
        whole_cells = counts >= 0.5 * across * down
        if whole_cells.any():
            by_cell = float(means[whole_cells].std())
        residual[problem.zone] -= means[inside].astype(np.float32)
    # most pixels lie away from edges, where compression rings
    by_pixel = float(np.median(np.abs(residual[problem.zone]))) / 0.6745
    return replace(
        found,
        noise=by_pixel / _LUMA_NOISE if by_pixel > NOISE_STEPS else 0.0,
        cell_noise=by_cell / _LUMA_NOISE if by_cell > NOISE_STEPS else 0.0,
    )
