"""Which cells are measured: a declared part of all combinations (docs/decisions/0029-study.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from efface.errors import RefusedError
from efface.policy import MethodPolicy
from efface.study import redactions as made
from efface.study.map.operators import by_method, compressed, noisy
from efface.study.rows import CLEAR, StudyRow

WIDTHS = (8, 10, 14, 20, 28, 40, 56, 80, 112)
"""Native widths of faces, pixels."""

ANCHORS = (14, 40, 80)
"""Widths at which every strength is measured; at the others, each method's middle ones."""

QUICK_WIDTHS = (10, 20, 40, 80)


@dataclass(frozen=True, slots=True)
class MapRow:
    """A way to redact, with its place on the map's axes."""

    row: StudyRow
    method: str
    """In one word: what ``--only`` takes, and what a line of a figure is of."""
    strength: float | None
    """In ``unit``; ``None``: it has none."""
    unit: str
    more_hides: bool
    """Whether a larger strength hides more."""
    middle: bool = False
    """Measured at every width."""
    quick: bool = False
    """Part of the coarse map."""
    looks: bool = False
    """Also measured with many frames."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One experiment."""

    kind: MapRow
    width_px: int

    @property
    def name(self) -> str:
        """Of the cell, also part of a file's name."""
        return f"{self.kind.row.name}@{self.width_px}"


def _row(
    name: str, title: str, redaction: made.Redaction, control: str | None, *, inverted: bool = False
) -> StudyRow:
    return StudyRow(name, title, redaction, control, inverted)


def _controls() -> tuple[MapRow, ...]:
    wanted = (
        ("fill-1.3", "constant fill of the box 1.3x", made.solid(1.3), True),
        ("fill-default", "constant fill of the box 1.8x2.0", made.solid(1.8, 2.0), True),
        ("fill-eyes", "constant fill of the eyes' bar", made.eyes_bar, True),
    )
    return tuple(
        MapRow(_row(name, title, made.filled(drawn), None), "fill", None, "", True, True, quick)
        for name, title, drawn, quick in wanted
    )


def _clear() -> MapRow:
    row = StudyRow(CLEAR.name, CLEAR.title, CLEAR.redaction, "fill-1.3")
    return MapRow(row, "clear", None, "", True, True, True)


def _gaussians() -> tuple[MapRow, ...]:
    return tuple(
        MapRow(
            _row(f"gaussian-{s:.2f}", f"Gaussian blur {s:.2f}", made.gaussian(s), "fill-1.3",
                 inverted=True),
            "gaussian", s, "standard deviation in face widths", True,
            s in (0.1, 0.3), s in (0.1, 0.3), s == 0.3,
        )
        for s in (0.05, 0.1, 0.2, 0.3, 0.5)
    )  # fmt: skip


def _mosaics() -> tuple[MapRow, ...]:
    return tuple(
        MapRow(
            _row(f"cells-{n}", f"pixelation, {n} cells", made.pixelated(n), "fill-1.3",
                 inverted=True),
            "mosaic", n, "cells across the face", False,
            n in (12, 8, 4), n in (8, 4), n == 8,
        )
        for n in (16, 12, 8, 6, 4, 3, 2)
    )  # fmt: skip


def _noises() -> tuple[MapRow, ...]:
    pixels = tuple(
        MapRow(
            _row(f"noise-{n}", f"noise {n} per pixel", noisy(n), "fill-1.3"),
            "noise", n, "standard deviation, of 255", True, n == 100, n == 100,
        )
        for n in (25, 50, 100)
    )  # fmt: skip
    cells = tuple(
        MapRow(
            _row(f"cells-8-noise-{n}", f"8 cells + noise {n} per cell",
                 made.pixelated(8, cell_noise=n), "fill-1.3", inverted=True),
            "mosaic-noise", n, "standard deviation of a cell's noise, of 255", True, n == 50,
        )
        for n in (25, 50, 100)
    )  # fmt: skip
    return (*pixels, *cells)


