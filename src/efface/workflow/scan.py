"""Scanning many photos and videos, with an optional picture of a video's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.detect.media import detected
from efface.errors import EffaceError, RefusedError
from efface.events import Listener, ignore
from efface.files.appearing import check_target, write_png
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.media.sniff import is_video
from efface.media.source import Source
from efface.media.video.interface import as_movie
from efface.policy import Policy
from efface.report.timeline import draw_timeline
from efface.scan.looking import scan_movie, scan_photo
from efface.scan.result import FileScan
from efface.workflow.inputs import over_inputs


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
    media = open_media(path, policy.limits, policy.video.track)
    found = detected(media, policy.detect.recall, allow_damaged=allow_damaged, listen=listen)
    if isinstance(media, Photo):
        return scan_photo(media, found, listen)
    return scan_movie(as_movie(media), found, allow_damaged=allow_damaged, listen=listen)


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

    def scan(source: Path) -> FileScan:
        if timeline is not None:
            check_timeline(source, timeline, overwrite)
        scanned = scan_file(source, policy, allow_damaged=allow_damaged, listen=listen)
        if timeline is not None:
            write_png(draw_timeline(scanned), timeline, overwrite=overwrite)
        return scanned

    return over_inputs(inputs, scan, listen)


def check_timeline(source: Path, target: Path, overwrite: bool) -> None:
    """Refuse what would fail after the work.

    Raises:
        RefusedError: the source is no video, or the target is no PNG, or taken.
    """
    if not is_video(Source(source)):
        raise RefusedError("a timeline is of a video.", path=source, hint="Leave out --timeline.")
    if target.suffix.lower() != ".png":
        raise RefusedError(
            "a timeline is a PNG.", path=target, hint="Give a name that ends in .png."
        )
    check_target(source, target, overwrite)
