"""Takes the map that ``efface advise`` reads, ``src/efface/advise/map.toml``, from
docs/leak-table.md. Run it after the page has changed.

    python docs/make_map.py
"""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "leak-table.md"
TARGET = DOCS.parent / "src" / "efface" / "advise" / "map.toml"

WIDTHS = (83, 162, 209)
"""Native width of the faces, pixels: 5 %, half and 95 % of those in CFP's frontal pictures have at
most this (90 of them, by efface's detector)."""

ROWS: dict[str, tuple[str, float | None]] = {
    "clear": ("none", None),
    "Gaussian blur 0.05": ("gaussian", 0.05),
    "Gaussian blur 0.10": ("gaussian", 0.10),
    "Gaussian blur 0.20": ("gaussian", 0.20),
    "Gaussian blur 0.30": ("gaussian", 0.30),
    "Gaussian blur 0.50": ("gaussian", 0.50),
    "pixelation, 32 cells": ("mosaic", 32),
    "pixelation, 16 cells": ("mosaic", 16),
    "pixelation, 12 cells": ("mosaic", 12),
    "pixelation, 8 cells": ("mosaic", 8),
    "pixelation, 6 cells": ("mosaic", 6),
    "pixelation, 4 cells": ("mosaic", 4),
    "deface 1.5, default blur": ("box", 0.8),
    "deface 1.5, mosaic": ("sampled-mosaic", WIDTHS[1] / 20),
    "black bar over the eyes": ("bar", None),
    "swirl, 360 degrees": ("swirl", None),
    "efface, solid 1.0x": ("solid", 1.0),
    "efface, solid 1.3x": ("solid", 1.3),
    "efface, solid 1.6x": ("solid", 1.6),
    "efface, solid 2.0x": ("solid", 2.0),
    "efface, solid 3.0x": ("solid", 3.0),
}
"""Rows of the page, and what they are in the map: a kind, and how strong (a Gaussian's sigma and a
box filter's width in face widths, cells across the face, or how far a solid zone reaches in face
widths)."""

HEADINGS = {
    "rank1": "## Rank-1, %: the strongest attacker",
    "bits": "## Bits beyond chance: the strongest attacker",
}
_NUMBERS = re.compile(r"(-?[\d.]+) \((-?[\d.]+) to (-?[\d.]+)\)")


def tables(text: str) -> dict[str, dict[str, list[str]]]:
    """Of each heading the cells of its table, by row."""
    found = {}
    for name, heading in HEADINGS.items():
        body = text.split(heading + "\n", 1)[1].split("\n## ", 1)[0]
        lines = [line for line in body.splitlines() if line.startswith("| ")][1:]
        cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
        found[name] = {row[0]: row[1:] for row in cells}
    return found


def written(text: str) -> str:
    """The map as TOML."""
    found = tables(text)
    (run,) = re.findall(r"^(efface [\d.]+, \d{4}-\d\d-\d\d), ", text, re.MULTILINE)
    (people,) = re.findall(r"^(\d+) people of the development half of CFP", text, re.MULTILINE)
    low, middle, high = WIDTHS
    lines = [
        "# Written by docs/make_map.py from docs/leak-table.md.",
        'schema = "efface.map/1"',
        "",
        "[card]",
        f'run = "{run}"',
        'page = "docs/leak-table.md"',
        'data = "Celebrities in Frontal-Profile, development half, frontal pictures"',
        f"people = {people}",
        'intervals = "95 %, over people"',
        "lower_bounds = true",
        f"face_px = [{low}, {high}]",
    ]
    for name, (kind, strength) in ROWS.items():
        rank1, bits = found["rank1"][name], found["bits"][name]
        for column, knowledge in ((1, "K0"), (3, "K2")):
            share = [float(n) / 100 for n in _NUMBERS.fullmatch(rank1[column]).groups()]  # type: ignore[union-attr]
            amount = [float(n) for n in _NUMBERS.fullmatch(bits[column]).groups()]  # type: ignore[union-attr]
            lines += [
                "",
                "[[point]]",
                f'kind = "{kind}"',
                *([] if strength is None else [f"strength = {float(strength)}"]),
                f"width_px = {float(middle)}",
                f'knowledge = "{knowledge}"',
                f"rank1 = [{', '.join(f'{v:.4g}' for v in share)}]",
                f"bits = [{', '.join(f'{v:.4g}' for v in amount)}]",
                f"n = {int(rank1[5])}",
                f"chance = {float(rank1[6]) / 100:.4g}",
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
