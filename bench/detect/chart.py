"""A small chart of coverage against CPU-seconds, as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 110, 24, 52
COLOURS = ("#b04020", "#2060a0")
LETTER = 7
"""Width of a letter, at most."""
SECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Point:
    """One setting of a tool."""

    seconds: float
    coverage: float
    label: str


def draw(curves: list[list[Point]]) -> str:
    """The chart: CPU-seconds on a logarithmic axis, coverage upwards.

    Args:
        curves: one for each of two tools; the first one's labels stand below its points, the second
            one's above where there is room.
    """
    points = [point for curve in curves for point in curve]
    low_x = math.log(min(p.seconds for p in points) / 1.15)
    high_x = math.log(max(p.seconds for p in points) * 1.15)
    low_y = math.floor(min(p.coverage for p in points) * 10) / 10

    def x(seconds: float) -> float:
        return LEFT + (math.log(seconds) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def y(coverage: float) -> float:
        return HEIGHT - BOTTOM - (coverage - low_y) / (1 - low_y) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
        "CPU-seconds of detection, all pictures</text>",
        f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" '
        f'transform="rotate(-90 16 {HEIGHT / 2})">coverage, faces from 8 px</text>',
    ]
    for seconds in SECONDS:
        if low_x <= math.log(seconds) <= high_x:
            parts.append(_line(x(seconds), TOP, x(seconds), HEIGHT - BOTTOM))
            parts.append(_text(x(seconds), HEIGHT - BOTTOM + 16, f"{seconds}", "#444", "middle"))
    for tenth in range(round(low_y * 10), 11):
        parts.append(_line(LEFT, y(tenth / 10), WIDTH - RIGHT, y(tenth / 10)))
        parts.append(_text(LEFT - 8, y(tenth / 10) + 4, f"{tenth / 10:.1f}", "#444", "end"))
    for curve, colour, below in zip(curves, COLOURS, (True, False), strict=True):
        places = sorted(curve, key=lambda p: p.seconds)
        line = " ".join(f"{x(p.seconds):.1f},{y(p.coverage):.1f}" for p in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        for p in places:
            across, along = x(p.seconds), y(p.coverage)
            parts.append(f'<circle cx="{across:.1f}" cy="{along:.1f}" r="4" fill="{colour}"/>')
            right = below or across - LETTER * len(p.label) < LEFT
            shift, anchor = ((8, 15), "start") if right else ((-7, -6), "end")
            parts.append(_text(across + shift[0], along + shift[1], p.label, colour, anchor))
    return "\n".join([*parts, "</svg>"])


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{text}</text>'
