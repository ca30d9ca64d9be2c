"""Output appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from efface.errors import OutputError, RefusedError
from efface.paths import exists, is_folder, same_place

if TYPE_CHECKING:
    from PIL import Image

TEMPORARY_PREFIX = ".efface-"
"""Of unfinished output; a name like that never appears as a result."""


def check_target(source: Path, target: Path, overwrite: bool) -> None:
    """Refuse a target that would cost the user a file.

    Raises:
        RefusedError: the target is the input, or exists and may not be overwritten.
        OutputError: nothing can be written there.
    """
    if same_place(target, source):
        raise RefusedError(
            "the output would overwrite the input.",
            path=source,
            hint="Give another name with -o; originals are never written to.",
        )
    if is_folder(target):
        raise RefusedError("the output is a folder.", path=target, hint="Give a file name.")
    if exists(target) and not overwrite:
        raise _exists_already(target)
    _check_place(target.parent)


def _check_place(folder: Path) -> None:
    """Find out before the work that nothing can be written there.

    Raises:
        OutputError: no right to, or the disk is read-only.
    """
    while not exists(folder) and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            "no right to write there, or the disk is read-only.",
            path=folder,
            hint="Choose another folder with -o.",
        )


def _exists_already(target: Path) -> RefusedError:
    return RefusedError(
        "the output exists already.",
        path=target,
        hint="Give another name, or --overwrite if it may go.",
    )


def output_error(target: Path, error: OSError) -> OutputError:
    """An operating system's error on writing, in words."""
    reasons = {
        errno.ENOSPC: ("the disk is full.", "Free some space or choose another disk with -o."),
        errno.EDQUOT: ("the disk quota is used up.", "Choose another disk with -o."),
        errno.EFBIG: ("the file would exceed the size limit.", "Choose another disk with -o."),
        errno.EACCES: ("no right to write there.", "Choose another folder with -o."),
        errno.EPERM: ("no right to write there.", "Choose another folder with -o."),
        errno.EROFS: ("the disk is read-only.", "Choose another folder with -o."),
        errno.ENAMETOOLONG: ("the name is too long.", "Give a shorter one with -o."),
    }
    message, hint = reasons.get(
        error.errno or 0, (f"cannot be written ({error.strerror or error}).", "Choose another -o.")
    )
    return OutputError(message, path=target, hint=hint)


def write_png(image: Image.Image, target: Path, *, overwrite: bool) -> None:
    """Write a picture for people; it appears whole or not at all.

    Raises:
        OutputError: it cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    with appearing(target, overwrite=overwrite) as temporary:
        try:
            with temporary.open("xb") as out:
                image.save(out, "PNG")
        except OSError as error:
            raise output_error(target, error) from error


@contextlib.contextmanager
def appearing(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A temporary name in the target's folder that becomes the target if the block ends well.

    The temporary file is created by the block (exclusively: the name is new), synced to disk before
    it gets its name, and removed whatever way the block ends otherwise.

    Args:
        target: keeps its ending in the temporary name.
        overwrite: replace a file that has the name by then; otherwise that is refused.

    Raises:
        OutputError: the folder or the file cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(target.parent, error) from error
    temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{target.suffix}"
    try:
        yield temporary
        try:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            if overwrite:
                temporary.replace(target)
            else:
                _renamed_anew(temporary, target)
        except FileExistsError as error:
            raise _exists_already(target) from error
        except OSError as error:
            raise output_error(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _renamed_anew(temporary: Path, target: Path) -> None:
    """Rename without replacing anything, also when another run makes the same target meanwhile.

    Raises:
        FileExistsError: the target is there.
    """
    if os.name == "nt":  # there, renaming never replaces
        temporary.rename(target)
        return
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: hold the name, then take it
        with target.open("xb"):
            pass
        temporary.replace(target)
