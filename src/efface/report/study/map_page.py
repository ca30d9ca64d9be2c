"""The map as a page: figures, each with its sentence for an editor, and tables. Nothing on it is
fetched, and no face is on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from efface.files.paths import printable
from efface.report.study.charts import by_width, heat_map
from efface.study.map.chance import at_chance, strongest
from efface.study.map.form import CellEntry, StudyDocument


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure with what it says."""

    title: str
    svg: Markup
    said: str


def map_page(study: StudyDocument) -> str:
    """As HTML."""
    environment = Environment(
        loader=PackageLoader("efface.report.study", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": printable, "rate": _rate, "bits": _bits, "share": _share}
    return environment.get_template("map_page.html.jinja").render(
        study=study,
        heat=Markup(heat_map(study.cells)),
        heat_said=overall(study.cells),
        plates=plates(study.cells),
        strongest={cell.name: strongest(cell) for cell in study.cells},
        at_chance={cell.name: at_chance(cell) for cell in study.cells},
    )


def plates(cells: Sequence[CellEntry]) -> list[Plate]:
    """One for each way to redact that was measured at several widths."""
    lines: defaultdict[str, list[CellEntry]] = defaultdict(list)
    for cell in cells:
        lines[cell.title].append(cell)
    fills = {(cell.name.partition("@")[0], cell.width_px): cell for cell in cells}
    found = []
    for title, line in lines.items():
        if line[0].control is None or len(line) < 3:
            continue
        line.sort(key=lambda cell: cell.width_px)
        floor = [fills[cell.control or "", cell.width_px] for cell in line]
        found.append(Plate(title, Markup(by_width(line, floor)), said(line)))
    return found


def said(line: Sequence[CellEntry]) -> str:
    """For an editor, of one way to redact at several widths."""
    best = max(line, key=lambda cell: strongest(cell).rank1[0])
    low = min(line, key=lambda cell: cell.width_px)
    at, least = strongest(best), strongest(low)
    text = (
        f"Of {at.N} people the strongest attacker tried put {_share(at.rank1[0])} first at a face "
        f"{best.width_px} pixels wide; a guess is right in {_share(at.chance)}."
    )
    if low is not best:
        text += f" At {low.width_px} pixels it was {_share(least.rank1[0])}."
    if all(at_chance(cell) for cell in line):
        return text + " At all these widths that is chance, and no more than of a constant fill."
    return text + " It is not shown to protect at every one of these widths."


def overall(cells: Sequence[CellEntry]) -> str:
    """Of the whole map."""
    redacted = [cell for cell in cells if cell.control is not None and cell.method != "clear"]
    fine = [cell for cell in redacted if at_chance(cell)]
    text = (
        f"Of {len(redacted)} ways and sizes that were measured, {len(fine)} left the strongest "
        "attacker tried at chance."
    )
    if redacted and strongest(redacted[0]).N < 119:
        text += " With so few people it cannot be said of any."
    return text


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _rate(triple: Sequence[float]) -> str:
    value, low, high = (100 * one for one in triple)
    return f"{value:.1f} ({low:.1f} to {high:.1f})"


def _bits(triple: Sequence[float]) -> str:
    return f"{triple[0]:.2f} ({triple[1]:.2f} to {triple[2]:.2f})"
