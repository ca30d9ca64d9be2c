"""Small files that are there whole after a power cut, in the old state or in the new."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from efface.errors import OutputError
from efface.workflow.output import TEMPORARY_PREFIX, output_error

PRIVATE = 0o600
"""Mode of files that only their owner reads."""
PUBLIC = 0o644
"""Mode of files that are meant to be shown."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def replace_durably(target: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Give ``target`` this content: on disk, name included, when this returns.

    Written beside it, synced, renamed over it, and the folder synced: whenever the power goes, the
    old file or the new one is there.

    Args:
        mode: of the new file, before the umask.

    Raises:
        OutputError: it cannot be written; the target is as it was, unless syncing the folder
            failed, which is after the rename.
    """
    temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        try:
            _write_synced(temporary, content, mode)
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise cannot_be_written(target, error) from error


def create_private(path: Path) -> BinaryIO:
    """A new file that its owner alone can read, opened for writing.

    Raises:
        OSError: it is there, or cannot be made.
    """
    return os.fdopen(os.open(path, _NEW, PRIVATE), "wb")


def _write_synced(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, _NEW, mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Put the folder's names on disk, where the system has a call for that.

    Raises:
        OSError: the disk failed.
    """
    if os.name == "nt":  # folders cannot be opened there; renames are logged by the file system
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(handle)


def cannot_be_written(path: Path, error: OSError) -> OutputError:
    """An operating system's error on writing, for files whose place is not chosen with -o."""
    return OutputError(
        output_error(path, error).message,
        path=path,
        hint="Nothing was changed. Make room, or put its rights right, and try again.",
    )
