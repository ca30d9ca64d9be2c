"""``-v`` and ``--log-file``: what a run does, step by step, for whoever must find out why."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from efface.cli.progress import progress
from efface.cli.text import printable, say
from efface.errors import EffaceError, OutputError, UnexpectedError
from efface.events import BatchStarted, Event, FileFinished, FileStarted, Listener, StepStarted
from efface.files.appearing import output_error
from efface.files.paths import private_text
from efface.version import __version__

if TYPE_CHECKING:
    from efface.api.redaction import FileReport


class Diary:
    """Lines about a run, for a terminal, a file, or both."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write
        self._step = ""

    def listening(self, other: Listener) -> Listener:
        """A listener that writes steps down and passes each event on."""

        def listen(event: Event) -> None:
            match event:
                case BatchStarted(files=number):
                    self.write(f"{number} file(s)")
                case FileStarted(path=path):
                    self._step = ""
                    self.write(f"{path}: begun")
                case StepStarted(path=path, name=name) if name != self._step:
                    self._step = name
                    self.write(f"{path}: {name}")
                case FileFinished(path=path, exit_code=code):
                    self.write(f"{path}: ended with {code}")
            other(event)

        return listen

    def about(self, file: FileReport) -> None:
        """Write down what became of a file, with the place of a bug."""
        spent = ", ".join(f"{step} {seconds:.2f}" for step, seconds in file.cpu_seconds.items())
        self.write(f"{file.source}: {file.status}; CPU-seconds: {spent or 'none'}")
        if file.detector is not None:
            self.write(f"{file.source}: {file.faces} face(s) or zone(s), {file.detector}")
        for text in (file.message, file.hint, *file.notes):
            if text:
                self.write(f"{file.source}: {text}")
        self.bug(file.error)

    def bug(self, error: EffaceError | None) -> None:
        """Write down where in the code an error lies that nobody foresaw."""
        if isinstance(error, UnexpectedError) and error.__cause__ is not None:
            for line in traceback.format_exception(error.__cause__):
                for part in line.rstrip().splitlines():
                    self.write(part)


@contextmanager
def diary(verbose: bool, path: Path | None) -> Iterator[Diary | None]:
    """Whatever writes down what a run does; ``None`` if nobody asked for it.

    Args:
        path: is appended to, by its owner alone; what goes wrong later does not end the run.

    Raises:
        OutputError: the file cannot be written.
    """
    if not verbose and path is None:
        yield None
        return
    with ExitStack() as stack:
        sinks: list[Callable[[str], None]] = []
        if verbose:
            sinks.append(lambda line: say(line, err=True))
        if path is not None:
            sinks.append(stack.enter_context(_appending(path)))

        def write(line: str) -> None:
            for sink in sinks:
                sink(line)

        found = Diary(write)
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        found.write(f"efface {__version__}, Python {platform.python_version()}, {system}")
        yield found


@contextmanager
def _appending(path: Path) -> Iterator[Callable[[str], None]]:
    try:
        out = private_text(path)
    except OSError as error:
        found = output_error(path, error)
        found.hint = "Give --log-file another place."
        raise found from error
    trouble: OutputError | None = None

    def write(line: str) -> None:
        nonlocal trouble
        try:
            out.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {printable(line)}\n")
            out.flush()
        except OSError as error:
            if trouble is None and sys.stderr is not None:
                trouble = output_error(path, error)
                say(f"efface: the log ends here: {trouble}", err=True)

    try:
        yield write
    finally:
        with suppress(OSError):
            out.close()


@contextmanager
def followed(
    *, quiet: bool, verbose: bool, path: Path | None
) -> Iterator[tuple[Listener, Callable[[EffaceError], None]]]:
    """For commands that only read: whoever listens to a run, and whoever hears of its errors.

    Raises:
        OutputError: the log cannot be written.
    """
    with diary(verbose, path) as told, progress(show=not quiet and not verbose) as listen:
        if told is None:
            yield listen, lambda error: None
        else:
            yield told.listening(listen), told.bug
