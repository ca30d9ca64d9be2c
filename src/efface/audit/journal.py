"""What each file of an audit shows, a line of JSON a file, on disk as soon as it is known: a run
that was stopped goes on behind the last whole line. It says where faces are: its owner alone can
read it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.documents.error import ErrorDocument
from efface.documents.model import Count, Document, plain
from efface.documents.reading import as_model, from_json
from efface.errors import EffaceError, InputError, RefusedError
from efface.files.appearing import output_error
from efface.files.durable import PRIVATE
from efface.files.paths import printable, unreadable
from efface.workflow.sight_form import SightEntry

JOURNAL: Final = "efface.audit-journal/1"


class BeginLine(Document, frozen=True, kw_only=True):
    """The first line: what every file of the run is looked at with."""

    schema: Literal["efface.audit-journal/1"]
    made_by: str
    thumbnails: bool
    limits: dict[str, object]
    track: Count


class FileLine(Document, frozen=True, kw_only=True):
    """One file."""

    file: str
    size: Count
    changed_ns: int
    """When the file was last changed, as its disk says, in nanoseconds since 1970."""
    sight: SightEntry | None
    error: ErrorDocument | None
    confined: Annotated[str, Meta(max_length=40)]


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By what it is known that a file is the one that was looked at."""

    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """As the disk says.

        Raises:
            InputError: it cannot be asked.
        """
        try:
            found = path.stat()
        except OSError as error:
            raise unreadable(path, error) from error
        return cls(found.st_size, found.st_mtime_ns)


class Journal:
    """An open journal; threads may share it."""

    def __init__(self, path: Path, begin: BeginLine) -> None:
        """Open a journal, or begin one.

        Raises:
            InputError: it is damaged before its last line, or none.
            RefusedError: it was begun with something else.
            OutputError: it cannot be written to.
        """
        self.path = path
        self._turn = threading.Lock()
        self._known: dict[str, FileLine] = {}
        whole = self._read(begin) if path.exists() else 0
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
            os.ftruncate(handle, whole)  # a line that a killed run began
            os.lseek(handle, whole, os.SEEK_SET)
        except OSError as error:
            raise output_error(path, error) from error
        self._out = os.fdopen(handle, "wb")
        if not whole:
            self._write(begin)

    def close(self) -> None:
        """Let go of it."""
        self._out.close()

    def known(self, path: Path) -> FileLine | None:
        """What was seen in a file, if it is still that file.

        Raises:
            InputError: the file cannot be asked about.
        """
        line = self._known.get(_name(path))
        if line is None:
            return None
        return line if FileStamp(line.size, line.changed_ns) == FileStamp.of(path) else None

    def add(
        self, path: Path, stamp: FileStamp, found: SightEntry | EffaceError, confined: str
    ) -> None:
        """Keep what became of a file.

        Args:
            stamp: from before it was looked at.

        Raises:
            OutputError: it cannot be written.
        """
        failed = found if isinstance(found, EffaceError) else None
        line = FileLine(
            file=_name(path),
            size=stamp.size,
            changed_ns=stamp.changed_ns,
            sight=None if isinstance(found, EffaceError) else found,
            error=None if failed is None else as_model(failed.to_json(), ErrorDocument),
            confined=confined,
        )
        with self._turn:
            self._write(line)
            self._known[line.file] = line

    def lines(self, paths: Iterable[Path]) -> Iterator[tuple[Path, FileLine]]:
        """What is known of files, in their order."""
        for path in paths:
            line = self._known.get(_name(path))
            if line is not None:
                yield path, line

    def _write(self, line: Document) -> None:
        try:
            self._out.write(json.dumps(plain(line)).encode("ascii") + b"\n")
            self._out.flush()
            os.fsync(self._out.fileno())
        except OSError as error:
            raise output_error(self.path, error) from error

    def _read(self, begin: BeginLine) -> int:
        """Bytes of whole lines."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise unreadable(self.path, error) from error
        *lines, _ = content.split(b"\n")
        if not lines:
            return 0
        try:
            first = as_model(from_json(lines[0]), BeginLine)
            for line in lines[1:]:
                entry = as_model(from_json(line), FileLine)
                self._known[entry.file] = entry
        except ValueError as error:
            raise InputError(f"it is no journal of an audit: {error}.", path=self.path) from error
        if first != begin:
            raise RefusedError(
                "the audit was begun with another version, another policy or other options.",
                path=self.path.parent,
                hint="Give the same, another -o, or remove that folder to begin anew.",
            )
        return sum(len(line) + 1 for line in lines)


def _name(path: Path) -> str:
    """A file's name as text, reversible: bytes that are no text are escaped."""
    text = str(path.absolute())
    return text if text.isprintable() else printable(text)
