"""Asking for passphrases, at a terminal or from a file; never on the command line, where others on
the computer could read them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import click

from efface.cli.options import FILE
from efface.cli.text import say
from efface.errors import RefusedError

key_option = click.option(
    "--key", "key_name", metavar="NAME", help="Key to sign with, if there are several."
)
passphrase_option = click.option(
    "--passphrase-file",
    type=FILE,
    metavar="FILE",
    help="Read the signing key's passphrase from the first line of a file instead of asking.",
)
identity_option = click.option(
    "--identity",
    "identity_files",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A recipient's secret key (age or SSH), to open the seal. May be given several times.",
)


def asker(what: str, file: Path | None, *, again: bool = False) -> Callable[[], str]:
    """Asks once, when it is needed first.

    Args:
        what: is to be opened, in words.
        file: with the passphrase in its first line; ``None``: a terminal is asked.
        again: it is a new one, which is asked for twice.
    """

    @cache
    def ask() -> str:
        if file is not None:
            return first_line(file)
        if not sys.stdin.isatty():
            raise RefusedError(
                f"a passphrase is needed for {what}, and there is no terminal to ask at.",
                hint="Put it into a file that only you can read, and name that.",
            )
        answer: str = click.prompt(
            f"Passphrase for {what}", hide_input=True, confirmation_prompt=again, err=True
        )
        return answer

    return ask


def first_line(path: Path) -> str:
    """
    Raises:
        InputError: the file cannot be read.
        RefusedError: it is empty.
    """
    from efface.files.bounded import read_bounded

    text = read_bounded(path, 1 << 12).decode("utf-8", "replace")
    if os.name != "nt" and path.stat().st_mode & 0o077:
        say(f"others on this computer can read {path}: make it yours alone (chmod 600).", err=True)
    line = text.splitlines()[0] if text else ""
    if not line:
        raise RefusedError("there is no passphrase in the first line.", path=path)
    return line
