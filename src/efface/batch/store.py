"""The results store of a batch: SQLite, one writer, on a local disk (a write-ahead log needs one).

It says where every face of every file is, so its owner alone can read it. What is in it is on disk
before the next thing is done.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from efface.batch.form import State
from efface.errors import InputError, OutputError, RefusedError
from efface.files.durable import PRIVATE
from efface.regions import Regions
from efface.remote.address import Place, place_of
from efface.sandbox.told import told_report
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

SUFFIX = ".batch.sqlite"
"""Of a store, after the name of the folder that the results go to."""

_VERSION: Final = 3

_TABLES = """
create table run (version integer not null, made_by text not null, job text not null);
create table orders (id integer primary key, job text not null unique);
create table regions (id integer primary key, document text not null unique);
create table files (
    id integer primary key, source blob not null unique, target blob not null unique,
    state text not null default 'waiting', tries integer not null default 0,
    free integer not null default 0, ready_at real not null default 0,
    status text, exit_code integer, doubtful integer not null default 0, report text,
    content text not null default '',
    order_id integer not null, regions_id integer, line integer, key text
);
create index by_state on files (state, order_id, id);
create index by_doubt on files (exit_code = 0, doubtful desc, id)
    where state in ('done', 'failed', 'given-up');
"""


Arrival = Literal["new", "again", "known", "changed", "busy"]
"""Of a file in a watched folder; see ``BatchStore.arrived``."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One file of a batch."""

    id: int
    source: Place
    target: Place
    tries: int
    """That were begun."""
    resumed: bool
    """Whatever is there under the target's name is the batch's: the target was free when a try
    began in which the run was killed, or what was made is to be made anew."""
    order_id: int = 1
    regions_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that belongs to a batch, and what is said of it alone."""

    source: Place
    target: Place
    order: Order | None = None
    """``None``: as all others."""
    regions: Regions | None = None
    """In place of what the detectors find."""
    line: int | None = None
    """Of the manifest."""
    key: str | None = None
    """What its owner calls it."""


@dataclass(frozen=True, slots=True)
class Result:
    """A file that has ended, as its batch knows it."""

    source: str
    target: str
    """Where it is, or would be."""
    report: FileReport
    tries: int
    line: int | None
    key: str | None


class BatchStore:
    """An open store. Threads may share it: they take turns."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """
        Args:
            write: also make it where there is none; otherwise it is only read.

        Raises:
            InputError: it is no store, or cannot be read.
            OutputError: it cannot be made.
        """
        self.path = path
        self._turn = threading.RLock()
        try:
            if write and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
        except OSError as error:
            raise OutputError(f"the store cannot be made ({error.strerror}).", path=path) from error
        with _in_words(path):
            mode = "rw" if write else "ro"
            place = f"{path.absolute().as_uri()}?mode={mode}"
            self._base = sqlite3.connect(place, uri=True, check_same_thread=False, timeout=30)
            if write:
                self._base.execute("pragma journal_mode = wal")
                self._base.execute("pragma synchronous = full")
            if write and not self._tables():
                self._base.executescript(_TABLES)
            elif not self._tables() >= {"run", "files"}:
                raise InputError("it is no store of a batch.", path=path)

    def close(self) -> None:
        """Let go of it."""
        self._base.close()

    def _tables(self) -> set[str]:
        return {
            name
            for (name,) in self._base.execute("select name from sqlite_master where type = 'table'")
        }

    def order(self) -> Order | None:
        """What the batch was begun with; ``None``: it was not begun.

        Raises:
            InputError: the store is of another version of efface.
        """
        with self._turn, _in_words(self.path):
            row = self._base.execute("select version, job from run").fetchone()
        if row is None:
            return None
        if row[0] != _VERSION:
            raise InputError(f"the store is of version {row[0]}.", path=self.path)
        return Order.from_json(json.loads(row[1]))

    def begin(self, order: Order, made_by: str) -> None:
        """Keep what the batch is begun with.

        Raises:
            RefusedError: it was begun with something else.
        """
        known = self.order()
        if known is None:
            job = json.dumps(order.to_json())
            with self._turn, _in_words(self.path), self._base:
                self._base.execute("insert into run values (?, ?, ?)", (_VERSION, made_by, job))
                self._base.execute("insert into orders values (?, ?)", (_OWN_ORDER, job))
        elif known != order:
            raise RefusedError(
                "the batch was begun with another policy or other options.",
                path=self.path,
                hint="Give the same, another -o, or remove the store to begin anew.",
            )

    def add(self, entries: Iterable[Entry], *, redo: bool = False) -> Added:
        """Add files that are not in it yet, all or none; what was said of a file that is in it and
        has changed counts from now on.

        Args:
            redo: also of files whose result was released: they are made anew.

        Returns: how many are new, and which are of before and said otherwise now.

        Raises:
            RefusedError: two files would go to one place, or one would go where an input lies; what
                is said of a file has changed after its result was released.
        """
        added = Added()
        with self._turn, _in_words(self.path), self._base:
            for entry in entries:
                self._add(entry, added)
            if added.released and not redo:
                raise _released(added.released)
            for number in added.released_ids:
                self._anew(number, free=True)
            if added.new:
                self._check_apart()
        return added

    def _add(self, entry: Entry, added: Added) -> None:
        source, target = _name(entry.source), _name(entry.target)
        order, regions = self._order_id(entry.order), self._regions_id(entry.regions)
        said = (target, order, regions)
        query = (
            "select id, state, target, order_id, regions_id, line, key from files where source=?"
        )
        row = self._base.execute(query, (source,)).fetchone()
        if row is None:
            names = "(source, target, order_id, regions_id, line, key)"
            query = f"insert into files {names} values (?, ?, ?, ?, ?, ?)"
            try:
                self._base.execute(query, (source, *said, entry.line, entry.key))
            except sqlite3.IntegrityError as error:
                raise self._same_target(entry) from error
            added.new += 1
            return
        number, state = row[:2]
        if row[2] != target:
            added.known += 1
            return  # it is another name of the same file
        if (row[5], row[6]) != (entry.line, entry.key):
            query = "update files set line = ?, key = ? where id = ?"
            self._base.execute(query, (entry.line, entry.key, number))
        if (row[3], row[4]) == said[1:]:
            added.known += 1
            return
        query = "update files set order_id = ?, regions_id = ? where id = ?"
        self._base.execute(query, (order, regions, number))
        if state == "done":
            added.released.append(entry)
            added.released_ids.append(number)
        else:
            added.changed += 1
            self._anew(number, free=False)

    def _anew(self, number: int, *, free: bool) -> None:
        """A file waits as if it had never been tried."""
        query = "update files set state = 'waiting', tries = 0, ready_at = 0, free = ? where id = ?"
        self._base.execute(query, (int(free), number))

    def _order_id(self, order: Order | None) -> int:
        if order is None:
            return _OWN_ORDER
        return self._number_of("orders", "job", json.dumps(order.to_json()))

    def _regions_id(self, regions: Regions | None) -> int | None:
        if regions is None:
            return None
        document = json.dumps(regions.to_json(exact=True))
        return self._number_of("regions", "document", document)

    def _number_of(self, table: str, column: str, text: str) -> int:
        self._base.execute(f"insert or ignore into {table} ({column}) values (?)", (text,))
        query = f"select id from {table} where {column} = ?"
        number: int = self._base.execute(query, (text,)).fetchone()[0]
        return number

    def _same_target(self, entry: Entry) -> RefusedError:
        query = "select source from files where target = ?"
        other = self._base.execute(query, (_name(entry.target),)).fetchone()[0]
        return RefusedError(
            f"{_text(other)} and {entry.source} would both be written to {entry.target}.",
            hint="Rename one, or redact them in two batches with different -o.",
        )

    def _check_apart(self) -> None:
        """
        Raises:
            RefusedError: an output would lie where an input does.
        """
        query = (
            "select file.source, file.target from files as file "
            "join files as other on other.source = file.target limit 1"
        )
        found = self._base.execute(query).fetchone()
        if found is not None:
            raise RefusedError(
                f"the output for {_text(found[0])} would overwrite an input, {_text(found[1])}.",
                hint="Give another folder with -o; originals are never written to.",
            )

    def orders(self) -> Iterator[tuple[int, Order]]:
        """All orders of files, by their number."""
        with self._turn, _in_words(self.path):
            rows = self._base.execute("select id, job from orders").fetchall()
        for number, job in rows:
            yield number, Order.from_json(json.loads(job))

    def regions(self, number: int) -> Regions:
        """What a file's ``regions_id`` stands for."""
        with self._turn, _in_words(self.path):
            query = "select document from regions where id = ?"
            row = self._base.execute(query, (number,)).fetchone()
        return Regions.from_json(json.loads(row[0]))

    def arrived(self, file: PlannedFile, content: str) -> Arrival:
        """A file of a watched folder is whole.

        Args:
            content: what tells this content from another one of that name.

        Returns: whether it waits now: as ``new``, or ``again`` since it failed before as another
            content; or it is ``known``; or ``changed`` after its result was released; or ``busy``:
            another content is worked on, so ask once more.
        """
        source = os.fsencode(file.source.absolute())
        with self._turn, _in_words(self.path), self._base:
            query = "select id, state, content from files where source = ?"
            row = self._base.execute(query, (source,)).fetchone()
            if row is None and file.target is not None:
                target = os.fsencode(file.target.absolute())
                names = "(source, target, content, order_id)"
                values = (source, target, content, _OWN_ORDER)
                self._base.execute(f"insert into files {names} values (?, ?, ?, ?)", values)
                return "new"
            if row is None or row[2] == content:
                return "known"
            if row[1] in ("working", "done"):
                return "busy" if row[1] == "working" else "changed"
            self._base.execute(
                "update files set state = 'waiting', tries = 0, ready_at = 0, content = ? "
                "where id = ?",
                (content, row[0]),
            )
            return "known" if row[1] == "waiting" else "again"

    def waiting(self, most: int, *, without: Collection[int] = ()) -> list[BatchFile]:
        """Files whose turn it is, all of one order, as they were added (one order after the other);
        those that were worked on when a run was killed come first.

        Args:
            without: numbers of those that are taken.
        """
        found: list[BatchFile] = []
        with self._turn, _in_words(self.path):
            for state in ("working", "waiting"):
                rows = self._base.execute(
                    f"{_FILES} where state = ? and ready_at <= ? order by order_id, id",
                    (state, time.time()),
                )
                for row in rows:
                    if len(found) >= most or (found and found[0].order_id != row[5]):
                        break
                    if row[0] not in without:
                        found.append(_file(row))
        return found

    def left(self, most: int) -> int:
        """Files that have not ended; not counted further than ``most``."""
        with self._turn, _in_words(self.path):
            query = (
                "select count(*) from (select 1 from files "
                "where state in ('waiting', 'working') limit ?)"
            )
            number: int = self._base.execute(query, (most,)).fetchone()[0]
        return number

    def started(self, file: BatchFile, *, free: bool) -> None:
        """A try begins.

        Args:
            free: nothing is there under the target's name that is not the batch's.
        """
        self._set(file, state="working", tries=file.tries + 1, free=int(free))

    def put_back(self, file: BatchFile) -> None:
        """A try was interrupted, and does not count."""
        self._set(file, state="waiting", tries=file.tries, free=0)

    def ended(self, file: BatchFile, report: FileReport, state: State, ready_at: float = 0) -> None:
        """A try ended.

        Args:
            state: ``waiting``: there is another one.
            ready_at: not before then, in seconds since 1970.
        """
        document = report.to_json() | {"input": str(file.source)}
        if report.target is not None:
            document["output"] = str(file.target)
        self._set(
            file,
            state=state,
            ready_at=ready_at,
            free=0,
            status=report.status,
            exit_code=report.exit_code,
            doubtful=len(report.doubtful),
            report=json.dumps(document),
        )

    def _set(self, file: BatchFile, **values: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._turn, _in_words(self.path), self._base:
            self._base.execute(
                f"update files set {names} where id = ?", (*values.values(), file.id)
            )

    def counts(self) -> Mapping[State, int]:
        """Files by state."""
        with self._turn, _in_words(self.path):
            rows = self._base.execute("select state, count(*) from files group by state").fetchall()
        return dict.fromkeys(get_args(State), 0) | dict(rows)

    def statuses(self) -> Mapping[str, int]:
        """Files that have ended, by what became of them."""
        with self._turn, _in_words(self.path):
            rows = self._base.execute(
                "select status, count(*) from files where state in ('done', 'failed', 'given-up') "
                "group by status order by status"
            ).fetchall()
        return dict(rows)

    def totals(self) -> Totals:
        """Over all files that have ended."""
        query = (
            "select count(*), total(json_extract(report, '$.faces')), "
            "total(doubtful > 0 and exit_code = 0), total(doubtful) from files "
            "where state in ('done', 'failed', 'given-up')"
        )
        with self._turn, _in_words(self.path):
            files, faces, doubtful, places = self._base.execute(query).fetchone()
        return Totals(files, int(faces), int(doubtful), int(places))

    def results(self, *, doubtful_first: bool = False) -> Iterator[Result]:
        """What became of files that have ended, in the order in which they were added.

        Args:
            doubtful_first: those that were not written come first, then those in which most places
                were nearly taken for a face.
        """
        order = "exit_code = 0, doubtful desc, id" if doubtful_first else "id"
        query = (
            "select source, target, report, tries, line, key from files "
            f"where state in ('done', 'failed', 'given-up') order by {order}"
        )
        with _in_words(self.path):
            for source, target, text, tries, line, key in self._base.execute(query):
                document = json.loads(text)
                paths = (Path(_text(source)), Path(_text(target)))
                told = told_report(document, *paths, dry_run=False)
                report = replace(told, sandbox=document["sandbox"])
                yield Result(_text(source), _text(target), report, tries, line, key)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a batch, over files that have ended."""

    files: int
    faces: int
    doubtful_files: int
    """That were written, and in which places were nearly taken for a face."""
    doubtful_places: int


@dataclass(slots=True)
class Added:
    """What became of files that were added to a store."""

    new: int = 0
    known: int = 0
    changed: int = 0
    """Of which something else was said before, and nothing was released."""
    released: list[Entry] = field(default_factory=list)
    """Likewise, and something was."""
    released_ids: list[int] = field(default_factory=list)


def store_of(place: Path) -> Path:
    """The store of a folder of results; another path is that of a store itself."""
    if place.suffix == Path(SUFFIX).suffix:
        return place
    return place.absolute().with_name(f"{place.absolute().name}{SUFFIX}")


_FILES: Final = "select id, source, target, tries, free, order_id, regions_id from files"

_OWN_ORDER: Final = 1
"""Number of the order of all files of which nothing else is said."""


def _file(row: tuple[Any, ...]) -> BatchFile:
    number, source, target, tries, free, order, regions = row
    places = (place_of(_text(source)), place_of(_text(target)))
    return BatchFile(number, *places, tries, bool(free), order, regions)


def _name(place: Place) -> bytes:
    return os.fsencode(place.absolute() if isinstance(place, Path) else str(place))


def _text(name: bytes) -> str:
    return os.fsdecode(name)


def _released(entries: Sequence[Entry]) -> RefusedError:
    named = ", ".join(
        f"{entry.source}" + (f" (line {entry.line})" if entry.line is not None else "")
        for entry in entries[:_NAMED]
    )
    more = len(entries) - _NAMED
    return RefusedError(
        "what is asked for has changed after the result was released, of "
        f"{len(entries)} file(s): {named}{f' and {more} more' if more > 0 else ''}.",
        hint="Ask for the same as before, or make their results anew with --redo-changed.",
    )


_NAMED: Final = 5
"""Files that a sentence names."""


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """
    Raises:
        InputError: SQLite cannot read it, or not write to it.
    """
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise InputError(f"the store cannot be used ({error}).", path=path) from error
