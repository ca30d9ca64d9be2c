"""Which files are opened and hashed, and how often."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Watched:
    """What happened while it was watched, by the file's contents and name."""

    def __init__(self) -> None:
        self.opens: list[str] = []
        """Names, one each time."""
        self.digests: Counter[str] = Counter()
        """Of whole files, hexadecimal."""

    def opened(self, path: Path) -> int:
        """How often a file of that name was opened to be read, by Python."""
        return self.opens.count(str(path.absolute()))

    def opened_as(self, prefix: str) -> int:
        """The same of all files whose names begin so."""
        return sum(Path(name).name.startswith(prefix) for name in self.opens)

    def hashed(self, path: Path) -> int:
        """How often a file's contents, as they are now, were hashed from a file."""
        return self.digests[hashlib.sha256(path.read_bytes()).hexdigest()]


_watching: list[Watched] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching or event != "open" or not isinstance(arguments[0], str | os.PathLike):
        return
    if not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        _watching[-1].opens.append(str(Path(arguments[0]).absolute()))


sys.addaudithook(_hook)


@contextmanager
def watching() -> Iterator[Watched]:
    """Watch this process. What FFmpeg opens by itself is not seen."""
    seen, digest = Watched(), hashlib.file_digest

    def counted(file: Any, name: Any, /, **options: Any) -> Any:
        made = digest(file, name, **options)
        seen.digests[made.hexdigest()] += 1
        return made

    hashlib.file_digest = counted
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.pop()
        hashlib.file_digest = digest
