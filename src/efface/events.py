"""Progress as a stream of events; core code prints nothing, the command line draws these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """A run over ``files`` inputs begins."""

    files: int


@dataclass(frozen=True, slots=True)
class FileStarted:
    """Work on one input begins."""

    path: Path
    index: int


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step on one input begins: ``read``, ``detect``, ``write``, ``verify`` or ``rescan``."""

    path: Path
    step: str
    frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class FileFinished:
    """Work on one input ended with an exit code (0: done)."""

    path: Path
    index: int
    exit_code: int


Event = BatchStarted | FileStarted | StepStarted | FileFinished
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A listener that does nothing."""
