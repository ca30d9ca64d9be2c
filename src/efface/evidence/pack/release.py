"""A value that was under seal and is no longer (``efface.release/1``): it goes with its salt, so
that anybody can hold it against the statement of intake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from efface.documents.model import exact
from efface.errors import InputError
from efface.evidence.forms import RELEASE, ReleaseDocument
from efface.evidence.pack import layout
from efface.evidence.pack.capture import Salted
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.parsing import time, understood, written
from efface.evidence.pack.statements import read_statement
from efface.evidence.statement import Signed, document_of
from efface.files.paths import is_folder


@dataclass(frozen=True, slots=True)
class Release:
    """Of one value."""

    case: str
    time: datetime
    intake: str
    """SHA-256 of the statement of intake, hexadecimal."""
    field: str
    """``place``; of a companion file ``companion-1``, and the value is its SHA-256."""
    salted: Salted
    version: str
    """Of efface."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return exact(
            ReleaseDocument(
                schema=RELEASE,
                case=self.case,
                time=written(self.time),
                intake=self.intake,
                field=self.field,
                value=self.salted.value,
                salt=self.salted.salt,
                efface=self.version,
            )
        )

    @classmethod
    def of(cls, signed: Signed) -> Release:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        said = understood(document_of(signed), ReleaseDocument)
        salted = Salted(said.value, said.salt)
        return cls(said.case, time(said.time), said.intake, said.field, salted, said.efface)


def release_names(pack: Pack) -> tuple[str, ...]:
    """Names of the statements in a pack that release something, in order.

    Raises:
        InputError: the folder cannot be read.
    """
    folder = pack.folder / layout.RELEASED
    if not is_folder(folder):
        return ()
    try:
        names: Iterator[Path] = folder.glob("*.json")
        return tuple(sorted(path.stem for path in names))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}).", path=folder) from error


def read_release(pack: Pack, name: str) -> tuple[Signed, Release]:
    """One of them; whether it is of this pack, ``evidence/verify`` says.

    Raises:
        InputError: a part of it is missing or cannot be read.
        VerificationError: the signature does not hold, or it is no such statement.
    """
    signed = read_statement(pack.folder / layout.RELEASED, name, pack.certificates)
    return signed, Release.of(signed)
