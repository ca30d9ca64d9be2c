"""What a run comes to: one exit code of many files', and a document that says all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflow.redact.asking import ask, faces, picture

from efface.errors import (
    EffaceError,
    GateError,
    InputError,
    NoFaceError,
    OutputError,
    RefusedError,
    StoppedError,
    UnhandledError,
    VerificationError,
)
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.report import FileReport, Report
from efface.workflow.redact.report_form import REPORT

DONE = FileReport(Path("a.png"), status="redacted", exit_code=0)
LEFT = FileReport(Path("b.png"), status="skipped", exit_code=0, message="no photo")
THERE = FileReport(Path("c.png"), status="exists", exit_code=0)
ERRORS: list[EffaceError] = [
    error("it went wrong.", hint="Try again.")
    for error in (
        *(RefusedError, NoFaceError, GateError, InputError, VerificationError, OutputError),
        UnhandledError,
    )
]


def failed(error: EffaceError) -> FileReport:
    return FileReport(Path("x.png")).failing(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_one_file_has_its_own_code(error: EffaceError) -> None:
    assert Report((failed(error),)).exit_code == error.exit_code != 0
    alone = Report((failed(error), LEFT, THERE))
    if isinstance(error, UnhandledError):
        assert alone.exit_code == 6, "what is not read in a folder is not the one file of a run"
    else:
        assert alone.exit_code == error.exit_code
    assert Report((failed(error), DONE)).exit_code == 6
    with pytest.raises(type(error)):
        failed(error).or_raise()


FILES = st.sampled_from([DONE, LEFT, THERE, *map(failed, ERRORS)])


@given(st.lists(FILES, max_size=6))
def test_the_code_is_0_exactly_when_nothing_failed(files: list[FileReport]) -> None:
    report = Report(tuple(files))
    assert (report.exit_code == 0) == all(file.exit_code == 0 for file in files)
    assert sum(report.counts().values()) == len(files)
    assert not report.interrupted


@given(st.lists(FILES, max_size=4))
def test_an_interruption_outweighs_everything(files: list[FileReport]) -> None:
    stopped = failed(StoppedError("it was interrupted."))
    rest = FileReport(Path("y.png")).failing(StoppedError("not begun."), "not-begun")
    report = Report((*files, stopped, rest))
    assert (report.interrupted, report.exit_code) == (True, 130)
    with pytest.raises(KeyboardInterrupt):
        stopped.or_raise()


def test_a_document_says_what_the_report_does_in_plain_types(tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png")
    done = redact_file(ask(source))
    kept = redact_file(ask(source, tmp_path / "b.png", regions=faces(source, action="keep")))
    bad = redact_file(ask(tmp_path / "gone.png", regions=faces(source)))
    report = Report((done, kept, bad), policies=("a.toml",))
    document = report.to_json()
    assert json.loads(json.dumps(document)) == document
    assert (document["schema"], document["exit_code"], document["interrupted"]) == (
        REPORT,
        6,
        False,
    )
    assert document["policies"] == ["a.toml"]
    assert document["counts"] == {"redacted": 1, "kept": 1, "failed": 1}
    first, second, third = document["files"]
    assert {*first} == {*second} == {*third}
    assert (first["input"], first["output"]) == (str(source), str(tmp_path / "out.png"))
    (zone,) = first["zones"]
    assert zone["track"] == "t1" and len(zone["zone"]) == 4
    assert first["outside_zones"]["exact"] is True
    assert first["rescan"] is None
    assert second["kept"] == ["t1"] and second["zones"] == []
    assert (third["exit_code"], third["output"], third["sha256"]) == (5, None, None)
    assert third["message"] and third["hint"]