def _codecs() -> tuple[MapRow, ...]:
    return tuple(
        MapRow(
            _row(f"jpeg-{q}", f"JPEG quality {q}", compressed(q), "fill-1.3"),
            "jpeg", q, "quality", False, q == 10, q == 10,
        )
        for q in (50, 25, 10, 3)
    )  # fmt: skip


def _layered() -> tuple[MapRow, ...]:
    found = []
    for cells, noise in ((4, 0.5), (2, 1.5), (2, 4.0), (2, 8.0)):
        policy = MethodPolicy("layered", cells=cells, noise=noise)
        default = policy == MethodPolicy("layered")
        title = f"efface, layered, {cells} x {cells} cells, noise {noise:g}"
        row = _row(f"layered-{cells}-{noise:g}", title, by_method(policy), "fill-default")
        unit = f"noise of a cell, in deviations over faces; {cells} x {cells} cells"
        of = "layered" if cells == 2 else "layered-4"
        found.append(MapRow(row, of, noise, unit, True, default, default))
    return tuple(found)


def _rest() -> tuple[MapRow, ...]:
    figure = by_method(MethodPolicy("figure"))
    return (
        MapRow(_row("solid-1.3", "solid, 1.3x", made.solid(1.3), "fill-1.3"),
               "solid", 1.3, "face widths", True, False, True),
        MapRow(_row("solid-default", "efface, solid, default 1.8x2.0", made.solid(1.8, 2.0),
                    "fill-default"), "solid", 1.8, "face widths", True, False, True),
        MapRow(_row("figure", "efface, figure", figure, "fill-default"),
               "figure", None, "", True, False, False),
        MapRow(_row("eyes-bar", "black bar over the eyes", made.eyes_bar, "fill-eyes"),
               "bar", None, "", True, False, True),
    )  # fmt: skip


CONTROLS = _controls()

ROWS: tuple[MapRow, ...] = (
    _clear(), *_gaussians(), *_mosaics(), *_noises(), *_codecs(), *_layered(), *_rest(),
)  # fmt: skip
"""Without the controls; of each method the weakest first."""

METHODS: tuple[str, ...] = tuple(dict.fromkeys(row.method for row in ROWS))


def every_row() -> tuple[MapRow, ...]:
    """Controls first."""
    return (*CONTROLS, *ROWS)


def cells(
    *, quick: bool, only: Sequence[str] = (), most_px: float = float("inf")
) -> tuple[MapCell, ...]:
    """The cells of a design, each with its control and the clear one of its width before it.

    Args:
        quick: the coarse map.
        only: methods; all when empty.
        most_px: no wider faces: pictures are made smaller, never larger.

    Raises:
        RefusedError: there is no such method, or no cell is left.
    """
    unknown = [name for name in only if name not in METHODS]
    if unknown:
        raise RefusedError(
            f"there is no method {unknown[0]!r} in the study.",
            hint=f"There are: {', '.join(METHODS)}.",
        )
    wanted: list[MapCell] = []
    for width in QUICK_WIDTHS if quick else WIDTHS:
        rows = [row for row in ROWS if _measured(row, width, quick=quick)]
        rows = [row for row in rows if not only or row.method in (*only, "clear")]
        needed = {row.row.control for row in rows}
        if width <= most_px:
            wanted += [MapCell(row, width) for row in CONTROLS if row.row.name in needed]
            wanted += [MapCell(row, width) for row in rows]
    if not wanted:
        raise RefusedError(
            f"the faces are at most {most_px:.0f} pixels wide: too small for a study.",
            hint=f"It begins with faces {WIDTHS[0]} pixels wide.",
        )
    return tuple(wanted)


def _measured(row: MapRow, width: int, *, quick: bool) -> bool:
    if quick:  # what has no face in it, or most of one, is much the same at every size
        return row.quick and (row.method not in ("solid", "bar") or width in (20, 80))
    return row.middle or width in ANCHORS
