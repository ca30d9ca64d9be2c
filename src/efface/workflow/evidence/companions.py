"""Files that come with an original: into the seal, and out of it again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from efface.errors import RefusedError
from efface.evidence.forms import MAX_COMPANIONS, CompanionEntry
from efface.evidence.pack import layout
from efface.evidence.pack.capture import Capture, Companion, Salted
from efface.evidence.seal.recipients import Recipient
from efface.evidence.seal.sealing import seal_file
from efface.evidence.sidecars import Sidecar, read_sidecar
from efface.files.paths import opened, same_place

MAX_COMPANION_BYTES = 1 << 33
"""Of all of them: 8 GiB."""
NAME_CHARACTERS = 255
"""Characters of a file's name that are kept."""
_MOST_OF_NAME = 100
_IN_NO_NAME = '/\\:*?"<>|'
"""What some system takes for more than a letter."""


@dataclass(frozen=True, slots=True)
class SealedCompanion:
    """One that was sealed."""

    told: Companion
    sidecar: Sidecar
    sha256: str
    """Of the sealed file, hexadecimal."""

    def entry(self, case: str, number: int, original: str) -> CompanionEntry:
        """As the statement of intake has it.

        Args:
            original: SHA-256 of that, hexadecimal.
        """
        return CompanionEntry(
            commitment=self.told.sha256.commitment(case, layout.companion_name(number)),
            kind=self.sidecar.kind,
            states=self.sidecar.states(original),
        )


def check_companions(original: Path, files: Sequence[Path]) -> None:
    """Refuse what cannot be sealed, before any work.

    Raises:
        InputError: one cannot be read, or is no file.
        RefusedError: too many or too much, one twice, or the original itself.
    """
    if len(files) > MAX_COMPANIONS:
        raise RefusedError(
            f"{len(files)} files come with the original; {MAX_COMPANIONS} is the most.",
            path=original,
            hint="Put them into an archive, and seal that.",
        )
    total = 0
    for number, path in enumerate(files):
        with opened(path) as file:
            total += os.fstat(file.fileno()).st_size
        if same_place(path, original):
            raise _refused(path, "this is the original itself, which is sealed anyway.")
        if any(same_place(path, other) for other in files[:number]):
            raise _refused(path, "this file is named twice.")
    if total > MAX_COMPANION_BYTES:
        raise RefusedError(
            f"the files that come with the original have {total} bytes; {MAX_COMPANION_BYTES} is "
            "the most.",
            path=original,
        )


def seal_companions(
    files: Sequence[Path], folder: Path, recipients: Sequence[Recipient], original: str
) -> tuple[SealedCompanion, ...]:
    """Seal each, in one pass.

    Args:
        folder: of sealed files.
        original: SHA-256 of that, hexadecimal.

    Raises:
        InputError: one cannot be read.
        RefusedError: one changed meanwhile, or has the content of another or of the original.
        OutputError: it cannot be written.
    """
    found: dict[str, SealedCompanion] = {}
    for number, path in enumerate(files, 1):
        before = _state(path)
        sidecar = read_sidecar(path)
        sealed = seal_file(path, folder / layout.sealed_companion(number), recipients)
        if _state(path) != before:
            raise _refused(path, "this file changed while it was read.")
        digest = sealed.plain_sha256
        if digest == original:
            raise _refused(path, "this is a copy of the original, which is sealed anyway.")
        if digest in found:
            raise _refused(path, "this is a copy of another file that comes with the original.")
        told = Companion(path.name[:NAME_CHARACTERS], sealed.plain_size, Salted(digest))
        found[digest] = SealedCompanion(told, sidecar, sealed.sha256)
    return tuple(found.values())


def taken_out_as(capture: Capture, number: int) -> str:
    """The name of a companion file outside the seal. Its own was given by somebody else: what a
    system would take for more than a name is replaced, and the number keeps names apart.

    Args:
        number: from 1.
    """
    name = capture.companions[number - 1].name
    plain = "".join(c if c.isprintable() and c not in _IN_NO_NAME else "_" for c in name)
    while len(plain.encode("utf-8", "replace")) > _MOST_OF_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[:-1]}{dot}{ending}" if len(stem) > 1 else plain[:-1]
    return f"{number}-{plain}".rstrip(". ")


def _state(path: Path) -> tuple[int, int, int]:
    with opened(path) as file:
        state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns, state.st_ino


def _refused(path: Path, why: str) -> RefusedError:
    return RefusedError(
        why, path=path, hint="Nothing was kept. Name each file once, after it is written."
    )
