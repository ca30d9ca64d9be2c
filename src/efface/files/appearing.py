"""Output appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from efface.errors import OutputError, RefusedError
from efface.files.paths import exists, is_folder, same_place

if TYPE_CHECKING:
    from PIL import Image

TEMPORARY_PREFIX = ".efface-"
"""Of unfinished output; a name like that never appears as a result."""

NOTHING_CHANGED = "Nothing was changed. Make room, or put its rights right, and try again."
"""What to do about a place that is not chosen with -o."""

ANYBODY = 0o666
"""Mode of new files, before the umask."""

_unfinished: set[Path] = set()
"""Temporary files and folders of this process that are there, for one that must end at once."""

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


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


def cannot_be_written(path: Path, error: OSError) -> OutputError:
    """An operating system's error on writing, for files whose place is not chosen with -o."""
    return OutputError(
        output_error(path, error).message,
        path=path,
        hint=NOTHING_CHANGED,
    )


Said = Callable[[Path, OSError], OutputError]
"""An operating system's error on writing a file, in words."""


def write_png(image: Image.Image, target: Path, *, overwrite: bool) -> None:
    """Write a picture for people; it appears whole or not at all.

    Raises:
        OutputError: it cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    with writing(target, overwrite=overwrite) as out:
        image.save(out, "PNG")


@contextlib.contextmanager
def appearing(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A temporary name in the target's folder that becomes the target if the block ends well.

    The temporary file is created by the block (exclusively: the name is new), synced to disk before
    it gets its name, and removed whatever way the block ends otherwise. When this returns, the name
    is on disk too.

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
    temporary = _beside(target)
    _unfinished.add(temporary)
    try:
        yield temporary
        try:
            _sync(temporary)
            if overwrite:
                temporary.replace(target)
            else:
                _renamed_anew(temporary, target)
            sync_folder(target.parent)
        except FileExistsError as error:
            raise _exists_already(target) from error
        except OSError as error:
            raise output_error(target, error) from error
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    finally:
        _unfinished.discard(temporary)


@contextlib.contextmanager
def writing(
    target: Path, *, overwrite: bool, mode: int = ANYBODY, error: Said = output_error
) -> Iterator[BinaryIO]:
    """A new file to write to (and read again), which becomes the target if the block ends well.

    Args:
        target: as for ``appearing``.
        overwrite: as for ``appearing``.
        mode: of the new file, before the umask.
        error: what is said when the operating system refuses: ``cannot_be_written`` where the place
            is not chosen with -o.

    Raises:
        OutputError: it cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    with appearing(target, overwrite=overwrite) as temporary:
        try:
            with os.fdopen(os.open(temporary, _NEW, mode), "w+b") as out:
                yield out
        except OSError as refused:
            raise error(target, refused) from refused


@contextlib.contextmanager
def appearing_folder(target: Path) -> Iterator[Path]:
    """A folder, its owner's alone, that gets its name when the block ends well, and is gone
    otherwise. What the block puts there it syncs itself; the folders' names are synced here.

    Raises:
        OutputError: it cannot be made, or there is something of that name.
    """
    beside = _beside(target)
    _unfinished.add(beside)
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside.mkdir(mode=0o700)
        except OSError as error:
            raise cannot_be_written(target, error) from error
        yield beside
        try:
            for folder in (*(path for path in beside.rglob("*") if path.is_dir()), beside):
                sync_folder(folder)
            beside.rename(target)
            sync_folder(target.parent)
        except OSError as error:
            raise cannot_be_written(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(beside)
        _unfinished.discard(beside)


@contextlib.contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """A folder in another one, its owner's alone, that is gone when the block ends, with whatever
    is left in it.

    Raises:
        OutputError: it cannot be made.
    """
    scratch = _beside(folder / "scratch")
    _unfinished.add(scratch)
    try:
        try:
            scratch.mkdir(mode=0o700)
        except OSError as error:
            raise output_error(folder, error) from error
        yield scratch
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(scratch)
        _unfinished.discard(scratch)


def remove_unfinished() -> None:
    """Take away what would be removed if every block that is open now ended in an error; for a
    process that must end without ending them."""
    for place in list(_unfinished):
        with contextlib.suppress(OSError):
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
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


def _beside(target: Path) -> Path:
    return target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{target.suffix}"


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
    else:
        temporary.unlink()
