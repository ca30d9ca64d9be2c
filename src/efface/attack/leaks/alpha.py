"""Transparency: what a viewer does not show is in the file all the same.

An eraser makes pixels transparent and leaves their colours; a mask in the alpha channel can be the
picture itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from efface.attack.interface import Leak
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.attack.leaks.likeness import Recognition, gray
from efface.attack.leaks.missed import oval
from efface.errors import InputError

OPAQUE = 255
_FORMATS = ("PNG", "WEBP", "TIFF", "GIF", "AVIF", "BMP")
"""Those with transparency that are read here; JPEG has none."""


class HiddenAlpha(FileAttack):
    """Looks for the face in the colours of transparent pixels, and in the transparency itself."""

    name: ClassVar[str] = "alpha"
    title: ClassVar[str] = "colours under transparent pixels"

    def applies(self, case: FileCase) -> bool:
        return case.redacted.format.upper() in _FORMATS

    def search(self, case: FileCase) -> Sequence[Leak]:
        out: list[Leak] = []
        for both, rgba in zip(case.pair.frames(), _stored(case), strict=False):
            if rgba is None or rgba.shape[:2] != both.original.shape[:2]:
                continue
            luma, alpha = gray(both.original), rgba[..., 3]
            colour = gray(np.ascontiguousarray(rgba[..., :3]))
            for track, box in case.boxes(both.index):
                rect, inside = oval(box, luma.shape)
                face = np.zeros(luma.shape, bool)
                face[rect.y0 : rect.y1, rect.x0 : rect.x1] = inside
                for held, mask, what in (
                    (colour, face & (alpha < OPAQUE), "the colours under transparent pixels are"),
                    (alpha.astype(np.float32), face, "the transparency of its pixels is"),
                ):
                    look = Recognition()
                    look.see(held, luma, mask)
                    if look.proven:
                        text = (
                            f"face {track} is hidden by transparency only: {what} the original's "
                            f"(correlation {look.correlation:.2f})"
                        )
                        out.append(
                            Leak("hidden-by-alpha", case.pair.place(both.index), text, face=track)
                        )
        return out


def _stored(case: FileCase) -> Iterator[NDArray[np.uint8] | None]:
    """Each frame with its stored colours, RGBA, upright; ``None`` for one that is opaque.

    Raises:
        InputError: the file cannot be decoded.
    """
    path = case.redacted.path
    try:
        with Image.open(path, formats=_FORMATS) as image:
            for frame in ImageSequence.Iterator(image):
                if not frame.has_transparency_data:
                    yield None
                    continue
                upright = ImageOps.exif_transpose(frame)
                yield np.asarray(upright.convert("RGBA"))
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"its transparency cannot be read ({error}).", path=path) from error
