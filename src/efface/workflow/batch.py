"""Many photos and videos: each on its own, so that one bad file does not stop the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from efface.errors import RefusedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.paths import sha256
from efface.regions import Regions
from efface.workflow.files import redact_file
from efface.workflow.order import Order
from efface.workflow.plan import Job
from efface.workflow.report import FileReport, Report


def redact_all(
    jobs: Sequence[Job],
    order: Order,
    regions: Mapping[str, Regions] | None = None,
    listen: Listener = ignore,
) -> Report:
    """Redact every job; errors, bugs included, end up in the report, one file each.

    Args:
        regions: by the input's SHA-256; when given, no detector runs before writing.
    """
    report = Report([])
    listen(BatchStarted(len(jobs)))
    for index, job in enumerate(jobs):
        listen(FileStarted(job.source, index))
        file = FileReport(job.source)
        report.files.append(file)
        try:
            _one(job, file, order, regions, listen)
        except Exception as error:  # one file's trouble must not cost the others
            file.failed(in_own_words(error, job.source))
        listen(FileFinished(job.source, index, file.exit_code))
    return report


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
    mine = None if regions is None else _regions_for(job.source, regions)
    redact_file(file, job.target, order, mine, listen)


def _regions_for(source: Path, regions: Mapping[str, Regions]) -> Regions:
    """The document made for this file."""
    digest = sha256(source)
    if digest not in regions:
        names = ", ".join(sorted({r.media.file for r in regions.values()}))
        raise RefusedError(
            f"the regions were made for other files ({names}), by SHA-256.",
            path=source,
            hint="Run 'efface detect' on this file and edit that.",
        )
    return regions[digest]
