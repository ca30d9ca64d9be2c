"""Figures in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.report.evidence.case import ReportedZone
from efface.report.evidence.words import (
    area,
    counted,
    listed,
    moment,
    rate,
    sentence,
    share,
    share_of,
    size,
    when,
)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1,000 bytes (1.0 kB)"),
        (999_949, "999,949 bytes (999.9 kB)"),
        (999_950, "999,950 bytes (1.0 MB)"),
        (4_012_345, "4,012,345 bytes (4.0 MB)"),
        (5 * 10**15, "5,000,000,000,000,000 bytes (5000.0 TB)"),
    ],
)
def test_size(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (ReportedZone(0, 0, 10, 10), "top left"),
        (ReportedZone(145, 0, 10, 10), "top middle"),
        (ReportedZone(290, 145, 10, 10), "middle right"),
        (ReportedZone(145, 145, 10, 10), "middle"),
        (ReportedZone(0, 290, 300, 10), "bottom middle"),
        (ReportedZone(299, 299, 1, 1), "bottom right"),
    ],
)
def test_area(zone: ReportedZone, words: str) -> None:
    assert area(zone, 300, 300) == words


@given(st.integers(1, 9000), st.integers(1, 9000), st.data())
def test_every_zone_has_an_area(width: int, height: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    zone = ReportedZone(
        x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    )
    assert set(area(zone, width, height).split()) <= {"top", "middle", "bottom", "left", "right"}
    assert share_of(zone, width, height).endswith(" %")


def test_when() -> None:
    assert when(ReportedZone(0, 0, 1, 1)) == ""
    assert when(ReportedZone(0, 0, 1, 1, page=2)) == "page 2"
    assert when(ReportedZone(0, 0, 1, 1, frames=(3, 3))) == "frame 3"
    timed = ReportedZone(0, 0, 1, 1, frames=(0, 75), seconds=(0.0, 62.5))
    assert when(timed) == "frames 0 to 75 (0:00.0 to 1:02.5)"


def test_shares_and_rates() -> None:
    assert [share(v) for v in (0, 0.0003, 0.0005, 0.0847, 1)] == [
        "0.0 %", "less than 0.1 %", "0.1 %", "8.5 %", "100.0 %",
    ]  # fmt: skip
    assert [rate(v) for v in (0.000625, 0.0999, 0.1, 0.41)] == ["0.0006", "0.0999", "0.10", "0.41"]


def test_moments() -> None:
    assert moment("2026-11-27T09:30:00Z") == "2026-11-27 09:30:00 UTC"
    for other in ("", "2026-11-27", "2026-11-27T09:30:00+01:00", "٢026-11-27T09:30:00Z"):
        assert moment(other) == other


def test_sentences_and_lists() -> None:
    assert sentence("the log is whole") == "The log is whole."
    assert sentence("Is it? ") == "Is it?"
    assert sentence("") == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2000, "entry", "entries") == "2,000 entries"
    assert counted(0, "zone") == "0 zones"
