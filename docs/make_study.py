"""Writes docs/study/: figures, pages, tables of the README and a table for spreadsheets, from the
documents that ``efface study`` wrote (docs/study/*.json). Run it after one of them has changed:

    python -m docs.make_study

    python -m docs.make_study --take NAME MAP/study.json    put a document's cells there, in few
                                                            bytes, beside those that are there
    python -m docs.make_study --anew NAME MAP/study.json    in place of those
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from efface.report.study import charts, plates
from efface.report.study.map_page import map_page
from efface.study.map.chance import strongest, thresholds
from efface.study.map.design import WIDTHS, every_row
from efface.study.map.document import LIMITS, differing, programs, together
from efface.study.map.form import CellEntry, StudyDocument
from efface.study.map.rows import FILL

HOME = Path(__file__).resolve().parent / "study"
README = HOME / "README.md"
RUNS = ("cfp", "cfp-coarse", "ytf", "london")
COARSE = "°"
"""Marks figures of the coarse map."""
MOVED_PX = 1.0
"""By which widths of faces may differ between two versions' detectors."""
FEW = "†"
"""Marks accusations by a threshold that was learnt on the few people chosen on."""


def read(name: str) -> StudyDocument:
    """``cfp``, ``cfp-coarse``, ``ytf`` or ``london``."""
    return msgspec.json.decode((HOME / f"{name}.json").read_bytes(), type=StudyDocument)


def cells() -> dict[str, CellEntry]:
    """Of CFP: the full design's where it was measured, otherwise the coarse map's."""
    found = {cell.name: cell for cell in read("cfp-coarse").cells}
    found |= {cell.name: cell for cell in read("cfp").cells}
    return {name: found[name] for name in sorted(found, key=lambda name: _place(found[name]))}


def _place(cell: CellEntry) -> tuple[int, int]:
    """In the order of the design; ways that are in it no more come last."""
    rows = [row.row.name for row in every_row()]
    name = cell.name.partition("@")[0]
    return rows.index(name) if name in rows else len(rows), cell.width_px


def for_advice() -> list[CellEntry]:
    """The full design's, and of methods that only the coarse map has, the coarse map's: where the
    full design finds much more, figures of the coarse map beside it would be a dip."""
    whole = read("cfp").cells
    methods = {cell.method for cell in whole if cell.control is not None}
    return [*whole, *(cell for cell in read("cfp-coarse").cells if cell.method not in methods)]


def full() -> frozenset[str]:
    """Names of cells that were measured in full."""
    return frozenset(cell.name for cell in read("cfp").cells)


def rate(triple: Sequence[float]) -> str:
    """In percent, with its interval."""
    value, low, high = (100 * one for one in triple)
    return f"{value:.0f} ({low:.0f} to {high:.0f})" if value >= 10 else (
        f"{value:.1f} ({low:.1f} to {high:.1f})")  # fmt: skip


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    lines.insert(1, "|" + "---|" * len(head))
    return "\n".join(lines)


def by_width() -> str:
    """Rank-1 of the strongest attacker at K2: a row a redaction, a column a width."""
    every, whole = cells(), full()
    widths = [px for px in WIDTHS if any(cell.width_px == px for cell in every.values())]
    titles: dict[str, dict[int, str]] = {}
    for cell in sorted(every.values(), key=lambda cell: cell.control is None):
        mark = "" if cell.name in whole else COARSE
        said = rate(cell.columns["K2"].rank1) + mark
        titles.setdefault(cell.title, {})[cell.width_px] = said
    rows = [[title, *(own.get(px, "") for px in widths)] for title, own in titles.items()]
    return table(["", *(f"{px} px" for px in widths)], rows)


def enough() -> str:
    """From which strength on nobody is found."""
    rows = []
    found_methods = list(dict.fromkeys(cell.method for cell in cells().values()))
    lines = thresholds(list(cells().values()))
    for line in sorted(lines, key=lambda one: (found_methods.index(one.method), one.width_px)):
        some, found = "none of those measured", "-"
        if line.bound is not None:
            share = 100 * line.bound
            some = f"{_strength(line.at_chance_from, line.method)}: at most {share:.1f} %"
        if line.found_rank1 is not None:
            found = f"{_strength(line.found_at, line.method)}: {rate(line.found_rank1)} %"
        rows.append([line.method, str(line.width_px), some, found])
    head = [
        "method",
        "face, px",
        "at chance from, people found at most",
        "not at chance at, rank-1",
    ]
    return table(head, rows)


STRENGTHS = {
    "gaussian": "sigma {:g} of the face's width", "mosaic": "{:g} cells", "noise": "{:g} of 255",
    "mosaic-noise": "8 cells, {:g} of 255", "jpeg": "quality {:g}", "solid": "{:g} face widths",
    "layered": "2 x 2 cells, noise {:g}", "layered-4": "4 x 4 cells, noise {:g}",
    "layered-by-zone": "2 x 2 cells, noise {:g}",
}  # fmt: skip


