"""What a confined process says is read as if a stranger had said it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.doubles import INSTEAD, Doubled, mechanism, order, redacted
from tests.workflow.redact.asking import ask, picture

from efface.events import FileFinished, StepStarted, event_to_json
from efface.sandbox import apart
from efface.sandbox.staging import _elsewhere
from efface.sandbox.told import told_event, told_report
from efface.workflow.redact.file import redact_file

SAID = """
import hashlib
entry = json.loads(REPORT)
staged.parent.mkdir(parents=True, exist_ok=True)
def report(**changes):
    answers.write(json.dumps({"file": {**entry, **changes}}).encode() + b"\\n")
def hash_of(data):
    return hashlib.sha256(data).hexdigest()
"""

WRONG = {
    "no JSON": "answers.write(b'hello\\n')",
    "no object": "answers.write(b'[1]\\n')",
    "two answers": 'answers.write(b\'{"file": {}, "event": {}}\\n\')',
    "another kind": "answers.write(b'{\"regions\": {}}\\n')",
    "no report": 'answers.write(b\'{"file": {"status": "redacted"}}\\n\')',
    "no step": 'answers.write(b\'{"event": {"event": "batch-started", "files": 1}}\\n\')',
    "without end": "[answers.write(b'[' * 100_000) for n in range(4)]",
    "well and not": "report(exit_code=4)",
    "no hash": "report(output_sha256=None)",
}
"""What ends the process that says it."""

NOT_THERE = {
    "nothing": "report()",
    "another hash": "staged.write_bytes(b'x'); report()",
    "a link": "staged.symlink_to(source); report(output_sha256=hash_of(source.read_bytes()))",
    "a folder": "staged.mkdir(); report()",
    "a pipe": "os.mkfifo(staged); report()",
    "two names": "staged.write_bytes(b'x'); os.link(staged, staged.with_name('b')); "
    "report(output_sha256=hash_of(b'x'))",
    "held open": "kept = []; held = staged.open('wb'); held.write(b'x'); held.flush(); "
    "kept.append(held); report(output_sha256=hash_of(b'x'))",
}
"""What is said to be written and is not a file that can be released."""


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of a photo that was redacted."""
    folder = tmp_path_factory.mktemp("told")
    return redact_file(ask(picture(folder / "a.png"), folder / "b.png")).to_json()


def outcome(tmp_path: Path, entry: dict[str, Any], code: str) -> tuple[int, str]:
    source, out = picture(tmp_path / "a.png"), tmp_path / "out"
    begin = f"REPORT = {json.dumps(entry)!r}\nDOUBLE = {SAID + code!r}\n"
    double = Doubled(mechanism("limits"), begin + INSTEAD)
    (report,) = redacted([source], out, double, order(silent_s=5.0))
    assert not out.exists() or list(out.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    return report.exit_code, report.message or ""


@pytest.mark.parametrize("code", WRONG.values(), ids=WRONG)
def test_what_it_must_not_say_ends_it(
    tmp_path: Path, entry: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MAX_LINE", 300_000)
    ended, message = outcome(tmp_path, entry, code)
    assert ended == 5
    assert message.startswith(("what read it said what it must not", "what read it said more than"))


@pytest.mark.parametrize("code", NOT_THERE.values(), ids=NOT_THERE)
def test_what_is_not_written_as_said_is_not_released(
    tmp_path: Path, entry: dict[str, Any], code: str
) -> None:
    ended, message = outcome(tmp_path, entry, code)
    assert ended == 7
    assert message.startswith("what was said to be written is not there (")
    assert ("hash" in message) == (code == NOT_THERE["another hash"])


def test_an_honest_double_is_believed(tmp_path: Path, entry: dict[str, Any]) -> None:
    """The doubles above fail by what they say, not by being doubles."""
    code = SAID + "staged.write_bytes(b'x'); report(output_sha256=hash_of(b'x'))"
    begin = f"REPORT = {json.dumps(entry)!r}\nDOUBLE = {code!r}\n"
    source, out = picture(tmp_path / "a.png"), tmp_path / "out"
    (report,) = redacted([source], out, Doubled(mechanism("limits"), begin + INSTEAD))
    assert (report.exit_code, (out / "a.png").read_bytes()) == (0, b"x")


def test_a_report_comes_back_as_it_was(entry: dict[str, Any]) -> None:
    source, target = Path(entry["input"]), Path(entry["output"])
    assert told_report(entry, source, target, dry_run=False).to_json() == entry


@pytest.mark.parametrize(
    "change",
    [
        {"status": "planned"}, {"status": "done"}, {"exit_code": 1}, {"message": "no"},
        {"zones": [{"track": "t1", "frame": -1.5, "zone": [0, 0, 1, 1], "shape": "box"}]},
        {"more": 1}, {"width": "48"}, {"status": "failed", "exit_code": 99, "message": "x"},
    ],
)  # fmt: skip
def test_a_report_that_says_two_things_is_none(
    entry: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"expected|cannot end|no exit code|more"):
        told_report({**entry, **change}, Path("a"), Path("b"), dry_run=False)


def test_progress_is_of_the_file_that_was_sent() -> None:
    told = event_to_json(StepStarted(Path("/elsewhere"), "read", 3, 9))
    assert told_event(told, Path("a.jpg")) == StepStarted(Path("a.jpg"), "read", 3, 9)
    wrongs: tuple[object, ...] = (
        {**told, "frame": -1}, {**told, "frame": True}, {**told, "frames": 1.0},
        {**told, "detail": "x" * 201}, {**told, "detail": 1}, {**told, "step": "steal"},
        event_to_json(FileFinished(Path("a"), 0, 0)), [], {"event": []},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"expected|no step"):
            told_event(wrong, Path("a.jpg"))


def test_leases_say_nothing_on_a_disk_of_another_machine(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "36 35 0:52 / /srv rw,noatime shared:1 - nfs4 server:/srv rw\n"
        "37 35 8:1 / / rw - ext4 /dev/root rw\n"
    )
    assert _elsewhere(os.makedev(0, 52), mounts)
    assert not _elsewhere(os.makedev(8, 1), mounts)
    assert not _elsewhere(os.makedev(8, 1), tmp_path / "missing")
    assert not _elsewhere(tmp_path.stat().st_dev)
