"""Palette remnants: colours that no pixel has any more, and that only the covered zone had.

A palette is chosen for the whole picture. Painting over a zone leaves it as it is: its unused
entries are the colours of the face, of its skin, hair and eyes. In a GIF each frame can have its
own. The order of entries tells less: many encoders order by how often a colour is used, the face
included; a palette in its original order is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.interface import Leak
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.errors import InputError
from efface.media.file import MediaFile
from efface.media.gif.photo import GifPhoto

LEAST_COLOURS = 3
"""Fewer colours say little, and a converter can leave one or two unused."""
LEAST_ORDER = 16
"""Entries from which an order says something."""
_FORMATS = ("PNG", "GIF", "BMP", "TIFF")

Colours = NDArray[np.uint8]
"""Shape (n, 3)."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One palette of a file and the frames that use it."""

    colours: Colours
    frames: tuple[int, ...]
    where: str


class PaletteRemnants(FileAttack):
    """Looks for the zone's colours among unused palette entries."""

    name: ClassVar[str] = "palette"
    title: ClassVar[str] = "palette entries left over from the zones"

    def applies(self, case: FileCase) -> bool:
        return case.redacted.format in _FORMATS

    def search(self, case: FileCase) -> Sequence[Leak]:
        palettes = list(palettes_of(case.redacted))
        if not palettes:
            return []
        seen = {
            both.index: tuple(_numbers(p.reshape(-1, 3)) for p in (both.original, both.redacted))
            for both in case.pair.frames()
        }
        before = {p.colours.tobytes() for p in palettes_of(case.original)}
        out = []
        for palette in palettes:
            frames = [seen[frame] for frame in palette.frames if frame in seen]
            original, redacted = (set[int]().union(*(f[which] for f in frames)) for which in (0, 1))
            left = (_numbers(palette.colours) - redacted) & original
            if len(left) >= LEAST_COLOURS:
                text = (
                    f"{len(left)} colours that only covered pixels had, and no pixel has any more: "
                    "those of skin, hair and eyes where a face was covered"
                )
                out.append(Leak("palette-remnants", palette.where, text))
            elif len(palette.colours) >= LEAST_ORDER and palette.colours.tobytes() in before:
                text = "in the original's order, which can depend on what was covered"
                out.append(Leak("palette-order", palette.where, text, fails=False))
        return out


def _numbers(colours: NDArray[np.uint8]) -> set[int]:
    """Each colour once, as one number."""
    wide = colours.astype(np.uint32)
    return set(np.unique(wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]).tolist())


def palettes_of(photo: MediaFile) -> Iterator[Palette]:
    """Every palette of a file, in the file's order.

    Raises:
        InputError: the file cannot be read.
    """
    if isinstance(photo, GifPhoto):
        frames: dict[bytes, list[int]] = {}
        for index, stored in enumerate(photo.layout.frames):
            frames.setdefault(stored.palette, []).append(index)
        for palette, used in frames.items():
            colours = np.frombuffer(palette, np.uint8).reshape(-1, 3)
            # What a frame leaves standing is shown with the ones after it.
            last = len(photo.layout.frames)
            yield Palette(colours, tuple(range(used[0], last)), f"palette of frame {used[0]}")
        return
    try:
        with Image.open(photo.path, formats=_FORMATS) as image:
            if image.mode == "P" and image.palette is not None:
                flat = image.getpalette("RGB") or []
                colours = np.array(flat, np.uint8).reshape(-1, 3)
                yield Palette(colours, tuple(frame.index for frame in photo.frames()), "palette")
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"its palette cannot be read ({error}).", path=photo.path) from error
