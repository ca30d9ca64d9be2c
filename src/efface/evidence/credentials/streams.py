"""Files as the library reads and writes them: it tells that something failed, but not what."""

from __future__ import annotations

import io
from typing import Any, BinaryIO


class WatchedFile:
    """An open file that remembers the system's error."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def _do(self, name: str, *args: Any) -> Any:
        try:
            return getattr(self._file, name)(*args)
        except OSError as error:
            self.error = error
            raise

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._do("read", size)
        return data

    def readinto(self, buffer: Any) -> int:
        return int(self._do("readinto", buffer))

    def write(self, data: bytes) -> int:
        return int(self._do("write", data))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._do("seek", offset, whence))

    def tell(self) -> int:
        return int(self._do("tell"))

    def flush(self) -> None:
        self._do("flush")


class Nowhere:
    """Where the copy of the file goes that the library writes although nothing is put into it."""

    def __init__(self) -> None:
        self._at = self._size = 0

    def read(self, size: int = -1) -> bytes:
        raise io.UnsupportedOperation("nothing is kept here")

    def write(self, data: bytes) -> int:
        self._at += len(data)
        self._size = max(self._size, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        return
