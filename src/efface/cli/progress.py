"""The progress bar, drawn on stderr from the event stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from efface.cli.text import printable
from efface.events import BatchStarted, Event, FileFinished, FileStarted, Listener, ignore
from efface.events import StepStarted as Step


@contextmanager
def progress(show: bool) -> Iterator[Listener]:
    """A listener that draws a bar while the block runs, if stderr is a terminal."""
    if not show or sys.stderr is None or not sys.stderr.isatty():
        yield ignore
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=None)

    def listen(event: Event) -> None:
        match event:
            case BatchStarted(files=files):
                bar.update(task, total=files)
            case FileStarted(path=path):
                bar.update(task, description=_name(path))
            case Step(path=path, step=step, frame=frame, frames=frames):
                page = f" {frame + 1}/{frames}" if frames > 1 else ""
                bar.update(task, description=f"{_name(path)}: {step}{page}")
            case FileFinished():
                bar.advance(task)

    with bar:
        yield listen


def _name(path: Path) -> str:
    """For a description that rich reads as markup."""
    return printable(path.name).replace("[", r"\[")
