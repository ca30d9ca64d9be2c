"""What arrives in a folder is taken up when it is whole, and not before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

import efface
from efface.batch import watch
from efface.batch.store import BatchStore
from efface.batch.watch import Arrivals, Quarantine, quarantine_of, written_to
from efface.errors import InputError, NoFaceError, OutputError, RefusedError
from efface.remote.address import shown_path
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.report import FileReport


@dataclass
class Inbox:
    """A watched folder, and a clock that a test turns."""

    folder: Path
    arrivals: Arrivals
    store: BatchStore
    now: float = 100.0
    changed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def after(self, seconds: float) -> list[str]:
        """What waits when the folder has been looked at then."""
        self.now += seconds
        self.arrivals.look()
        return [file.source.name for file in self.store.waiting(99)]


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    folder = tmp_path / "inbox"
    folder.mkdir()
    with closing(BatchStore(tmp_path / "out.batch.sqlite", write=True)) as store:
        arrivals = Arrivals(folder, tmp_path / "out", store, settles_s=5.0)
        made = Inbox(folder, arrivals, store)
        arrivals.changed = lambda path: made.changed.append(path.name)
        arrivals.left_out = lambda file: made.left_out.append(file.source.name)
        monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: made.now))
        yield made


def test_a_file_is_whole_when_it_has_stayed_as_it_is(inbox: Inbox) -> None:
    file = inbox.folder / "a.jpg"
    file.write_bytes(b"")
    assert inbox.after(0) == inbox.after(20) == []  # nothing in it yet
    file.write_bytes(b"one")
    assert inbox.after(2) == inbox.after(4) == []
    file.write_bytes(b"one and more")
    assert inbox.after(2) == inbox.after(4) == []
    assert inbox.after(2) == ["a.jpg"]
    (inbox.folder / "day").mkdir()
    (inbox.folder / "day" / "b.png").write_bytes(b"two")
    (inbox.folder / "c.part").write_bytes(b"begun")
    assert inbox.after(2) == ["a.jpg"]
    assert inbox.after(6) == ["a.jpg", "b.png"]
    assert inbox.left_out == ["c.part"]
    assert shown_path(inbox.store.waiting(9)[1].target).relative_to(inbox.folder.parent) == Path(
        "out/day/b.png"
    )


@pytest.mark.skipif(not hasattr(os, "O_NONBLOCK") or sys.platform != "linux", reason="leases")
def test_nobody_may_write_to_it_any_more(inbox: Inbox) -> None:
    file = inbox.folder / "slow.mp4"
    with file.open("wb") as transfer:
        transfer.write(b"the first half")
        transfer.flush()
        assert written_to(file)
        assert inbox.after(0) == inbox.after(60) == []  # it stalls
    assert not written_to(file)
    assert inbox.after(2) == ["slow.mp4"]
    assert not written_to(inbox.folder / "missing")


def test_another_content_is_another_file_unless_its_result_is_out(inbox: Inbox) -> None:
    for name in ("good.jpg", "cut.jpg"):
        (inbox.folder / name).write_bytes(b"content")
    assert inbox.after(0) == []
    assert inbox.after(6) == ["cut.jpg", "good.jpg"]
    cut, good = inbox.store.waiting(9)
    inbox.store.started(good, free=True)
    (inbox.folder / "good.jpg").write_bytes(b"changed while it is worked on")
    assert inbox.after(2) == inbox.after(6) == ["good.jpg", "cut.jpg"]
    paths = shown_path(good.source), shown_path(good.target)
    done = FileReport(*paths, "redacted", 0, target_sha256="0" * 64)
    inbox.store.ended(good, done, "done")
    inbox.store.ended(
        cut, FileReport(shown_path(cut.source)).failing(InputError("damaged")), "failed"
    )
    assert inbox.after(2) == []
    (inbox.folder / "cut.jpg").write_bytes(b"the transfer goes on")
    assert inbox.after(2) == []
    assert inbox.after(6) == ["cut.jpg"]
    assert inbox.store.waiting(9)[0].tries == 0
    assert inbox.changed == ["good.jpg"]
    again = Arrivals(inbox.folder, inbox.arrivals.out, inbox.store, changed=print)
    again.look()
    inbox.now += 6
    again.look()
    assert inbox.store.counts() == {
        "waiting": 1, "working": 0, "done": 1, "failed": 0, "given-up": 0,
    }  # fmt: skip


def test_a_folder_that_is_gone_ends_it(inbox: Inbox) -> None:
    inbox.folder.rmdir()
    with pytest.raises(OutputError, match="gone"):
        inbox.after(0)


def test_a_large_folder_is_looked_at_less_often(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def slowly(folder: Path, out: Path) -> list[PlannedFile]:
        looks.append(inbox.now)
        inbox.now += 3
        return []

    monkeypatch.setattr(watch, "in_folder", slowly)
    for _ in range(70):
        inbox.after(1)
    assert len(looks) == 3


def test_the_quarantine_names_what_is_held_and_forgets_what_is_released(tmp_path: Path) -> None:
    held = Quarantine(tmp_path / "out.quarantine", tmp_path / "in")
    assert quarantine_of(tmp_path / "out") == held.folder
    source = tmp_path / "in" / "day" / "a.jpg"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"original")
    for _ in range(2):
        held.hear(FileReport(source).failing(NoFaceError("no face was found")))
    link = held.folder / "day" / "a.jpg"
    reason = json.loads((held.folder / "day" / "a.jpg.report.json").read_text())
    assert (link.readlink(), reason["message"]) == (source, "no face was found")
    assert held.folder.stat().st_mode & 0o077 == 0
    held.hear(FileReport(source, tmp_path / "out" / "a.jpg", "redacted", 0))
    assert not held.folder.exists()
    assert source.read_bytes() == b"original"
    held.folder.write_text("a file is there")
    with pytest.raises(OutputError, match="quarantine"):
        held.hear(FileReport(source).failing(NoFaceError("no face was found")))


def test_results_cannot_go_where_originals_arrive(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    for out in ("in", "in/out", "link/out"):
        with pytest.raises(RefusedError, match="watched"):
            efface.watch_folder(tmp_path / "in", tmp_path / out)
    with pytest.raises(InputError, match="no such folder"):
        efface.watch_folder(tmp_path / "missing", tmp_path / "out")


def test_the_command_redacts_what_arrives_and_survives_a_kill(
    tmp_path: Path, jpeg_bytes: bytes
) -> None:
    """With real processes."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    command = [
        sys.executable, "-m", "efface.cli.start", "watch", str(inbox), "-o", str(out),
        "--fast", "--settles", "0.3", "--workers", "1",
    ]  # fmt: skip

    def until(there: Path, process: subprocess.Popen[str]) -> None:
        end = time.monotonic() + 90
        while not there.exists():
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    first = begin()
    (inbox / "a.jpg").write_bytes(jpeg_bytes)
    until(out / "a.jpg", first)
    while not efface.batch_status(out).states["done"]:  # a try that is killed is made again
        time.sleep(0.02)
    written = (out / "a.jpg").stat().st_mtime_ns
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    second = begin()
    (inbox / "broken.jpg").write_bytes(jpeg_bytes[:2000])
    (inbox / "b.jpg").write_bytes(jpeg_bytes)
    until(out / "b.jpg", second)
    until(tmp_path / "out.quarantine" / "broken.jpg", second)
    second.terminate()
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 130
    assert f"released: {out / 'b.jpg'}" in said.splitlines()
    assert f"quarantined: {inbox / 'broken.jpg'}: " in said
    assert (out / "a.jpg").stat().st_mtime_ns == written
    assert sorted(path.name for path in out.iterdir()) == ["a.jpg", "b.jpg"]
