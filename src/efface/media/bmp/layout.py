"""Where things are in a BMP file; nothing is decoded.

Header versions go by their size: 12 (OS/2 1), 16 and 64 (OS/2 2), 40 (Windows), 52 and 56 (with
channel masks), 108 (version 4), 124 (version 5); the Windows GDI reference defines them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.media.metadata import icc
from efface.media.trace import Trace

RGB, RLE8, RLE4, FIELDS, ALPHA_FIELDS = 0, 1, 2, 3, 6
CALIBRATED, SRGB, WINDOWS = 0, 0x73524742, 0x57696E20
LINKED, EMBEDDED = 0x4C494E4B, 0x4D424544
DEPTHS = (1, 2, 4, 8, 16, 24, 32)
_OS2_SIZES = (16, 64)
_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)


@dataclass(slots=True)
class BmpLayout:
    """A BMP file, taken apart."""

    header: int
    """Size of the header, which says its version."""
    width: int
    height: int
    top_down: bool
    bits: int
    compression: int
    density: tuple[int, int]
    """Pixels a metre, across and down; 0 when not given."""
    masks: tuple[int, int, int, int]
    """Red, green, blue, alpha in 16- and 32-bit pixels."""
    palette: bytes
    """Blue, green, red of each entry."""
    pixels: tuple[int, int]
    """Where the pixel data begins and ends in the file."""
    space: int | None = None
    """Colour space of version 4 and 5 headers."""
    endpoints: tuple[int, ...] = ()
    """12 numbers: primaries and gammas of a calibrated space."""
    intent: int = 0
    profile: bytes | None = None
    """The cleaned ICC profile."""
    profile_lost: bool = False
    found: list[Trace] = field(default_factory=list)

    @property
    def row_bytes(self) -> int:
        """Stored bytes of an uncompressed row: a multiple of 4."""
        return (self.width * self.bits + 31) // 32 * 4

    @property
    def compressed(self) -> bool:
        return self.compression in (RLE8, RLE4)


def read_layout(path: Path, data: bytes) -> BmpLayout:
    """Take a file apart.

    Raises:
        InputError: it is damaged or truncated.
        RefusedError: a kind of BMP that holds another format or is not supported.
    """
    if len(data) < 26:
        raise InputError("the file ends in its header.", path=path)
    size = struct.unpack_from("<I", data, 14)[0]
    if size not in _SIZES:
        raise InputError(f"its header of {size} bytes is of no known version.", path=path)
    if len(data) < 14 + size:
        raise InputError("the file ends in its header.", path=path)
    layout = _core(data) if size == 12 else _info(data, size)
    _check(path, layout)
    end_of_palette = _palette(path, data, layout, 14 + size)
    _pixels(path, data, layout)
    used = [(0, end_of_palette), layout.pixels]
    if size >= 108:
        _colour_space(data, layout, used)
    _leftovers(data, layout, used)
    return layout


def _core(data: bytes) -> BmpLayout:
    width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    return BmpLayout(12, width, height, False, bits, RGB, (0, 0), (0, 0, 0, 0), b"", (0, 0))


def _info(data: bytes, size: int) -> BmpLayout:
    width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
    compression = across = down = 0
    if size >= 40:
        compression, _, across, down = struct.unpack_from("<IIii", data, 30)
    if min(across, down) <= 0:
        across = down = 0
    layout = BmpLayout(
        size,
        width,
        abs(height),
        height < 0,
        bits,
        compression,
        (across, down),
        (0, 0, 0, 0),
        b"",
        (0, 0),
    )
    if compression in (FIELDS, ALPHA_FIELDS) and bits in (16, 32) and size not in _OS2_SIZES:
        # behind a 40-byte header, in the place where the longer ones have them
        count = 4 if size >= 56 or compression == ALPHA_FIELDS else 3
        masks = data[54 : 54 + 4 * count]
        if len(masks) == 4 * count:
            layout.masks = struct.unpack("<4I", masks + bytes(16 - len(masks)))
    elif bits == 16:
        layout.masks = (0x7C00, 0x3E0, 0x1F, 0)
    elif bits == 32:
        alpha = struct.unpack_from("<I", data, 66)[0] if size >= 56 else 0
        layout.masks = (0xFF0000, 0xFF00, 0xFF, alpha if alpha == 0xFF000000 else 0)
    return layout


def _check(path: Path, layout: BmpLayout) -> None:
    kind, bits = layout.compression, layout.bits
    if layout.width < 1 or layout.height < 1:
        raise InputError("the file declares no picture, or one without pixels.", path=path)
    if kind in (4, 5) or (kind in (3,) and layout.header in _OS2_SIZES):
        raise RefusedError(
            "this BMP holds data of another format (JPEG, PNG, fax or 24-bit runs).",
            path=path,
            hint="Convert it to PNG first.",
        )
    fits = {
        RGB: DEPTHS,
        RLE8: (8,),
        RLE4: (4,),
        FIELDS: (16, 32),
        ALPHA_FIELDS: (16, 32),
    }.get(kind, ())
    if bits not in fits or (layout.compressed and layout.top_down):
        raise InputError("depth and compression of its header do not fit.", path=path)
    if bits in (16, 32):
        if not all(_is_run(mask) for mask in layout.masks) or not any(layout.masks[:3]):
            raise InputError("its channel masks are not valid.", path=path)
        total = 0
        for mask in layout.masks:
            if mask & total or mask >> bits:
                raise InputError("its channel masks overlap.", path=path)
            total |= mask


def _is_run(mask: int) -> bool:
    """Whether the bits that are set are next to each other (or none is)."""
    lowest = mask & -mask
    return mask == 0 or (mask // lowest) & (mask // lowest + 1) == 0


def _palette(path: Path, data: bytes, layout: BmpLayout, at: int) -> int:
    """Read the palette; returns where it ends."""
    if layout.header == 40 and layout.compression in (FIELDS, ALPHA_FIELDS):
        at += 16 if layout.compression == ALPHA_FIELDS else 12
    start, declared = _number(data, 10), _number(data, 46) if layout.header >= 40 else 0
    step = 3 if layout.header == 12 else 4
    if layout.bits > 8:
        if declared:
            text = "a palette for displays with few colours, made from the picture"
            room = max(0, start - at)
            where = "before the pixels"
            size = min(declared * 4, room)
            layout.found.append(Trace("suggested-palette", where, text, "unknown", size))
            return at + size
        return at
    count = min(declared or 1 << layout.bits, 1 << layout.bits, max(0, start - at) // step)
    raw = data[at : at + count * step]
    if count < 1 or len(raw) < count * step:
        raise InputError("its palette is missing or ends too early.", path=path)
    layout.palette = b"".join(raw[i : i + 3] for i in range(0, len(raw), step))
    if step == 4 and any(raw[3::4]):
        text = "bytes of the palette that no viewer looks at"
        layout.found.append(Trace("padding", "palette", text, "unknown", count))
    return at + count * step


def _pixels(path: Path, data: bytes, layout: BmpLayout) -> None:
    start = _number(data, 10)
    if layout.compressed:
        length = _number(data, 34) or len(data) - start
    else:
        length = layout.row_bytes * layout.height
    if start < 14 + layout.header or start + length > len(data) or length <= 0:
        raise InputError("the file ends too early.", path=path)
    layout.pixels = (start, start + length)


def _colour_space(data: bytes, layout: BmpLayout, used: list[tuple[int, int]]) -> None:
    (layout.space,) = struct.unpack_from("<I", data, 70)
    if layout.space == CALIBRATED:
        layout.endpoints = struct.unpack_from("<12I", data, 74)
    elif any(data[74:122]):
        text = "colour numbers that the colour space does not use"
        layout.found.append(Trace("padding", "header", text, "unknown", 48))
    if layout.header == 124:
        intent, at, length, reserved = struct.unpack_from("<IIII", data, 122)
        layout.intent = intent if intent in (1, 2, 4, 8) else 0
        if reserved:
            text = "a reserved number of the header is in use"
            layout.found.append(Trace("padding", "header", text, "unknown", 4))
        if layout.space in (EMBEDDED, LINKED):
            raw = data[14 + at : 14 + at + length]
            used.append((14 + at, 14 + at + len(raw)))
            _profile(layout, raw)
    if layout.space not in (CALIBRATED, SRGB, WINDOWS, EMBEDDED):
        layout.space = SRGB


def _profile(layout: BmpLayout, raw: bytes) -> None:
    if layout.space == EMBEDDED:
        layout.profile = icc.cleaned(raw)
        layout.profile_lost = layout.profile is None
        layout.found += icc.findings(raw, "embedded profile")
        layout.space = EMBEDDED if layout.profile is not None else SRGB
    else:
        text = "the path of a colour profile on the computer it was made on"
        layout.found.append(Trace("linked-profile", "header", text, "names", len(raw)))
        layout.profile_lost = True


def _leftovers(data: bytes, layout: BmpLayout, used: list[tuple[int, int]]) -> None:
    """Bytes that belong to nothing."""
    if any(data[6:10]):
        text = "reserved bytes of the file header are in use"
        layout.found.append(Trace("padding", "header", text, "unknown", 4))
    at, hidden = 0, 0
    for start, end in sorted(used):
        if data[at:start].strip(b"\0"):
            hidden += start - at
        at = max(at, end)
    if hidden:
        text = "data between the header and the pixels, or the pixels and the profile"
        layout.found.append(Trace("gap", "between the parts", text, "unknown", hidden))
    if at < len(data):
        text = "data after the end of the picture"
        layout.found.append(Trace("trailing-data", "after the end", text, "shows", len(data) - at))


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
