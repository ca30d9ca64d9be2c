"""Small files that are there whole after a power cut, in the old state or in the new."""

from __future__ import annotations

import os
from pathlib import Path

from efface.errors import OutputError
from efface.files.appearing import NOTHING_CHANGED, appearing, output_error

PRIVATE = 0o600
"""Mode of files that only their owner reads."""
PUBLIC = 0o644
"""Mode of files that are meant to be shown."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def replace_durably(target: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Give ``target`` this content: on disk, name included, when this returns.

    Whenever the power goes, the old file or the new one is there.

    Args:
        mode: of the new file, before the umask.

    Raises:
        OutputError: it cannot be written; the target is as it was, unless syncing the folder
            failed, which is after the rename.
    """
    try:
        with appearing(target, overwrite=True) as temporary:
            try:
                _write(temporary, content, mode)
            except OSError as error:
                raise output_error(target, error) from error
    except OutputError as error:
        raise OutputError(error.message, path=target, hint=NOTHING_CHANGED) from error


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, _NEW, mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)
