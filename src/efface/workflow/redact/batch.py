"""Many photos and videos: each on its own, so that one bad file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from efface.errors import RefusedError, StoppedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.files.paths import exists, is_folder, sha256
from efface.regions import Regions
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file import STOPPED, redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.report import FileReport, Report

Redact = Callable[[FileOrder, Listener], FileReport]
"""Does one file; whatever goes wrong with it is in the report."""


def redact_all(
    files: Sequence[PlannedFile],
    order: Order,
    regions: Mapping[str, Regions] | None = None,
    ports: Ports | None = None,
    listen: Listener = ignore,
    *,
    tell: Callable[[FileReport], None] = lambda file: None,
    redact: Redact = redact_file,
) -> Report:
    """Redact every file; errors, bugs included, end up in the report, one file each.

    An interruption ends the run, and is in the report too: at the file that it cost, and at those
    that were not begun.

    Args:
        regions: by the input's SHA-256; when given, no detector runs before writing.
        ports: whoever the order wants asked before a file is released.
        tell: is called with each file's report as soon as nothing changes in it any more.
        redact: does one file.
    """
    ports = ports or Ports()
    done: list[FileReport] = []
    current: FileReport | None = None
    try:
        listen(BatchStarted(len(files)))
        for index, file in enumerate(files):
            listen(FileStarted(file.source, index))
            current = FileReport(file.source).failing(StoppedError(STOPPED))
            current = _one(file, order, regions, ports, lambda asked: redact(asked, listen))
            done.append(current)
            tell(current)
            if current.status == "stopped":
                break
            listen(FileFinished(file.source, index, current.exit_code))
    except KeyboardInterrupt:
        if current is not None and (not done or done[-1] is not current):
            done.append(current)
            tell(current)
    for rest in files[len(done) :]:
        done.append(_not_begun(rest))
        tell(done[-1])
    return Report(tuple(done))


def _not_begun(file: PlannedFile) -> FileReport:
    error = StoppedError("the run was interrupted before it was begun.")
    return FileReport(file.source).failing(error, "not-begun")


def _one(
    file: PlannedFile,
    order: Order,
    regions: Mapping[str, Regions] | None,
    ports: Ports,
    redact: Callable[[FileOrder], FileReport],
) -> FileReport:
    report = FileReport(file.source)
    if file.error is not None:
        return report.failing(file.error)
    if file.target is None:
        return replace(report, status="skipped", exit_code=0, message=file.skipped)
    try:
        if order.skip_existing and exists(file.target) and not is_folder(file.target):
            return _left_alone(file.target, report)
    except Exception as error:  # one file's trouble must not cost the others
        return report.failing(in_own_words(error, file.source))
    return redact(FileOrder(file.source, file.target, order, ports, documents=regions))


def _left_alone(target: Path, report: FileReport) -> FileReport:
    """Take what is there under the output's name for the result.

    Raises:
        RefusedError: it is a copy of the input, which shows everything.
    """
    source = report.source
    if source.stat().st_size == target.stat().st_size and sha256(source) == sha256(target):
        raise RefusedError(
            f"what is there as {target} is the input itself, unredacted.",
            path=source,
            hint="Move it away, or let the result replace it with --overwrite.",
        )
    message = f"{target} was there already, and was not looked at."
    return replace(report, status="exists", exit_code=0, message=message)
