"""Detection over many photos and videos, with an optional preview picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.detect.media import detected
from efface.errors import EffaceError, RefusedError
from efface.events import Listener, ignore
from efface.files.appearing import check_target, write_png
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.policy import Policy
from efface.regions import Regions
from efface.report.preview import draw
from efface.workflow.inputs import over_inputs


def detect_file(
    path: Path,
    policy: Policy,
    *,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> Regions:
    """Find the faces of one file.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    media = open_media(path, policy.limits, policy.video.track)
    return detected(media, policy.detect.recall, allow_damaged=allow_damaged, listen=listen)


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

    def find(source: Path) -> Regions:
        if preview is not None:
            return _previewed(source, policy, preview, overwrite, listen)
        return detect_file(source, policy, allow_damaged=allow_damaged, listen=listen)

    return over_inputs(inputs, find, listen)


def _previewed(
    source: Path, policy: Policy, preview: Path, overwrite: bool, listen: Listener
) -> Regions:
    media = open_media(source, policy.limits)
    if not isinstance(media, Photo):
        raise RefusedError(
            "a preview is a picture of a photo.",
            path=source,
            hint="'efface contact-sheet' shows the tracks of a video.",
        )
    check_target(source, preview, overwrite)
    regions = detected(media, policy.detect.recall, listen=listen)
    write_png(draw(media.picture(0), regions), preview, overwrite=overwrite)
    return regions
