"""What a mechanism must do, and what a confined process may see and use. Light to load: a worker
begins with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from efface.words import Confinement


@dataclass(frozen=True, slots=True)
class View:
    """The files that a confined process can reach; whole paths."""

    code: tuple[str, ...]
    """Of Python, of efface, and of the system: read only."""
    reads: tuple[str, ...]
    """Single files: read only."""
    lists: tuple[str, ...]
    """Folders whose names may be told where single files cannot be shown alone."""
    writes: tuple[str, ...]
    """Folders in which files may be made."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a confined process may use."""

    memory_mb: int
    """Of address space, in millions of bytes."""
    file_mb: int
    """Size of a file that it writes, in millions of bytes."""
    open_files: int = 512


class Mechanism(Protocol):
    """A way to confine a process."""

    @property
    def name(self) -> Confinement:
        """As policies and reports call it."""
        ...

    def trouble(self) -> str | None:
        """Why it does not work here, in words that end a sentence; ``None``: it does."""
        ...

    def command(self, view: View, argv: Sequence[str]) -> list[str]:
        """What starts a process that is confined, or will confine itself.

        Args:
            argv: the process.
        """
        ...

    def confine(self, view: View, bounds: Bounds) -> None:
        """Called in that process, before any file is touched and while it has one thread.

        Raises:
            OSError: the system refused; the process must end.
        """
        ...
