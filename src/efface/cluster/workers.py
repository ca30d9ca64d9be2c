"""Workers on other machines, as a run of a batch needs them: each shard is a folder on the disk of
the results, and its journal says how far it is."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from efface.batch.interface import Shard, ShardLostError, ShardProgress
from efface.batch.shard_folder import JournalReader, ShardFolder
from efface.cluster.interface import Errand, ErrandEnded, Link
from efface.errors import OutputError, RefusedError
from efface.version import __version__

SHARD_FILES: Final = 200
"""Files of a shard at most: the scheduler keeps some 10 kB for each, whatever it holds."""

PATIENCE_S: Final = 600.0
"""So long a run waits for a scheduler, or a worker, that went away."""

COMES_S: Final = 60.0
"""So long the first worker is waited for."""

LOOKS_EVERY_S: Final = 0.5
"""Between two looks at a journal."""

_ASKS_EVERY_S: Final = 5.0
"""Between two questions whether any worker is there."""

_STOPS_S: Final = 5.0
"""For a worker to say that it has stopped."""


class ClusterWorkers:
    """As ``batch.interface.Workers``."""

    files_each = SHARD_FILES

    def __init__(self, link: Link, home: Path, *, patience_s: float = PATIENCE_S) -> None:
        """
        Args:
            home: a folder on the results' disk that every worker sees, for what is not finished; it
                goes at the end.
            patience_s: as ``PATIENCE_S``.

        Raises:
            RefusedError: there is no worker, and none comes.
        """
        slots = _first(link)
        self._link, self.home, self._patience_s = link, home, patience_s
        self.count = slots + -(-slots // 2)  # so that nobody waits for this process
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._there_at, self._asked_at = time.monotonic(), 0.0

    def __enter__(self) -> ClusterWorkers:
        """
        Raises:
            OutputError: nothing can be written there.
        """
        shutil.rmtree(self.home, ignore_errors=True)
        try:
            self.home.mkdir(parents=True, mode=0o700, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot be made ({error.strerror}).", path=self.home) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def work(self, shard: Shard, progress: ShardProgress) -> None:
        folder = ShardFolder(self.home / secrets.token_hex(8), shard, __version__)
        folder.write()
        reader, errand = JournalReader(folder), self._link.give(folder.path)
        ended: ErrandEnded | None = None
        try:
            while ended is None and not self._stop.is_set():
                ended = errand.ended(LOOKS_EVERY_S)
                _tell(reader, progress)
                self._be_patient()
        finally:
            self._end(folder, errand, reader, progress)
        if ended is not None and ended.ending == "refused":
            raise RefusedError(
                f"a worker cannot do its work: {ended.why}",
                hint="Put it right or end that worker, and give the same command again.",
            )
        if reader.begun:
            raise ShardLostError(f"went with its worker ({ended and ended.why})", reader.begun)

    def interrupt(self) -> None:
        self._stop.set()

    def _end(
        self, folder: ShardFolder, errand: Errand, reader: JournalReader, progress: ShardProgress
    ) -> None:
        """Take a shard away from whoever works on it, and hear what was done."""
        folder.take_back()
        until = time.monotonic() + _STOPS_S
        while True:
            _tell(reader, progress)
            if reader.closed or not reader.begun or time.monotonic() > until:
                break
            errand.ended(LOOKS_EVERY_S / 5)
        errand.forget()
        folder.remove()
        _tell(reader, progress)

    def _be_patient(self) -> None:
        """
        Raises:
            OutputError: nobody has been there for too long.
        """
        with self._turn:
            now = time.monotonic()
            if now - self._asked_at < _ASKS_EVERY_S:
                return
            self._asked_at = now
            if self._link.slots():
                self._there_at = now
            elif now - self._there_at > self._patience_s:
                raise OutputError(
                    f"no worker has been there for {self._patience_s:g} s.",
                    hint="Start the scheduler and its workers, and give the same command again.",
                )


def _first(link: Link) -> int:
    """How many shards can be worked on at a time once somebody is there.

    Raises:
        RefusedError: nobody comes.
    """
    until = time.monotonic() + COMES_S
    while True:
        slots = link.slots()
        if slots:
            return slots
        if time.monotonic() > until:
            raise RefusedError(
                f"no worker came within {COMES_S:g} s.",
                hint="Start one with 'efface cluster worker'.",
            )
        time.sleep(LOOKS_EVERY_S)


def _tell(reader: JournalReader, progress: ShardProgress) -> None:
    for told in reader.new():
        if told.report is not None:
            progress.ended(told.task, told.report)
        elif told.free is not None:
            progress.begin(told.task, free=told.free)
