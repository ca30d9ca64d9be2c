"""What ``bench/leak/gate.py`` writes is what the command reads and prints."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.docs.manual import DOCS

from efface.attack.red_team.calibration import FailedShare, calibration, parsed
from efface.attack.red_team.strength import Strength
from efface.report.study.tables import percent, table, with_interval
from efface.study.gate.answers import GateAnswer, chosen
from efface.study.gate.document import document
from efface.study.gate.stronger import TOOLS, defined, rows
from efface.study.gate.trials import TRIALS
from efface.study.rows import ROWS


def test_the_document_is_read_by_the_command() -> None:
    fitted = [Strength("swirl", 350.0)] * 12 + [Strength("box", 0.2)] * 7 + [None]
    answers = {
        0: [GateAnswer(False, None)] * 20,
        len(TRIALS) - 1: [GateAnswer(n < 15, one) for n, one in enumerate(fitted)],
    }
    folders = [Path("some/people"), Path("others")]
    text = document(answers, folders, table=tuple(rows(DOCS / "leak-table.md", defined())))
    read = parsed(tomllib.loads(text))
    (plain,) = read.constant
    (weak,) = read.weak
    assert (plain.name, plain.n, plain.failed) == (TRIALS[0].name, 20, 0)
    assert (weak.name, weak.n, weak.failed) == (TRIALS[-1].name, 20, 15)
    assert (weak.kind, weak.strength) == ("swirl", 350.0)
    assert plain.kind is None
    assert plain.low == 0 < plain.high < 0.2
    assert weak.low < 0.75 < weak.high
    assert read.people.startswith("people and others")
    assert "wiener" in read.attacks


def test_whom_strangers_found_is_a_row_of_its_own() -> None:
    index = next(n for n, trial in enumerate(TRIALS) if trial.stranger is not None)
    given = [GateAnswer(True, Strength("box", 0.2), n < 2) for n in range(30)]
    read = parsed(tomllib.loads(document({index: given}, [])))
    (weak,), (stranger,) = read.weak, read.constant
    assert (weak.name, weak.n, weak.failed) == (TRIALS[index].name, 30, 30)
    assert (stranger.name, stranger.n, stranger.failed) == (TRIALS[index].stranger, 30, 2)
    assert stranger.low < 2 / 30 < stranger.high
    kept = {stranger.name: stranger, weak.name: weak}
    assert parsed(tomllib.loads(document({}, [], kept))).constant == (stranger,)


def test_rows_of_the_same_gate_are_kept_and_only_fitted() -> None:
    name = TRIALS[-1].name
    known = {name: FailedShare(name, 16, 9, 0.3, 0.8)}
    text = document({len(TRIALS) - 1: [GateAnswer(False, Strength("swirl", 340.0))]}, [], known)
    (weak,) = parsed(tomllib.loads(text)).weak
    assert weak == FailedShare(name, 16, 9, 0.3, 0.8, "swirl", 340.0)


def test_what_is_carried_of_the_leak_table_is_what_its_page_says() -> None:
    carried = calibration().stronger
    strengths = {row.name: Strength(row.kind, row.strength) for row in carried}
    by_name = {row.name: strengths[row.title] for row in ROWS if row.title in strengths}
    assert carried == tuple(rows(DOCS / "leak-table.md", by_name))
    assert set(defined()) | set(TOOLS) <= set(by_name)


def test_pictures_come_from_every_folder_and_one_a_person(tmp_path: Path) -> None:
    for folder, names in (("a", ("1_neutral", "1_smiling", "2_neutral")), ("b", ("x", "y", "z"))):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.jpg").touch()
    found = [path.stem for path in chosen([tmp_path / "a", tmp_path / "b"], 4)]
    assert found == ["1_neutral", "2_neutral", "x", "z"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.0"), (0.008, "0.8"), (0.0996, "10"), (0.531, "53"), (1.0, "100")]
)
def test_shares_are_shown_as_percent(value: float, text: str) -> None:
    assert percent(value) == text


def test_a_figure_stands_with_its_interval_in_a_table() -> None:
    assert with_interval((0.531, 0.46, 0.59)) == "53 (46 to 59)"
    assert with_interval((1.5, 1.0, 2.25), share=False) == "1.50 (1.00 to 2.25)"
    assert table(["", "K2"], [["clear", "99"]]) == ["|  | K2 |", "|---|---|", "| clear | 99 |"]
