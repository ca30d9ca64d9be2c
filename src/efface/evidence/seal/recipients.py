"""Those to whom something is sealed: public keys of age, and of SSH."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]

from efface.errors import RefusedError
from efface.files.bounded import read_bounded
from efface.files.paths import exists, printable

MAX_RECIPIENTS = 64
_MAX_FILE_BYTES = 1 << 20
_SSH = ("ssh-ed25519", "ssh-rsa")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom something is sealed."""

    text: str
    """``age1...``, or the kind and the key of an SSH key without its comment.

    A file sealed to a key of age does not tell to which. One sealed to a key of SSH holds a short
    hash of that key: whoever has the public key can tell.
    """
    native: Any = field(repr=False, compare=False)
    """As the library takes it."""


def parse_recipients(texts: Sequence[str]) -> tuple[Recipient, ...]:
    """Recipients as a user names them.

    Args:
        texts: each is ``age1...``, ``ssh-ed25519 ...``, ``ssh-rsa ...``, or the path of a file with
            one of them a line (empty lines and ``#`` comments aside), as ``age -R`` takes it.

    Returns:
        In their order, each once.

    Raises:
        RefusedError: none, too many, or one that is malformed, by name.
        InputError: a file cannot be read.
    """
    found: dict[str, Recipient] = {}
    for text in texts:
        for recipient in _named(text.strip()):
            found.setdefault(recipient.text, recipient)
    if not 1 <= len(found) <= MAX_RECIPIENTS:
        raise RefusedError(
            f"a seal has 1 to {MAX_RECIPIENTS} recipients, here are {len(found)}.",
            hint="Name those who may open it with --to.",
        )
    return tuple(found.values())


def _named(text: str) -> Iterator[Recipient]:
    path = Path(text)
    if not text.startswith(("age1", *_SSH)) and "\0" not in text and text and exists(path):
        yield from _of_file(path)
    else:
        yield _recipient(text, None)


def _of_file(path: Path) -> Iterator[Recipient]:
    content = read_bounded(path, _MAX_FILE_BYTES)
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _recipient(line.strip(), f"line {number}: ", path)


def _recipient(text: str, place: str | None, path: Path | None = None) -> Recipient:
    place = place or ""
    if text.startswith("AGE-SECRET-KEY-") or "PRIVATE KEY" in text:
        raise RefusedError(  # and it is not shown
            f"{place}this is a secret key, and no recipient.",
            path=path,
            hint="Give the public key that belongs to it; keep the secret one from everybody.",
        )
    kind = text.split(maxsplit=1)[0] if text else ""
    try:
        if kind in _SSH:
            bare = " ".join(text.split()[:2])  # the comment names people and machines
            return Recipient(bare, pyrage.ssh.Recipient.from_str(bare))
        return Recipient(text, pyrage.x25519.Recipient.from_str(text))
    except pyrage.RecipientError as error:
        raise RefusedError(
            f"{place}{printable(text)!r:.100} is no recipient: {_why(kind)}.",
            path=path,
            hint="A recipient is age1..., ssh-ed25519 ..., ssh-rsa ..., or a file of such lines.",
        ) from error


def _why(kind: str) -> str:
    if kind in _SSH:
        return "the SSH key is malformed"
    if kind.startswith(("ssh-", "ecdsa-", "sk-")):
        return "age takes no SSH keys of that kind"
    if kind.startswith("age1") and "1" in kind[4:]:
        return "it is another program's (a plugin's), or malformed"
    if kind.startswith("age1"):
        return "a letter is wrong or missing"
    return "it is neither a key nor a file that is there"
