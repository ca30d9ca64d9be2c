"""Figures of the map as SVG, drawn by matplotlib (``efface[study]``).

Colours are those of M. Okabe and K. Ito (2008), told apart by the colour-blind; each line also has
a mark of its own, so that a print in black says the same. In every figure the floor is what the
same attackers make of a constant fill of the zone.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from efface.errors import RefusedError
from efface.study.map.chance import strongest
from efface.study.map.form import CellEntry, Level

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS: tuple[Level, ...] = ("K0", "K1", "K2", "insider")
COLOURS = {"K0": "#56B4E9", "K1": "#009E73", "K2": "#D55E00", "insider": "#000000"}
MARKS = {"K0": "o", "K1": "s", "K2": "D", "insider": "^"}
FLOOR = "#808080"
WRONG = "#0072B2"

Floors = Mapping[str, CellEntry]
"""Constant fills by the names of their cells."""


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


def floor_of(cell: CellEntry, floors: Floors) -> CellEntry:
    """The constant fill of the same zone, on faces of the same width."""
    return floors[f"{cell.control}@{cell.width_px}"]


def heat_map(cells: Sequence[CellEntry], marked: Collection[str] = ()) -> str:
    """Bits that the strongest attacker found: a row a way to redact, a column a width. Floors come
    last.

    Args:
        cells: in the order of rows.
        marked: names of cells whose figures get a degree sign.
    """
    shown = sorted(cells, key=lambda cell: cell.control is None)  # stable
    titles = list(dict.fromkeys(cell.title for cell in shown))
    methods = {cell.title: cell.method for cell in shown}
    widths = sorted({cell.width_px for cell in cells})
    figure = _figure(max(5.5, 3.4 + 0.75 * len(widths)), 0.9 + 0.27 * len(titles))
    axes: Any = figure.add_subplot()
    known = {(c.title, c.width_px): strongest(c).bits[0] for c in cells}
    marks = {(c.title, c.width_px): "°" if c.name in marked else "" for c in cells}
    most = max((*known.values(), 1e-9))
    places = _places(titles, methods)
    for (title, width), value in known.items():
        x, y = widths.index(width), places[title]
        axes.add_patch(_tile(x, y, value / most))
        ink = "black" if value > 0.55 * most else "white"
        axes.text(
            x,
            y,
            f"{max(value, 0):.1f}{marks[title, width]}",
            ha="center",
            va="center",
            color=ink,
            fontsize=8,
        )
    axes.set_xlim(-0.5, len(widths) - 0.5)
    axes.set_ylim(max(places.values()) + 0.5, -0.5)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    axes.set_yticks(list(places.values()), titles)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("native width of the face, pixels")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return svg(figure)


def _places(titles: Sequence[str], methods: Mapping[str, str]) -> dict[str, float]:
    """Rows from above, with room between methods."""
    found: dict[str, float] = {}
    place, before = 0.0, methods[titles[0]]
    for title in titles:
        place += 0.35 if methods[title] != before else 0.0
        found[title], before = place, methods[title]
        place += 1
    return found


def _tile(x: float, y: float, share: float) -> Any:
    from matplotlib import colormaps  # noqa: PLC0415
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    colour = colormaps["cividis"](max(0.0, share))
    return Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, color=colour, lw=0)


def by_strength(line: Sequence[CellEntry], floors: Floors) -> str:
    """Bits against strength, what hides more to the right: a panel a width, a line an attacker."""
    panels: defaultdict[int, list[CellEntry]] = defaultdict(list)
    for cell in line:
        panels[cell.width_px].append(cell)
    shown = {width: own for width, own in sorted(panels.items()) if len(own) >= 3}
    figure = _figure(max(4.6, 1.0 + 2.35 * len(shown)), 3.1)
    row: Any = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, (width, own) in zip(row, shown.items(), strict=True):
        own.sort(key=lambda cell: (cell.strength or 0) * (1 if cell.more_hides else -1))
        _curves(axes, own, [floor_of(cell, floors) for cell in own], list(range(len(own))))
        axes.set_xticks(range(len(own)), [f"{cell.strength:g}" for cell in own])
        axes.set_title(f"face {width} px", fontsize=9)
    row[0].set_ylabel("bits left, beyond chance")
    hides = "more" if line[0].more_hides else "fewer"
    figure.supxlabel(f"{line[0].unit} ({hides} hides more →)", fontsize=9)
    _legend(figure, row[0])
    return svg(figure)


def by_width(line: Sequence[CellEntry], floors: Floors) -> str:
    """Bits against native width: one line an attacker, and the constant fill's as the floor."""
    figure = _figure(4.6, 3.1)
    axes: Any = figure.add_subplot()
    own = sorted(line, key=lambda cell: cell.width_px)
    places = [cell.width_px for cell in own]
    axes.set_xscale("log")
    _curves(axes, own, [floor_of(cell, floors) for cell in own], places)
    axes.set_xticks(places, [str(place) for place in places], minor=False)
    axes.minorticks_off()
    axes.set_xlabel("native width of the face, pixels")
    axes.set_ylabel("bits left, beyond chance")
    _legend(figure, axes)
    return svg(figure)


