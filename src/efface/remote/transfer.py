"""Bytes that come and go, and what went wrong in words. No text of a library's error is repeated:
some hold addresses that were signed with a key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from efface.errors import EffaceError, InputError, VerificationError
from efface.remote.address import Address
from efface.remote.interface import RemoteError, RemoteOutputError

_PIECE: Final = 1 << 20

RIGHTS: Final = "docs/archives.md says where keys are looked for."


def copied(
    told: Callable[[], tuple[int, object]],
    opened: Callable[[], BinaryIO],
    into: BinaryIO,
    most: int,
) -> None:
    """Copy a file whole, as it is at one moment.

    Args:
        told: asks for its size, and for what changes with its content.
        most: bytes that it may have.

    Raises:
        InputError: it is larger, or changed meanwhile.
    """
    before = told()
    if before[0] > most:
        raise InputError(f"the file is larger than {most / 1e6:g} MB (limits.max_file_mb).")
    size = 0
    with opened() as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > before[0]:
                break
            into.write(piece)
    if size != before[0] or told() != before:
        raise RemoteError("the file changed while it was fetched.")


def read_back(opened: Callable[[], BinaryIO], digest: str) -> None:
    """
    Raises:
        VerificationError: it has another hash.
    """
    found = hashlib.sha256()
    with opened() as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    if found.hexdigest() != digest:
        raise VerificationError("what was read back from the server has another hash.")


@contextmanager
def reading(address: Address) -> Iterator[None]:
    """
    Raises:
        InputError: whatever went wrong in the block that is no error of efface's.
    """
    try:
        yield
    except EffaceError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"there is no such file or folder: {address}.") from error
    except PermissionError as error:
        raise InputError(f"no right to read {address}.", hint=RIGHTS) from error
    except Exception as error:
        raise RemoteError(
            f"{address} cannot be read ({type(error).__name__}).", hint=RIGHTS
        ) from error


@contextmanager
def writing(address: Address) -> Iterator[None]:
    """
    Raises:
        OutputError: likewise, on the way there.
    """
    try:
        yield
    except InputError as error:
        raise RemoteOutputError(error.message, hint=error.hint) from error
    except EffaceError:
        raise
    except PermissionError as error:
        raise RemoteOutputError(f"no right to write to {address}.", hint=RIGHTS) from error
    except Exception as error:
        raise RemoteOutputError(
            f"{address} cannot be written ({type(error).__name__}).", hint=RIGHTS
        ) from error
