"""Streams between Python and age, which count and hash what passes, and keep what went wrong.

The library turns every error of a stream into one of its own; the first one is kept here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from efface.files.paths import unreadable


class ByteSource(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes; none at the end."""
        ...


class ByteSink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""
        ...


class Named:
    """A file that names itself when it cannot be read."""

    def __init__(self, file: ByteSource, path: Path) -> None:
        self._file = file
        self._path = path

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise unreadable(self._path, error) from error


class _Counted:
    def __init__(self) -> None:
        self.size = 0
        """Bytes that passed."""
        self.error: BaseException | None = None
        """The first that the stream raised."""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of what passed, hexadecimal."""
        return self._digest.hexdigest()

    def _passed(self, data: bytes) -> None:
        self.size += len(data)
        self._digest.update(data)


class CountedReader(_Counted):
    """Reads, counts and hashes."""

    def __init__(self, reader: ByteSource) -> None:
        super().__init__()
        self._reader = reader

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._reader.read(size)
        except BaseException as error:
            self.error = self.error or error
            raise
        self._passed(data)
        return data


class CountedWriter(_Counted):
    """Writes, counts and hashes."""

    def __init__(self, writer: ByteSink) -> None:
        super().__init__()
        self._writer = writer

    def write(self, data: bytes) -> int:
        try:
            self._writer.write(data)
        except BaseException as error:
            self.error = self.error or error
            raise
        self._passed(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""
