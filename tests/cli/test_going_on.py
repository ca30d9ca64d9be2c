"""A run over several files that is stopped, and goes on."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.running import Efface

from efface.regions import Media, Regions
from efface.review.drops import dropping
from efface.review.store import Store, name_of
from efface.workflow.saved import place_of, saved

STOPPED_AT_THE_SECOND = """
import os, signal, sys
from efface.workflow.redact import batch
one = batch.redact_file
def first_then(asked, *args):
    if asked.source.name == 'b.jpg':
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), signal.SIGINT)  # whoever presses it twice
    return one(asked, *args)
batch.redact_all.__kwdefaults__['redact'] = first_then
number = int(sys.argv.pop())
sys.argv += ['--json', '--report', 'outcomes.jsonl']
from efface.cli.main import main
main()
"""


@pytest.fixture
def folder(tmp_path: Path, jpeg_bytes: bytes) -> Path:
    """Three photos, what an earlier run has made of another, and notes."""
    path = tmp_path / "in"
    path.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "old.effaced.jpg"):
        (path / name).write_bytes(jpeg_bytes)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_what_is_done_and_goes_on(
    folder: Path, efface: Efface, number: int
) -> None:
    out = folder.with_name("out")
    args = [sys.executable, "-c", STOPPED_AT_THE_SECOND, "redact", str(folder), "-o", str(out)]
    done = subprocess.run(
        [*args, "--fast", str(int(number))],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )
    assert done.returncode == 130, done.stderr
    report = json.loads(done.stdout)
    assert (report["interrupted"], report["exit_code"]) == (True, 130)
    status = {Path(file["input"]).name: file["status"] for file in report["files"]}
    assert status == {
        "a.jpg": "redacted", "b.jpg": "stopped", "c.jpg": "not-begun",
        "old.effaced.jpg": "not-begun",
    }  # fmt: skip
    lines = (folder.parent / "outcomes.jsonl").read_text().splitlines()
    assert [json.loads(line)["status"] for line in lines] == list(status.values())
    assert "2 file(s) were not begun" in done.stderr
    assert "--skip-existing" in done.stderr.splitlines()[-1]
    assert {path.name for path in out.iterdir()} == {"a.jpg"}
    before = (out / "a.jpg").stat().st_mtime_ns

    again = efface("redact", folder, "-o", out, "--fast", "--skip-existing", "--json")
    assert again.code == 0, again.err
    status = {Path(file["input"]).name: file["status"] for file in again.json()["files"]}
    assert status == {
        "a.jpg": "exists", "b.jpg": "redacted", "c.jpg": "redacted", "old.effaced.jpg": "skipped",
    }  # fmt: skip
    assert (out / "a.jpg").stat().st_mtime_ns == before


def test_a_copy_of_the_input_is_never_taken_for_its_result(folder: Path, efface: Efface) -> None:
    out = folder.with_name("out")
    shutil.copytree(folder, out)
    run = efface("redact", folder / "a.jpg", "-o", out, "--skip-existing")
    assert run.code == 2
    assert "is the input itself, unredacted" in run.err


def test_a_result_is_not_redacted_again_unless_told_where_to(folder: Path, efface: Efface) -> None:
    result = folder / "old.effaced.jpg"
    run = efface("redact", result)
    assert run.code == 2
    assert "a result of efface already" in run.err
    assert efface("redact", result, "-o", folder / "again.jpg", "--fast").code == 0


def test_a_dry_run_says_what_would_be_and_writes_nothing(folder: Path, efface: Efface) -> None:
    (folder / "cut.jpg").write_bytes((folder / "a.jpg").read_bytes()[:2000])
    out = folder.with_name("out")
    run = efface("redact", folder, "-o", out, "--dry-run", "--report", folder.parent / "r.csv")
    assert run.code == 6
    assert not out.exists()
    assert f"a.jpg -> {out / 'a.jpg'}: would be looked at" in run.err
    assert "cut.jpg: failed (exit code 5)" in run.err.splitlines()[-1]
    with (folder.parent / "r.csv").open(newline="") as file:
        rows = {Path(row["input"]).name: row["status"] for row in csv.DictReader(file)}
    assert (rows["a.jpg"], rows["cut.jpg"]) == ("planned", "failed")


def test_no_name_is_a_formula_in_the_table(tmp_path: Path, efface: Efface) -> None:
    name = "=cmd|'calc'!A1.jpg"
    (tmp_path / name).write_bytes(b"no picture")
    run = efface("redact", name, "--report", "r.csv", cwd=tmp_path)
    assert run.code == 5
    with (tmp_path / "r.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert row["input"] == f"'{name}"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--report", "r.txt"), "ends in .jsonl"),
        (("--report", "a.csv"), "the report exists already"),
        (("--overwrite", "--skip-existing"), "exclude each other"),
        (("-v", "-q"), "exclude each other"),
        (("-o", "-"), "not pipes"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    folder: Path, efface: Efface, args: tuple[str, ...], words: str
) -> None:
    (folder / "a.csv").write_text("mine")
    run = efface("redact", "a.jpg", *args, cwd=folder)
    assert run.code == 2
    assert words in " ".join(run.err.split())
    assert (folder / "a.csv").read_text() == "mine"
    assert not (folder / "a.effaced.jpg").exists()


def test_a_log_says_each_step_and_is_for_its_owner(photo: Path, efface: Efface) -> None:
    log = photo.with_name("run.log")
    for _ in range(2):
        run = efface("redact", photo, "-v", "--log-file", log, "--fast", "--overwrite")
        assert run.code == 0, run.err
    text = log.read_text()
    assert text.count(f"{photo}: rescan") == 2
    assert f"{photo}: rescan" in run.err
    assert log.stat().st_mode & 0o077 == 0


def test_clean_lists_and_removes_what_is_kept(state: Path, tmp_path: Path, efface: Efface) -> None:
    state.mkdir()
    place = place_of("ab" * 32, "default")
    unfinished = tmp_path / f".efface-{'0a' * 8}.mp4"
    unfinished.write_bytes(b"x")
    head = json.dumps({"schema": "efface.analysis/2", "file": "clip.mp4"})
    place.write_text(f'{head}\n["writing", {json.dumps(str(unfinished))}]\n')
    (state / "notes.txt").write_text("mine")
    run = efface("clean", "--list")
    assert "clip.mp4 (recall default)" in run.err
    assert "less than a minute old: kept" in run.err
    assert efface("clean", "--older-than", "1").code == 0
    assert place.exists()
    [one] = efface("clean", "--json").json()["files"]
    assert (one["file"], one["removed"]) == ("clip.mp4", True)
    assert not place.exists() and not unfinished.exists()
    assert {path.name for path in state.iterdir()} == {"notes.txt"}
    assert saved() == []


def test_clean_lists_reviews_and_removes_them_only_when_asked(state: Path, efface: Efface) -> None:
    """They are somebody's work; and not while a review app runs."""
    media = Media("photo.jpg", "ab" * 32, "image", 9, 9, 1)
    folder, name = state.parent / "reviews", name_of("ab" * 32, Path("photo.jpg"))
    store = Store(folder)
    store.begin(name, Regions(media, ()))
    store.choose("photo.jpg", "public", "solid")
    (folder / f"{'cd' * 32}.{'0' * 16}.json").write_text("{")
    (folder / "notes.txt").write_text("mine")
    run = efface("clean", "--json")
    assert {one["file"] for one in run.json()["reviews"]} == {"photo.jpg", ""}
    assert "photo.jpg (review)" in run.err
    assert "2 left" in run.err
    assert efface("clean", "--reviews", "--older-than", "1").code == 0
    with dropping(state.parent / "dropped"):
        assert "in use, and left" in efface("clean", "--reviews").err
    assert store.load(name) is not None
    run = efface("clean", "--reviews")
    assert (run.code, "2 removed, 0 left" in run.err) == (0, True)
    assert {path.name for path in folder.iterdir()} == {"notes.txt"}


def test_regions_are_taken_from_standard_input(photo: Path, efface: Efface) -> None:
    document = efface("detect", photo, "--json", "--fast").out
    command = [sys.executable, "-m", "efface.cli.start", "redact", str(photo), "--regions", "-"]
    done = subprocess.run(
        [*command, "--dry-run"], input=document, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    done = subprocess.run(command, input="none", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not valid JSON" in done.stderr
