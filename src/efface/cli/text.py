"""Text for terminals: file names are hostile too."""

from __future__ import annotations

import click


def printable(text: str) -> str:
    """The text with control characters and undecodable bytes escaped.

    A file name can hold terminal escape sequences, line breaks, or bytes that are no text.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def say(line: str, *, err: bool = False) -> None:
    """Print one line, whatever names it holds."""
    click.echo(printable(line), err=err)
