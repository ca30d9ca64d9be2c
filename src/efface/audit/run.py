"""A run over the files of an archive: threads with a confined process each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from efface.audit.journal import FileStamp, Journal
from efface.errors import StoppedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.policy import Policy
from efface.sandbox.apart import NotStartedError
from efface.sandbox.crew import work_through
from efface.sandbox.looker import ConfinedLooker
from efface.sandbox.redactor import FILES_EACH, ReaderLostError
from efface.workflow.sight_form import SightEntry

TRIES: Final = 2
"""Of a file whose process was lost: the second is in a new one."""


@dataclass(slots=True)
class _InTurn:
    """What the threads share, in turns."""

    waiting: list[tuple[int, Path]]
    turn: threading.Lock = field(default_factory=threading.Lock)
    lookers: set[ConfinedLooker] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    trouble: BaseException | None = None


class AuditRun:
    """One run."""

    def __init__(
        self,
        journal: Journal,
        policy: Policy,
        home: Path,
        *,
        thumbnails: bool = False,
        listen: Listener = ignore,
    ) -> None:
        """
        Args:
            home: a folder for what processes need while they run.
            listen: is told of files, in any of the threads, one at a time.
        """
        self._journal, self._policy, self._home = journal, policy, home
        self._thumbnails, self._listen = thumbnails, listen
        self._turns = _InTurn([])

    def run(self, files: Sequence[Path], workers: int) -> None:
        """Look through what is not known yet.

        Raises:
            StoppedError: it was interrupted; what was seen is kept.
            EffaceError: no process starts, or the journal cannot be written to.
        """
        turns = self._turns = _InTurn(list(enumerate(files)))
        self._listen(BatchStarted(len(files)))
        if work_through(self._guarded, workers, self._stop):
            raise StoppedError(
                "it was interrupted; what was seen is kept.",
                path=self._home,
                hint="The same command again goes on.",
            )
        if turns.trouble is not None:
            raise turns.trouble

    def _stop(self) -> None:
        self._turns.stop.set()
        with self._turns.turn:
            for looker in self._turns.lookers:
                looker.interrupt()

    def _guarded(self) -> None:
        turns = self._turns
        try:
            while not turns.stop.is_set():
                with turns.turn:
                    shard = turns.waiting[:FILES_EACH]
                    del turns.waiting[:FILES_EACH]
                if not shard:
                    return
                self._do(shard)
        except BaseException as error:  # no process starts, say: nobody can go on
            turns.trouble = turns.trouble or error
            turns.stop.set()

    def _do(self, shard: Sequence[tuple[int, Path]]) -> None:
        turns = self._turns
        paths = [path for _, path in shard]
        looker = ConfinedLooker(paths, self._policy, self._home, thumbnails=self._thumbnails)
        with turns.turn:
            turns.lookers.add(looker)
        try:
            for number, path in shard:
                if turns.stop.is_set():
                    return
                self._tell(FileStarted(path, number))
                code = self._one(path, looker)
                self._tell(FileFinished(path, number, code))
        finally:
            with turns.turn:
                turns.lookers.discard(looker)
            looker.close()

    def _one(self, path: Path, looker: ConfinedLooker) -> int:
        try:
            stamp = FileStamp.of(path)
        except Exception as error:  # one file's trouble must not cost the others
            self._journal.add(path, FileStamp(0, 0), in_own_words(error, path), looker.confinement)
            return in_own_words(error, path).exit_code
        try:
            found = _seen(path, looker, self._turns.stop)
        except NotStartedError:
            raise
        except Exception as error:  # the same
            own = in_own_words(error, path)
            if self._turns.stop.is_set():
                return StoppedError.exit_code
            self._journal.add(path, stamp, own, looker.confinement)
            return own.exit_code
        self._journal.add(path, stamp, found, looker.confinement)
        return 0

    def _tell(self, event: FileStarted | FileFinished) -> None:
        with self._turns.turn:
            self._listen(event)


def _seen(path: Path, looker: ConfinedLooker, stop: threading.Event) -> SightEntry:
    """
    Raises:
        ReaderLostError: the process was lost, each time.
        EffaceError: the file cannot be read.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return looker.look(path)
        except ReaderLostError:
            if not left or stop.is_set():
                raise
    raise AssertionError("it is tried once at least")
