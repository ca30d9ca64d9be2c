"""How a batch hands out its work: a run gives shards to workers, and hears of each file when it
begins and when it has ended. Workers are threads and processes here (``local``), or elsewhere.

The run alone writes the store. Whoever works takes a shard as plain data, works it off with
``shard_work``, which knows nothing of the store, and says through ``ShardProgress`` what happens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from efface.regions import Regions
from efface.remote.address import Place
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One file of a shard."""

    id: int
    """In the store."""
    source: Place
    target: Place
    overwrite: bool
    """What is there under the target's name may go: it is of an earlier try."""
    regions: Regions | None = None
    """In place of what the detectors find."""
    tries: int = 0
    """That were begun before."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Files for one worker, with one order for all of them."""

    order: Order
    tasks: tuple[ShardTask, ...]


class ShardProgress(Protocol):
    """Who hears what becomes of a shard; in any thread, and it takes turns by itself."""

    def begin(self, task: ShardTask, *, free: bool | None = None) -> bool:
        """A try is about to begin: it is on disk when this returns. False: the run stops, and no
        other may begin.

        Args:
            free: nothing is there under the target's name that is not the batch's; left out, that
                is looked at.
        """
        ...

    def ended(self, task: ShardTask, report: FileReport) -> None:
        """What became of a task that had begun.

        Raises:
            EffaceError: nobody can go on: the store cannot be written, say.
        """
        ...


class ShardLostError(Exception):
    """Whoever worked on a shard is gone, for no fault that is known. The message says what
    happened, in words that follow "what read it"."""

    def __init__(self, message: str, working_on: Collection[int]) -> None:
        """
        Args:
            working_on: ids of the tasks that may be to blame: their try counts, and the next takes
                what is there under the target's name for theirs. Others that had begun and did not
                end are put back as they were.
        """
        super().__init__(message)
        self.working_on = working_on


class Workers(Protocol):
    """Who does the work of one run. Entered when the run has the store for itself, and left at its
    end, however it ends."""

    @property
    def count(self) -> int:
        """Shards that may be worked on at a time: so many threads call ``work``."""
        ...

    @property
    def files_each(self) -> int:
        """Files of one shard, at most."""
        ...

    @property
    def home(self) -> Path:
        """The folder for what is not finished. In it lies what a killed run had given out, and the
        run reads that before it enters."""
        ...

    def __enter__(self) -> Workers: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def work(self, shard: Shard, progress: ShardProgress) -> None:
        """Work a shard off, and return when all of it has ended, or the run stops.

        A task that did not begin, or did not end, when this returns is put back, and its try does
        not count.

        Raises:
            ShardLostError: whoever worked on it is gone.
            EffaceError: no work can be done at all; the run ends.
        """
        ...

    def interrupt(self) -> None:
        """End what is being worked on, at once; called again and again, from another thread."""
        ...
