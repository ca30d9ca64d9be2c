"""Names of what stands in metadata that an output may have, down to single fields."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

_NOBODYS_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
"""Every profile that efface writes was made then."""
_DIRECTORIES = (0x8769, 0x8825, 0xA005)
_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8)

EXIF_KEPT = frozenset(
    {
        *("exif 0x0112", "exif 0x011a", "exif 0x011b", "exif 0x0128", "exif 0x8769"),
        *("exif 0x8769 0xa001", "exif 0x8769 0xa005", "exif 0xa005 0x0001"),
    }
)
"""Orientation, density, and the mark of Adobe RGB."""


def exif(block: bytes) -> Iterator[str]:
    """Each tag of an EXIF block, of its sub-directories and of what follows its first directory;
    and ``exif slack`` for bytes that belong to none."""
    try:
        yield from _directories(block)
    except (struct.error, IndexError):
        yield "exif that cannot be read"


def _directories(block: bytes) -> Iterator[str]:
    block = block.removeprefix(b"Exif\0\0")
    order = "<" if block[:2] == b"II" else ">"
    covered = {*range(8)}

    def directory(at: int, name: str) -> Iterator[str]:
        (count,) = struct.unpack_from(order + "H", block, at)
        covered.update(range(at, at + 6 + 12 * count))
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number, value = struct.unpack_from(order + "HHII", block, entry)
            yield f"{name} {tag:#06x}"
            size = number * _SIZES[kind]
            if size > 4:
                covered.update(range(value, value + size))
            if tag in _DIRECTORIES:
                yield from directory(value, f"exif {tag:#06x}")
        (following,) = struct.unpack_from(order + "I", block, at + 2 + 12 * count)
        if following:
            yield from directory(following, "exif thumbnail")

    yield from directory(struct.unpack_from(order + "I", block, 4)[0], "exif")
    if covered != {*range(len(block))}:
        yield "exif slack"


def icc(profile: bytes) -> Iterator[str]:
    """The profile, and whether its header says when or by whom it was made."""
    yield "icc"
    if profile[24:36] != _NOBODYS_DATE:
        yield "icc date"
    if any(profile[48:56]) or any(profile[80:128]):
        yield "icc maker"


def shown_by_pillow(data: bytes) -> NDArray[np.uint8]:
    """A picture as Pillow shows it: upright, RGB."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
