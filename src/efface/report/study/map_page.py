"""The map as a page: figures, each with its sentence for an editor, and tables. Nothing on it is
fetched, and no face is on it."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from efface.files.paths import printable
from efface.report.study import plates
from efface.study.map.chance import at_chance, strongest
from efface.study.map.form import StudyDocument


def map_page(study: StudyDocument) -> str:
    """As HTML."""
    environment = Environment(
        loader=PackageLoader("efface.report.study", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "name": printable, "rate": _rate, "bits": _bits, "share": _share, "drawn": Markup,
    }  # fmt: skip
    cells = study.cells
    return environment.get_template("map_page.html.jinja").render(
        study=study,
        heat=plates.heat(cells),
        by_strength=plates.strength_plates(cells),
        by_width=plates.width_plates(cells),
        accused=plates.accusation_plate(cells),
        frames=plates.frames_plate(cells),
        strongest={cell.name: strongest(cell) for cell in cells},
        at_chance={cell.name: at_chance(cell) for cell in cells},
    )


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _rate(triple: Sequence[float]) -> str:
    value, low, high = (100 * one for one in triple)
    return f"{value:.1f} ({low:.1f} to {high:.1f})"


def _bits(triple: Sequence[float]) -> str:
    return f"{triple[0]:.2f} ({triple[1]:.2f} to {triple[2]:.2f})"
