"""Progress as a stream of events; core code prints nothing, the command line draws these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

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


_KINDS: dict[str, type[Event]] = {
    "batch-started": BatchStarted,
    "file-started": FileStarted,
    "step-started": StepStarted,
    "file-finished": FileFinished,
}


def event_to_json(event: Event) -> dict[str, Any]:
    """As plain JSON types, to be sent from one process to another."""
    kind = next(name for name, cls in _KINDS.items() if isinstance(event, cls))
    values = {item.name: getattr(event, item.name) for item in fields(event)}
    return {"event": kind} | {
        name: str(value) if isinstance(value, Path) else value for name, value in values.items()
    }


def event_from_json(document: Mapping[str, Any]) -> Event:
    """Read ``event_to_json``.

    Raises:
        ValueError: it is none.
    """
    values = dict(document)
    try:
        cls = _KINDS[values.pop("event")]
        if "path" in values:
            values["path"] = Path(values["path"])
        event = cls(**values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"expected an event, got {document!r:.200}") from error
    if isinstance(event, StepStarted) and event.step not in STEPS:
        raise ValueError(f"there is no step {event.step!r}")
    return event


def ignore(event: Event) -> None:
    """A listener that does nothing."""
