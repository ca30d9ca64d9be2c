"""Where a confined process may write, and how a file that it wrote gets the name that was asked
for: as a stranger's file would."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
from pathlib import Path

from efface.errors import OutputError, VerificationError
from efface.files.appearing import appearing, output_error
from efface.files.paths import exists, is_folder


def home_of(target: Path) -> Path:
    """The folder in which a scratch folder is on the target's disk: its own, or, while that is not
    there, the nearest above."""
    folder = target.absolute().parent
    while not exists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def publish(staged: Path, target: Path, *, digest: str, overwrite: bool) -> None:
    """Give a staged file its name.

    Args:
        staged: on the target's disk.
        digest: SHA-256 that it must have, hexadecimal.

    Raises:
        VerificationError: it is not what it is said to be.
        OutputError: the target's folder cannot be written to.
        RefusedError: the target appeared in the meantime.
    """
    with appearing(target, overwrite=overwrite) as temporary:
        try:
            staged.rename(temporary)  # from here on out of reach
        except FileNotFoundError as error:
            raise _wrong("there is none") from error
        except OSError as error:
            raise output_error(target, error) from error
        try:
            _check(temporary, digest)
        except VerificationError:
            if is_folder(temporary):  # all else goes by itself
                shutil.rmtree(temporary, ignore_errors=True)
            raise


def _check(path: Path, digest: str) -> None:
    """A plain file with one name, of that content, that nobody holds open to write to it.

    Raises:
        VerificationError: it is not.
        OutputError: it cannot be read.
    """
    try:
        file = open(path, "rb", opener=_opened)  # noqa: SIM115 - Path.open has no opener
    except OSError as error:
        raise _wrong("it is no plain file") from error
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise _wrong("it is no plain file")
        if _held_open(file.fileno()):
            raise _wrong("it is held open")
        try:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise OutputError(f"cannot be read back ({error}).", path=path) from error
    if found != digest:
        raise _wrong("it has another hash")


def _opened(path: str, flags: int) -> int:
    """Follows no link, and waits for nobody."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _held_open(handle: int) -> bool:
    """Whether anybody can still write to a file that is open here to be read: Linux gives no lease
    then (fcntl(2)). Where a disk knows no leases, or is another machine's, that is not asked."""
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - not everywhere

    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN and not _elsewhere(os.fstat(handle).st_dev)
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


_NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3"})
"""Kinds of disks of which Linux gives a lease only when their server has given one before: its
refusal says nothing there (nfs4_setlease and cifs_setlease, in Linux' fs/nfs/nfs4file.c and
fs/smb/client/cifsfs.c)."""


def _elsewhere(device: int, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether a device is a disk of another machine's; see proc(5) for the table."""
    own = f"{os.major(device)}:{os.minor(device)}"
    try:
        rows = [line.split() for line in mounts.read_text(errors="replace").splitlines()]
    except OSError:
        return False
    kinds = [row[row.index("-") + 1] for row in rows if "-" in row and row[2] == own]
    return any(kind in _NETWORKED for kind in kinds)


def _wrong(why: str) -> VerificationError:
    return VerificationError(f"what was said to be written is not there ({why}).")
