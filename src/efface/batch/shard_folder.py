"""A shard that is worked on elsewhere: a folder on a disk that both sides see.

Whoever works on it finds in the folder what to do, and keeps a journal there: before a file is
begun, and when it has ended. So what was done is known, whoever was killed. Unfinished results lie
there, too: whoever was taken for dead can finish nothing once the folder is gone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from efface.batch.interface import Shard, ShardTask
from efface.documents.reading import from_json
from efface.errors import InputError, OutputError, RefusedError
from efface.files.durable import PRIVATE, replace_durably
from efface.files.paths import exists
from efface.regions import Regions
from efface.remote.address import place_of, shown_path
from efface.sandbox.redactor import ReaderLostError
from efface.sandbox.told import told_report
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

SHARD: Final = "shard.json"
TAKEN_BACK: Final = "taken-back.json"
"""What its document is called once nobody is to work on it."""
JOURNAL: Final = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class ShardFolder:
    """The folder of one shard."""

    path: Path
    shard: Shard
    made_by: str
    """Version of efface."""

    def write(self) -> None:
        """
        Raises:
            OutputError: the disk takes it not.
        """
        tasks = [
            {
                "id": task.id,
                "source": str(task.source),
                "target": str(task.target),
                "overwrite": task.overwrite,
                "tries": task.tries,
                "regions": None if task.regions is None else task.regions.to_json(exact=True),
            }
            for task in self.shard.tasks
        ]
        document = {"made_by": self.made_by, "order": self.shard.order.to_json(), "tasks": tasks}
        try:
            self.path.mkdir(mode=0o700)
        except OSError as error:
            raise OutputError(f"cannot be made ({error.strerror}).", path=self.path) from error
        replace_durably(self.path / SHARD, json.dumps(document).encode("ascii"))

    @classmethod
    def read(cls, path: Path) -> ShardFolder:
        """
        Raises:
            RefusedError: it is not there (any more).
            InputError: it is none.
        """
        try:
            place = path / (TAKEN_BACK if exists(path / TAKEN_BACK) else SHARD)
            document: Any = from_json(place.read_bytes())
            tasks = tuple(map(_task, document["tasks"]))
            shard = Shard(Order.from_json(document["order"]), tasks)
            return cls(path, shard, document["made_by"])
        except FileNotFoundError as error:
            raise RefusedError("it cannot be seen from here.", path=path) from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(f"it is no part of a batch ({error}).", path=path) from error

    @property
    def wanted(self) -> bool:
        """Nobody has taken it back."""
        return exists(self.path / SHARD)

    def take_back(self) -> None:
        """Nobody is to work on it any more."""
        with suppress(FileNotFoundError):
            (self.path / SHARD).rename(self.path / TAKEN_BACK)

    def remove(self) -> None:
        """What was done in it is known."""
        for name in (SHARD, TAKEN_BACK):  # it is not to be found again, whatever else stays
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)


def _task(entry: Any) -> ShardTask:
    regions = entry["regions"]
    return ShardTask(
        entry["id"],
        place_of(entry["source"]),
        place_of(entry["target"]),
        entry["overwrite"],
        None if regions is None else Regions.from_json(regions),
        entry["tries"],
    )


class ShardJournal:
    """Of a shard, for whoever works on it; to be closed."""

    def __init__(self, folder: ShardFolder) -> None:
        """
        Raises:
            OSError: there can be none.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._handle = os.open(folder.path / JOURNAL, flags, PRIVATE)

    def begun(self, task: ShardTask, *, free: bool) -> None:
        """A try begins; see ``BatchStore.started``. It is on disk then, with all before it: a
        result is never there of which nobody knows that it was begun."""
        self._add({"begun": task.id, "free": free})
        os.fsync(self._handle)

    def put_back(self, task: ShardTask) -> None:
        """A try was interrupted, and does not count."""
        self._add({"back": task.id})

    def ended(self, task: ShardTask, report: FileReport, *, passes: bool) -> None:
        """A try ended.

        Args:
            passes: another one can go without the error.
        """
        self._add({"ended": task.id, "report": report.to_json(), "passes": passes})

    def close(self) -> None:
        """All of it is on disk then, and nothing follows."""
        self._add({"closed": True})
        os.fsync(self._handle)
        os.close(self._handle)

    def _add(self, entry: Mapping[str, Any]) -> None:
        rest = json.dumps(entry).encode("ascii") + b"\n"
        while rest:
            rest = rest[os.write(self._handle, rest) :]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry of a journal."""

    task: ShardTask
    free: bool | None = None
    """Of a try that began: nothing was there under the target's name that is not the batch's."""
    report: FileReport | None = None
    """Of a try that ended. With neither, it was put back."""


@dataclass(slots=True)
class JournalReader:
    """Reads the journal of a shard while it grows."""

    folder: ShardFolder
    closed: bool = False
    """Whoever worked on it works on it no more."""
    begun: set[int] = field(default_factory=set)
    """Tasks that are worked on."""
    _at: int = 0

    def new(self) -> Iterator[JournalEntry]:
        """Whole entries that were added.

        Raises:
            InputError: it is no journal.
        """
        path = self.folder.path / JOURNAL
        tasks = {task.id: task for task in self.folder.shard.tasks}
        try:
            for line in self._lines(path):
                entry: Any = from_json(line)
                if "closed" in entry:
                    self.closed = True
                elif "begun" in entry:
                    self.begun.add(entry["begun"])
                    yield JournalEntry(tasks[entry["begun"]], free=bool(entry["free"]))
                elif "back" in entry:
                    self.begun.discard(entry["back"])
                    yield JournalEntry(tasks[entry["back"]])
                else:
                    task = tasks[entry["ended"]]
                    report = _report(task, entry["report"], passes=bool(entry["passes"]))
                    self.begun.discard(task.id)
                    yield JournalEntry(task, report=report)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"it is no journal of a batch ({error}).", path=path) from error

    def _lines(self, path: Path) -> list[bytes]:
        try:
            with path.open("rb") as journal:
                journal.seek(self._at)
                text = journal.read()
        except FileNotFoundError:
            return []
        whole = text.rfind(b"\n") + 1  # the last may be torn
        self._at += whole
        return text[:whole].splitlines()


def _report(task: ShardTask, document: Any, *, passes: bool) -> FileReport:
    """What became of a file, as a stranger says it."""
    source = shown_path(task.source)
    told = told_report(document, source, shown_path(task.target), dry_run=False)
    told = replace(told, sandbox=document["sandbox"])
    error = told.error
    if error is not None and passes:
        error = ReaderLostError(error.message, path=source, hint=error.hint)
        return replace(told, error=error)
    return told


def left_behind(home: Path) -> Iterator[ShardFolder]:
    """Shards that a killed run had given out, taken back.

    Raises:
        InputError: something in it cannot be read.
    """
    for name in (SHARD, TAKEN_BACK):
        for place in sorted(home.glob(f"*/{name}")):
            folder = ShardFolder.read(place.parent)
            folder.take_back()
            yield folder
