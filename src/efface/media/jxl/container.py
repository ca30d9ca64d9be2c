"""The boxes of a JPEG XL file (ISO/IEC 18181-2), or a codestream without any."""

from __future__ import annotations

from dataclasses import dataclass, field

from efface.errors import InputError
from efface.media.interface import Finding
from efface.media.isobmff.boxes import Box, boxes, packed
from efface.media.jxl.header import SIGNATURE
from efface.media.metadata import credentials, exif, xmp

BOXED = b"\0\0\0\x0cJXL \r\n\x87\n"
_KIND = packed(b"ftyp", b"jxl ", bytes(4), b"jxl ")
_PART_HEAD = 4
_LAST_PART = 1 << 31


@dataclass(slots=True)
class Container:
    """A file, taken apart."""

    codestream: bytes
    level: bytes = b""
    """What a decoder must be able to, as the encoder says it."""
    packed_jpeg: bool = False
    """A JPEG file was packed into it, and can be had back."""
    others: list[tuple[Box, bytes]] = field(default_factory=list)


def read(data: bytes) -> Container:
    """Take a file apart.

    Raises:
        InputError: damaged.
    """
    if data[:2] == SIGNATURE:
        return Container(data)
    out = Container(b"")
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


def build(codestream: bytes, level: bytes) -> bytes:
    """A file in boxes, among which there is room for content credentials.

    Args:
        level: as ``Container`` has it.
    """
    stated = packed(b"jxll", level) if level else b""
    return BOXED + _KIND + stated + packed(b"jxlc", codestream)


def rebuilt(data: bytes) -> bytes:
    """A file that an encoder made of a JPEG, without boxes that a decoder does not need."""
    kept = [
        data[box.start : box.end]
        for box in boxes(data, len(BOXED), len(data))
        if box.kind in (b"ftyp", b"jxll", b"jbrd", b"jxlc", b"jxlp")
    ]
    return BOXED + b"".join(kept)


def findings(file: Container) -> list[Finding]:
    """What the boxes beside the picture hold."""
    out: list[Finding] = []
    for box, inside in file.others:
        where = f"{box.label} box, byte {box.start}"
        size = len(inside)
        if box.kind == b"Exif":
            skip = 4 + int.from_bytes(inside[:4], "big")
            found = exif.findings(inside[skip:] if skip < size else inside, where)
            out += found or (Finding("exif", where, "an EXIF block", "unknown", size),)
        elif box.kind == b"xml ":
            out += xmp.findings(inside, where)
        elif box.kind == b"jumb":
            out.append(credentials.finding(packed(b"jumb", inside), where))
        elif box.kind == b"brob":
            detail = "a compressed block: EXIF, XMP or content credentials"
            out.append(Finding("exif", where, detail, "locates", size))
        else:
            detail = "a box that is no part of the picture"
            out.append(Finding("unknown-box", where, detail, "unknown", size))
    return out
