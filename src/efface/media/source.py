"""An input, opened once: whoever reads of it shares one handle, and its hash is taken once."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import weakref
from functools import cached_property
from pathlib import Path

from efface.errors import InputError
from efface.files.paths import opened, unreadable
from efface.media.families import HEAD_BYTES, Family, family_of

_BUFFER_BYTES = 1 << 15
_CLOSED = -1


class Source:
    """One file. It is closed with the last that holds it, or before by ``close``."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            InputError: missing, not readable, or no file.
        """
        self.path = path
        file = opened(path)
        self.handle = file.fileno()
        self._closing = weakref.finalize(self, file.close)
        try:
            self._stamp = _stamp(os.fstat(self.handle))
            self.head = self.reader().read(HEAD_BYTES)
        except OSError as error:
            raise unreadable(path, error) from error

    @property
    def size(self) -> int:
        """Bytes, when it was opened."""
        return self._stamp[0]

    @cached_property
    def family(self) -> Family | None:
        """Its format, by its first bytes; ``None``: none that is known."""
        return family_of(self.head)

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        try:
            digest = hashlib.file_digest(self.reader(), "sha256").hexdigest()
        except OSError as error:
            raise unreadable(self.path, error) from error
        self._check_handle()
        return digest

    def data(self) -> bytes:
        """All of its bytes.

        Raises:
            InputError: it cannot be read, or changed since it was opened.
        """
        try:
            data = self.reader().read()
        except OSError as error:
            raise unreadable(self.path, error) from error
        self._check_handle()
        return data

    def reader(self) -> io.BufferedReader:
        """The file from its beginning, to be read at a place of its own."""
        return io.BufferedReader(_SourceReader(self), _BUFFER_BYTES)

    def check_unchanged(self) -> None:
        """Refuse to go on where the name leads to other contents by now: some libraries open a file
        by its name.

        Raises:
            InputError: it is.
        """
        try:
            now = self.path.stat()
        except OSError as error:
            raise unreadable(self.path, error) from error
        if not os.path.samestat(now, os.fstat(self.handle)) or _stamp(now) != self._stamp:
            raise self._changed()

    def close(self) -> None:
        """Let go of the file; it cannot be read any more."""
        self.handle = _CLOSED
        self._closing()

    def _check_handle(self) -> None:
        if _stamp(os.fstat(self.handle)) != self._stamp:
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(
            "the file changed while it was worked on.",
            path=self.path,
            hint="Let whatever writes it finish first, or copy it, and try again.",
        )


class HeldSource(Source):
    """Bytes in memory, under a file's name: what lies inside another file."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self._data = data
        self._stamp = len(data), 0
        self.head = data[:HEAD_BYTES]

    def data(self) -> bytes:
        return self._data

    def reader(self) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self._data))

    def check_unchanged(self) -> None:
        return

    def close(self) -> None:
        return

    def _check_handle(self) -> None:
        return


def _stamp(status: os.stat_result) -> tuple[int, int]:
    """What changes when a file is written to."""
    return status.st_size, status.st_mtime_ns


class _SourceReader(io.RawIOBase):
    """A place in a source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0

    def fileno(self) -> int:
        """The shared handle: what is asked of it by number knows no place of its own."""
        return self._source.handle

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size}[whence]
        if start + offset < 0:
            raise OSError(f"expected a place in the file, got {start + offset}")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        read = _read_at(self._source.handle, len(buffer), self._at)
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)

    def readall(self) -> bytes:
        parts = []
        while part := _read_at(self._source.handle, max(self._source.size - self._at, 1), self._at):
            parts.append(part)
            self._at += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


_SEEKING = threading.Lock()


def _read_at(handle: int, length: int, at: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(handle, length, at)
    with _SEEKING:  # Windows has no such call
        os.lseek(handle, at, os.SEEK_SET)
        return os.read(handle, length)
