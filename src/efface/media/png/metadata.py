"""PNG chunks beside the pixels: the few that are rebuilt, and what the others give away."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from efface.errors import InputError
from efface.media.metadata import credentials, density, exif, gpano, icc, xmp
from efface.media.metadata.gpano import GPano
from efface.media.png.chunks import PngChunk
from efface.media.png.codec import GRAY, PALETTE, RGB, PngHeader, chunk
from efface.media.png.layout import PngLayout, data_of
from efface.media.source import Source
from efface.media.trace import Risk, Trace

PROFILE_NAME = b"ICC profile"
MAX_INFLATED = 64 << 20
"""A profile or an XMP packet that inflates to more is not read."""
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_XMP_KEYWORD = b"XML:com.adobe.xmp"

_KNOWN: dict[bytes, tuple[str, str, Risk]] = {
    b"tIME": ("date", "date and time of the last change", "locates"),
    b"sPLT": ("suggested-palette", "a palette made from the picture", "unknown"),
    b"hIST": ("histogram", "how often each colour is used", "unknown"),
    b"bKGD": ("background", "a background colour", "unknown"),
    b"cLLI": ("light-level", "light levels computed from the picture", "unknown"),
    b"mDCV": ("mastering-display", "the display the picture was made on", "names"),
    b"fcTL": ("stray-frame", "a frame of no animation", "shows"),
    b"fdAT": ("stray-frame", "image data of no animation", "shows"),
    b"acTL": ("stray-frame", "an animation that is none", "unknown"),
    b"dSIG": ("signature", "a digital signature", "names"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a file's metadata means something for how its pixels look."""

    orientation: int = 1
    profile: bytes | None = None
    """The cleaned ICC profile."""
    profile_lost: bool = False
    """There was a profile that could not be parsed."""
    palette: bytes = b""
    """PLTE of a palette picture: red, green, blue of each entry."""
    transparency: bytes = b""
    """tRNS."""
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    """Rebuilt cICP, sRGB, gAMA, cHRM, sBIT and pHYs."""
    gpano: GPano | None = None
    """How the picture lies on the sphere about the camera."""

    def leading(self, same_type: bool = True) -> bytes:
        """The chunks between IHDR and PLTE, as they are written.

        Args:
            same_type: the picture keeps its colour type, so sBIT still holds.
        """
        rebuilt = dict(self.chunks)
        out = [chunk(kind, rebuilt[kind]) for kind in (b"cICP",) if kind in rebuilt]
        if self.profile is not None:
            data = PROFILE_NAME + b"\0\0" + zlib.compress(self.profile)
            out.append(chunk(b"iCCP", data))
        for kind in (b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"pHYs"):
            if kind in rebuilt and (same_type or kind != b"sBIT"):
                out.append(chunk(kind, rebuilt[kind]))
        if self.orientation != 1:
            out.append(chunk(b"eXIf", exif.minimal_exif(self.orientation)))
        if self.gpano is not None:
            out.append(chunk(b"iTXt", _XMP_KEYWORD + bytes(5) + self.gpano.packet()))
        return b"".join(out)


def read(source: Source, layout: PngLayout) -> tuple[Kept, tuple[Trace, ...]]:
    """What is kept, and findings for everything else.

    Raises:
        InputError: a palette picture has no valid palette, or the file cannot be read.
    """
    found = [one for place in layout.broken for one in _broken(source, place)]
    first: dict[bytes, PngChunk] = {}
    for other in layout.others:
        if other.kind in first or not _wanted(other.kind, layout.header):
            found += _dropped(source, other)
        else:
            first[other.kind] = other
    orientation, profile, lost = 1, None, False
    printed: density.PixelDensity | None = None
    palette = transparency = b""
    rebuilt: list[tuple[bytes, bytes]] = []
    for kind, place in first.items():
        data = data_of(source, place)
        if kind == b"eXIf":
            orientation, printed = exif.orientation_of(data), density.read(data)
            found += exif.findings(data, "eXIf")
        elif kind == b"iCCP":
            profile, problems = _profile(data)
            lost = profile is None
            found += problems
        elif kind == b"PLTE":
            palette = data
        elif kind == b"tRNS" and len(data) == _key_bytes(layout.header, len(data)):
            transparency = data
        elif (sound := _checked(kind, data, layout.header)) is not None:
            rebuilt.append((kind, sound))
        else:
            where = f"{place.name} chunk"
            found.append(
                Trace("invalid-chunk", where, "not as PNG defines it", "unknown", len(data))
            )
    if printed is not None and b"pHYs" not in first:
        rebuilt.append((b"pHYs", struct.pack(">IIB", *printed.per_metre(), 1)))
    _check_palette(source.path, layout.header, palette)
    if layout.trailing:
        text = "data after the end of the picture"
        found.append(Trace("trailing-data", "after IEND", text, "shows", layout.trailing))
    kept = Kept(
        orientation, profile, lost, palette, transparency, tuple(rebuilt), _gpano(source, layout)
    )
    return kept, tuple(found)


def _key_bytes(header: PngHeader, length: int) -> int:
    """Length tRNS must have: a colour key has one, alpha values of a palette have any."""
    return length if header.colour == PALETTE else 2 * header.channels


def _wanted(kind: bytes, header: PngHeader) -> bool:
    if kind == b"PLTE":
        return header.colour == PALETTE
    if kind == b"tRNS":
        return header.colour in (GRAY, RGB, PALETTE)
    return kind in _LENGTHS or kind in (b"eXIf", b"iCCP", b"sBIT")


_LENGTHS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4, b"pHYs": 9}


