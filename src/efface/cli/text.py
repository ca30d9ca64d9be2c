"""Text for terminals: file names are hostile too."""

from __future__ import annotations

import click

from efface.files.paths import printable

__all__ = ["printable", "say"]


def say(line: str, *, err: bool = False) -> None:
    """Print one line, whatever names it holds."""
    click.echo(printable(line), err=err)
