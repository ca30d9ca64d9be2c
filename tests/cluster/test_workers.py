"""A run on other machines ends, whatever becomes of its files and of the machines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from efface.batch import shard_work
from efface.batch.interface import Shard, ShardTask
from efface.batch.local import LocalWorkers
from efface.batch.run import BatchRun
from efface.batch.shard_folder import JournalReader, ShardFolder, ShardJournal
from efface.batch.store import BatchStore, Entry
from efface.cluster import shard, workers
from efface.cluster.interface import ErrandEnded
from efface.cluster.shard import STOPPING, do_shard
from efface.cluster.workers import ClusterWorkers
from efface.errors import EffaceError, InputError, OutputError, RefusedError
from efface.events import Event, FileFinished, Listener, ignore
from efface.sandbox.apart import NotStartedError
from efface.sandbox.redactor import ReaderLostError
from efface.version import __version__
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

Does = Callable[[FileOrder], EffaceError | None]
Script = Callable[[Does], list[tuple[str, bool]]]


class KilledError(BaseException):
    """The machine is gone."""


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(workers, "_STOPS_S", 0.05)
    monkeypatch.setattr(workers, "COMES_S", 0.02)
    monkeypatch.setattr(workers, "_ASKS_EVERY_S", 0.0)
    monkeypatch.setattr(shard, "LOOKS_EVERY_S", 0.01)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Files end as a test says; returns which were begun, and whether over another result."""

    def script(does: Does) -> list[tuple[str, bool]]:
        begun: list[tuple[str, bool]] = []

        class Redactor:
            def __init__(self, files: Sequence[PlannedFile], order: Order, *, home: Path) -> None:
                assert home.is_dir()

            def redact(self, asked: FileOrder, listen: Listener) -> FileReport:
                begun.append((asked.source.name, asked.order.overwrite))
                error = does(asked)
                if error is not None:
                    return FileReport(asked.source).failing(error)
                asked.target.write_bytes(b"redacted")
                return done_with(asked.source, asked.target)

            def interrupt(self) -> None: ...

            def close(self) -> None: ...

        monkeypatch.setattr(shard_work, "ConfinedRedactor", Redactor)
        return begun

    return script


def done_with(source: Path, target: Path) -> FileReport:
    return FileReport(source, target, "redacted", 0, target_sha256="0" * 64, sandbox="landlock")


class DoneHere:
    """A shard that is done at once."""

    def __init__(self, folder: Path) -> None:
        try:
            self._ended = ErrandEnded(*json.loads(do_shard(str(folder))))
        except KilledError:
            self._ended = ErrandEnded("lost", "killed")

    def ended(self, within_s: float) -> ErrandEnded | None:
        return self._ended

    def forget(self) -> None: ...


class LinkHere:
    """Leads nowhere: shards are done by whoever gives them."""

    def __init__(self, slots: Iterator[int] | None = None) -> None:
        self._slots = slots

    def slots(self) -> int:
        return 1 if self._slots is None else next(self._slots, 0)

    def give(self, folder: Path) -> DoneHere:
        return DoneHere(folder)


def store_with(folder: Path, *names: str) -> BatchStore:
    (folder / "out").mkdir(exist_ok=True)
    store = BatchStore(folder / "out.batch.sqlite", write=True)
    store.begin(Order(), "0")
    store.add([Entry(folder / name, folder / "out" / name) for name in names])
    return store


def work(
    store: BatchStore, folder: Path, link: LinkHere | None = None, listen: Listener = ignore
) -> int:
    home = folder / "out" / ".efface-batch"
    crew = ClusterWorkers(link or LinkHere(), home, patience_s=0.0)
    try:
        return BatchRun(store, crew, listen, (0.0, 0.0)).run()
    finally:
        assert not home.exists()


def tries_of(store: BatchStore) -> dict[str, tuple[str, int]]:
    rows = store._base.execute("select source, state, tries from files")
    return {Path(source.decode()).name: (state, tries) for source, state, tries in rows}


