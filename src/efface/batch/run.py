"""A run over the files of a store: each thread hands out a shard, and hears what becomes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from efface.batch.form import State
from efface.batch.interface import Shard, ShardLostError, ShardTask, Workers
from efface.batch.shard_folder import JournalReader, left_behind
from efface.batch.store import BatchFile, BatchStore
from efface.errors import SOME_FAILED, MemoryShortError, OutputError, StoppedError, UnexpectedError
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.files.lock import locked
from efface.remote.address import Place, shown_path
from efface.remote.catalogue import is_there
from efface.remote.interface import RemoteError
from efface.sandbox.crew import work_through
from efface.sandbox.redactor import ReaderLostError
from efface.workflow.redact.report import FileReport

TRIES: Final = 3
"""After which a file is given up."""

BACK_OFF_S: Final = (10.0, 60.0)
"""Before the second try, and before the third."""

MAY_PASS = (OutputError, ReaderLostError, RemoteError, MemoryShortError, UnexpectedError)
"""Errors that another try can go without: a full disk, a process that was killed, a server that
says nothing."""

_LOOKS_EVERY_S = 0.5


@dataclass(slots=True)
class _Shared:
    """What the threads share, in turns."""

    turn: threading.RLock = field(default_factory=threading.RLock)
    taken: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    trouble: BaseException | None = None


class BatchRun:
    """One run."""

    def __init__(
        self,
        store: BatchStore,
        workers: Workers,
        listen: Listener = ignore,
        back_off_s: Sequence[float] = BACK_OFF_S,
        *,
        hear: Callable[[FileReport], None] | None = None,
        feed: Callable[[], None] | None = None,
    ) -> None:
        """
        Args:
            store: begun, with its files.
            workers: who does the work.
            listen: is told of files, in any of the threads, one at a time.
            back_off_s: as ``BACK_OFF_S``.
            hear: is told what became of each file that has ended, in any of the threads, one at a
                time.
            feed: is called again and again in the thread that runs it, and may add files to the
                store; with it the run goes on until it is interrupted.
        """
        self._store, self._workers = store, workers
        self._listen, self._back_off_s = listen, back_off_s
        self._hear, self._feed = hear, feed
        self._orders = dict(store.orders())
        self._shared = _Shared()

    def run(self) -> int:
        """Work until nothing waits; returns the exit code: 0, 6 if some files failed, 130 if it was
        interrupted.

        Raises:
            RefusedError: another run works on the store.
            EffaceError: the store, or the folder of results, cannot be written to; no work can be
                done at all.
        """
        with locked(self._store.path):
            self._catch_up()
            return self._through()

    def _catch_up(self) -> None:
        """Hear what was done elsewhere after the last run was killed."""
        for folder in left_behind(self._workers.home):
            for told in JournalReader(folder).new():
                task = told.task
                file = BatchFile(task.id, task.source, task.target, task.tries, task.overwrite)
                if told.report is not None:
                    self._ended(file, told.report)
                elif told.free is not None:
                    self._store.started(file, free=told.free)
                else:
                    self._store.put_back(file)
            folder.remove()

    def _through(self) -> int:
        with self._workers:
            counts = self._store.counts()
            self._tell(lambda: self._listen(BatchStarted(counts["waiting"] + counts["working"])))
            interrupted = work_through(self._guarded, self._workers.count, self._stop, self._feed)
        if self._shared.trouble is not None:
            raise self._shared.trouble
        if interrupted:
            return StoppedError.exit_code
        ended = self._store.counts()
        return SOME_FAILED if ended["failed"] + ended["given-up"] else 0

    def _stop(self) -> None:
        """End all processes: what they work on is put back."""
        self._shared.stop.set()
        self._workers.interrupt()

    def _guarded(self) -> None:
        try:
            while not self._shared.stop.is_set():
                files = self._files()
                if files is None:
                    return
                if files:
                    self._do(files)
                else:
                    self._shared.stop.wait(_LOOKS_EVERY_S)
        except BaseException as error:  # the store is gone, say: nobody can go on
            self._shared.trouble = self._shared.trouble or error
            self._shared.stop.set()

    def _files(self) -> list[BatchFile] | None:
        """Files for one shard; none while all wait for another try; ``None``: all is done."""
        workers = self._workers
        with self._shared.turn:
            taken = self._shared.taken
            left = self._store.left(workers.files_each * workers.count + len(taken)) - len(taken)
            each = -(-left // workers.count)
            most = max(1, min(workers.files_each, each))
            found = self._store.waiting(most, without=taken)
            if not found and self._feed is None and not self._store.left(1):
                return None
            taken |= {file.id for file in found}
            return found

    def _do(self, files: Sequence[BatchFile]) -> None:
        try:
            tasks = {}
            for file in files:
                if file.tries >= TRIES:  # killed with it each time
                    self._end(
                        file, FileReport(shown_path(file.source)).failing(_killed()), "given-up"
                    )
                else:
                    tasks[file.id] = (self._task(file), file)
            if tasks:
                order = self._orders[files[0].order_id]
                shard = Shard(order, tuple(task for task, _ in tasks.values()))
                self._work(shard, {number: file for number, (_, file) in tasks.items()})
        finally:
            with self._shared.turn:
                self._shared.taken -= {file.id for file in files}

    def _task(self, file: BatchFile) -> ShardTask:
        number = file.regions_id
        regions = None if number is None else self._store.regions(number)
        return ShardTask(file.id, file.source, file.target, file.resumed, regions, file.tries)

    def _work(self, shard: Shard, files: Mapping[int, BatchFile]) -> None:
        heard = _Heard(self, files)
        try:
            self._workers.work(shard, heard)
        except ShardLostError as lost:  # as if the run had been killed
            heard.begun.difference_update(lost.working_on)
        finally:
            for number in heard.begun:
                self._store.put_back(files[number])

    @property
    def stopped(self) -> bool:
        """Whether the run ends before all is done."""
        return self._shared.stop.is_set()

    def begin(self, file: BatchFile, free: bool | None) -> bool:
        """A try begins; false: none may any more."""
        if free is None:
            if self.stopped:
                return False
            free = file.resumed or is_free(file.target)
        self._store.started(file, free=free)
        self._tell(lambda: self._listen(FileStarted(shown_path(file.source), file.id)))
        return True

    def ended(self, file: BatchFile, report: FileReport) -> None:
        """A try ended."""
        self._ended(file, report)
        self._tell(
            lambda: self._listen(FileFinished(shown_path(file.source), file.id, report.exit_code))
        )

    def _ended(self, file: BatchFile, report: FileReport) -> None:
        if report.exit_code == 0:
            self._end(file, report, "done")
        elif not isinstance(report.error, MAY_PASS):
            self._end(file, report, "failed")
        elif file.tries + 1 >= TRIES:
            self._end(file, report, "given-up")
        else:
            ready_at = time.time() + self._back_off_s[file.tries]
            self._store.ended(file, report, "waiting", ready_at)

    def _end(self, file: BatchFile, report: FileReport, state: State) -> None:
        self._store.ended(file, report, state)
        hear = self._hear
        if hear is not None:
            self._tell(lambda: hear(report))

    def _tell(self, say: Callable[[], None]) -> None:
        with self._shared.turn:
            say()


def _killed() -> UnexpectedError:
    return UnexpectedError(
        f"the run was killed {TRIES} times while this file was worked on.",
        hint="Redact it alone, with 'efface redact'.",
    )


def is_free(target: Place) -> bool:
    """Whether nothing is there for sure."""
    try:
        return not is_there(target)
    except RemoteError:
        return False


@dataclass(slots=True)
class _Heard:
    """The progress of one shard."""

    run: BatchRun
    files: Mapping[int, BatchFile]
    begun: set[int] = field(default_factory=set)
    """And not ended."""

    def begin(self, task: ShardTask, *, free: bool | None = None) -> bool:
        if not self.run.begin(self.files[task.id], free):
            return False
        self.begun.add(task.id)
        return True

    def ended(self, task: ShardTask, report: FileReport) -> None:
        if report.exit_code and self.run.stopped:
            return  # it was ended with its process
        self.run.ended(self.files[task.id], report)
        self.begun.discard(task.id)
