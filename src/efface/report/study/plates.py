"""The figures of a map, each with its sentence for an editor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from efface.report.study import charts
from efface.report.study.charts import floor_of
from efface.study.map.chance import at_chance, strongest
from efface.study.map.form import CellEntry

FEWEST = 119
"""People scored, below whom nothing can be called at chance."""

WIDTHS = 3
STRENGTHS = 3
"""Of a curve, at least."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure with what it says."""

    name: str
    """Part of a file's name."""
    title: str
    svg: str
    said: str


def redacted(cells: Sequence[CellEntry]) -> list[CellEntry]:
    """Without constant fills and clear faces."""
    return [cell for cell in cells if cell.control is not None and cell.method != "clear"]


def heat(cells: Sequence[CellEntry], marked: Collection[str] = ()) -> Plate:
    """The whole map at a glance; some cells ``marked``."""
    drawn = charts.heat_map(cells, marked)
    return Plate("heat", "Bits left by the strongest attacker tried", drawn, overall(cells))


def strength_plates(cells: Sequence[CellEntry]) -> list[Plate]:
    """One a method that was measured at several strengths."""
    lines: defaultdict[str, list[CellEntry]] = defaultdict(list)
    counts: defaultdict[tuple[str, int], int] = defaultdict(int)
    for cell in redacted(cells):
        if cell.strength is not None:
            lines[cell.method].append(cell)
            counts[cell.method, cell.width_px] += 1
    floors = {cell.name: cell for cell in cells}
    found = []
    for method, line in lines.items():
        panels = [c for c in line if counts[method, c.width_px] >= STRENGTHS]
        if panels:
            drawn = charts.by_strength(panels, floors)
            found.append(Plate(f"strength-{method}", method, drawn, said_of_strength(panels)))
    return found


def width_plates(cells: Sequence[CellEntry]) -> list[Plate]:
    """One for each way to redact that was measured at several widths."""
    lines: defaultdict[str, list[CellEntry]] = defaultdict(list)
    for cell in redacted(cells):
        lines[cell.title].append(cell)
    floors = {cell.name: cell for cell in cells}
    return [
        Plate(f"width-{_row(line[0])}", title, charts.by_width(line, floors), said(line, floors))
        for title, line in lines.items()
        if len(line) >= WIDTHS
    ]


def accusation_plate(cells: Sequence[CellEntry]) -> Plate | None:
    """At the width that most ways to redact were measured at, the wider of several."""
    every = redacted(cells)
    counts: defaultdict[int, int] = defaultdict(int)
    for cell in every:
        counts[cell.width_px] += 1
    if not counts:
        return None
    width = max(counts, key=lambda px: (counts[px], px))
    line = [cell for cell in every if cell.width_px == width]
    worst = max(line, key=lambda cell: strongest(cell).accused[0])
    best = strongest(worst)
    more = [c for c in line if strongest(c).accused[0] > strongest(c).rank1[0]]
    text = (
        f"Whoever trusts a first hit that passes as a match accuses somebody: with {worst.title} "
        f"it is the wrong person in {_share(best.accused[0])} of searches and the right one comes "
        f"first in {_share(best.rank1[0])}."
    )
    if more:
        text += (
            f" In {len(more)} of these {len(line)} redactions it accuses wrong people more often "
            "than it puts the right one first."
        )
    floors = {cell.name: cell for cell in cells}
    return Plate("accused", f"False accusation, faces {width} pixels wide",
                 charts.accusations(line, floors), text)  # fmt: skip


def frames_plate(cells: Sequence[CellEntry]) -> Plate | None:
    """What many frames of one face add, where that was measured."""
    line = [cell for cell in cells if cell.looks]
    if not line:
        return None
    text = []
    for cell in line:
        one, *_, many = (look for look in cell.looks if look.knowledge == "K2")
        gain = "more" if many.p < 0.05 and many.bits[0] > one.bits[0] else "no more (p .05)"
        text.append(
            f"{cell.title}, {cell.width_px} px: {one.bits[0]:.1f} bits from one frame, "
            f"{many.bits[0]:.1f} from {many.frames}: {gain}."
        )
    count = line[0].looks[0].N
    return Plate("frames", "Many frames of one face", charts.by_frames(line),
                 f"K2, {count} people. " + " ".join(text))  # fmt: skip


def said_of_strength(line: Sequence[CellEntry]) -> str:
    """For an editor, of one method at several strengths: at its widest and narrowest faces."""
    text = []
    for width in sorted({cell.width_px for cell in line}):
        own = [cell for cell in line if cell.width_px == width]
        own.sort(key=lambda cell: (cell.strength or 0) * (1 if cell.more_hides else -1))
        weak, strong = strongest(own[0]).rank1[0], strongest(own[-1]).rank1[0]
        enough = [cell for cell in own if at_chance(cell)]
        verdict = f"at chance: {', '.join(f'{c.strength:g}' for c in enough)}" if enough else (
            "at chance: none")  # fmt: skip
        text.append(
            f"Face {width} px: the right person first in {_share(weak)} at {own[0].strength:g}, in "
            f"{_share(strong)} at {own[-1].strength:g}; {verdict}."
        )
    best = strongest(line[0])
    return f"Of {best.N} people, chance {_share(best.chance)}. " + " ".join(text)


def said(line: Sequence[CellEntry], floors: charts.Floors) -> str:
    """For an editor, of one way to redact at several widths."""
    best = max(line, key=lambda cell: strongest(cell).rank1[0])
    low = min(line, key=lambda cell: cell.width_px)
    at, least = strongest(best), strongest(low)
    fill = strongest(floor_of(best, floors)).rank1[0]
    text = (
        f"Of {at.N} people the strongest attacker tried put {_share(at.rank1[0])} first at a face "
        f"{best.width_px} pixels wide; a guess is right in {_share(at.chance)}, and a constant "
        f"fill leaves {_share(fill)}."
    )
    if low is not best:
        text += f" At {low.width_px} pixels it was {_share(least.rank1[0])}."
    if all(at_chance(cell) for cell in line):
        return text + " At all these widths that is chance, and no more than of a constant fill."
    return text + " It is not shown to protect at every one of these widths."


def overall(cells: Sequence[CellEntry]) -> str:
    """Of the whole map."""
    every = redacted(cells)
    fine = [cell for cell in every if at_chance(cell)]
    text = (
        f"Of {len(every)} ways and sizes that were measured, {len(fine)} left the strongest "
        "attacker tried at chance."
    )
    if every and strongest(every[0]).N < FEWEST:
        text += " With so few people it cannot be said of any."
    return text


def _row(cell: CellEntry) -> str:
    return cell.name.partition("@")[0]


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"