def test_what_may_pass_is_tried_again_and_poison_is_given_up(
    tmp_path: Path, scripted: Script
) -> None:
    def does(asked: FileOrder) -> EffaceError | None:
        if asked.source.name == "full" and ("full", False) not in begun[:-1]:
            return OutputError("the disk is full")
        ends = {"poison": ReaderLostError("what read it crashed"), "damaged": InputError("damaged")}
        return ends.get(asked.source.name)

    begun = scripted(does)
    events: list[Event] = []
    with closing(store_with(tmp_path, "a", "poison", "damaged", "full", "c")) as store:
        assert work(store, tmp_path, None, events.append) == 6
        assert tries_of(store) == {
            "a": ("done", 1), "c": ("done", 1), "full": ("done", 2), "damaged": ("failed", 1),
            "poison": ("given-up", 3),
        }  # fmt: skip
        said = [one.report.message for one in store.results() if one.report.exit_code]
        assert said == ["what read it crashed", "damaged"]
    assert len(begun) == sum(isinstance(event, FileFinished) for event in events) == 8


def test_a_worker_that_is_killed_costs_its_file_a_try_and_the_others_none(
    tmp_path: Path, scripted: Script
) -> None:
    def does(asked: FileOrder) -> None:
        if asked.source.name == "kills":
            asked.target.write_bytes(b"just released")
            raise KilledError

    begun = scripted(does)
    with closing(store_with(tmp_path, "a", "kills", "b")) as store:
        assert work(store, tmp_path) == 6
        assert tries_of(store)["a"] == tries_of(store)["b"] == ("done", 1)
        (gone,) = [one.report for one in store.results() if one.report.exit_code]
    assert "killed 3 times" in (gone.message or "")
    assert [over for name, over in begun if name == "kills"] == [False, True, True]
    assert sorted(name for name, _ in begun) == ["a", "b", *["kills"] * 3]


@pytest.mark.parametrize("on_one_machine", [False, True])
def test_a_client_that_was_killed_finds_what_was_done_meanwhile(
    tmp_path: Path, scripted: Script, on_one_machine: bool
) -> None:
    """Its workers went on without it; one was in the middle of a file."""
    begun = scripted(lambda asked: None)
    home = tmp_path / "out" / ".efface-batch"
    with closing(store_with(tmp_path, "done", "half", "waits")) as store:
        home.mkdir()
        tasks = tuple(
            ShardTask(file.id, file.source, file.target, file.resumed) for file in store.waiting(9)
        )
        left = ShardFolder(home / "0123", Shard(Order(), tasks), __version__)
        left.write()
        done, half, _ = tasks
        journal = ShardJournal(left)
        journal.begun(done, free=True)
        assert isinstance(done.source, Path)
        assert isinstance(done.target, Path)
        journal.ended(done, done_with(done.source, done.target), passes=False)
        journal.begun(half, free=True)
        with (left.path / "journal.jsonl").open("ab") as torn:
            torn.write(b'{"ended": 2, "repo')
        (tmp_path / "out" / "half").write_bytes(b"of that try")
        if on_one_machine:
            assert BatchRun(store, LocalWorkers(1, home), ignore, (0.0, 0.0)).run() == 0
        else:
            assert work(store, tmp_path) == 0
        assert tries_of(store) == {
            "done": ("done", 1), "half": ("done", 2), "waits": ("done", 1),
        }  # fmt: skip
    assert sorted(begun) == [("half", True), ("waits", False)]


def test_whoever_was_taken_for_dead_begins_no_other_file(tmp_path: Path, scripted: Script) -> None:
    home = tmp_path / "home"
    home.mkdir()

    def does(asked: FileOrder) -> EffaceError | None:
        shutil.rmtree(home)  # as a run does that has lost touch
        return OutputError("what was said to be written is not there")

    begun = scripted(does)
    tasks = tuple(
        ShardTask(number, tmp_path / name, tmp_path / "out" / name, False)
        for number, name in enumerate("ab")
    )
    ShardFolder(home / "0", Shard(Order(), tasks), __version__).write()
    assert json.loads(do_shard(str(home / "0")))[0] == "done"
    assert begun == [("a", False)]


