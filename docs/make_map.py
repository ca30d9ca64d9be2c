"""Takes the map that ``efface advise`` reads, ``src/efface/advise/map.toml``, from
docs/leak-table.md and, for narrower faces, from docs/study/. Run it after one of them has changed.

    python -m docs.make_map
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from docs import make_study
from efface.study.map.form import CellEntry
from efface.study.map.tables import MAP_KINDS

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "leak-table.md"
TARGET = DOCS.parent / "src" / "efface" / "advise" / "map.toml"

WIDTHS = (83, 162, 209)
"""Native width of the faces, pixels: 5 %, half and 95 % of those in CFP's frontal pictures have at
most this (90 of them, by efface's detector). The page's figures are of all of them together."""

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


def written(text: str, cells: Iterable[CellEntry]) -> str:
    """The map as TOML.

    Args:
        text: the page.
        cells: of the study, on faces narrower than the page's.
    """
    found = tables(text)
    (run,) = re.findall(r"^(efface [\d.]+, \d{4}-\d\d-\d\d), ", text, re.MULTILINE)
    (people,) = re.findall(r"^(\d+) people of the development half of CFP", text, re.MULTILINE)
    narrow = [cell for cell in cells if cell.method in MAP_KINDS]
    low, middle, high = WIDTHS
    lines = [
        "# Written by docs/make_map.py from docs/leak-table.md and docs/study/.",
        'schema = "efface.map/1"',
        "",
        "[card]",
        f'run = "{run}; faces up to {max(cell.width_px for cell in narrow)} pixels: efface study"',
        'page = "docs/leak-table.md, docs/study/README.md"',
        'data = "Celebrities in Frontal-Profile, development half, frontal pictures"',
        f"people = {people}",
        'intervals = "95 %, over people"',
        "lower_bounds = true",
        f"face_px = [{low}, {high}]",
    ]
    for cell in sorted(narrow, key=lambda cell: (cell.method, cell.strength or 0, cell.width_px)):
        for knowledge in ("K0", "K2"):
            one = cell.columns[knowledge]
            lines += _point(MAP_KINDS[cell.method], cell.strength, cell.width_px, knowledge,
                            (one.rank1, one.bits), (one.N, one.chance))  # fmt: skip
    known = {MAP_KINDS[cell.method] for cell in narrow}
    for name, (kind, strength) in ROWS.items():
        rank1, bits = found["rank1"][name], found["bits"][name]
        for column, knowledge in ((1, "K0"), (3, "K2")):
            share = [float(n) / 100 for n in _NUMBERS.fullmatch(rank1[column]).groups()]  # type: ignore[union-attr]
            amount = [float(n) for n in _NUMBERS.fullmatch(bits[column]).groups()]  # type: ignore[union-attr]
            # one point of a kind is of all widths; of several each is of its own
            for width in (low, high) if kind in known else (middle,):
                lines += _point(kind, strength, width, knowledge, (share, amount),
                                (int(rank1[5]), float(rank1[6]) / 100))  # fmt: skip
    return "\n".join(lines) + "\n"


def _point(  # noqa: PLR0917 - in the order of the file
    kind: str,
    strength: float | None,
    width_px: float,
    knowledge: str,
    figures: tuple[Sequence[float], Sequence[float]],
    people: tuple[int, float],
) -> list[str]:
    """
    Args:
        figures: rank-1 and bits.
        people: how many, and chance.
    """
    (rank1, bits), (n, chance) = figures, people
    return [
        "",
        "[[point]]",
        f'kind = "{kind}"',
        *([] if strength is None else [f"strength = {float(strength)}"]),
        f"width_px = {float(width_px)}",
        f'knowledge = "{knowledge}"',
        f"rank1 = [{_triple(rank1)}]",
        f"bits = [{_triple(bits)}]",
        f"n = {n}",
        f"chance = {chance:.4g}",
    ]


def _triple(figure: Sequence[float]) -> str:
    """Never outside its interval, as an interval that is corrected for bias may put it."""
    value, low, high = figure
    return ", ".join(f"{v:.4g}" for v in (value, min(low, value), max(high, value)))


if __name__ == "__main__":
    made = written(PAGE.read_text(encoding="utf-8"), make_study.for_advice())
    TARGET.write_text(made, encoding="utf-8")
