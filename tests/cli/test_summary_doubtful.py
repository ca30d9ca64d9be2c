"""What a summary says of places that were nearly taken for a face."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.cli.regions_table import print_regions
from efface.cli.summary import DOUBTS_SHOWN, print_summary
from efface.policy import Recall
from efface.regions import Box, Media, Regions
from efface.workflow.redact.report import FileReport, Report


def doubts(count: int) -> tuple[Box, ...]:
    return tuple(Box(0, 10.0 * n, 5, 20, 24, round(0.5 - n / 100, 2)) for n in range(count))


def test_they_are_named_with_their_places_and_change_no_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = FileReport(Path("a.jpg"), Path("b.jpg"), "redacted", 0, doubtful=doubts(2))
    report = Report((file,))
    print_summary(report, failures_only=False)
    said = capsys.readouterr().err
    assert "2 place(s) were nearly taken for a face and are NOT covered" in said
    assert said.index("d1: frame 0  20x24 at (0, 5)  score 0.50") < said.index("d2: ")
    assert report.exit_code == 0
    (entry, _) = report.to_json()["files"][0]["doubtful"]
    assert entry == {"frame": 0, "pts": None, "box": [0, 5, 20, 24], "score": 0.5}


def test_a_long_list_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    many = doubts(DOUBTS_SHOWN + 3)
    file = FileReport(Path("a.jpg"), Path("b.jpg"), "redacted", 0, doubtful=many)
    print_summary(Report((file,)), failures_only=False)
    said = capsys.readouterr().err
    assert f"d{DOUBTS_SHOWN}: " in said
    assert f"d{DOUBTS_SHOWN + 1}: " not in said
    assert "and 3 more" in said


def test_without_any_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report((FileReport(Path("a.jpg"), Path("b.jpg"), "redacted", 0),))
    print_summary(report, failures_only=False)
    assert "nearly" not in capsys.readouterr().err


def test_the_table_of_detect_tells_them_from_faces(capsys: pytest.CaptureFixture[str]) -> None:
    media = Media("a.jpg", "0" * 64, "image", 640, 480)
    print_regions([Regions(media, (), doubts(1))])
    said = capsys.readouterr().out
    assert "0 tracks" in said
    assert "d1  frame 0  20x24 at (0, 5)  score 0.50  doubtful: not counted as a face" in said


@pytest.mark.parametrize(("recall", "said"), [("fast", True), ("default", False)])
def test_a_fast_look_says_what_it_costs(
    recall: Recall, said: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    file = FileReport(Path("a.jpg"), Path("b.jpg"), "redacted", 0, recall=recall)
    print_summary(
        Report(
            (
                file,
                file,
            )
        ),
        failures_only=False,
    )
    assert capsys.readouterr().err.count("3.7 things a photo") == int(said)
