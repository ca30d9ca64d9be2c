"""Progress as a stream of events; core code prints nothing, the command line draws these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Step = Literal[
    "read", "detect", "write", "verify", "rescan", "compare", "cut out", "attack", "search",
    "evidence", "look", "collect", "commit", "seal",
]  # fmt: skip
"""What can be done to one input; docs/python.md says what each is. A front end may rely on it that
there is no other."""

STEPS: tuple[Step, ...] = get_args(Step)


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
    """A step on one input begins, or has come to another frame."""

    path: Path
    step: Step
    frame: int
    """That it has come to, from 0."""
    frames: int
    """How many there are; of a video that is first read, an estimate."""
    detail: str = ""
    """What of the step, where it has parts with names: the attack on a file (``search``)."""

    @property
    def name(self) -> str:
        """For people: the part's, or the step's."""
        return self.detail or self.step


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
