"""A file looked at by a person before it is redacted: its pictures, and what would be released."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.detect.around import photo_sphere
from efface.detect.media import check_given
from efface.errors import RefusedError
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.media.sniff import photo_of
from efface.media.source import HeldSource
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.methods import prepared
from efface.workflow.redact.order import Order
from efface.zones.growth import zones_of


def look_at(path: Path, policy: Policy) -> Photo:
    """Open a photo.

    Raises:
        InputError: missing, not readable, empty, damaged, or neither a photo nor a video.
        RefusedError: its format cannot be handled, a limit is exceeded, or it is a video.
    """
    media = open_media(path, policy.limits, policy.video.track)
    if not isinstance(media, Photo):
        raise RefusedError(
            "this is a video.",
            path=path,
            hint="'efface redact' and 'efface contact-sheet' are for videos.",
        )
    return media


def as_released(photo: Photo, regions: Regions, policy: Policy, frame: int) -> NDArray[np.uint8]:
    """A page as the released file would show it: the file is written into memory, and read again.
    No gate looks at it, and a method that draws by lot draws anew.

    Args:
        regions: of this photo, with what a person chose.
        frame: the page.

    Returns:
        RGB, shape (height, width, 3), upright.

    Raises:
        EffaceError: it could not be written.
    """
    check_given(regions, photo)
    asked = FileOrder(photo.path, photo.path, Order(policy))
    zones = photo.grown(zones_of(regions, policy.zones, lambda page: photo_sphere(photo, page)))
    made = prepared(asked, regions, lambda pages: ((n, photo.picture(n)) for n in pages))
    held = io.BytesIO()
    photo.write(zones, made.filling, policy.encode, held)
    return photo_of(HeldSource(photo.path, held.getvalue()), policy.limits).picture(frame)
