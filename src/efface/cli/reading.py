"""A run of a command that only reads: bars, a log, and a line for each file that could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from efface.cli.text import say
from efface.errors import EffaceError
from efface.files.paths import is_folder

if TYPE_CHECKING:
    from efface.events import Listener

Found = TypeVar("Found")


def is_single(inputs: Sequence[Path]) -> bool:
    """Whether one file was named, whose error is then the command's."""
    return len(inputs) == 1 and not is_folder(inputs[0])


def read_all(
    inputs: Sequence[Path],
    read: Callable[[Listener], tuple[Found, Sequence[EffaceError]]],
    *,
    quiet: bool,
    verbose: bool,
    log_file: Path | None,
) -> tuple[Found, Sequence[EffaceError]]:
    """Read every file, and say which could not be.

    Args:
        read: all of them, told to a listener; returns what was found, and what failed.

    Raises:
        EffaceError: the only file cannot be read.
        OutputError: the log cannot be written.
    """
    from efface.cli.diary import followed

    with followed(quiet=quiet, verbose=verbose, path=log_file) as (listen, hear):
        found, failed = read(listen)
        for error in failed:
            hear(error)
    if failed and is_single(inputs):
        raise failed[0]
    for error in failed:
        say(f"efface: {error}", err=True)
    return found, failed