def _curves(
    axes: Any, line: Sequence[CellEntry], floor: Sequence[CellEntry], places: Sequence[float]
) -> None:
    for level in LEVELS:
        bits = [cell.columns[level].bits for cell in line]
        middle = [one[0] for one in bits]
        axes.fill_between(
            places, [one[1] for one in bits], [one[2] for one in bits], color=COLOURS[level],
            alpha=0.13, lw=0,
        )  # fmt: skip
        axes.plot(places, middle, color=COLOURS[level], marker=MARKS[level], ms=4, lw=1.3,
                  label=level)  # fmt: skip
    lowest = [strongest(cell).bits[0] for cell in floor]
    axes.plot(places, lowest, color=FLOOR, ls=(0, (4, 2)), lw=1.3, label="constant fill")
    axes.axhline(0, color=FLOOR, lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.08)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))


def _legend(figure: Figure, axes: Any) -> None:
    figure.legend(
        *axes.get_legend_handles_labels(), frameon=False, fontsize=8, ncols=5,
        loc="outside upper center", columnspacing=1.2, handlelength=1.8,
    )  # fmt: skip


def accusations(line: Sequence[CellEntry], floors: Floors) -> str:
    """Of each way to redact: how many searches put the right person first, and how many a wrong one
    past the threshold. The strongest attacker, and what it finds in the constant fill."""
    figure = _figure(6.2, 0.9 + 0.27 * len(line))
    axes: Any = figure.add_subplot()
    for place, cell in enumerate(line):
        best = strongest(cell)
        _bar(axes, place - 0.13, best.rank1, COLOURS["K2"], "D")
        _bar(axes, place + 0.13, best.accused, WRONG, "X")
        fill = 100 * strongest(floor_of(cell, floors)).rank1[0]
        axes.plot([fill, fill], [place - 0.42, place + 0.42], color=FLOOR, lw=1.2, ls=(0, (2, 1)))
    axes.set_yticks(range(len(line)), [cell.title for cell in line])
    axes.set_ylim(len(line) - 0.5, -0.5)
    axes.set_xlim(-1.5, 101)
    axes.set_xlabel("of searches, %")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", lw=0.8)
    axes.set_axisbelow(True)
    handles = [
        axes.plot([], [], color=COLOURS["K2"], marker="D", ms=4)[0],
        axes.plot([], [], color=WRONG, marker="X", ms=5)[0],
        axes.plot([], [], color=FLOOR, ls=(0, (2, 1)))[0],
    ]
    figure.legend(
        handles,
        ["the right person first", "a wrong one accused", "right, in a constant fill"],
        frameon=False, fontsize=8, ncols=3, loc="outside upper center",
    )  # fmt: skip
    return svg(figure)


