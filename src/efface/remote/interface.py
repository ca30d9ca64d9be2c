"""What a server's files must allow. Nothing is written to, renamed or removed but what was made
here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from efface.errors import InputError, OutputError
from efface.remote.address import Address


class RemoteError(InputError):
    """A server does not answer, or breaks off; another try may go well."""


class RemoteOutputError(OutputError):
    """The same, on the way there."""


class Remote(Protocol):
    """The files of one server, or of one bucket."""

    def files(self, folder: Address) -> Iterator[Address]:
        """All files in a folder and its sub-folders; of what a folder's name begins with, nothing.

        Raises:
            InputError: there is none, or it cannot be listed.
        """
        ...

    def exists(self, place: Address) -> bool:
        """Whether a file is there.

        Raises:
            RemoteError: that cannot be found out.
        """
        ...

    def fetch(self, source: Address, into: BinaryIO, most: int) -> None:
        """Copy a file's bytes.

        Args:
            most: bytes that it may have.

        Raises:
            InputError: it is not there, is larger, changes meanwhile, or cannot be read whole.
        """
        ...

    def put(self, local: Path, target: Address, digest: str, *, overwrite: bool) -> None:
        """Give a file to the server: under the target's name it appears whole or not at all, and
        what is there when this returns was read back and has the hash.

        Args:
            digest: SHA-256, hexadecimal.
            overwrite: replace what has that name.

        Raises:
            RefusedError: the name is taken, and may not be.
            OutputError: it cannot be written.
            VerificationError: what was read back is something else; it is gone again.
        """
        ...
