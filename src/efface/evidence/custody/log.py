"""The log of a case on disk: append-only, written as a whole, read as somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from efface.documents.model import exact
from efface.documents.reading import as_model
from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence.custody.entry import (
    NOTHING_BEFORE,
    Action,
    LogEntry,
    read_entry,
    write_entry,
)
from efface.evidence.forms import TIME, HeadEntry
from efface.evidence.keys.chain import check_chain
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.kept import keep_chain
from efface.files.bounded import read_bounded
from efface.files.durable import replace_durably
from efface.files.lock import locked
from efface.files.paths import exists

MAX_LOG_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log at some time; what is put into signed files and timestamps."""

    number: int
    """Of the last entry."""
    sha256: str
    """Of its line, hexadecimal."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return exact(self.entry())

    def entry(self) -> HeadEntry:
        """As documents have it."""
        return HeadEntry(number=self.number, sha256=self.sha256)

    @classmethod
    def from_json(cls, value: object) -> Head:
        """From ``to_json``.

        Raises:
            VerificationError: not of that form.
        """
        try:
            said = as_model(value, HeadEntry)
        except ValueError as error:
            raise VerificationError(f"this names no entry of a log ({error}).") from error
        return cls(said.number, said.sha256)


class Log:
    """The log of a case.

    What is on disk is read once; ``append`` reads it again, since another program may have appended
    meanwhile, and never changes what is there.
    """

    def __init__(self, path: Path, case: str, certificates: Path) -> None:
        """
        Args:
            path: of the log; there is none before the first entry.
            case: random 128 bits, hexadecimal.
            certificates: folder in which the chains of the keys that sign are kept.

        Raises:
            InputError: the log cannot be read.
            VerificationError: it is no log, or not of one piece.
        """
        self.path = path
        self.case = case
        self.certificates = certificates
        self._content = self._read()
        self._entries = self._understood(self._content)

    @property
    def entries(self) -> tuple[LogEntry, ...]:
        """In their order; signatures are not checked."""
        return self._entries

    @property
    def head(self) -> Head | None:
        """The last entry; ``None`` before the first."""
        return head_of(self._entries)

    def append(
        self,
        action: Action,
        details: Mapping[str, Any],
        signer: Signer,
        now: datetime | None = None,
        *,
        actor: str | None = None,
    ) -> LogEntry:
        """Sign an entry and put it at the end; it is on disk when this returns.

        Args:
            now: with a time zone; ``None`` for the clock's.
            actor: a pseudonym; ``None`` for the label of the signer's certificate.

        Raises:
            RefusedError: somebody else is writing, the clock was set back, the details are of no
                use, or the signer gives no signature. The log is as it was.
            VerificationError: the log on disk is not what it must be.
            OutputError: it cannot be written; the log is as it was.
        """
        with locked(self.path):
            content = self._read()
            if not content.startswith(self._content):
                raise VerificationError(
                    "entries that were in the log a moment ago are gone or changed.",
                    path=self.path,
                    hint="Nothing was written. Keep the folder as it is, and find out who did it.",
                )
            same = content == self._content
            entries = self._entries if same else self._understood(content)
            time = (now or datetime.now(UTC)).replace(microsecond=0)
            self._check_clock(time, entries)
            entry = write_entry(
                signer,
                case=self.case,
                number=len(entries) + 1,
                previous=entries[-1].sha256 if entries else NOTHING_BEFORE,
                time=time,
                actor=check_chain(signer.chain).label if actor is None else actor,
                action=action,
                details=details,
            )
            content += entry.line + b"\n"
            if len(content) > MAX_LOG_BYTES:
                raise RefusedError(
                    f"the log would be larger than {MAX_LOG_BYTES} bytes.", path=self.path
                )
            keep_chain(self.certificates, signer.chain)
            replace_durably(self.path, content)
        self._content, self._entries = content, (*entries, entry)
        return entry

    def _read(self) -> bytes:
        return read_bounded(self.path, MAX_LOG_BYTES) if exists(self.path) else b""

    def _understood(self, content: bytes) -> tuple[LogEntry, ...]:
        try:
            entries = read_log(content)
            before = NOTHING_BEFORE
            for number, entry in enumerate(entries, 1):
                if (entry.case, entry.number, entry.previous) != (self.case, number, before):
                    raise VerificationError(
                        f"line {number} is not the next entry of this case: the log was changed."
                    )
                before = entry.sha256
        except EffaceError as error:
            error.path = self.path
            error.hint = "Keep it as it is. What is wrong with it in detail: efface log show."
            raise
        return entries

    def _check_clock(self, time: datetime, entries: tuple[LogEntry, ...]) -> None:
        if entries and time < entries[-1].time:
            raise RefusedError(
                f"the clock says {time.astimezone(UTC).strftime(TIME)}, and the last entry is of "
                f"{entries[-1].time.strftime(TIME)}: it was set back, or was wrong then.",
                path=self.path,
                hint="Nothing was written. Put the clock right, and try again.",
            )


def read_log(content: bytes) -> tuple[LogEntry, ...]:
    """The entries of a log's bytes, in whatever order; nothing in them is believed.

    Raises:
        VerificationError: a line is no entry, or the last one is cut short.
    """
    *lines, rest = content.split(b"\n")
    if rest:
        raise VerificationError("the log ends within an entry: it was cut short.")
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(read_entry(line))
        except VerificationError as error:
            raise VerificationError(f"line {number} of the log: {error.message}") from error
    return tuple(entries)


def head_of(entries: tuple[LogEntry, ...]) -> Head | None:
    """The last entry; ``None`` if there is none."""
    return Head(entries[-1].number, entries[-1].sha256) if entries else None