FAMILIES = (
    ("mosaic", "pixelation", "#0072B2", "s"),
    ("mosaic-noise", "8 cells + noise", "#56B4E9", "P"),
    ("gaussian", "Gaussian blur", "#D55E00", "o"),
    ("noise", "noise per pixel", "#E69F00", "v"),
    ("jpeg", "JPEG", "#CC79A7", "^"),
    ("layered", "layered", "#009E73", "D"),
)
"""Methods of several strengths, with a colour and a mark each."""


def frontier(cells: Sequence[CellEntry], likeness: Mapping[str, float]) -> str:
    """Bits that the strongest attacker found against how like the clear picture a face still is.

    Args:
        cells: of one width.
        likeness: mean SSIM within the face's box by the rows' names.
    """
    figure = _figure(6.2, 4.0)
    axes: Any = figure.add_subplot()
    lines = {name: (title, colour, mark) for name, title, colour, mark in FAMILIES}
    own: defaultdict[str, list[tuple[float, Sequence[float]]]] = defaultdict(list)
    for cell in cells:
        like = likeness.get(cell.name.partition("@")[0])
        if like is not None:
            bits = strongest(cell).bits
            own[cell.method if cell.method in lines else cell.title].append((like, bits))
    for name, line in own.items():
        line.sort(key=lambda one: one[0])
        places = [place for place, _ in line]
        middle, low, high = ([b[n] for _, b in line] for n in range(3))
        if name in lines:
            title, colour, mark = lines[name]
            axes.fill_between(places, low, high, color=colour, alpha=0.13, lw=0)
            axes.plot(places, middle, color=colour, marker=mark, ms=4, lw=1.3, label=title)
        else:
            axes.plot([places[0]] * 2, [low[0], high[0]], color=FLOOR, lw=1)
            axes.plot(places, middle, color="black", marker="x", ms=5, lw=0)
            axes.annotate(
                name, (places[0], middle[0]), (5, 4), textcoords="offset points", fontsize=7
            )
    axes.set_xlabel("likeness to the clear face (SSIM; 1 is the same)")
    axes.set_ylabel("bits left, strongest attacker")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_ylim(bottom=0)
    figure.legend(
        *axes.get_legend_handles_labels(), frameon=False, fontsize=8, ncols=3,
        loc="outside upper center", columnspacing=1.2,
    )  # fmt: skip
    return svg(figure)


def _bar(axes: Any, place: float, rate: Sequence[float], colour: str, mark: str) -> None:
    value, low, high = (100 * one for one in rate)
    axes.plot([low, high], [place, place], color=colour, lw=1.2)
    axes.plot([value], [place], color=colour, marker=mark, ms=5, lw=0)


def by_frames(cells: Sequence[CellEntry]) -> str:
    """Bits against frames: a panel a way to redact and width."""
    figure = _figure(1.0 + 2.2 * len(cells), 2.7)
    row: Any = figure.subplots(1, len(cells), sharey=True, squeeze=False)[0]
    for axes, cell in zip(row, cells, strict=True):
        for level in ("K0", "K2"):
            own = [look for look in cell.looks if look.knowledge == level]
            places = [look.frames for look in own]
            bits = [look.bits for look in own]
            axes.fill_between(places, [b[1] for b in bits], [b[2] for b in bits],
                              color=COLOURS[level], alpha=0.13, lw=0)  # fmt: skip
            axes.plot(places, [b[0] for b in bits], color=COLOURS[level], marker=MARKS[level],
                      ms=4, lw=1.3, label=level)  # fmt: skip
        axes.set_xscale("log")
        axes.set_xticks(places, [str(place) for place in places], minor=False)
        axes.minorticks_off()
        axes.axhline(0, color=FLOOR, ls=(0, (4, 2)), lw=1.3, label="constant fill: nothing")
        axes.set_title(f"{cell.title}\nface {cell.width_px} px", fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    row[0].set_ylabel("bits left, beyond chance")
    figure.supxlabel("frames", fontsize=9)
    _legend(figure, row[0])
    return svg(figure)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to load

    return Figure(figsize=(width, height), layout="constrained")


def svg(figure: Figure) -> str:
    """Without what would make two runs differ, and without letters as shapes: they stay text."""
    import matplotlib  # noqa: PLC0415

    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "efface"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
