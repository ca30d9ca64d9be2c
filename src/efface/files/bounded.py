"""Files of a pack, which somebody else may have made as large as they liked."""

from __future__ import annotations

from pathlib import Path

from efface.errors import InputError
from efface.files.paths import opened, unreadable


def read_bounded(path: Path, most: int) -> bytes:
    """All of a file's bytes, unless they are too many.

    Raises:
        InputError: missing, not readable, no file, or larger than ``most`` bytes.
    """
    with opened(path) as file:
        try:
            content = file.read(most + 1)
        except OSError as error:
            raise unreadable(path, error) from error
    if len(content) > most:
        raise InputError(
            f"the file is larger than the {most} bytes that such a file may have.",
            path=path,
            hint="It is no part of a pack as efface makes them.",
        )
    return content
