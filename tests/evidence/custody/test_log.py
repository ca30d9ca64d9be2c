"""Appending to a log: what is refused, and that the log is then as it was."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.custody.logs import CASE, DESK, OTHER_CASE, lines, log, written
from tests.evidence.signers import NOW, Authority, ed25519, signer

from efface.errors import EffaceError, InputError, OutputError, RefusedError, VerificationError
from efface.evidence.custody import entry as entries
from efface.evidence.custody import log as logs
from efface.evidence.custody.entry import Action, read_entry
from efface.evidence.custody.log import Head
from efface.evidence.keys.certificates import issue
from efface.evidence.keys.files import KeySigner
from efface.evidence.keys.kept import keep_chain, kept_chain
from efface.files.lock import locked


def test_entries_are_appended_and_read(tmp_path: Path) -> None:
    made = log(tmp_path)
    assert made.head is None
    first = made.append(Action.RECEIVED, {"from": "courier"}, DESK, NOW)
    second = made.append(Action.VIEWED, {}, DESK, NOW + timedelta(hours=1), actor="Reader 2")
    again = log(tmp_path)
    assert again.entries == made.entries == (first, second)
    assert again.head == made.head == Head(2, second.sha256)
    assert (first.number, first.actor, first.action) == (1, "Desk 4", "received")
    assert (second.number, second.actor, second.previous) == (2, "Reader 2", first.sha256)
    assert second.time == NOW + timedelta(hours=1)
    assert [entry.details for entry in again.entries] == [{"from": "courier"}, {}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["certificates", "log.jsonl"]


def test_every_line_is_json_that_anybody_can_read(tmp_path: Path) -> None:
    made = written(tmp_path, 3)
    for line, entry in zip(lines(tmp_path), made.entries, strict=True):
        document = json.loads(line)
        assert document["entry"] == entry.to_json()
        assert document["entry"]["case"] == CASE
        assert read_entry(line) == entry


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(),
        st.recursive(st.none() | st.integers(-(2**53), 2**53) | st.text(), st.lists),
        max_size=4,
    )
)
def test_any_details_come_back(details: dict[str, Any]) -> None:
    entry = entries.write_entry(
        DESK,
        case=CASE,
        number=1,
        previous=entries.NOTHING_BEFORE,
        time=NOW,
        actor="x",
        action=Action.NOTE,
        details=details,
    )
    assert read_entry(entry.line).details == details
    assert b"\n" not in entry.line


def test_earlier_bytes_never_change(tmp_path: Path) -> None:
    made = log(tmp_path)
    before = b""
    for minute in range(5):
        made.append(Action.NOTE, {}, DESK, NOW + timedelta(minutes=minute))
        after = made.path.read_bytes()
        assert after.startswith(before)
        assert after.count(b"\n") == minute + 1
        before = after


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_nobody_else_may_read_the_log(tmp_path: Path) -> None:
    assert stat.S_IMODE(written(tmp_path, 1).path.stat().st_mode) == 0o600


def test_the_time_is_the_clocks_unless_given(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    entry = log(tmp_path).append(Action.NOTE, {}, signer(now=before))
    assert before <= entry.time <= datetime.now(UTC)


# what is refused


def _as_it_was(
    folder: Path, action: Callable[[], object], error: type[EffaceError], match: str
) -> EffaceError:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(error, match=match) as caught:
        action()
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    return caught.value


def test_a_clock_that_was_set_back_is_refused(tmp_path: Path) -> None:
    made = written(tmp_path, 2)
    now = NOW + timedelta(seconds=59)
    _as_it_was(
        tmp_path,
        lambda: made.append(Action.NOTE, {}, DESK, now),
        RefusedError,
        "2026-03-04T15:31:11Z, and the last entry is of 2026-03-04T15:31:12Z: it was set back",
    )
    made.append(Action.NOTE, {}, DESK, NOW + timedelta(seconds=60, microseconds=1))


def test_two_writers_at_once_are_told(tmp_path: Path) -> None:
    made = written(tmp_path, 1)
    with locked(made.path):
        lock = tmp_path / "log.jsonl.lock"
        assert lock.exists()
        _as_it_was(
            tmp_path,
            lambda: made.append(Action.NOTE, {}, DESK, NOW),
            RefusedError,
            "somebody else is writing",
        )
    assert not lock.exists()
    made.append(Action.NOTE, {}, DESK, NOW)


def test_a_lock_left_by_a_power_cut_does_no_harm(tmp_path: Path) -> None:
    made = written(tmp_path, 1)
    (tmp_path / "log.jsonl.lock").write_bytes(b"")
    made.append(Action.NOTE, {}, DESK, NOW)
    assert len(log(tmp_path).entries) == 2


def test_a_lock_is_given_back_when_its_process_dies(tmp_path: Path) -> None:
    made = written(tmp_path, 1)
    holding = (
        "import sys; from pathlib import Path; from efface.files.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, made.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(RefusedError, match="somebody else"):
            made.append(Action.NOTE, {}, DESK, NOW)
        process.kill()
        process.wait()
    made.append(Action.NOTE, {}, DESK, NOW)


def test_writers_in_a_hurry_lose_nothing_and_break_nothing(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def write(writer: int) -> None:
        mine = log(tmp_path)
        for count in range(10):
            try:
                entry = mine.append(Action.NOTE, {"by": [writer, count]}, DESK, NOW)
            except RefusedError:
                continue
            acknowledged.append(entry.sha256)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [entry.sha256 for entry in log(tmp_path).entries]
    assert len(found) >= 10
    assert sorted(found) == sorted(acknowledged)


def test_what_another_program_appended_is_kept(tmp_path: Path) -> None:
    mine, others = written(tmp_path, 1), log(tmp_path)
    others.append(Action.VIEWED, {}, DESK, NOW)
    entry = mine.append(Action.NOTE, {}, DESK, NOW)
    assert entry.number == 3
    assert [e.action for e in mine.entries] == ["received", "viewed", "note"]


def test_what_another_program_took_away_is_noticed(tmp_path: Path) -> None:
    mine = written(tmp_path, 2)
    mine.path.write_bytes(lines(tmp_path)[0] + b"\n")
    error = _as_it_was(
        tmp_path,
        lambda: mine.append(Action.NOTE, {}, DESK, NOW),
        VerificationError,
        "gone or changed",
    )
    assert error.path == mine.path


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda content: content[:-1], "cut short"),
        (lambda content: content[:-20], "cut short"),
        (lambda content: content + b"{}\n", "line 3 of the log: the line is no entry"),
        (lambda content: content.replace(b"Desk", b"Dusk", 1), "line 2 is not the next entry"),
        (lambda content: content.split(b"\n", 1)[1], "line 1 is not the next entry"),
        (lambda content: content + content, "line 3 is not the next entry"),
    ],
)
def test_a_log_that_was_changed_is_not_appended_to(
    change: Callable[[bytes], bytes], match: str, tmp_path: Path
) -> None:
    made = written(tmp_path, 2)
    made.path.write_bytes(change(made.path.read_bytes()))
    error = _as_it_was(tmp_path, lambda: log(tmp_path), VerificationError, match)
    assert error.path == made.path


def test_the_log_of_another_case_is_not_appended_to(tmp_path: Path) -> None:
    written(tmp_path, 1)
    _as_it_was(tmp_path, lambda: log(tmp_path, OTHER_CASE), VerificationError, "of this case")


@pytest.mark.parametrize(
    ("details", "actor", "match"),
    [
        ({"x": float("inf")}, None, "no plain JSON"),
        ({"x": b""}, None, "no plain JSON"),
        ({"x": "y" * 70_000}, None, "65536 is the most"),
        ({}, "", "printable"),
        ({}, "a\nb", "printable"),
        ({}, "a" * 201, "printable"),
    ],
)
def test_details_and_actors_of_no_use_are_refused(
    details: dict[str, Any], actor: str | None, match: str, tmp_path: Path
) -> None:
    made = written(tmp_path, 1)
    _as_it_was(
        tmp_path,
        lambda: made.append(Action.NOTE, details, DESK, NOW, actor=actor),
        RefusedError,
        match,
    )


def test_a_log_as_large_as_can_be_is_not_appended_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = written(tmp_path, 1)
    size = made.path.stat().st_size
    monkeypatch.setattr(logs, "MAX_LOG_BYTES", size + 10)
    _as_it_was(
        tmp_path, lambda: made.append(Action.NOTE, {}, DESK, NOW), RefusedError, "would be larger"
    )
    monkeypatch.setattr(logs, "MAX_LOG_BYTES", size - 1)
    _as_it_was(tmp_path, lambda: log(tmp_path), InputError, "larger than")


@pytest.mark.parametrize("failing", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_is_full_or_fails_leaves_the_log_as_it_was(
    failing: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = written(tmp_path, 1)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def append() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, failing, fail)
            made.append(Action.NOTE, {}, DESK, NOW)

    match = "disk is full" if number == errno.ENOSPC else "cannot be written"
    _as_it_was(tmp_path, append, OutputError, match)
    made.append(Action.NOTE, {}, DESK, NOW)
    assert [entry.number for entry in log(tmp_path).entries] == [1, 2]


@pytest.mark.skipif(os.name == "nt", reason="limits are of POSIX")
def test_a_disk_that_fills_for_real_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    """With a limit on the size of files in place of a full disk."""
    made = written(tmp_path, 2)
    before = made.path.read_bytes()
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from tests.evidence.custody.logs import DESK, log, NOW, Action\n"
        "from efface.errors import OutputError\n"
        "made = log(Path(sys.argv[1])); DESK.sign(b'')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))\n"
        "try: made.append(Action.NOTE, {}, DESK)\n"
        "except OutputError as error: sys.exit(error.exit_code)\n"
    )
    limit = str(len(before) + 100)
    command = [sys.executable, "-c", program, str(tmp_path), limit]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 8
    assert made.path.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".efface-")]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    made = log(tmp_path / "gone")
    with pytest.raises(OutputError):
        made.append(Action.NOTE, {}, DESK, NOW)
    assert list(tmp_path.iterdir()) == []


# heads, and chains of keys


def test_a_head_travels_as_json() -> None:
    head = Head(3, "a" * 64)
    assert Head.from_json(json.loads(json.dumps(head.to_json()))) == head
    for value in (None, {}, {"number": 0, "sha256": "a" * 64}, {"number": 1, "sha256": "a"}):
        with pytest.raises(VerificationError, match="names no entry"):
            Head.from_json(value)


def test_the_chain_of_every_key_is_kept(tmp_path: Path) -> None:
    made = written(tmp_path, 1)
    reader = signer("Reader")
    made.append(Action.VIEWED, {}, reader, NOW)
    folder = tmp_path / "certificates"
    assert {path.stem for path in folder.iterdir()} == {DESK.key_id, reader.key_id}
    assert kept_chain(folder, reader.key_id).label == "Reader"


def test_a_chain_that_is_missing_exchanged_or_broken_is_said(tmp_path: Path) -> None:
    written(tmp_path, 1)
    folder = tmp_path / "certificates"
    path = folder / f"{DESK.key_id}.pem"
    with pytest.raises(VerificationError, match="is missing"):
        kept_chain(folder, "0" * 64)
    path.rename(folder / f"{'0' * 64}.pem")
    with pytest.raises(VerificationError, match="exchanged for another key's"):
        kept_chain(folder, "0" * 64)
    path.write_bytes(b"junk")
    with pytest.raises(VerificationError, match="no certificates can be read"):
        kept_chain(folder, DESK.key_id)
    path.write_bytes(bytes(1 << 20))
    with pytest.raises(InputError, match="larger than"):
        kept_chain(folder, DESK.key_id)


def test_another_certificate_of_a_key_does_not_take_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    private = ed25519()
    root = Authority("Press")
    first = KeySigner(private, issue(private.public_key(), "ed25519", "Desk", NOW))
    second = KeySigner(private, [root.issues("Desk", private), root.der])
    made = log(tmp_path)
    made.append(Action.NOTE, {}, first, NOW)
    _as_it_was(
        tmp_path,
        lambda: made.append(Action.NOTE, {}, second, NOW),
        RefusedError,
        "another certificate of this key",
    )
    keep_chain(tmp_path / "certificates", first.chain)
