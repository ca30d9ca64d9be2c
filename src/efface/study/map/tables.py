"""The map for other programs: one figure a line, and what ``efface advise`` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from efface.study.map.form import CellEntry, ColumnEntry, StudyDocument

COLUMNS = (
    "cell", "method", "strength", "unit", "width_px", "knowledge", "frames", "gallery",
    "extrapolated", "measure", "value", "low", "high", "n", "chance", "attacker", "at_chance",
    "seed",
)  # fmt: skip

MAP_KINDS = {
    "clear": "none", "gaussian": "gaussian", "mosaic": "mosaic", "bar": "bar", "solid": "solid",
}  # fmt: skip
"""Methods that ``efface.map/1`` has a kind for."""

RATES = ("rank1", "rank10", "tpir", "bits", "accused")

Line = dict[str, str | float | int | None]


def as_csv(study: StudyDocument) -> str:
    """Tidy: one line a figure, with its interval, N and chance."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for cell in study.cells:
        writer.writerows(_rounded(line) | {"seed": study.seed} for line in _lines(cell))
    return out.getvalue()


def _lines(cell: CellEntry) -> Iterator[Line]:
    head: Line = {
        "cell": cell.name, "method": cell.method, "strength": cell.strength, "unit": cell.unit,
        "width_px": cell.width_px,
    }  # fmt: skip
    for level, column in cell.columns.items():
        own: Line = head | {
            "knowledge": level, "frames": 1, "gallery": column.N, "extrapolated": "false",
            "n": column.N, "attacker": column.attacker, "at_chance": _word(column.at_chance),
        }  # fmt: skip
        yield from (own | line for line in _figures(column))
        for one in column.galleries:
            if one.people != column.N:
                yield own | {
                    "gallery": one.people, "extrapolated": _word(one.extrapolated),
                    "measure": "rank1", "value": one.rank1[0], "low": one.rank1[1],
                    "high": one.rank1[2], "chance": 1 / one.people, "at_chance": None,
                }  # fmt: skip
    for look in cell.looks:
        chances = {"rank1": 1 / look.N, "rank10": min(1.0, 10 / look.N), "bits": 0.0}
        for name, (value, low, high) in (
            ("rank1", look.rank1), ("rank10", look.rank10), ("bits", look.bits),
        ):  # fmt: skip
            yield head | {
                "knowledge": look.knowledge, "frames": look.frames, "gallery": look.N,
                "extrapolated": "false", "measure": name, "value": value, "low": low,
                "high": high, "n": look.N, "chance": chances[name],
            }  # fmt: skip


def _figures(column: ColumnEntry) -> Iterator[Line]:
    chances = {
        "rank1": column.chance, "rank10": min(1.0, 10 * column.chance), "tpir": 0.01, "bits": 0.0,
    }  # fmt: skip
    for name in RATES:
        value, low, high = getattr(column, name)
        yield {
            "measure": name, "value": value, "low": low, "high": high, "chance": chances.get(name)
        }  # fmt: skip
    for name in ("half", "most", "bound", "p_rank1", "p_bits"):
        yield {"measure": name, "value": getattr(column, name)}


def _rounded(line: Line) -> Line:
    return {key: round(v, 5) if isinstance(v, float) else v for key, v in line.items()}


def _word(value: bool) -> str:
    return "true" if value else "false"


def as_map(study: StudyDocument) -> str:
    """``efface.map/1`` (TOML): the points that ``efface advise`` reads, K0 and K2."""
    widths = [cell.width_px for cell in study.cells]
    data = study.data
    lines = [
        f"# Written by efface study, seed {study.seed}.",
        'schema = "efface.map/1"',
        "",
        "[card]",
        f'run = "efface {study.efface}{", coarse" if study.quick else ""}, seed {study.seed}"',
        'page = "study.html"',
        f"data = {_text(data.folder)}",
        f"people = {data.train + data.select + data.test}",
        'intervals = "95 %, over people"',
        "lower_bounds = true",
        f"face_px = [{min(widths)}, {max(widths)}]",
    ]
    for cell in study.cells:
        kind = MAP_KINDS.get(cell.method)
        if kind is None:
            continue
        for level in ("K0", "K2"):
            column = cell.columns[level]
            lines += [
                "",
                "[[point]]",
                f'kind = "{kind}"',
                *([] if cell.strength is None else [f"strength = {float(cell.strength)}"]),
                f"width_px = {float(cell.width_px)}",
                f'knowledge = "{level}"',
                f"rank1 = [{_numbers(column.rank1)}]",
                f"bits = [{_numbers(column.bits)}]",
                f"n = {column.N}",
                f"chance = {column.chance:.4g}",
            ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A TOML string."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _numbers(triple: list[float]) -> str:
    """A figure never outside its interval, as an interval that is corrected for bias may put it."""
    value, low, high = triple
    return ", ".join(f"{v:.4g}" for v in (value, min(low, value), max(high, value)))
