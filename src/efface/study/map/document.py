"""From what was found to the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from efface.attack import inverter
from efface.attack.adapted import shipped as adapted
from efface.attack.recognisers import recognisers
from efface.study.map.chance import control_of, judged, thresholds
from efface.study.map.design import MapCell
from efface.study.map.design import cells as design
from efface.study.map.folder import People
from efface.study.map.form import (
    CellEntry,
    ColumnEntry,
    DataEntry,
    GalleryEntry,
    Level,
    LooksEntry,
    PassedEntry,
    StudyDocument,
    WeightsEntry,
)
from efface.version import __version__
from efface.weights import cards

Found = Mapping[str, Mapping[str, Any]]

LIMITS = (
    "Every figure is what these attackers found: a lower bound. Stronger ones find more.",
    "At chance means: an exact upper bound of 2.5 % of people, and no significant excess over a "
    "constant fill of the same zone. With fewer than 119 people scored it cannot be said of "
    "anything.",
    "Small faces are large ones made smaller, and frames are one still face moved and lit "
    "by a model: pictures from far away, and videos, differ.",
    "Attackers know where the face was. Clothes, place and other people in a picture are not "
    "counted, and what lies around the zone only as far as one face width.",
    "False accusation: at K0 with the recogniser's threshold on clear faces; all others' is learnt "
    "on other people's pictures that were redacted in the same way. Where those are few it is "
    "rough, and mostly too low: such an attacker accuses more often than one who calibrates on "
    "many.",
    "Figures for longer lists than the data have are extrapolated: a large population has "
    "look-alikes that a small sample lacks.",
)


def document(
    people: People,
    folder: Path,
    cells: Sequence[MapCell],
    found: Found,
    *,
    quick: bool,
    seed: int,
    only: Sequence[str],
) -> StudyDocument:
    """The map, out of every cell's results by name."""
    entries = [_cell(cell, found, seed) for cell in cells]
    return StudyDocument(
        schema="efface.study/1",
        efface=__version__,
        quick=quick,
        seed=seed,
        only=list(only),
        data=_data(people, folder),
        weights=[
            WeightsEntry(name=name, sha256=cards()[name].sha256)
            for name in (*(r.name for r in recognisers()), adapted.WEIGHTS, inverter.WEIGHTS)
            if name in cards()
        ],
        cells=entries,
        thresholds=thresholds(entries),
        limits=list(LIMITS),
    )


def joined(before: StudyDocument, now: StudyDocument) -> StudyDocument:
    """A part of a study with the parts that came before it, in the order of the design.

    Args:
        before: what stood in the study's folder. Where it is of other people, networks, seeds or
            versions, or was measured by other code, nothing is taken from it.
        now: the part; its cells count where both have one.
    """
    if differing(before, now) or programs(before) != programs(now):
        return now
    return together(before, now)


def together(before: StudyDocument, now: StudyDocument) -> StudyDocument:
    """Cells of both, whatever measured them; those of ``now`` where both have one."""
    found = {cell.name: cell for cell in (*before.cells, *now.cells)}
    places = {cell.name: place for place, cell in enumerate(design(quick=now.quick))}
    entries = sorted(found.values(), key=lambda cell: places.get(cell.name, len(places)))
    whole = not (before.only and now.only)
    return msgspec.structs.replace(
        now,
        only=[] if whole else sorted({*before.only, *now.only}),
        cells=entries,
        thresholds=thresholds(entries),
    )


def differing(before: StudyDocument, now: StudyDocument) -> list[str]:
    """In what two studies differ, so that their cells are of no one map."""
    same = ("efface", "quick", "seed", "data", "weights")
    return [name for name in same if getattr(before, name) != getattr(now, name)]


def programs(study: StudyDocument) -> frozenset[str]:
    """Digests of the code that measured its cells."""
    return frozenset(cell.program for cell in study.cells)


def _data(people: People, folder: Path) -> DataEntry:
    scored = [p for p in people.pictures if p.part == "test"]
    each = people.count("test")
    return DataEntry(
        folder=folder.resolve().name,
        train=people.count("train"),
        select=people.count("select"),
        test=each,
        pictures=len(people.pictures),
        gallery=sum(p.role == "gallery" for p in scored) // each,
        probes=sum(p.role == "probe" for p in scored) // each,
        left_out=people.left_out,
        face_px=round(people.width_px, 1),
        passed=[
            PassedEntry(file=f"{one.path.parent.name}/{one.path.name}", why=one.why)
            for one in people.passed
        ],
    )


def _cell(cell: MapCell, found: Found, seed: int) -> CellEntry:
    own, control = found[cell.name], control_of(cell, found)
    before = {} if control is None else control["columns"]
    columns: dict[Level, ColumnEntry] = {
        level: _column(own["columns"][level], before.get(level), seed) for level in get_args(Level)
    }
    kind = cell.kind
    return CellEntry(
        name=cell.name,
        title=kind.row.title,
        method=kind.method,
        strength=kind.strength,
        unit=kind.unit,
        more_hides=kind.more_hides,
        width_px=cell.width_px,
        control=kind.row.control,
        covered=own["covered"],
        program=own["program"],
        columns=columns,
        looks=[
            LooksEntry(
                knowledge=level,
                frames=int(frames),
                N=one["people"],
                rank1=one["rank1"],
                rank10=one["rank10"],
                bits=one["bits"],
                p=one["p"],
                coded=one["coded"],
            )
            for level, by_frames in own.get("looks", {}).items()
            for frames, one in by_frames.items()
        ],
    )


def _column(column: Mapping[str, Any], control: Mapping[str, Any] | None, seed: int) -> ColumnEntry:
    same = (
        "attacker", "searches", "rank1", "rank10", "tpir", "bits", "half", "most", "accused",
        "calibrated",
    )  # fmt: skip
    return ColumnEntry(
        **{name: column[name] for name in same},
        **judged(column, control, seed),
        N=column["people"],
        chance=1 / column["people"],
        galleries=[GalleryEntry(**one) for one in column["galleries"]],
    )
