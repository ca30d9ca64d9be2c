"""A batch ends, whatever becomes of its files and of the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

import efface
from efface.batch import shard_work
from efface.batch.local import LocalWorkers
from efface.batch.run import BACK_OFF_S, TRIES, BatchRun
from efface.batch.store import BatchStore, Entry
from efface.cli.main import cli
from efface.errors import EffaceError, InputError, OutputError, RefusedError
from efface.events import Event, FileFinished, Listener
from efface.files.lock import locked
from efface.sandbox.apart import NotStartedError
from efface.sandbox.redactor import ReaderLostError
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

Does = Callable[[FileOrder, int], EffaceError | None]
"""What becomes of a file at its n-th try, from 1."""


class Scripted:
    """Stands in for confined processes: files end as a test says."""

    does: Does
    tries: dict[str, int]

    def __init__(self, files: Sequence[PlannedFile], order: Order, *, home: Path) -> None:
        assert home.is_dir()

    def redact(self, asked: FileOrder, listen: Listener) -> FileReport:
        name = asked.source.name
        self.tries[name] = self.tries.get(name, 0) + 1
        error = type(self).does(asked, self.tries[name])
        if error is not None:
            return FileReport(asked.source).failing(error)
        asked.target.write_bytes(b"redacted")
        return FileReport(
            asked.source, asked.target, "redacted", 0, target_sha256="0" * 64, sandbox="landlock"
        )

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Does], dict[str, int]]:
    def script(does: Does) -> dict[str, int]:
        tries: dict[str, int] = {}
        own = type("Own", (Scripted,), {"does": staticmethod(does), "tries": tries})
        monkeypatch.setattr(shard_work, "ConfinedRedactor", own)
        return tries

    return script


def store_with(folder: Path, *names: str) -> BatchStore:
    (folder / "out").mkdir(exist_ok=True)
    store = BatchStore(folder / "out.batch.sqlite", write=True)
    store.begin(Order(), "0")
    store.add([Entry(folder / name, folder / "out" / name) for name in names])
    return store


def batch_run(
    store: BatchStore, folder: Path, listen: Listener = print, workers: int = 1
) -> BatchRun:
    crew = LocalWorkers(workers, folder / "out" / ".efface-batch")
    return BatchRun(store, crew, listen, (0.0, 0.0))


def test_what_may_pass_is_tried_again_and_poison_is_given_up(
    tmp_path: Path, scripted: Callable[[Does], dict[str, int]]
) -> None:
    def does(asked: FileOrder, time_: int) -> EffaceError | None:
        ends: dict[str, EffaceError | None] = {
            "poison": ReaderLostError("what read it crashed"),
            "damaged": InputError("it is damaged"),
            "full": OutputError("the disk is full") if time_ == 1 else None,
        }
        return ends.get(asked.source.name)

    tries = scripted(does)
    events: list[Event] = []
    names = ("a", "poison", "b", "damaged", "full", "c")
    with closing(store_with(tmp_path, *names)) as store:
        assert batch_run(store, tmp_path, events.append, 2).run() == 6
        assert tries == {"a": 1, "b": 1, "c": 1, "poison": TRIES, "damaged": 1, "full": 2}
        assert store.counts() == {
            "waiting": 0, "working": 0, "done": 4, "failed": 1, "given-up": 1,
        }  # fmt: skip
        told = {Path(result.source).name: result.report.message for result in store.results()}
        assert told == {
            "poison": "what read it crashed", "damaged": "it is damaged",
            "a": None, "b": None, "c": None, "full": None,
        }  # fmt: skip
        first = [Path(result.source).name for result in store.results(doubtful_first=True)]
        assert first[:2] == ["poison", "damaged"]
        assert batch_run(store, tmp_path).run() == 6
    assert sum(tries.values()) == 9  # nothing was done again
    assert sum(isinstance(event, FileFinished) for event in events) == 9
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b", "c", "full"]


def test_tries_that_the_run_was_killed_in_count(
    tmp_path: Path, scripted: Callable[[Does], dict[str, int]]
) -> None:
    tries = scripted(lambda asked, time_: None)
    for _ in range(TRIES):
        with closing(store_with(tmp_path, "a", "b")) as store:  # and the power goes
            store.started(store.waiting(1)[0], free=True)
    with closing(store_with(tmp_path)) as store:
        assert batch_run(store, tmp_path).run() == 6
        assert tries == {"b": 1}
        (gone, _) = store.results()
        assert "killed 3 times" in (gone.report.message or "")


def test_only_what_a_killed_try_may_have_made_is_replaced(
    tmp_path: Path, scripted: Callable[[Does], dict[str, int]]
) -> None:
    asked: dict[str, bool] = {}

    def does(order: FileOrder, time_: int) -> None:
        asked[order.source.name] = order.order.overwrite

    scripted(does)
    with closing(store_with(tmp_path, "was-free", "was-there", "new")) as store:
        one, other, _ = store.waiting(9)
        store.started(one, free=True)
        store.started(other, free=False)
        assert batch_run(store, tmp_path).run() == 0
    assert asked == {"was-free": True, "was-there": False, "new": False}


def test_a_stop_puts_back_what_was_worked_on(
    tmp_path: Path, scripted: Callable[[Does], dict[str, int]]
) -> None:
    with closing(store_with(tmp_path, "a", "b")) as store:
        begun = batch_run(store, tmp_path)

        def does(asked: FileOrder, time_: int) -> EffaceError:
            begun._shared.stop.set()
            return ReaderLostError("what read it was ended")

        scripted(does)
        begun.run()
        assert [(file.id, file.tries) for file in store.waiting(9)] == [(1, 0), (2, 0)]
        assert list(store.results()) == []


def test_no_file_is_blamed_where_no_process_starts(
    tmp_path: Path, scripted: Callable[[Does], dict[str, int]]
) -> None:
    scripted(lambda asked, time_: NotStartedError("no namespaces"))
    with closing(store_with(tmp_path, "a")) as store:
        with pytest.raises(NotStartedError):
            batch_run(store, tmp_path).run()
        assert store.counts()["waiting"] == 1
        with locked(store.path), pytest.raises(RefusedError):
            batch_run(store, tmp_path).run()


def test_a_run_that_was_killed_goes_on(tmp_path: Path, jpeg_bytes: bytes) -> None:
    """With real processes: what was done stays, and nothing half-done is left."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (folder / name).write_bytes(jpeg_bytes)
    (folder / "broken.jpg").write_bytes(jpeg_bytes[:2000])
    command = [sys.executable, "-m", "efface.cli.start", "batch", str(folder), "-o", str(out)]
    with subprocess.Popen([*command, "--fast", "--quiet"], start_new_session=True) as begun:
        until = time.monotonic() + 60
        while not (out / "a.jpg").exists() and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(begun.pid, signal.SIGKILL)
    first = (out / "a.jpg").stat().st_mtime_ns
    before = efface.batch_status(out).states["done"]
    policy = efface.load_policy(recall="fast")
    status = efface.batch([folder], out, policy=policy, workers=1)
    assert (status.exit_code, status.states["done"], status.states["failed"]) == (6, 3, 1)
    assert before == 0 or (out / "a.jpg").stat().st_mtime_ns == first
    assert sorted(path.name for path in out.iterdir()) == ["a.jpg", "b.jpg", "c.jpg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out", "out.batch.sqlite"]
    with pytest.raises(RefusedError, match="another policy"):
        efface.batch([folder], out)


def test_there_is_a_pause_before_each_try_but_the_first() -> None:
    assert len(BACK_OFF_S) == TRIES - 1
    assert "batch" in cli.commands
