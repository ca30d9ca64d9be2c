"""One writer at a time, in one process or several."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from efface.errors import RefusedError
from efface.files.appearing import cannot_be_written
from efface.files.durable import PRIVATE

_TRIES = 100
"""The file is taken away by whoever had the lock; only that many in a row are waited for."""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, which lies beside it as ``NAME.lock``.

    The system gives it back when the process ends, however it ends.

    Raises:
        RefusedError: somebody else holds it.
        OutputError: there can be no lock there.
    """
    place = path.with_name(f"{path.name}.lock")
    handle = _acquired(place, path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            place.unlink()  # while it is held: who opens it now finds that it is gone
        os.close(handle)


def _acquired(place: Path, path: Path) -> int:
    for _ in range(_TRIES):
        try:
            handle = os.open(place, os.O_RDWR | os.O_CREAT, PRIVATE)
        except OSError as error:
            raise cannot_be_written(place, error) from error
        try:
            _take(handle)
        except BlockingIOError as error:
            os.close(handle)
            raise _busy(path) from error
        except OSError as error:
            os.close(handle)
            raise cannot_be_written(place, error) from error
        if _still_there(handle, place):
            return handle
        os.close(handle)
    raise _busy(path)


def _busy(path: Path) -> RefusedError:
    return RefusedError(
        "somebody else is writing to it at this moment.",
        path=path,
        hint="Nothing was written. Wait for the other program to end, and try again.",
    )


def _still_there(handle: int, place: Path) -> bool:
    """Whether the file that was locked has that name still."""
    try:
        return os.path.samestat(os.fstat(handle), place.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
