"""The progress bars, drawn on stderr from the event stream."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from efface.cli.text import printable
from efface.events import (
    BatchStarted,
    Event,
    FileFinished,
    FileStarted,
    Listener,
    StepStarted,
    ignore,
)

DRAWN_EVERY_S = 0.1
"""Events that follow each other faster are not drawn one by one."""


@contextmanager
def progress(show: bool) -> Iterator[Listener]:
    """A listener that draws bars while the block runs, if stderr is a terminal: one for the files,
    and one for the frames of a file that has many, with speed and time left."""
    if not show or sys.stderr is None or not sys.stderr.isatty():
        yield ignore
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    files = bar.add_task("", total=None, speed="")
    frames: TaskID | None = None
    running = ("", 0.0)
    drawn = 0.0

    def clear() -> None:
        nonlocal frames
        if frames is not None:
            bar.remove_task(frames)
            frames = None

    def step(event: StepStarted) -> None:
        nonlocal frames, running, drawn
        now = time.monotonic()
        if event.name != running[0]:
            clear()
            running = (event.name, now)
        elif now - drawn < DRAWN_EVERY_S:
            return
        drawn = now
        bar.update(files, description=f"{_name(event.path)}: {event.name}")
        if event.frames > 1:
            if frames is None:
                frames = bar.add_task("  frames", total=event.frames, speed="")
            rate = event.frame / max(now - running[1], 1e-3)
            bar.update(frames, completed=event.frame, speed=f"{rate:.0f} a second")

    def listen(event: Event) -> None:
        nonlocal running
        match event:
            case BatchStarted(files=number):
                bar.update(files, total=number)
            case FileStarted(path=path):
                running = ("", 0.0)
                bar.update(files, description=_name(path))
            case StepStarted():
                step(event)
            case FileFinished():
                clear()
                bar.advance(files)

    with bar:
        yield listen


def _name(path: Path) -> str:
    """For a description that rich reads as markup."""
    return printable(path.name).replace("[", r"\[")
