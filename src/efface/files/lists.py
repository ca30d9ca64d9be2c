"""Lists of files: one a line, from the list's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from efface.files.paths import read_whole

LIST_SUFFIX: Final = ".txt"


def listed(path: Path) -> list[Path]:
    """The files of a list; any other path is itself.

    Raises:
        InputError: the list cannot be read.
    """
    if path.suffix.lower() != LIST_SUFFIX:
        return [path]
    lines = read_whole(path).decode("utf-8", "surrogateescape").split("\n")
    names = (line.removesuffix("\r") for line in lines)
    return [path.parent / name for name in names if name.strip()]
