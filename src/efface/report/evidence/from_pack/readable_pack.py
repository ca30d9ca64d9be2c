"""A pack as far as it can be read: whatever is missing or damaged is left out, and never an error.
What is wrong with it, ``evidence/verify`` says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from typing import Any, TypeVar

from efface.errors import EffaceError
from efface.evidence.custody.entry import LogEntry, read_entry
from efface.evidence.custody.log import MAX_LOG_BYTES
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.kept import kept_chain
from efface.evidence.pack import layout
from efface.evidence.pack.intake import Intake, Origin
from efface.evidence.pack.layout import DETAILS_SCHEMA
from efface.evidence.pack.opened import Pack, Redacted
from efface.evidence.pack.redaction import Redaction
from efface.evidence.pack.release import Release, read_release, release_names
from efface.evidence.pack.statements import read_statement
from efface.evidence.statement import decode
from efface.files.bounded import read_bounded
from efface.files.paths import is_folder

_Read = TypeVar("_Read")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST = 1 << 53


class Fields:
    """Values of a document that somebody else wrote; one of the wrong type counts as missing."""

    def __init__(self, values: object) -> None:
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}

    def text(self, name: str) -> str:
        """Empty where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self._list(name) if isinstance(value, str))

    def whole(self, name: str) -> int | None:
        """A whole number from 0."""
        value = self.values.get(name)
        return value if type(value) is int and 0 <= value <= _MOST else None

    def number(self, name: str) -> float | None:
        """A finite one."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) <= _MOST else None

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def digest(self, name: str) -> str | None:
        """A SHA-256, hexadecimal."""
        value = self.text(name)
        return value if is_digest(value) else None

    def fields(self, name: str) -> Fields:
        return Fields(self.values.get(name))

    def rows(self, name: str) -> tuple[Fields, ...]:
        return tuple(Fields(value) for value in self._list(name) if isinstance(value, dict))

    def _list(self, name: str) -> list[Any]:
        value = self.values.get(name)
        return value if isinstance(value, list) else []


def is_digest(text: str) -> bool:
    """Whether it is a SHA-256, or a key id, in hexadecimal."""
    return _SHA256.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ReadableStatement:
    """A statement's file, whether its signature holds or not."""

    name: str
    """In the pack, without its ending: ``redacted/1/statement``."""
    sha256: str
    key: str
    """Id of the key that it names."""


class ReadablePack:
    """What of a pack can be read."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._chains: dict[str, Chain | None] = {}

    @cached_property
    def intake(self) -> Intake | None:
        """``None`` unless its signature holds."""
        return _or_none(lambda: self.pack.intake)

    @cached_property
    def origin(self) -> Origin | None:
        """The same; it may be of another intake."""
        found = _or_none(lambda: Origin.of(self.pack.origin_signed))
        return None if found is None or found.case != self.pack.case else found

    @cached_property
    def entries(self) -> tuple[LogEntry, ...]:
        """Lines of the log that are entries, in the order in which they stand."""
        content = _or_none(lambda: read_bounded(self.pack.folder / layout.LOG, MAX_LOG_BYTES))
        found = (_or_none(partial(read_entry, line)) for line in (content or b"").split(b"\n"))
        return tuple(entry for entry in found if entry is not None)

    @cached_property
    def redactions(self) -> tuple[Redacted, ...]:
        """Those of this case whose statements hold."""
        found = (_or_none(partial(self._redacted, number)) for number in self._numbers())
        return tuple(one for one in found if one and one.statement.case == self.pack.case)

    @cached_property
    def releases(self) -> dict[str, Release]:
        """Values that were released, by name: those that are what the intake commits to."""
        found = {name: self._release(name) for name in _or_none(self._release_names) or ()}
        return {name: one for name, one in found.items() if one is not None}

    @cached_property
    def documents(self) -> tuple[ReadableStatement, ...]:
        """Statements that name a key."""
        names = [layout.INTAKE, layout.ORIGIN]
        names += (f"{layout.REDACTED}/{n}/{layout.STATEMENT}" for n in self._numbers())
        found = (_or_none(partial(self._document, name)) for name in names)
        return tuple(one for one in found if one is not None and is_digest(one.key))

    def chain(self, key: str) -> Chain | None:
        """The certificates of a key."""
        if key not in self._chains:
            self._chains[key] = _or_none(partial(kept_chain, self.pack.certificates, key))
        return self._chains[key]

    def signed(self, entry: LogEntry) -> bool:
        """Whether an entry's signature holds."""
        chain = self.chain(entry.key)
        return chain is not None and entry.signed_by(chain)

    def _numbers(self) -> Iterator[int]:
        """Of redactions."""
        folder = self.pack.folder / layout.REDACTED
        for number in count(1):
            if number >= layout.MAX_REDACTIONS or not is_folder(folder / str(number)):
                return
            yield number

    def _release_names(self) -> tuple[str, ...]:
        return release_names(self.pack)

    def _release(self, name: str) -> Release | None:
        found = _or_none(lambda: read_release(self.pack, name)[1])
        if found is None or self.intake is None or found.field != name:
            return None
        wanted = self.intake.commitment_to(name)
        same = found.salted.commitment(self.pack.case, name) == wanted
        return found if same and found.case == self.pack.case else None

    def _redacted(self, number: int) -> Redacted:
        folder = self.pack.folder / layout.REDACTED / str(number)
        signed = read_statement(folder, layout.STATEMENT, self.pack.certificates)
        return Redacted(folder, signed, Redaction.of(signed))

    def _document(self, name: str) -> ReadableStatement:
        body = read_bounded(self.pack.folder / f"{name}.json", layout.MAX_STATEMENT_BYTES)
        return ReadableStatement(
            name, hashlib.sha256(body).hexdigest(), Fields(decode(body)).text("key")
        )


def details(redacted: Redacted) -> Fields | None:
    """What the checks of a redaction found; ``None`` unless it is what was signed."""

    def read() -> Fields | None:
        body = read_bounded(redacted.folder / layout.DETAILS, layout.MAX_STATEMENT_BYTES)
        if hashlib.sha256(body).hexdigest() != redacted.statement.checks.get("details"):
            return None
        found = Fields(decode(body))
        return found if found.text("schema") == DETAILS_SCHEMA else None

    return _or_none(read)


def _or_none(read: Callable[[], _Read]) -> _Read | None:
    try:
        return read()
    except EffaceError:
        return None
