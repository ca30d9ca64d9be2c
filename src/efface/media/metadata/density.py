"""Pixel density in EXIF: how large a picture is meant to be printed (TIFF 6.0, section 8)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from efface.media.metadata import ifd

X_TAG, Y_TAG, UNIT_TAG = 0x011A, 0x011B, 0x0128
_RATIONAL, _SHORT = 5, 3
_INCH, _CENTIMETRE = 2, 3
_HUNDREDTHS = 100
_MOST = 100_000
_HEAD_BYTES, _ENTRY_BYTES = 10, 12


@dataclass(frozen=True, slots=True)
class PixelDensity:
    """Pixels for an inch or a centimetre, in hundredths and no finer: nothing hides in them."""

    unit: int
    """2 inch, 3 centimetre."""
    x: int
    y: int

    def per_metre(self) -> tuple[int, int]:
        """In whole pixels for a metre, as PNG has it."""
        scale = 1 / 0.0254 if self.unit == _INCH else 100
        x, y = (max(1, round(v * scale / _HUNDREDTHS)) for v in (self.x, self.y))
        return x, y

    def block(self) -> bytes:
        """A TIFF block that states this and nothing else."""
        entries, values = self.entries(_HEAD_BYTES + 3 * _ENTRY_BYTES + 4)
        head = struct.pack(">2sHIH", b"MM", 42, _HEAD_BYTES - 2, len(entries))
        return head + b"".join(entries) + bytes(4) + values

    def entries(self, values_at: int) -> tuple[list[bytes], bytes]:
        """The three directory entries, and the values they point to, which will lie there."""
        places = ((X_TAG, values_at), (Y_TAG, values_at + 8))
        out = [struct.pack(">HHII", tag, _RATIONAL, 1, place) for tag, place in places]
        out.append(struct.pack(">HHIHH", UNIT_TAG, _SHORT, 1, self.unit, 0))
        return out, struct.pack(">4I", self.x, _HUNDREDTHS, self.y, _HUNDREDTHS)


def read(block: bytes) -> PixelDensity | None:
    """That of the main picture; ``None`` when there is none, or one that makes no sense."""
    found = ifd.read(block)
    return None if found is None else of(found)


def of(found: ifd.Directories) -> PixelDensity | None:
    """As ``read``, of directories."""
    first: dict[int, ifd.IfdEntry] = {}
    for entry in found.entries:
        if entry.directory == "IFD0" and entry.tag in (X_TAG, Y_TAG, UNIT_TAG):
            first.setdefault(entry.tag, entry)
    if X_TAG not in first or Y_TAG not in first:
        return None
    unit = found.integers(first[UNIT_TAG], 1) if UNIT_TAG in first else [_INCH]
    x, y = (_hundredths(found, first[tag]) for tag in (X_TAG, Y_TAG))
    if x is None or y is None or unit not in ([_INCH], [_CENTIMETRE]):
        return None
    return PixelDensity(unit[0], x, y)


def _hundredths(found: ifd.Directories, entry: ifd.IfdEntry) -> int | None:
    if (entry.type, entry.count) != (_RATIONAL, 1):
        return None
    above, below = found.number(entry.start, 4), found.number(entry.start + 4, 4)
    value = round(above * _HUNDREDTHS / below) if below else 0
    return value if 0 < value <= _MOST * _HUNDREDTHS else None


def is_kept(found: ifd.Directories, entry: ifd.IfdEntry) -> bool:
    """Whether an entry is one of the three and says no more than what is written of it."""
    if entry.directory != "IFD0" or entry.tag not in (X_TAG, Y_TAG, UNIT_TAG) or entry.count != 1:
        return False
    return of(found) is not None and entry.type in (_RATIONAL, _SHORT)
