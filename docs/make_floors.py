"""Draws the floors of the house from the import contract in ``pyproject.toml``:
``docs/images/floors.svg``. Run it after the contract has changed.

    python docs/make_floors.py
"""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
TARGET = DOCS / "images" / "floors.svg"

WIDTH, FLOOR, ROOM, LETTER, GAP, LEFT = 880, 34, 24, 8.2, 8, 46
"""Pixels: the figure's width, heights of a floor and a room, widths of a letter, between rooms, and
of the numbers' column."""

STYLE = """
  text { font: 13px ui-monospace, monospace; fill: #1f2328; }
  .number { fill: #6e7781; text-anchor: end; }
  .room { fill: #ddf4ff; stroke: #54aeff; }
  .floor { stroke: #d0d7de; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .room { fill: #0c2d6b; stroke: #388bfd; }
    .floor { stroke: #30363d; }
  }
"""


def floors() -> list[list[str]]:
    """The rooms of each floor, from the highest to the lowest."""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["type"] == "layers")
    return [[room.strip() for room in floor.split("|")] for floor in contract["layers"]]


def drawn(house: list[list[str]]) -> str:
    """The figure as SVG."""
    height = FLOOR * len(house) + 2
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>The floors of efface: a room knows only rooms below its own floor</title>",
        f"<style>{STYLE}</style>",
    ]
    for number, rooms in enumerate(house, start=1):
        top = FLOOR * (number - 1)
        middle = top + FLOOR / 2 + 4.5
        lines.append(f'<text class="number" x="{LEFT - 16}" y="{middle}">{number}</text>')
        x = float(LEFT)
        for room in rooms:
            wide = round(LETTER * len(room) + 20, 1)
            box = (
                f'x="{x:.1f}" y="{top + (FLOOR - ROOM) / 2}" width="{wide}" height="{ROOM}" rx="4"'
            )
            lines.append(f'<rect class="room" {box}/>')
            lines.append(f'<text x="{x + 10:.1f}" y="{middle}">{escape(room)}</text>')
            x += wide + GAP
        if x > WIDTH:
            raise ValueError(f"expected rooms that fit into {WIDTH} pixels, got {rooms}")
        lines.append(
            f'<path class="floor" d="M{LEFT - 8} {top + FLOOR + 0.5}H{WIDTH}" fill="none"/>'
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(drawn(floors()), encoding="utf-8")
