"""The boxes of a JPEG XL file (ISO/IEC 18181-2), or a codestream without any."""

from __future__ import annotations

from dataclasses import dataclass, field

import imagecodecs

from efface.errors import InputError
from efface.media.isobmff.boxes import IsoBox, boxes, packed
from efface.media.jxl.header import SIGNATURE
from efface.media.metadata import credentials, density, gpano, item, xmp
from efface.media.metadata.density import PixelDensity
from efface.media.metadata.gpano import GPano
from efface.media.trace import Trace

BOXED = b"\0\0\0\x0cJXL \r\n\x87\n"
_KIND = packed(b"ftyp", b"jxl ", bytes(4), b"jxl ")
_PART_HEAD = 4
_LAST_PART = 1 << 31


@dataclass(slots=True)
class JxlContainer:
    """A file, taken apart."""

    codestream: bytes
    level: bytes = b""
    """What a decoder must be able to, as the encoder says it."""
    packed_jpeg: bool = False
    """A JPEG file was packed into it, and can be had back."""
    others: list[tuple[IsoBox, bytes]] = field(default_factory=list)


def read(data: bytes) -> JxlContainer:
    """Take a file apart.

    Raises:
        InputError: damaged.
    """
    if data[:2] == SIGNATURE:
        return JxlContainer(data)
    out = JxlContainer(b"")
    whole: list[bytes] = []
    last = False
    for box in boxes(data, len(BOXED), len(data)):
        inside = data[box.inside : box.end]
        if box.kind == b"jxlc" and not whole:
            whole.append(inside)
            last = True
        elif box.kind == b"jxlp" and not last and len(inside) >= _PART_HEAD:
            number = int.from_bytes(inside[:_PART_HEAD], "big")
            if number & ~_LAST_PART != len(whole):
                raise InputError("the file is damaged: parts of the picture are out of order.")
            whole.append(inside[_PART_HEAD:])
            last = bool(number & _LAST_PART)
        elif box.kind == b"jxll" and not out.level:
            out.level = inside[:1]
        elif box.kind == b"jbrd" and not out.packed_jpeg:
            out.packed_jpeg = True
        elif box.kind != b"ftyp":
            out.others.append((box, inside))
    if not last:
        raise InputError("the file is truncated: its picture is not there whole.")
    out.codestream = b"".join(whole)
    return out


def density_of(file: JxlContainer) -> PixelDensity | None:
    """How large the picture is meant to be printed, if an EXIF block of the file says so."""
    blocks = (inside for box, inside in file.others if box.kind == b"Exif")
    return next(filter(None, (density.read(item.block_of(block)) for block in blocks)), None)


def gpano_of(file: JxlContainer) -> GPano | None:
    """How the picture lies on the sphere about the camera, if an XMP packet says so."""
    packets = (inside for box, inside in file.others if box.kind == b"xml ")
    return next(filter(None, map(gpano.read, packets)), None)


def build(
    codestream: bytes,
    level: bytes,
    printed: PixelDensity | None = None,
    around: GPano | None = None,
) -> bytes:
    """A file in boxes, among which there is room for content credentials.

    Args:
        level: as ``JxlContainer`` has it.
        printed: what is stated of how large it is meant to be.
        around: and of how it lies on the sphere.
    """
    head = packed(b"jxll", level) if level else b""
    if printed is not None:
        head += packed(b"Exif", item.payload_of(printed))
    if around is not None:
        head += packed(b"xml ", around.packet())
    return BOXED + _KIND + head + packed(b"jxlc", codestream)


def rebuilt(data: bytes, jpeg: bytes) -> bytes:
    """A file that an encoder made of a JPEG, without boxes that a decoder does not need. The JPEG's
    EXIF and XMP have boxes of their own, which are written as they are.
    """
    kept = []
    for box in boxes(data, len(BOXED), len(data)):
        kind, inside = box.kind, data[box.inside : box.end]
        if kind == b"brob":
            plain = imagecodecs.brotli_decode(inside[4:], out=len(jpeg) + 4)
            kind, inside = inside[:4], bytes(plain)
        needed = kind in (b"ftyp", b"jxll", b"jbrd", b"jxlc", b"jxlp")
        if needed or of_jpeg(kind, inside, jpeg):
            kept.append(packed(kind, inside))
    return BOXED + b"".join(kept)


def of_jpeg(kind: bytes, inside: bytes, jpeg: bytes) -> bool:
    """Whether a box holds what the packed JPEG holds as well, and no more."""
    if kind == b"Exif":
        return inside[:4] == bytes(4) and b"Exif\0\0" + inside[4:] in jpeg
    return kind == b"xml " and inside in jpeg


def findings(file: JxlContainer) -> list[Trace]:
    """What the boxes beside the picture hold."""
    out: list[Trace] = []
    for box, inside in file.others:
        where = f"{box.label} box, byte {box.start}"
        size = len(inside)
        if box.kind == b"Exif":
            out += item.findings(inside, where)
        elif box.kind == b"xml ":
            out += xmp.findings(inside, where)
        elif box.kind == b"jumb":
            out.append(credentials.finding(packed(b"jumb", inside), where))
        elif box.kind == b"brob":
            detail = "a compressed block: EXIF, XMP or content credentials"
            out.append(Trace("exif", where, detail, "locates", size))
        else:
            detail = "a box that is no part of the picture"
            out.append(Trace("unknown-box", where, detail, "unknown", size))
    return out
