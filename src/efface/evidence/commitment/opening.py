"""From an opened file to what can be committed to of it."""

from __future__ import annotations

from efface.evidence.commitment.coefficients import Coefficients
from efface.evidence.commitment.interface import Content
from efface.evidence.commitment.pixels import Pixels
from efface.evidence.commitment.stills import StillFigures
from efface.media.interface import Photo


def content_of(photo: Photo) -> Content:
    """A photo taken apart: into its coefficients, its pixels, or figures of cells.

    Args:
        photo: the original or a redacted one.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    coded = photo.coefficients()
    if coded is not None:
        return Coefficients(photo, coded)
    layers = photo.layers()
    if layers is None:
        return StillFigures(photo)
    # one that was lossy is held against the figures that were committed to
    return Pixels(layers, (lambda: StillFigures(photo)) if layers.once_lossy else None)
