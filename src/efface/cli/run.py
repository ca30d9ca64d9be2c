"""A run over files, and all that is said of it: bars, a log, a line a file, JSON, a summary."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from efface.cli.options import print_json, told_in_json

if TYPE_CHECKING:
    from efface.api.redaction import FileReport, Job, Ports


@dataclass(frozen=True, slots=True)
class Said:
    """Where what is to be said goes."""

    report_file: Path | None
    as_json: bool
    verbose: bool
    log_file: Path | None
    quiet: bool
    policies: tuple[str, ...] = ()
    """Files that decide the run."""


def run(job: Job, ports: Ports, said: Said) -> int:
    """Redact every file and say what became of each; returns the exit code.

    Raises:
        RefusedError: the report's name cannot be taken.
        OutputError: the report or the log cannot be written.
    """
    from efface.api.redaction import run as run_job
    from efface.cli.diary import diary
    from efface.cli.outcomes import outcomes
    from efface.cli.progress import progress
    from efface.cli.summary import print_summary

    telling: list[Callable[[FileReport], None]] = []
    written = None
    with ExitStack() as stack:
        with told_in_json(said.as_json):
            if said.report_file is not None:
                opened = outcomes(said.report_file, job.files, overwrite=job.order.overwrite)
                written = stack.enter_context(opened)
                telling.append(written.add)
            told = stack.enter_context(diary(said.verbose, said.log_file))
        listen = stack.enter_context(progress(show=not said.quiet and not said.verbose))
        if told is not None:
            telling.append(told.about)
            listen = told.listening(listen)

        def tell(file: FileReport) -> None:
            for one in telling:
                one(file)

        if told is not None:
            told.write(f"Policies: {', '.join(said.policies) or 'the defaults'}")
        with told_in_json(said.as_json):
            report = run_job(job, ports, listen, tell=tell)
    report = replace(report, policies=said.policies)
    if said.as_json:
        print_json(report.to_json())
    print_summary(report, failures_only=said.quiet)
    if written is not None and written.trouble is not None:
        raise written.trouble
    return report.exit_code
