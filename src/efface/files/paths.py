"""Paths as users give them: unreadable folders, over-long names, pipes and devices among them."""

from __future__ import annotations

import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import TextIO

from efface.errors import InputError


def printable(text: str) -> str:
    """The text with control characters and undecodable bytes escaped.

    A file name can hold terminal escape sequences, line breaks, or bytes that are no text.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may look; opening the rest says what is wrong."""
    try:
        return path.is_dir()
    except (OSError, RuntimeError):
        return False


def exists(path: Path) -> bool:
    """Whether there is anything of that name, as far as one may look."""
    try:
        return path.exists()
    except (OSError, RuntimeError):
        return False


def same_place(a: Path, b: Path) -> bool:
    """Whether both names lead to one existing file or folder."""
    try:
        return a.samefile(b)
    except (OSError, RuntimeError):
        return False


def private_text(path: Path) -> TextIO:
    """A text file to append to that, if it is made here, its owner alone can read.

    Raises:
        OSError: it cannot be opened, or made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8")


def opened(path: Path) -> BufferedReader:
    """Open an input for reading; pipes and devices, which might never end, are not inputs.

    Raises:
        InputError: missing, not readable, or no file.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or the like"
            raise InputError(
                f"this is {what}, not a file.", path=path, hint="Name a photo or a video."
            )
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """An operating system's error on reading, in words."""
    return InputError(
        f"cannot be read ({error.strerror or error}).", path=path, hint="Check name and rights."
    )


def read_whole(path: Path) -> bytes:
    """All of an input's bytes.

    Raises:
        InputError: missing, not readable, or no file.
    """
    with opened(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise unreadable(path, error) from error


def sha256(path: Path) -> str:
    """Of an input, hexadecimal.

    Raises:
        InputError: missing, not readable, or no file.
    """
    with opened(path) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(path, error) from error
