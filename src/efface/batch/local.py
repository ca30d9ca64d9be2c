"""Workers of this machine: a thread for each, with a confined process."""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from efface.batch.interface import Shard, ShardProgress
from efface.batch.shard_work import ShardWork
from efface.errors import OutputError
from efface.sandbox.redactor import FILES_EACH


class LocalWorkers:
    """As ``interface.Workers``."""

    files_each = FILES_EACH

    def __init__(self, count: int, home: Path) -> None:
        """
        Args:
            home: a folder on the results' disk, for what is not finished; it goes at the end, and
                what a killed run left in it at the beginning.
        """
        self.count, self.home = count, home
        self._turn = threading.Lock()
        self._at_work: set[ShardWork] = set()

    def __enter__(self) -> LocalWorkers:
        """
        Raises:
            OutputError: nothing can be written there.
        """
        shutil.rmtree(self.home, ignore_errors=True)
        try:
            self.home.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise OutputError(f"cannot be made ({error.strerror}).", path=self.home) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            shutil.rmtree(self.home)

    def work(self, shard: Shard, progress: ShardProgress) -> None:
        work = ShardWork(shard, self.home)
        with self._turn:
            self._at_work.add(work)
        try:
            work.run(progress)
        finally:
            with self._turn:
                self._at_work.discard(work)

    def interrupt(self) -> None:
        with self._turn:
            for work in self._at_work:
                work.interrupt()
