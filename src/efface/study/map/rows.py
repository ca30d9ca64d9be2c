"""Ways to redact that a study measures, with their places on the map's axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from efface.policy import MethodPolicy
from efface.study import redactions as made
from efface.study.map.operators import by_method, compressed, noisy
from efface.study.rows import CLEAR, StudyRow

FILL = "fill"
"""``MapRow.method`` of controls: a constant in the zone of what they are controls of."""


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


def _row(
    name: str, title: str, redaction: made.Redaction, control: str | None, *, inverted: bool = False
) -> StudyRow:
    return StudyRow(name, title, redaction, control, inverted)


def _controls() -> tuple[MapRow, ...]:
    default = made.solid(1.8, 2.0, one_ratio=True)
    wanted = (
        _row("fill-1.3", "constant fill of the box 1.3x", made.filled(made.solid(1.3)), None),
        _row("fill-default", "constant fill of the box 1.8x2.0", made.filled(default), None),
        _by_zone(_row("fill-default", "constant fill of the box 1.8x2.0", made.filled(default),
                      None)),
        _row("fill-eyes", "constant fill of the eyes' bar", made.filled(made.eyes_bar), None),
    )  # fmt: skip
    return tuple(MapRow(row, FILL, None, "", True, True, True) for row in wanted)


def _by_zone(row: StudyRow) -> StudyRow:
    """The same, of which attackers know no more than is published."""
    return replace(
        row,
        name=f"{row.name}-by-zone",
        title=f"{row.title}, eyes not known",
        control=row.control and f"{row.control}-by-zone",
        eyes_known=False,
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
    for cells, noise in ((4, 0.5), (2, 1.5), (2, 4.0), (2, 6.0), (2, 8.0)):
        policy = MethodPolicy("layered", cells=cells, noise=noise)
        default = policy == MethodPolicy("layered")
        title = f"efface, layered, {cells} x {cells} cells, noise {noise:g}"
        row = _row(f"layered-{cells}-{noise:g}", title, by_method(policy), "fill-default")
        unit = f"noise of a cell, in deviations over faces; {cells} x {cells} cells"
        of = "layered" if cells == 2 else "layered-4"
        found.append(MapRow(row, of, noise, unit, True, default, default))
        if default:
            found.append(MapRow(_by_zone(row), f"{of}-by-zone", noise, unit, True, quick=True))
    return tuple(sorted(found, key=lambda one: not one.row.eyes_known))


def _rest() -> tuple[MapRow, ...]:
    figure = _row("figure", "efface, figure", by_method(MethodPolicy("figure")), "fill-default")
    return (
        MapRow(_row("solid-1.3", "solid, 1.3x", made.solid(1.3), "fill-1.3"),
               "solid", 1.3, "face widths", True, False, True),
        MapRow(_row("solid-default", "efface, solid, default 1.8x2.0",
                    made.solid(1.8, 2.0, one_ratio=True),
                    "fill-default"), "solid", 1.8, "face widths", True, False, True),
        MapRow(figure, "figure", None, "", True),
        MapRow(_by_zone(figure), "figure-by-zone", None, "", True, quick=True),
        MapRow(_row("eyes-bar", "black bar over the eyes", made.eyes_bar, "fill-eyes"),
               "bar", None, "", True, False, True),
    )  # fmt: skip


CONTROLS = _controls()

ROWS: tuple[MapRow, ...] = (
    _clear(), *_gaussians(), *_mosaics(), *_noises(), *_codecs(), *_layered(), *_rest(),
)  # fmt: skip
"""Without the controls; of each method the weakest first."""
