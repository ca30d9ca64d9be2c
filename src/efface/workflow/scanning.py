"""Scanning many photos and videos, with an optional picture of a video's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.errors import EffaceError, RefusedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.policy import Policy
from efface.report.scan import FileScan
from efface.report.timeline import draw_timeline
from efface.workflow.files import is_video
from efface.workflow.looks import scan_movie, scan_photo
from efface.workflow.output import appearing, check_target, output_error
from efface.workflow.photo import detect_photo
from efface.workflow.plan import photos


def scan_file(
    path: Path, policy: Policy, *, allow_damaged: bool = False, listen: Listener = ignore
) -> FileScan:
    """Find the faces of a photo or a video and say how they show.

    Args:
        allow_damaged: scan what can be read of a damaged video.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    recall, limits = policy.detect.recall, policy.limits
    if is_video(path):
        from efface.workflow.watching import watch_file  # noqa: PLC0415 - not needed for photos

        found, movie = watch_file(path, recall, limits, allow_damaged=allow_damaged, listen=listen)
        return scan_movie(movie, found, allow_damaged=allow_damaged, listen=listen)
    regions, photo = detect_photo(path, recall, limits, listen)
    return scan_photo(photo, regions, listen)


def scan_all(
    inputs: Sequence[Path],
    policy: Policy,
    *,
    timeline: Path | None = None,
    overwrite: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[FileScan], list[EffaceError]]:
    """Scan every file; those that cannot be read come back as errors.

    Args:
        timeline: where to write the picture of the timeline (for one video).
    """
    jobs = [job for job in photos(inputs) if job.skipped is None]
    scans: list[FileScan] = []
    failed: list[EffaceError] = []
    listen(BatchStarted(len(jobs)))
    for index, job in enumerate(jobs):
        listen(FileStarted(job.source, index))
        code = 0
        try:
            if job.error is not None:
                raise job.error
            if timeline is not None:
                check_timeline(job.source, timeline, overwrite)
            scan = scan_file(job.source, policy, allow_damaged=allow_damaged, listen=listen)
            if timeline is not None:
                write_timeline(scan, timeline, overwrite)
            scans.append(scan)
        except Exception as error:  # one file's trouble must not cost the others
            failed.append(in_own_words(error, job.source))
            code = failed[-1].exit_code
        listen(FileFinished(job.source, index, code))
    return scans, failed


def check_timeline(source: Path, target: Path, overwrite: bool) -> None:
    """Refuse what would fail after the work.

    Raises:
        RefusedError: the source is no video, or the target is no PNG, or taken.
    """
    if not is_video(source):
        raise RefusedError("a timeline is of a video.", path=source, hint="Leave out --timeline.")
    if target.suffix.lower() != ".png":
        raise RefusedError(
            "a timeline is a PNG.", path=target, hint="Give a name that ends in .png."
        )
    check_target(source, target, overwrite)


def write_timeline(scan: FileScan, target: Path, overwrite: bool) -> None:
    """Draw a scanned video's timeline.

    Raises:
        OutputError: it cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    image = draw_timeline(scan)
    with appearing(target, overwrite=overwrite) as temporary:
        try:
            with temporary.open("xb") as out:
                image.save(out, "PNG")
        except OSError as error:
            raise output_error(target, error) from error
