"""What a worker does: the files of a shard, one by one, each read in a confined process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from efface.batch.interface import ShardTask
from efface.batch.run import MAY_PASS, is_free
from efface.batch.shard_folder import ShardFolder, ShardJournal
from efface.batch.shard_work import ShardWork
from efface.cluster.interface import Ending
from efface.errors import EffaceError, RefusedError
from efface.files.paths import exists
from efface.version import __version__
from efface.workflow.redact.report import FileReport

LOOKS_EVERY_S: Final = 1.0
"""Between two looks whether a shard is still wanted."""


class Stopping:
    """Ends all that this process works on for a scheduler."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._stops: set[threading.Event] = set()

    def stop(self) -> None:
        """From any thread; what is worked on is put back."""
        with self._turn:
            for stop in self._stops:
                stop.set()

    @contextmanager
    def heeded(self) -> Iterator[threading.Event]:
        """An event that is set when the block is to end."""
        stop = threading.Event()
        with self._turn:
            self._stops.add(stop)
        try:
            yield stop
        finally:
            with self._turn:
                self._stops.discard(stop)


STOPPING: Final = Stopping()
"""Of this worker."""


def do_shard(place: str) -> str:
    """Work on a shard; what becomes of its files goes into its journal.

    Args:
        place: its folder.

    Returns: an ``Ending``, and why, as JSON.
    """
    try:
        folder = ShardFolder.read(Path(place))
        if folder.made_by != __version__:
            raise RefusedError(
                f"this is efface {__version__}, and the batch is of {folder.made_by}.",
                hint="Install the same version on every machine.",
            )
        _work_on(folder)
    except EffaceError as error:
        return _ending("refused", str(error))
    except OSError as error:  # the journal
        return _ending("lost", str(error))
    return _ending("done")


def _ending(ending: Ending, why: str = "") -> str:
    return json.dumps([ending, why])


def _work_on(folder: ShardFolder) -> None:
    """
    Raises:
        RefusedError: it cannot be done on this machine.
        OSError: the journal cannot be written.
    """
    work = ShardWork(folder.shard, folder.path)
    over = threading.Event()
    with STOPPING.heeded() as stop, closing(ShardJournal(folder)) as journal:
        watch = threading.Thread(target=_watch, args=(folder, work, stop, over), daemon=True)
        watch.start()
        try:
            work.run(_Journaled(folder, journal, stop))
        finally:
            over.set()
            watch.join()


def _watch(
    folder: ShardFolder, work: ShardWork, stop: threading.Event, over: threading.Event
) -> None:
    """Interrupt the work once it is not wanted any more."""
    while not over.wait(LOOKS_EVERY_S):
        if not folder.wanted:
            stop.set()
        if stop.is_set():
            work.interrupt()


@dataclass(frozen=True, slots=True)
class _Journaled:
    """Progress, into a journal."""

    folder: ShardFolder
    journal: ShardJournal
    stop: threading.Event

    def begin(self, task: ShardTask, *, free: bool | None = None) -> bool:
        """
        Raises:
            RefusedError: this machine does not see the file.
        """
        if self.stop.is_set() or not self.folder.wanted:
            return False
        source = task.source
        if isinstance(source, Path) and not exists(source) and not exists(source.parent):
            raise RefusedError("its folder cannot be seen from here.", path=source)
        if free is None:
            free = task.overwrite or is_free(task.target)
        self.journal.begun(task, free=free)
        if self.folder.wanted:  # else whoever took it back may not have read that it was begun
            return True
        self.journal.put_back(task)
        return False

    def ended(self, task: ShardTask, report: FileReport) -> None:
        stopped = self.stop.is_set() or not self.folder.wanted
        if report.exit_code and stopped:  # it was ended with its process
            self.journal.put_back(task)
        else:
            passes = isinstance(report.error, MAY_PASS)
            self.journal.ended(task, report, passes=passes)
