"""Which cells are measured: a declared part of all combinations (docs/decisions/0029-study.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from efface.errors import RefusedError
from efface.study.map.plugged_methods import plugged_rows
from efface.study.map.rows import CONTROLS, FILL, ROWS, MapRow

WIDTHS = (8, 10, 14, 20, 28, 40, 56, 80, 112)
"""Native widths of faces, pixels."""

ANCHORS = (14, 40, 80)
"""Widths at which every strength is measured; at the others, each method's middle ones."""

QUICK_WIDTHS = (14, 28, 80)
"""Of the coarse map; others can be asked for."""

MIDDLE = 28


@dataclass(frozen=True, slots=True)
class MapCell:
    """One experiment."""

    kind: MapRow
    width_px: int

    @property
    def name(self) -> str:
        """Of the cell, also part of a file's name."""
        return f"{self.kind.row.name}@{self.width_px}"


def every_row() -> tuple[MapRow, ...]:
    """With those that are plugged in; controls first."""
    return (*_controls(), *_rows())


def methods() -> tuple[str, ...]:
    """What ``only`` takes."""
    return tuple(dict.fromkeys(row.method for row in _rows()))


def cells(
    *,
    quick: bool,
    only: Sequence[str] = (),
    widths: Sequence[int] = (),
    most_px: float = float("inf"),
) -> tuple[MapCell, ...]:
    """The cells of a design, each with its control and the clear one of its width before it.

    Args:
        quick: the coarse map.
        only: methods; all when empty.
        widths: of faces, pixels; those of the map when empty.
        most_px: no wider faces: pictures are made smaller, never larger.

    Raises:
        RefusedError: there is no such method, or no cell is left.
    """
    unknown = [name for name in only if name not in methods()]
    if unknown:
        raise RefusedError(
            f"there is no method {unknown[0]!r} in the study.",
            hint=f"There are: {', '.join(methods())}.",
        )
    strange = [width for width in widths if width not in WIDTHS]
    if strange:
        raise RefusedError(
            f"no face {strange[0]} pixels wide is in this study.",
            hint=f"There are: {', '.join(map(str, WIDTHS))}.",
        )
    wanted: list[MapCell] = []
    for width in sorted(set(widths)) or (QUICK_WIDTHS if quick else WIDTHS):
        rows = [row for row in _rows() if _measured(row, width, quick=quick)]
        rows = [row for row in rows if not only or row.method in (*only, "clear")]
        needed = {row.row.control for row in rows}
        if width <= most_px:
            wanted += [MapCell(row, width) for row in _controls() if row.row.name in needed]
            wanted += [MapCell(row, width) for row in rows]
    if not wanted:
        raise RefusedError(
            f"the faces are at most {most_px:.0f} pixels wide: too small for a study.",
            hint=f"It begins with faces {WIDTHS[0]} pixels wide.",
        )
    return tuple(wanted)


def _measured(row: MapRow, width: int, *, quick: bool) -> bool:
    if quick:  # what has no face in it, or most of one, is much the same at every size
        if not row.row.eyes_known:
            return row.quick and width == MIDDLE
        return row.quick and (row.method not in ("solid", "bar") or width != MIDDLE)
    return row.middle or width in ANCHORS


def _controls() -> tuple[MapRow, ...]:
    return (*CONTROLS, *(row for row in plugged_rows() if row.method == FILL))


def _rows() -> tuple[MapRow, ...]:
    return (*ROWS, *(row for row in plugged_rows() if row.method != FILL))
