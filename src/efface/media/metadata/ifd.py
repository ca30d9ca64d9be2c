"""A bounded reader of TIFF directories (IFDs), for EXIF blocks that may be hostile.

Layout: TIFF 6.0, section 2; the sub-directories are those of EXIF 3.0 (CIPA DC-008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

EXIF_PREFIX = b"Exif\0\0"
MAX_DIRECTORIES = 32
MAX_ENTRIES = 8192
"""Over all directories; cameras write fewer than 300."""

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_POINTERS = {0x8769: "Exif", 0x8825: "GPS", 0xA005: "Interop", 0x014A: "SubIFD"}
_PIXELS = ((0x0201, 0x0202), (0x0111, 0x0117))
"""Tags of offsets and lengths of pixel data: a JPEG thumbnail, TIFF strips."""


@dataclass(frozen=True, slots=True)
class IfdEntry:
    """One directory entry."""

    directory: str
    """``IFD0``, ``IFD1``, ``Exif``, ``GPS``, ``Interop`` or ``SubIFD``."""
    tag: int
    type: int
    count: int
    start: int
    """Where the value begins in the TIFF block, bytes."""
    size: int
    """Bytes of the value."""


@dataclass(slots=True)
class Directories:
    """What was read of a TIFF block."""

    order: Literal["big", "little"]
    tiff: bytes
    entries: list[IfdEntry] = field(default_factory=list)
    broken: bool = False
    """Something points outside the block, in a circle, or past the bounds above."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Byte ranges that headers, directories and values take up."""

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self.tiff[at : at + size], self.order)

    def integers(self, entry: IfdEntry, most: int = MAX_DIRECTORIES) -> list[int]:
        """The first values of an entry of an unsigned integer type (BYTE, SHORT, LONG, IFD)."""
        if entry.type not in (1, 3, 4, 13):
            return []
        step = _TYPE_BYTES[entry.type]
        return [self.number(entry.start + i * step, step) for i in range(min(entry.count, most))]

    def value(self, entry: IfdEntry) -> bytes:
        return self.tiff[entry.start : entry.start + entry.size]

    def unreferenced(self) -> Iterator[bytes]:
        """The bytes nothing points to, in pieces."""
        reached = 0
        for start, end in sorted(self.spans):
            if start > reached:
                yield self.tiff[reached:start]
            reached = max(reached, end)
        if reached < len(self.tiff):
            yield self.tiff[reached:]


def read(block: bytes) -> Directories | None:
    """Read every directory of an EXIF block (with or without ``Exif\\0\\0`` in front).

    Returns ``None`` when it is no TIFF block at all; whatever could be read is returned otherwise.
    """
    tiff = block.removeprefix(EXIF_PREFIX)
    order: Literal["big", "little"]
    if tiff[:4] == b"MM\0*":
        order = "big"
    elif tiff[:4] == b"II*\0":
        order = "little"
    else:
        return None
    out = Directories(order, tiff, spans=[(0, 8)])
    seen: set[int] = set()
    waiting = [(out.number(4, 4), "IFD0")]
    while waiting:
        at, name = waiting.pop()
        if at in seen or len(seen) >= MAX_DIRECTORIES:
            out.broken = True
            continue
        seen.add(at)
        following = _directory(out, at, name, waiting)
        if following and name.startswith("IFD"):
            waiting.append((following, f"IFD{int(name[3:]) + 1}"))
    for offsets, lengths in _PIXELS:
        _mark_pixels(out, offsets, lengths)
    return out


def _mark_pixels(out: Directories, offsets_tag: int, lengths_tag: int) -> None:
    """Count the pixel data that a pair of entries points to as referenced."""
    for entry in out.entries:
        if entry.tag != offsets_tag:
            continue
        lengths = next(
            (e for e in out.entries if (e.tag, e.directory) == (lengths_tag, entry.directory)), None
        )
        if lengths is not None:
            pairs = zip(out.integers(entry), out.integers(lengths), strict=False)
            out.spans += [(start, start + size) for start, size in pairs]


def _directory(out: Directories, at: int, name: str, waiting: list[tuple[int, str]]) -> int:
    """Read one directory; returns the offset of the next one in the chain, 0 for none."""
    if at < 8 or at + 2 > len(out.tiff):
        out.broken = True
        return 0
    declared = out.number(at, 2)
    room = min((len(out.tiff) - at - 2) // 12, MAX_ENTRIES - len(out.entries))
    count = min(declared, room)
    out.broken |= count < declared
    end = at + 2 + 12 * count
    for position in range(at + 2, end, 12):
        entry = _entry(out, position, name)
        if entry is None:
            continue
        out.entries.append(entry)
        out.spans.append((entry.start, entry.start + entry.size))
        if entry.tag in _POINTERS:
            waiting += [(target, _POINTERS[entry.tag]) for target in out.integers(entry)]
    linked = count == declared and end + 4 <= len(out.tiff)
    out.spans.append((at, end + 4 if linked else end))
    return out.number(end, 4) if linked else 0


def _entry(out: Directories, position: int, name: str) -> IfdEntry | None:
    tag, kind = out.number(position, 2), out.number(position + 2, 2)
    count = out.number(position + 4, 4)
    size = _TYPE_BYTES.get(kind, 1) * count
    start = position + 8 if size <= 4 else out.number(position + 8, 4)
    if start + size > len(out.tiff):
        out.broken = True
        return IfdEntry(name, tag, kind, 0, position + 8, 0)
    return IfdEntry(name, tag, kind, count, start, size)
