"""Many photos and videos: each on its own, so that one bad file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from efface.errors import RefusedError, StoppedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.files.paths import exists, is_folder, sha256
from efface.regions import Regions
from efface.workflow.plan import Job
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport, Report


def redact_all(
    jobs: Sequence[Job],
    order: Order,
    regions: Mapping[str, Regions] | None = None,
    listen: Listener = ignore,
    *,
    tell: Callable[[FileReport], None] = lambda file: None,
) -> Report:
    """Redact every job; errors, bugs included, end up in the report, one file each.

    An interruption ends the run, and is in the report too: at the file that it cost, and at those
    that were not begun.

    Args:
        regions: by the input's SHA-256; when given, no detector runs before writing.
        tell: is called with each file's report as soon as nothing changes in it any more.
    """
    report = Report([FileReport(job.source, status="not-begun") for job in jobs])
    index = 0
    try:
        listen(BatchStarted(len(jobs)))
        for index, job in enumerate(jobs):
            listen(FileStarted(job.source, index))
            file = report.files[index] = FileReport(job.source)
            try:
                _one(job, file, order, regions, listen)
            except Exception as error:  # one file's trouble must not cost the others
                file.failed(in_own_words(error, job.source))
            tell(file)
            listen(FileFinished(job.source, index, file.exit_code))
    except KeyboardInterrupt:
        _stopped(report, index, tell)
    return report


def _stopped(report: Report, index: int, tell: Callable[[FileReport], None]) -> None:
    """Book an interruption in the work on one file."""
    file = report.files[index]
    if file.status in ("failed", "not-begun") and file.message is None:
        file.failed(StoppedError("it was interrupted; nothing of it was written."))
        tell(file)
    for rest in report.files[index + 1 :]:
        rest.failed(StoppedError("the run was interrupted before it was begun."), "not-begun")
        tell(rest)


def _one(
    job: Job,
    file: FileReport,
    order: Order,
    regions: Mapping[str, Regions] | None,
    listen: Listener,
) -> None:
    if job.error is not None:
        raise job.error
    if job.target is None:
        file.status, file.exit_code, file.message = "skipped", 0, job.skipped
        return
    if order.skip_existing and exists(job.target) and not is_folder(job.target):
        _left_alone(job.source, job.target, file)
        return
    mine = None if regions is None else regions_for(job.source, regions)
    redact_file(file, job.target, order, mine, listen)


def _left_alone(source: Path, target: Path, file: FileReport) -> None:
    """Take what is there under the output's name for the result.

    Raises:
        RefusedError: it is a copy of the input, which shows everything.
    """
    if source.stat().st_size == target.stat().st_size and sha256(source) == sha256(target):
        raise RefusedError(
            f"what is there as {target} is the input itself, unredacted.",
            path=source,
            hint="Move it away, or let the result replace it with --overwrite.",
        )
    file.status, file.exit_code = "exists", 0
    file.message = f"{target} was there already, and was not looked at."


def regions_for(source: Path, regions: Mapping[str, Regions]) -> Regions:
    """The document made for this file.

    Raises:
        RefusedError: there is none.
        InputError: the file cannot be read.
    """
    digest = sha256(source)
    if digest not in regions:
        names = ", ".join(sorted({r.media.file for r in regions.values()}))
        raise RefusedError(
            f"the regions were made for other files ({names}), by SHA-256.",
            path=source,
            hint="Run 'efface detect' on this file and edit that.",
        )
    return regions[digest]
