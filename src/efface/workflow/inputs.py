"""Commands that only read: each input on its own, so that one bad file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from efface.errors import EffaceError, StoppedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener
from efface.workflow.plan import photos

Result = TypeVar("Result")


def over_inputs(
    inputs: Sequence[Path], work: Callable[[Path], Result], listen: Listener
) -> tuple[list[Result], list[EffaceError]]:
    """Do something with every input, folders opened; what goes wrong comes back as errors, and so
    does an interruption, for each file that it cost.

    Raises:
        RefusedError: the folders are empty.
    """
    planned = [file for file in photos(inputs) if file.skipped is None]
    results: list[Result] = []
    failed: list[EffaceError] = []
    index = 0
    try:
        listen(BatchStarted(len(planned)))
        for index, file in enumerate(planned):
            listen(FileStarted(file.source, index))
            code = 0
            try:
                if file.error is not None:
                    raise file.error
                results.append(work(file.source))
            except Exception as error:  # one file's trouble must not cost the others
                failed.append(in_own_words(error, file.source))
                if isinstance(failed[-1], StoppedError):
                    failed.pop()
                    raise KeyboardInterrupt from error
                code = failed[-1].exit_code
            listen(FileFinished(file.source, index, code))
    except KeyboardInterrupt:
        failed += [
            StoppedError("not looked at: the run was interrupted.", path=file.source)
            for file in planned[index:]
        ]
    return results, failed