def test_nothing_is_begun_that_is_taken_back_at_that_moment(
    tmp_path: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes it back may have read the journal just before: its result would be a stranger's."""
    begun = scripted(lambda asked: None)
    noted = ShardJournal.begun

    def late(journal: ShardJournal, task: ShardTask, *, free: bool) -> None:
        left.take_back()
        noted(journal, task, free=free)

    monkeypatch.setattr(ShardJournal, "begun", late)
    left = ShardFolder(
        tmp_path / "0",
        Shard(Order(), (ShardTask(0, tmp_path / "a", tmp_path / "out" / "a", False),)),
        __version__,
    )
    left.write()
    assert json.loads(do_shard(str(left.path)))[0] == "done"
    assert begun == []
    entries = [(one.free, one.report) for one in JournalReader(left).new()]
    assert entries == [(True, None), (None, None)], "begun, and put back"


def test_a_worker_that_stops_puts_back_what_it_was_at(tmp_path: Path, scripted: Script) -> None:
    def does(asked: FileOrder) -> EffaceError | None:
        if len(begun) > 1:
            return None
        STOPPING.stop()
        return ReaderLostError("what read it was ended")

    begun = scripted(does)
    with closing(store_with(tmp_path, "a", "b")) as store:
        assert work(store, tmp_path) == 0
        assert tries_of(store) == {"a": ("done", 1), "b": ("done", 1)}
    assert len(begun) == 3


def test_no_file_is_blamed_for_a_machine(
    tmp_path: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(lambda asked: NotStartedError("no namespaces"))
    refused = pytest.raises(RefusedError, match="a worker cannot do its work: no namespaces")
    with closing(store_with(tmp_path, "a")) as store, refused:
        work(store, tmp_path)
    scripted(lambda asked: None)
    with closing(store_with(tmp_path, "gone/b")) as store:
        with pytest.raises(RefusedError, match="its folder cannot be seen from here"):
            work(store, tmp_path)
        monkeypatch.setattr(shard, "__version__", "other")
        with pytest.raises(RefusedError, match="this is efface other"):
            work(store, tmp_path)
        with pytest.raises(RefusedError, match="no worker came"):
            work(store, tmp_path, LinkHere(iter([0])))
        assert tries_of(store)["b"] == ("waiting", 0)


def test_a_run_that_nobody_works_for_ends(
    tmp_path: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(lambda asked: None)
    monkeypatch.setattr(DoneHere, "__init__", lambda self, folder: None)
    monkeypatch.setattr(DoneHere, "ended", lambda self, within_s: None)
    with closing(store_with(tmp_path, "a")) as store:
        with pytest.raises(OutputError, match="no worker has been there"):
            work(store, tmp_path, LinkHere(iter([1])))
        assert tries_of(store) == {"a": ("waiting", 0)}


def test_an_interruption_puts_everything_back(
    tmp_path: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(lambda asked: None)
    monkeypatch.setattr(DoneHere, "__init__", lambda self, folder: None)
    monkeypatch.setattr(DoneHere, "ended", lambda self, within_s: None)
    with closing(store_with(tmp_path, "a", "b")) as store:
        crew = ClusterWorkers(LinkHere(), tmp_path / "out" / ".efface-batch")

        def interrupted(event: Event) -> None:
            crew.interrupt()
            run._shared.stop.set()

        run = BatchRun(store, crew, interrupted, (0.0, 0.0))
        run.run()
        assert tries_of(store) == {"a": ("waiting", 0), "b": ("waiting", 0)}


def test_a_journal_that_is_none_ends_the_run(tmp_path: Path) -> None:
    home = tmp_path / "out" / ".efface-batch"
    with closing(store_with(tmp_path, "a")) as store:
        home.mkdir()
        left = ShardFolder(home / "0", Shard(Order(), ()), __version__)
        left.write()
        (left.path / "journal.jsonl").write_text('{"begun": 7, "free": true}\n')
        crew = ClusterWorkers(LinkHere(), home)
        with pytest.raises(InputError, match="no journal of a batch"):
            BatchRun(store, crew).run()
