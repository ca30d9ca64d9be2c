"""Who is who, over the files of a project: said by the user alone.

A project has a key, in a file of its owner's. What a drawn head is drawn from is then an HMAC
(RFC 2104, with SHA-256) of that key and of the name that the user gave: the same name is the same
head in every file, another name is another one, and without the key nobody can tell which head goes
with which name. No faces are compared for it, and names are kept nowhere.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.files.durable import PRIVATE, replace_durably
from efface.files.paths import exists, read_whole

KEY_BYTES = 32
"""Of a project's key, and of an identity."""

LONGEST_NAME = 200
"""Characters."""

_FIRST = "efface-project/1 "
_HINT = "--person t1=A says that the face of track t1 is A; 'efface detect' lists tracks."


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """Whom the user named in one file; no names."""

    identities: Mapping[str, bytes] = field(default_factory=dict)
    """By track: ``KEY_BYTES`` from which everything of that person's head is drawn."""
    project: bytes = b""
    """The project's key, where it goes under seal."""


NOBODY = NamedPeople()


def new_project(path: Path) -> None:
    """Make a project's key, in a file that only its owner reads.

    Raises:
        RefusedError: it is there already.
        OutputError: it cannot be written.
    """
    if exists(path):
        raise RefusedError("the key exists already.", path=path, hint="It is kept: take it.")
    text = f"{_FIRST}{secrets.token_hex(KEY_BYTES)}\n"
    replace_durably(path, text.encode(), mode=PRIVATE)


def read_project(path: Path) -> bytes:
    """A project's key, ``KEY_BYTES`` long.

    Raises:
        InputError: the file cannot be read, or is no such key.
    """
    text = read_whole(path).decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text.removeprefix(_FIRST))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or not text.startswith(_FIRST):
        raise InputError(
            "this is no key of a project.", path=path, hint="'efface keys project FILE' makes one."
        )
    return key


def identity_of(project: bytes, name: str) -> bytes:
    """What the head of somebody in a project is drawn from.

    Args:
        project: its key.
        name: as it was given; told apart by its letters, not by how they are encoded.

    Raises:
        RefusedError: it is empty, or too long.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(plain) <= LONGEST_NAME:
        raise RefusedError(f"expected a name of 1 to {LONGEST_NAME} characters.", hint=_HINT)
    said = b"efface.person/1 " + plain.encode("utf-8", "surrogatepass")
    return hmac.digest(project, said, "sha256")


def named(project: bytes, given: str | Iterable[str]) -> Mapping[str, bytes]:
    """Read ``TRACK=NAME``: one text or several; identities by track.

    Raises:
        RefusedError: one is written otherwise, or a track has two names.
    """
    out: dict[str, bytes] = {}
    for text in [given] if isinstance(given, str) else given:
        track, equals, name = text.partition("=")
        track = track.strip()
        if not (track and equals):
            raise RefusedError(f"expected TRACK=NAME, got {text!r}.", hint=_HINT)
        if track in out:
            raise RefusedError(f"track {track!r} was given two names.", hint=_HINT)
        out[track] = identity_of(project, name)
    return out