def _strength(value: float | None, method: str) -> str:
    return "as it is" if value is None else STRENGTHS[method].format(value)


def others() -> str:
    """The same cells on other people."""
    sets = {"CFP, full": read("cfp"), "CFP, coarse": read("cfp-coarse")}
    sets |= {name: read(key) for name, key in (("YTF, coarse", "ytf"), ("London, full", "london"))}
    known = {name: {cell.name: cell for cell in study.cells} for name, study in sets.items()}
    wanted = {
        name: cell for n in ("YTF, coarse", "London, full") for name, cell in known[n].items()
    }
    order = sorted(
        wanted.values(),
        key=lambda c: (c.control is None, _place(c)),
    )
    rows = []
    for cell in order:
        row = [cell.title, str(cell.width_px)]
        for own in known.values():
            found = own.get(cell.name)
            row.append("" if found is None else _both(found))
        rows.append(row)
    counts = [f"{name} (N = {study.data.test})" for name, study in sets.items()]
    return table(["", "face, px", *counts], rows)


def _both(cell: CellEntry) -> str:
    one = cell.columns["K2"]
    return f"{rate(one.rank1)}; {max(one.bits[0], 0):.1f}"


def accused() -> str:
    """How often a first hit that passes as a match is the wrong person."""
    every, whole = cells(), full()
    rows = []
    for cell in every.values():
        if cell.control is None or cell.width_px not in (28, 40):
            continue
        best = strongest(cell)
        if max(best.accused[0], cell.columns["K0"].accused[0]) == 0 == best.rank1[0]:
            continue
        title = cell.title + ("" if cell.name in whole else COARSE)
        title += FEW if best.calibrated is None else ""
        unaware = rate(cell.columns["K0"].accused)
        rows.append([title, str(cell.width_px), rate(best.rank1), rate(best.accused), unaware,
                     f"{best.half} / {best.most}"])  # fmt: skip
    head = ["", "face, px", "right person first, %", "wrong one accused, %", "accused at K0, %",
            "list for 50 / 90 %"]  # fmt: skip
    return table(head, rows)


def galleries() -> str:
    """Rank-1 among fewer and more candidates."""
    every = cells()
    rows = []
    for name in ("cells-8@28", "cells-8@40", "cells-4@40", "gaussian-0.10@40", "gaussian-0.30@40"):
        if name not in every:
            continue
        column = every[name].columns["K2"]
        own = {one.people: rate(one.rank1) + (" *" if one.extrapolated else "")
               for one in column.galleries}  # fmt: skip
        rows.append([f"{every[name].title}, {every[name].width_px} px", *own.values()])
        head = ["K2, rank-1 %", *(f"{people} people" for people in own)]
    return table(head, rows) if rows else "not measured"


def frames() -> str:
    """What many frames add."""
    rows = []
    for cell in cells().values():
        for look in cell.looks:
            coded = "H.264" if look.coded else "no"
            rows.append([cell.title, str(cell.width_px), coded, look.knowledge, str(look.frames),
                         rate(look.rank1), f"{look.bits[0]:.2f}", f"{look.p:.3f}"])  # fmt: skip
    head = ["", "face, px", "coded", "", "frames", "rank-1, %", "bits", "p: no more than one frame"]
    return table(head, rows) if rows else "Not measured in this run."


def networks() -> str:
    """Digests of the networks that attackers used, by run."""
    rows = []
    for key in RUNS:
        study = read(key)
        rows.append([key, *(f"`{one.sha256[:16]}`" for one in study.weights)])
    return table(["run", *(one.name for one in study.weights)], rows)


def measured_by() -> str:
    """Which code measured which cells."""
    rows = []
    for key in RUNS:
        every = read(key).cells
        for digest in dict.fromkeys(cell.program for cell in every):
            own = [cell for cell in every if cell.program == digest]
            widths = sorted({cell.width_px for cell in own})
            words = f"`{digest}`" if digest else "before digests were kept"
            rows.append([key, words, str(len(own)), ", ".join(map(str, widths))])
    return table(["run", "attackers' code", "cells", "faces, px"], rows)


TABLES = {
    "by-width": by_width, "enough": enough, "others": others, "accused": accused,
    "galleries": galleries, "frames": frames, "networks": networks, "measured-by": measured_by,
}  # fmt: skip


def written(text: str) -> str:
    """The README with its tables made anew, each between ``<!-- name -->`` and ``<!-- end -->``."""
    for name, make in TABLES.items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        head, _, rest = text.partition(start)
        if rest:
            text = head + start + make() + "\n" + end + rest.partition(end)[2]
    return text