def _checked(kind: bytes, data: bytes, header: PngHeader) -> bytes | None:
    """The data put together again from its parsed values; ``None`` when they make no sense."""
    if kind == b"sBIT":
        channels = 3 if header.colour == PALETTE else header.channels
        depth = 8 if header.colour == PALETTE else header.bits
        sound = len(data) == channels and all(1 <= v <= depth for v in data)
        return bytes(data) if sound else None
    if len(data) != _LENGTHS.get(kind):
        return None
    if kind in (b"gAMA", b"cHRM"):  # in 1/100000
        values = struct.unpack(f">{len(data) // 4}I", data)
        high = 10_000_000 if kind == b"gAMA" else 200_000
        return struct.pack(f">{len(values)}I", *values) if 0 < max(values) <= high else None
    if kind == b"sRGB":
        return bytes(data) if data[0] <= 3 else None
    if kind == b"cICP":
        return bytes(data) if data[2] == 0 and data[3] <= 1 else None
    across, along, unit = struct.unpack(">IIB", data)
    sound = 0 < across < 1 << 31 and 0 < along < 1 << 31 and unit <= 1
    return struct.pack(">IIB", across, along, unit) if sound else None


def _check_palette(path: Path, header: PngHeader, palette: bytes) -> None:
    if header.colour == PALETTE and not (
        0 < len(palette) <= 3 << header.bits and len(palette) % 3 == 0
    ):
        raise InputError("the palette is missing or not valid.", path=path)


def _profile(data: bytes) -> tuple[bytes | None, list[Trace]]:
    """The cleaned profile, and what the chunk carries besides."""
    where = "iCCP chunk"
    name, _, rest = data.partition(b"\0")
    found = []
    if name != PROFILE_NAME:
        text = "the profile's name; it can name a device or a person"
        found.append(Trace("icc-name", where, text, "names", len(name)))
    profile, unused = _inflated(rest[1:])
    if profile is None or rest[:1] != b"\0":
        text = "a colour profile that cannot be read; it is dropped"
        found.append(Trace("icc-broken", where, text, "unknown", len(data)))
        return None, found
    if unused:
        text = "data after the end of the profile"
        found.append(Trace("icc-slack", where, text, "unknown", unused))
    found += icc.findings(profile, where)
    return icc.cleaned(profile), found


def _inflated(data: bytes) -> tuple[bytes | None, int]:
    """A zlib stream's content, unless it is damaged or too large, and the bytes after its end."""
    inflater = zlib.decompressobj()
    try:
        out = inflater.decompress(data, MAX_INFLATED)
    except zlib.error:
        return None, 0
    return (out, len(inflater.unused_data)) if inflater.eof else (None, 0)


def _broken(source: Source, place: PngChunk) -> list[Trace]:
    """A chunk whose checksum is wrong."""
    text = "its checksum is wrong, so that viewers pass over it"
    where = f"{place.name} chunk"
    known = place.kind in (*_TEXTS, b"caBX")
    found = Trace("invalid-chunk", where, text, "unknown", place.length)
    return [found, *(_dropped(source, place) if known else ())]


def _dropped(source: Source, place: PngChunk) -> list[Trace]:
    where = f"{place.name} chunk"
    if place.kind in _TEXTS:
        return _text(source, place, where)
    if place.kind == b"eXIf":
        return list(exif.findings(data_of(source, place), where)) or [
            Trace("duplicate-chunk", where, "a second EXIF block", "unknown", place.length)
        ]
    if place.kind == b"caBX":
        return [credentials.finding(data_of(source, place), where)]
    if place.kind == b"PLTE":
        kind, text, risk = _KNOWN[b"sPLT"]
    elif place.kind in _KNOWN:
        kind, text, risk = _KNOWN[place.kind]
    elif place.kind in _LENGTHS or place.kind in (b"iCCP", b"sBIT", b"tRNS"):
        kind, text, risk = "duplicate-chunk", "a second one, or one out of place", "unknown"
    else:
        kind, text, risk = "unknown-chunk", "a chunk that efface does not know", "unknown"
    return [Trace(kind, where, text, risk, place.length)]


def _gpano(source: Source, layout: PngLayout) -> GPano | None:
    """How the picture lies on the sphere, by the first XMP packet that says so."""
    texts = (data_of(source, other) for other in layout.others if other.kind == b"iTXt")
    packets = filter(None, map(_packet, texts))
    return next(filter(None, map(gpano.read, packets)), None)


def _packet(data: bytes) -> bytes | None:
    """The XMP packet in a text chunk; ``None`` when it holds another text."""
    keyword, _, rest = data.partition(b"\0")
    if keyword != _XMP_KEYWORD:
        return None
    # compression flag, method, language and translated keyword come before the packet
    compressed, body = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
    return (_inflated(body)[0] if compressed else body) or body


def _text(source: Source, place: PngChunk, where: str) -> list[Trace]:
    data = data_of(source, place)
    packet = _packet(data)
    if packet is not None:
        found = list(xmp.findings(packet, where))
        plain = data == _XMP_KEYWORD + bytes(5) + packet
        odd = Trace("xmp", where, "an XMP packet", "unknown", place.length)
        return found if found or plain else [odd]
    keyword = data.partition(b"\0")[0]
    if keyword.startswith(b"Raw profile type"):
        text = (
            "an EXIF, IPTC, XMP or ICC block written as text; it can hold a thumbnail and a place"
        )
        return [Trace("raw-profile", where, text, "shows", place.length)]
    return [Trace("text", where, "free text", "names", place.length)]
