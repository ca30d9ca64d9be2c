"""The custody log of a pack: ``efface.log`` reads it, ``efface.add_to_log`` appends to it."""

from __future__ import annotations

from pathlib import Path

from efface.arguments import AnyPath, GivenPassphrase, passphrase_from
from efface.evidence.custody.entry import Action, LogEntry
from efface.evidence.forms import TIME
from efface.evidence.keys.lookalike import skeleton
from efface.evidence.keys.trust import known_here
from efface.evidence.pack.opened import Pack
from efface.evidence.verify.context import Context
from efface.files.paths import sha256
from efface.workflow.evidence.keyring import Keyring
from efface.workflow.log import ShownLog, show_log

__all__ = ["TIME", "LogEntry", "ShownLog", "add_to_log", "log", "same_name"]


def log(pack: AnyPath) -> ShownLog:
    """Check and read the log of a pack.

    Args:
        pack: folder.

    Raises:
        VerificationError: it is no pack.
        InputError: the log cannot be read.
    """
    return show_log(Pack(Path(pack)), Context(known_here()))


def add_to_log(
    pack: AnyPath,
    action: str,
    text: str | None = None,
    *,
    passphrase: GivenPassphrase,
    other: str | None = None,
    about: AnyPath | None = None,
    key: str | None = None,
) -> LogEntry:
    """Sign an entry and append it. It cannot be taken back: name nobody who must not be known to
    those who see the pack.

    Args:
        pack: folder.
        action: ``viewed``, ``copied``, ``transferred``, ``published``, ``consent``, ``disposed`` or
            ``note``.
        text: what there is to say of it.
        passphrase: of the key that signs.
        other: to whom, or by whom; a pseudonym will do.
        about: a file whose SHA-256 is entered, not its name.
        key: name of the key that signs; needed if there are several.

    Raises:
        ValueError: there is no such action.
        InputError: the file, a key or the pack cannot be read.
        RefusedError: somebody else is writing, or the passphrase is wrong.
        VerificationError: the log on disk is not what it must be.
        OutputError: it cannot be written; the log is as it was.
    """
    what = Action(action)
    details = {
        "text": text,
        "with": other,
        "sha256": None if about is None else sha256(Path(about)),
    }
    given = {name: value for name, value in details.items() if value is not None}
    signer = Keyring(key, passphrase_from(passphrase)).signer
    return Pack(Path(pack)).log().append(what, given, signer)


def same_name(a: str, b: str) -> bool:
    """Whether two names of people would be read as one: case, spaces, dots and letters of another
    alphabet that look alike make no other name."""
    return skeleton(a) == skeleton(b)
