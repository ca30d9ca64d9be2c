"""From a rough guess of a redaction to the best of its kind nearby, the original at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from efface.attack.operator import Operator
from efface.attack.operators.search import Problem, descend


def refined(problem: Problem, start: Operator) -> Operator:
    """The best operator of this kind near a start."""
    if start.kind == "gaussian":
        (sigma,) = descend(
            lambda v: problem.cost(replace(start, size_px=max(v[0], 0.3))),
            [start.size_px],
            [start.size_px * 0.2],
            [start.size_px * 0.005],
        )
        return edges_refined(problem, replace(start, size_px=max(sigma, 0.3)))
    if start.kind == "box":
        across, down = (float(round(side)) for side in start.sides_px)
        steps = [max(1.0, across * 0.2 // 1), max(1.0, down * 0.2 // 1)]
        found, before = replace(start, size_px=across, size_y_px=down), None
        while found != before:
            before = found
            found = _window_refined(problem, found, steps)
            found = edges_refined(problem, problem.best(_windows_near(found)))
            steps = [1.0, 1.0]
        return found
    if start.kind == "median":
        window = 2 * int(start.size_px // 2) + 1
        step = max(2, 2 * int(0.1 * window))
        (size,) = descend(
            lambda v: problem.cost(replace(start, size_px=max(v[0], 3.0))),
            [float(window)],
            [float(step)],
            [2.0],
        )
        return replace(start, size_px=max(size, 3.0))
    values = descend(
        lambda v: problem.cost(
            replace(start, size_px=max(v[0], 4.0), offset_px=(v[1], v[2]), angle=v[3])
        ),
        [start.size_px, *start.offset_px, start.angle],
        [start.size_px * 0.1, 2.0, 2.0, 0.2],
        [0.2, 0.2, 0.2, 0.01],
    )
    return replace(
        start, size_px=max(values[0], 4.0), offset_px=(values[1], values[2]), angle=values[3]
    )


def _windows_near(start: Operator) -> Iterator[Operator]:
    """A box itself, then those a little larger and smaller. An even window lies half a pixel to one
    side, so that the cost goes up and down from one side to the next, and in both directions."""
    across, down = start.sides_px
    yield start
    for i, j in product(range(-3, 4), repeat=2):
        yield replace(start, size_px=max(across + i, 1.0), size_y_px=max(down + j, 1.0))


def _window_refined(problem: Problem, start: Operator, steps: Sequence[float]) -> Operator:
    def sized(v: Sequence[float]) -> Operator:
        return replace(start, size_px=max(v[0], 1.0), size_y_px=max(v[1], 1.0))

    return sized(descend(lambda v: problem.cost(sized(v)), start.sides_px, steps, [1.0, 1.0]))


def edges_refined(problem: Problem, start: Operator) -> Operator:
    """The rectangle that was cut out may be wider than the zone: an ellipse leaves its edges."""
    if start.within is None:
        return start
    x, y, width, height = start.within
    bottom, right = problem.zone.shape

    def grown(v: Sequence[float]) -> Operator:
        x0, y0 = max(0, x - round(v[0])), max(0, y - round(v[1]))
        x1, y1 = min(right, x + width + round(v[2])), min(bottom, y + height + round(v[3]))
        return replace(start, within=(x0, y0, x1 - x0, y1 - y0))

    def cost(v: Sequence[float]) -> float:
        return problem.cost(grown(v)) if min(v) >= -2 and max(v) <= 3 else float("inf")

    return grown(descend(cost, [0.0] * 4, [1.0] * 4, [1.0] * 4))
