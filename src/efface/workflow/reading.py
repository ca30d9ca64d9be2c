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
    jobs = [job for job in photos(inputs) if job.skipped is None]
    results: list[Result] = []
    failed: list[EffaceError] = []
    index = 0
    try:
        listen(BatchStarted(len(jobs)))
        for index, job in enumerate(jobs):
            listen(FileStarted(job.source, index))
            code = 0
            try:
                if job.error is not None:
                    raise job.error
                results.append(work(job.source))
            except Exception as error:  # one file's trouble must not cost the others
                failed.append(in_own_words(error, job.source))
                code = failed[-1].exit_code
            listen(FileFinished(job.source, index, code))
    except KeyboardInterrupt:
        failed += [
            StoppedError("not looked at: the run was interrupted.", path=job.source)
            for job in jobs[index:]
        ]
    return results, failed
