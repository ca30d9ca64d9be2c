"""Detection over many photos and videos, with an optional preview picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.errors import EffaceError, RefusedError, in_own_words
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, ignore
from efface.media.interface import Picture
from efface.policy import Policy
from efface.regions import Regions
from efface.report.preview import draw
from efface.workflow.files import detect_file, is_video
from efface.workflow.output import appearing, check_target, output_error
from efface.workflow.photo import detect_photo
from efface.workflow.plan import photos


def find_all(
    inputs: Sequence[Path],
    policy: Policy,
    *,
    preview: Path | None = None,
    overwrite: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[Regions], list[EffaceError]]:
    """Find the faces in every file; those that cannot be read come back as errors.

    Args:
        preview: where to write the picture with numbered boxes (for one photo).
        allow_damaged: find them in what can be read of a damaged video.
    """
    jobs = [job for job in photos(inputs) if job.skipped is None]
    found: list[Regions] = []
    failed: list[EffaceError] = []
    listen(BatchStarted(len(jobs)))
    for index, job in enumerate(jobs):
        listen(FileStarted(job.source, index))
        code = 0
        try:
            if job.error is not None:
                raise job.error
            if preview is None:
                regions = detect_file(
                    job.source, policy, allow_damaged=allow_damaged, listen=listen
                )
            else:
                regions = _previewed(job.source, policy, preview, overwrite, listen)
            found.append(regions)
        except Exception as error:  # one file's trouble must not cost the others
            failed.append(in_own_words(error, job.source))
            code = failed[-1].exit_code
        listen(FileFinished(job.source, index, code))
    return found, failed


def _previewed(
    source: Path, policy: Policy, preview: Path, overwrite: bool, listen: Listener
) -> Regions:
    if is_video(source):
        raise RefusedError(
            "a preview is a picture of a photo.",
            path=source,
            hint="'efface contact-sheet' shows the tracks of a video.",
        )
    check_target(source, preview, overwrite)
    regions, photo = detect_photo(source, policy.detect.recall, policy.limits, listen)
    _write_preview(preview, photo.picture(0), regions, overwrite)
    return regions


def _write_preview(preview: Path, picture: Picture, regions: Regions, overwrite: bool) -> None:
    image = draw(picture, regions)
    with appearing(preview, overwrite=overwrite) as temporary:
        try:
            with temporary.open("xb") as out:
                image.save(out, "PNG")
        except OSError as error:
            raise output_error(preview, error) from error
