"""From what was found to the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from efface.study.map.chance import control_of, judged, thresholds
from efface.study.map.design import MapCell
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
)
from efface.version import __version__

Found = Mapping[str, Mapping[str, Any]]

LIMITS = (
    "Every figure is what these attackers found: a lower bound. Stronger ones find more.",
    "At chance means: an exact upper bound of 2.5 % of people, and no significant excess over a "
    "constant fill of the same zone. With fewer than 119 people scored it cannot be said of "
    "anything.",
    "Small faces are large ones made smaller, and frames are one still face moved, lit and coded "
    "by a model: pictures from far away, and videos, differ.",
    "Attackers know where the face was. Clothes, place and other people in a picture are not "
    "counted, and what lies around the zone only as far as one face width.",
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
        cells=entries,
        thresholds=thresholds(entries),
        limits=list(LIMITS),
    )


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
            )
            for level, by_frames in own.get("looks", {}).items()
            for frames, one in by_frames.items()
        ],
    )


def _column(column: Mapping[str, Any], control: Mapping[str, Any] | None, seed: int) -> ColumnEntry:
    same = ("attacker", "searches", "rank1", "rank10", "tpir", "bits", "half", "most", "accused")
    return ColumnEntry(
        **{name: column[name] for name in same},
        **judged(column, control, seed),
        N=column["people"],
        chance=1 / column["people"],
        galleries=[GalleryEntry(**one) for one in column["galleries"]],
    )
