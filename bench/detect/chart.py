"""A small chart of coverage against CPU-seconds, as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 640, 400, 60
COLOURS = ("#b04020", "#2060a0")


@dataclass(frozen=True)
class Curve:
    """Points (CPU-seconds, coverage) of one tool."""

    name: str
    points: list[tuple[float, float]]


def draw(curves: list[Curve]) -> str:
    """The chart: CPU-seconds on a logarithmic axis, coverage upwards."""
    xs = [math.log(x) for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.points]
    low_x, high_x, low_y, high_y = min(xs), max(xs), min(ys), max(ys)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log(x) - low_x) / ((high_x - low_x) or 1)
        along = (y - low_y) / ((high_y - low_y) or 1)
        return (
            MARGIN + across * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - along * (HEIGHT - 2 * MARGIN),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">CPU-seconds of detection, '
        "logarithmic</text>",
        f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" '
        f'transform="rotate(-90 16 {HEIGHT / 2})">coverage, faces from 8 px</text>',
    ]
    for curve, colour in zip(curves, COLOURS, strict=True):
        places = [at(x, y) for x, y in sorted(curve.points)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        for (x, y), (seconds, coverage) in zip(places, sorted(curve.points), strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
            label = f"{curve.name}: {seconds:.0f} s, {coverage:.3f}"
            parts.append(f'<text x="{x + 6:.1f}" y="{y + 14:.1f}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>"])
