"""Files that were dropped into the page: copies in a private folder, there only while efface runs.

A browser does not tell where a file lies, so what is dropped is copied. The copies, and what was
released of them, go when efface ends; what a killed run left goes when the next one begins.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from efface.errors import OutputError, RefusedError
from efface.files.lock import locked

MAX_BYTES = 8 << 30
"""Of one file."""

_LONGEST_NAME = 120
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


class Drops:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, path: Path) -> bool:
        """Whether a file is one that was dropped, or what was made of it."""
        return path.is_relative_to(self.folder)

    async def take(self, name: str, content: AsyncIterator[bytes]) -> Path:
        """Copy a file.

        Args:
            name: as the browser gives it; whatever it holds, it names a file of this folder.

        Raises:
            RefusedError: it is larger than ``MAX_BYTES``.
            OutputError: it cannot be written. Nothing of it is left then.
        """
        place = self.folder / secrets.token_hex(8)
        try:
            place.mkdir(mode=_PRIVATE_FOLDER)
            target = place / _safe(name)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
            with os.fdopen(handle, "wb") as file:
                size = 0
                async for part in content:
                    size += len(part)
                    if size > MAX_BYTES:
                        raise RefusedError(
                            f"it is larger than {MAX_BYTES >> 30} GB.",
                            hint="Start efface review with its name instead.",
                        )
                    file.write(part)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise OutputError(
                f"it cannot be copied ({error.strerror or error}).",
                hint="Start efface review with its name instead: then nothing is copied.",
            ) from error
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return target


@contextlib.contextmanager
def dropping(parent: Path) -> Iterator[Drops]:
    """A folder for what is dropped while the block runs; what was left of earlier ones goes.

    Args:
        parent: of such folders.

    Raises:
        OutputError: there can be none.
    """
    try:
        parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        _sweep(parent)
        own = parent / secrets.token_hex(8)
        with locked(own):
            own.mkdir(mode=_PRIVATE_FOLDER)
            try:
                yield Drops(own)
            finally:
                shutil.rmtree(own, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot be used ({error.strerror or error}).", path=parent) from error


def _sweep(parent: Path) -> None:
    for left in parent.iterdir():
        if left.is_dir():
            with contextlib.suppress(RefusedError), locked(left):  # a run that lives holds it
                shutil.rmtree(left, ignore_errors=True)


def _safe(name: str) -> str:
    """The last part of a name, without what could mean something to a system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    most = _LONGEST_NAME - len(ending) - 1
    short = f"{stem[:most]}{dot}{ending[:16]}" if dot else kept[:_LONGEST_NAME]
    return short or "file"
