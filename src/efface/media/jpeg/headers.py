"""What a JPEG's application segments say about its picture, and the ones efface writes.

Only values are taken from the input, each checked against what it may be; every segment of the
output is put together anew from them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from efface.media.jpeg import scans
from efface.media.jpeg import structure as jpeg
from efface.media.jpeg.structure import Segment, Structure
from efface.media.metadata import density as densities
from efface.media.metadata import exif, gpano
from efface.media.metadata.density import PixelDensity
from efface.media.metadata.gpano import GPano
from efface.media.metadata.ifd import EXIF_PREFIX

JFIF_PREFIX = b"JFIF\0"
ADOBE_PREFIX = b"Adobe"
ICC_PREFIX = b"ICC_PROFILE\0"
XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"
ICC_CHUNK_BYTES = 65_519
"""Most of a profile that fits a segment: 65535 less the length field, the name and two numbers."""
JFIF_BYTES, ADOBE_BYTES = 14, 12
"""Size of the segments' bodies when nothing is added to them."""


@dataclass(frozen=True, slots=True)
class JfifDensity:
    """Pixel density of the JFIF segment: unit 0 is an aspect ratio, 1 per inch, 2 per cm."""

    unit: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Headers:
    """What decides how the coefficients are shown."""

    density: JfifDensity | None
    """``None`` without a JFIF segment, which also says that three components are YCbCr."""
    adobe: int | None
    """Adobe's colour transform: 0 none, 1 YCbCr, 2 YCCK; ``None`` without the segment."""
    exif: bytes
    icc: bytes
    icc_broken: bool
    """The profile's parts do not fit together."""
    gpano: GPano | None = None

    @property
    def orientation(self) -> int:
        return exif.orientation_of(self.exif)

    @property
    def exif_density(self) -> PixelDensity | None:
        """The pixel density where only EXIF states one: JFIF's has nothing or an aspect ratio."""
        stated = self.density is not None and self.density.unit != 0
        return None if stated else densities.read(self.exif)

    @property
    def adobe_rgb(self) -> bool:
        """The colours are Adobe RGB by EXIF's mark; a profile, where there is one, counts first."""
        return not self.icc and exif.is_adobe_rgb(self.exif)


def read(data: bytes, parsed: Structure) -> Headers:
    """Collect them from the segments before the first scan, where readers look."""
    density: JfifDensity | None = None
    adobe: int | None = None
    around: GPano | None = None
    exif_parts: list[bytes] = []
    icc_parts: list[bytes] = []
    components = len(parsed.frame.components)
    for segment in parsed.segments:
        if not segment.in_header:
            continue
        body = data[segment.body : segment.end]
        if is_jfif(segment, body):
            density = _density(body)
        elif is_adobe(segment, body):
            adobe = _adobe_transform(body[11], components)
        elif segment.marker == 0xE1 and body.startswith(EXIF_PREFIX):
            exif_parts.append(body.removeprefix(EXIF_PREFIX))
        elif segment.marker == 0xE1 and body.startswith(XMP_PREFIX):
            around = around or gpano.read(body.removeprefix(XMP_PREFIX))
        elif segment.marker == 0xE2 and body.startswith(ICC_PREFIX):
            icc_parts.append(body.removeprefix(ICC_PREFIX))
    icc = _joined(icc_parts)
    return Headers(density, adobe, b"".join(exif_parts), icc or b"", icc is None, around)


def is_jfif(segment: Segment, body: bytes) -> bool:
    """As libjpeg decides it: long enough and named so."""
    return segment.marker == 0xE0 and body.startswith(JFIF_PREFIX) and len(body) >= JFIF_BYTES


def is_adobe(segment: Segment, body: bytes) -> bool:
    return segment.marker == 0xEE and body.startswith(ADOBE_PREFIX) and len(body) >= ADOBE_BYTES


def _density(body: bytes) -> JfifDensity:
    unit, x, y = struct.unpack_from(">BHH", body, 7)
    return JfifDensity(unit, x, y) if unit <= 2 and x and y else JfifDensity(0, 1, 1)


def _adobe_transform(value: int, components: int) -> int:
    """Values that mean nothing count as libjpeg counts them: YCbCr, or YCCK for four components."""
    if value == 0:
        return 0
    return 2 if components == 4 else 1


def _joined(parts: list[bytes]) -> bytes | None:
    """A profile from its numbered parts; ``None`` when they are not 1 to n, each once."""
    if not parts:
        return b""
    numbered = sorted((part[0], part) for part in parts if len(part) >= 2)
    if len(numbered) < len(parts) or any(part[1] != len(parts) for _, part in numbered):
        return None
    if [number for number, _ in numbered] != list(range(1, len(parts) + 1)):
        return None
    return b"".join(part[2:] for _, part in numbered)


def segment_bytes(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def colour_segments(headers: Headers) -> Iterator[bytes]:
    """The JFIF and Adobe segments as efface writes them."""
    if headers.density is not None:
        d = headers.density
        yield segment_bytes(
            0xE0, JFIF_PREFIX + struct.pack(">BBBHHBB", 1, 1, d.unit, d.x, d.y, 0, 0)
        )
    if headers.adobe is not None:
        yield segment_bytes(0xEE, ADOBE_PREFIX + struct.pack(">HHHB", 100, 0, 0, headers.adobe))


def metadata_segments(
    orientation: int,
    profile: bytes,
    adobe_rgb: bool,
    around: GPano | None = None,
    density: PixelDensity | None = None,
) -> Iterator[bytes]:
    """The EXIF segment (where it has something to say), the projection, and the profile in its
    parts."""
    if orientation != 1 or adobe_rgb or density is not None:
        block = exif.minimal_exif(orientation, adobe_rgb, density)
        yield segment_bytes(0xE1, EXIF_PREFIX + block)
    if around is not None:
        yield segment_bytes(0xE1, XMP_PREFIX + around.packet())
    count = -(-len(profile) // ICC_CHUNK_BYTES)
    for i in range(count):
        part = profile[i * ICC_CHUNK_BYTES : (i + 1) * ICC_CHUNK_BYTES]
        yield segment_bytes(0xE2, ICC_PREFIX + bytes((i + 1, count)) + part)


def coding_parts(
    data: bytes, parsed: Structure, cuts: Sequence[tuple[int, int]] = ()
) -> Iterator[bytes | memoryview]:
    """The segments a decoder needs, with the coded data, in the file's order; no end marker.

    Args:
        cuts: ranges of the coded data that are left out, in the file's order.
    """
    view = memoryview(data)
    for index, segment in enumerate(parsed.segments):
        if segment.marker == jpeg.SOS and not parsed.frame.progressive:
            yield bytes(view[segment.start : segment.end - 3]) + scans.SEQUENTIAL
        elif segment.marker in jpeg.CODING or segment.marker == parsed.frame.marker:
            yield view[segment.start : segment.end]
        if index in parsed.coded:
            at, end = parsed.coded[index]
            for start, stop in cuts:
                if at <= start < end:
                    yield view[at:start]
                    at = stop
            yield view[at:end]


def assembled(parts: list[bytes | memoryview]) -> bytes:
    """A whole file from its parts, between the start and the end marker."""
    return b"".join((b"\xff\xd8", *parts, b"\xff\xd9"))
