"""What ``bench/leak/gate.py`` writes is what the command reads and prints."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from efface.workflow.attack.calibration import parsed
from leak.gate import TRIALS, chosen, document
from leak.tables import percent, table, with_interval


def test_the_document_is_read_by_the_command() -> None:
    failed = {0: [False] * 20, len(TRIALS) - 1: [True] * 15 + [False] * 5}
    read = parsed(tomllib.loads(document(failed, [Path("some/people"), Path("others")])))
    (plain,) = read.constant
    (weak,) = read.weak
    assert (plain.name, plain.n, plain.failed) == (TRIALS[0].name, 20, 0)
    assert (weak.name, weak.n, weak.failed) == (TRIALS[-1].name, 20, 15)
    assert plain.low == 0 < plain.high < 0.2
    assert weak.low < 0.75 < weak.high
    assert read.people.startswith("people and others")
    assert "wiener" in read.attacks


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