def sheet() -> str:
    """One line a cell and knowledge, for spreadsheets."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    measures = ("rank1", "rank10", "tpir", "bits", "accused")
    lines.writerow([
        "run", "cell", "width_px", "method", "strength", "knowledge", "n", "chance",
        *(f"{name}{part}" for name in measures for part in ("", "_low", "_high")),
        "half", "most", "bound", "at_chance",
    ])  # fmt: skip
    for key in RUNS:
        for cell in read(key).cells:
            for level, one in cell.columns.items():
                figures = [f"{v:.4g}" for name in measures for v in getattr(one, name)]
                lines.writerow([
                    key, cell.name, cell.width_px, cell.method, cell.strength, level, one.N,
                    f"{one.chance:.4g}", *figures, one.half, one.most, f"{one.bound:.4g}",
                    int(one.at_chance),
                ])  # fmt: skip
    return out.getvalue()


def figures() -> dict[str, str]:
    """By file name: the full design's, with what only the coarse map has beside it in the first."""
    every = list(cells().values())
    own = read("cfp").cells
    found = [
        plates.heat(every, {cell.name for cell in every} - full()),
        *plates.strength_plates(own),
        *plates.width_plates(own),
    ]
    found += [one for one in (plates.accusation_plate(own), plates.frames_plate(every)) if one]
    return {f"{one.name}.svg": one.svg for one in found} | {"frontier.svg": frontier(every)}


def frontier(every: Sequence[CellEntry]) -> str:
    """What is left against what a picture still shows (``bench/leak/resemblance.py``)."""
    known = json.loads((HOME / "resemblance.json").read_bytes())
    own = [c for c in every if c.width_px == known["width_px"] and c.control is not None]
    return charts.frontier(own, known["ssim"])


def main() -> None:
    """Everything."""
    for name, text in figures().items():
        (HOME / name).write_text(text, encoding="utf-8")
    for key in ("cfp", "cfp-coarse"):
        (HOME / f"{key}.html").write_text(map_page(read(key)), encoding="utf-8")
    (HOME / "study.csv").write_text(sheet(), encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")


def take(name: str, path: Path) -> None:
    """Put a document into docs/study/, checked, with four digits and no white space, and with the
    limits as this version words them; beside the cells that are there (``merged``)."""
    study = msgspec.json.decode(path.read_bytes(), type=StudyDocument)
    if (HOME / f"{name}.json").exists():
        study = merged(read(name), study)
    study = msgspec.structs.replace(study, limits=list(LIMITS))
    plain = _short(msgspec.to_builtins(study))
    msgspec.convert(plain, StudyDocument)
    (HOME / f"{name}.json").write_bytes(msgspec.json.encode(plain) + b"\n")


def merged(landed: StudyDocument, now: StudyDocument) -> StudyDocument:
    """Cells that were measured since, beside those that stay.

    Those that stay were measured by the same code, or by a version that kept no digest of it. Then
    clear faces and constant fills, of which any part has some at each width, must agree within
    their intervals; and faces may lie a little otherwise than an earlier detector placed them.

    Raises:
        SystemExit: they are of no one map; ``--anew`` leaves out what was there.
    """
    placed = msgspec.structs.replace(now.data, face_px=landed.data.face_px)
    reasons = differing(landed, msgspec.structs.replace(now, data=placed))
    if abs(now.data.face_px - landed.data.face_px) > MOVED_PX:
        reasons.append("faces")
    if programs(landed) - {""} - programs(now):
        reasons.append("code")
    before = {cell.name: cell for cell in landed.cells}
    both = [
        (before[cell.name], cell)
        for cell in now.cells
        if cell.name in before and cell.method in {FILL, "clear"}
    ]
    reasons += [new.name for old, new in both if not _agree(old, new)]
    if not {old.width_px for old, _ in both} >= {c.width_px for c in now.cells} & {
        c.width_px for c in landed.cells
    }:
        reasons.append("no cell in common")
    if reasons:
        raise SystemExit(f"not of the map that is there: {', '.join(reasons)}")
    return together(landed, now)


def _agree(old: CellEntry, new: CellEntry) -> bool:
    """Whether each attacker's rank-1 lies in the other's interval."""
    pairs = [(old.columns[level].rank1, one.rank1) for level, one in new.columns.items()]
    digit = 1e-4  # what is kept is rounded
    return all(
        low - digit <= value <= high + digit
        for one, other in (*pairs, *((b, a) for a, b in pairs))
        for value, low, high in ((one[0], *other[1:]),)
    )


def _short(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, list):
        return [_short(one) for one in value]
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    return value


if __name__ == "__main__":
    if sys.argv[1:2] == ["--anew"]:
        (HOME / f"{sys.argv[2]}.json").unlink(missing_ok=True)
    if sys.argv[1:2] in (["--take"], ["--anew"]):
        take(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
