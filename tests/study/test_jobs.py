"""The jobs of a study: what says most comes first, and no row without its control."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.study.context import GROWTHS
from efface.study.jobs import FIRST, Material, jobs_of
from efface.study.rows import every_row


def names(rows: list[str] | None) -> list[str]:
    return [job.name for job in jobs_of(rows, moving=(), context=False)]


def test_all_rows_are_measured_once() -> None:
    assert sorted(names(None)) == sorted(row.name for row in every_row())


def test_a_row_brings_its_control_and_the_clear_row() -> None:
    assert sorted(names(["cells-8"])) == ["cells-8", "clear", "fill-1.3"]


def test_what_says_most_comes_first() -> None:
    found = names(None)
    early = {"clear", *FIRST}
    last = max(found.index(name) for name in early)
    controls = {row.control for row in every_row() if row.name in FIRST}
    assert set(found[: last + 1]) == early | controls


def test_frames_and_surroundings_are_jobs_of_their_own() -> None:
    jobs = jobs_of(["clear"], moving=("cells-8",), context=True)
    kinds = [job.kind for job in jobs]
    assert kinds == ["row", *["context"] * len(GROWTHS), "moving"]


def test_without_a_folder_there_are_no_surroundings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="folder of people in videos"):
        Material(tmp_path, None, tmp_path).videos()
