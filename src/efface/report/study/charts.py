"""Figures of the map as SVG, drawn by matplotlib (``efface[study]``).

Colours are those of M. Okabe and K. Ito (2008), told apart by the colour-blind; each line also has
a mark of its own, so that a print in black says the same.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from efface.errors import RefusedError
from efface.study.map.form import CellEntry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKS = "osD^vPX"
LEVELS = ("K0", "K1", "K2", "insider")
FLOOR = "#808080"


def check() -> None:
    """
    Raises:
        RefusedError: matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise RefusedError(
            "the study draws its figures with matplotlib, which is not installed.",
            hint="Install it: pip install 'efface[study]'.",
        ) from error


def heat_map(cells: Sequence[CellEntry]) -> str:
    """Bits that the strongest attacker found: a row a way to redact, a column a width."""
    titles = list(dict.fromkeys(cell.title for cell in cells))
    widths = sorted({cell.width_px for cell in cells})
    figure = _figure(max(5.5, 2.2 + 1.0 * len(widths)), 1.0 + 0.34 * len(titles))
    axes: Any = figure.add_subplot()
    known = {(c.title, c.width_px): max(one.bits[0] for one in c.columns.values()) for c in cells}
    table = [[known.get((title, width), float("nan")) for width in widths] for title in titles]
    most = max((value for value in known.values()), default=1.0)
    axes.imshow(table, cmap="cividis", vmin=0, vmax=max(most, 1e-9), aspect="auto")
    for y, row in enumerate(table):
        for x, value in enumerate(row):
            if not isnan(value):
                ink = "black" if value > 0.55 * most else "white"
                axes.text(x, y, f"{value:.1f}", ha="center", va="center", color=ink, fontsize=8)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    axes.set_yticks(range(len(titles)), titles)
    axes.set_xlabel("native width of the face, pixels")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return _svg(figure)


def by_width(line: Sequence[CellEntry], floor: Sequence[CellEntry]) -> str:
    """Bits against native width: one line an attacker, and the constant fill's as the floor."""
    figure = _figure(5.2, 3.2)
    axes: Any = figure.add_subplot()
    for index, level in enumerate(LEVELS):
        _line(axes, line, level, index)
    places = [cell.width_px for cell in floor]
    axes.plot(places, [_most_bits(cell) for cell in floor], color=FLOOR, ls="--", lw=1.2)
    axes.annotate("constant fill", (places[-1], _most_bits(floor[-1])), (4, -9),
                  textcoords="offset points", color=FLOOR, fontsize=8)  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks(places, [str(place) for place in places], minor=False)
    axes.minorticks_off()
    axes.set_xlabel("native width of the face, pixels")
    axes.set_ylabel("bits left, beyond chance")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12)
    return _svg(figure)


def _line(axes: Any, line: Sequence[CellEntry], level: str, index: int) -> None:
    columns = [cell.columns[level] for cell in line]  # type: ignore[index]
    places = [cell.width_px * 1.025 ** (index - 1.5) for cell in line]
    bits = [column.bits for column in columns]
    errors = [
        [max(0.0, one[0] - one[1]) for one in bits],
        [max(0.0, one[2] - one[0]) for one in bits],
    ]
    axes.errorbar(
        places, [one[0] for one in bits], errors, color=COLOURS[index], marker=MARKS[index],
        ms=4, lw=1.4, elinewidth=0.8, label=level,
    )  # fmt: skip
    if index == len(LEVELS) - 1:
        axes.legend(frameon=False, fontsize=8, ncols=4, loc="lower center",
                    bbox_to_anchor=(0.5, 1.0))  # fmt: skip


def _most_bits(cell: CellEntry) -> float:
    return max(column.bits[0] for column in cell.columns.values())


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to load

    return Figure(figsize=(width, height), layout="constrained")


def _svg(figure: Figure) -> str:
    """Without what would make two runs differ, and without letters as shapes: they stay text."""
    import matplotlib  # noqa: PLC0415

    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "efface"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
