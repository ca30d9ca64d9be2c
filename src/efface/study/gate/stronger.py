"""What the leak table's strongest attacker reaches, row by row, with kind and strength of the row.

The figures are read from the page that ``make bench-leak`` wrote. Strengths are those that a row is
defined by, or, of tools, the median of what is fitted to pictures of the same people.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from efface.attack.red_team.calibration import Stronger
from efface.attack.red_team.people import person_in
from efface.attack.red_team.strength import Strength, strength_of
from efface.study.faces import PlacedFace, read
from efface.study.rows import CELLS, GROWTHS, ROWS, STRENGTHS, StudyRow

HEADING = "## Rank-1, %: the strongest attacker"
TOOLS = ("deface-mosaic", "openscrub", "swirl")
"""Rows whose strength depends on the face's size in pixels."""
CUT = ("deface-blur", "egoblur")
"""Rows whose kernel is as large as a part of the mask or of the picture, which ends close around
the face in the table's: their strength is that of the gate's pictures, where nothing is cut off."""

_FIGURE = re.compile(r"([\d.]+) \(([\d.]+) to ([\d.]+)\)")
_K2 = 4
"""Column of the attacker who knows every parameter."""


def fitted(paths: Sequence[Path], faces: Sequence[PlacedFace]) -> dict[str, Strength]:
    """Median strength of each tool's row on these pictures, by name of the row."""
    out = {}
    for row in ROWS:
        if row.name in TOOLS:
            found = list(_fits(row, paths, faces))
            kind = statistics.mode(one.kind for one in found)
            sizes = [one.size for one in found if one.kind == kind]
            out[row.name] = Strength(kind, round(statistics.median(sizes), 3))
    return out


def _fits(row: StudyRow, paths: Sequence[Path], faces: Sequence[PlacedFace]) -> Iterator[Strength]:
    for n, (path, face) in enumerate(zip(paths, faces, strict=True)):
        original = read(path)
        redacted = row.redaction(original, face.box, face.points, np.random.default_rng(n)).pixels
        person = person_in(original, redacted, face.box, face.points)
        strength = None if person is None else strength_of(person)
        if strength is not None:
            yield strength


def defined() -> dict[str, Strength]:
    """Strengths that rows are defined by, by name of the row."""
    return {
        **{f"gaussian-{size:.2f}": Strength("gaussian", size) for size in STRENGTHS},
        **{f"cells-{cells}": Strength("mosaic", cells) for cells in CELLS},
        **{f"solid-{growth:.1f}": Strength("solid", growth) for growth in GROWTHS},
    }


def rows(page: Path, strengths: dict[str, Strength]) -> Iterator[Stronger]:
    """The rows of the page's table of rank 1 that have a strength.

    Raises:
        ValueError: the page has no such table, or lacks a row.
    """
    _, found, rest = page.read_text(encoding="utf-8").partition(HEADING)
    if not found:
        raise ValueError(f"expected {HEADING!r} in {page}")
    table = {
        cells[0]: cells
        for line in rest.split("\n## ")[0].splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) > _K2 + 2
    }
    for row in ROWS:
        if row.name in strengths:
            if row.title not in table:
                raise ValueError(f"expected a row {row.title!r} in {page}")
            cells, strength = table[row.title], strengths[row.name]
            figure = _FIGURE.fullmatch(cells[_K2])
            if figure is None:
                raise ValueError(f"expected a figure with its interval, got {cells[_K2]!r}")
            rank, low, high = map(float, figure.groups())
            n, chance = int(cells[-2]), float(cells[-1])
            yield Stronger(row.title, rank, low, high, n, chance, strength.kind, strength.size)
