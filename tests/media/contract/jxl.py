"""JPEG XL: lossless and lossy, and JPEG packed into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.heifs import exif_block
from tests.media.hostile import pieces
from tests.media.jpeg.samples import encoded
from tests.media.lossless import CANARY
from tests.media.lossy import scene

from efface.media.families import JXL as FAMILY
from efface.media.isobmff.boxes import packed
from efface.media.jxl import container, header
from efface.media.jxl.bits import Field
from efface.media.orientation import Orientation

SIZE = (48, 64)


def pixels(
    channels: int, bits: int, seed: int = 0, size: tuple[int, int] = (96, 128)
) -> NDArray[Any]:
    """A scene in grey or colours, with transparency as the last of 2 or 4 channels."""
    out = scene(*size, 4 if channels in (2, 4) else 3, seed % 4)
    if channels < 3:
        out = np.dstack((out[..., 1], out[..., 3])) if channels == 2 else out[..., 1]
    if channels in (2, 4):
        out[..., -1] |= 1
    out = np.ascontiguousarray(out)
    return out if bits == 8 else out.astype(np.uint16) << bits - 8 | out >> 16 - bits


def made(samples: NDArray[Any], bits: int = 8, *, lossless: bool = True) -> bytes:
    """By libjxl."""
    how: dict[str, Any] = {"lossless": True} if lossless else {"distance": 1.0}
    return bytes(imagecodecs.jpegxl_encode(samples, bitspersample=bits, effort=3, **how))


def meaning(data: bytes, **changes: Any) -> bytes:
    """With other fields in its header."""
    return header.with_meaning(data, replace(header.read(data), **changes))


def boxed(data: bytes, *boxes: bytes) -> bytes:
    """A codestream in a container; the first of the boxes before it."""
    kind = packed(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    return (
        container.BOXED + kind + b"".join(boxes[:1]) + packed(b"jxlc", data) + b"".join(boxes[1:])
    )


def shown(data: bytes) -> NDArray[Any]:
    """Upright."""
    return np.asarray(imagecodecs.jpegxl_decode(data))


def _read(data: bytes) -> Sequence[Samples]:
    return [np.asarray(imagecodecs.jpegxl_decode(data, keeporientation=True))]


def _kind(channels: int, bits: int, lossless: bool) -> Kind:
    colours = ("grey", "grey and alpha", "RGB", "RGBA")[channels - 1]
    return Kind(
        f"{'lossless' if lossless else 'lossy'}, {bits}-bit {colours}",
        lambda seed: [pixels(channels, bits, seed, SIZE)],
        lambda frames: made(frames[0], bits, lossless=lossless),
        _read,
        exact=lossless,
        apart=0 if lossless else 3,
        fill_error=None if channels < 3 else 0 if lossless else 6,
    )


def _packed_jpeg(frames: Sequence[Samples]) -> bytes:
    return bytes(imagecodecs.jpegxl_encode_jpeg(encoded(frames[0], quality=90, subsampling=0)))


def jpeg_of(data: bytes) -> bytes:
    """The JPEG that is packed in a file."""
    return bytes(imagecodecs.jpegxl_decode_jpeg(data, numthreads=1))


KINDS = [
    *(_kind(channels, bits, True) for channels in (1, 2, 3, 4) for bits in (8, 10, 16)),
    *(_kind(channels, 8, False) for channels in (1, 3, 4)),
    Kind(
        "packed JPEG",
        lambda seed: [pixels(3, 8, seed, SIZE)],
        _packed_jpeg,
        lambda data: [np.asarray(imagecodecs.jpeg8_decode(jpeg_of(data)))],
        fill_error=3,
    ),
]


def laden() -> dict[str, bytes]:
    boxes = {
        "exif": packed(b"Exif", exif_block()),
        "xmp": packed(b"xml ", b"<x:xmpmeta>" + CANARY),
        "compressed": packed(b"brob", b"Exif" + CANARY),
        "unknown": packed(b"zzzz", CANARY),
        "credentials": packed(b"jumb", CANARY),
    }
    plain = made(pixels(3, 8))
    files = {name: boxed(plain, b"", box) for name, box in boxes.items()}
    return files | {"everywhere": boxed(plain, b"", *boxes.values())}


def parts(data: bytes) -> Iterator[str]:
    """Boxes, and what is in those that hold fields; a bare codestream has none."""
    if data.startswith(b"\xff\x0a"):
        yield "codestream"
        return
    at = 0
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + size if size else len(data)
        yield name.decode("latin-1")
        if name == b"Exif":
            yield from fields.exif(data[at + 12 : end])
        at = end


def bomb() -> bytes:
    """2 million by 2 million pixels, and all else as it is by default."""
    side = Field(3, 2) + Field((1 << 21) - 1, 30)
    size = Field(0, 1) + side + Field(0, 3) + side
    return header.SIGNATURE + (size + Field(1, 1) + Field(1, 1)).packed() + bytes(20)


def _turned(lossless: bool, upright: NDArray[Any], orientation: int) -> bytes:
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    return meaning(made(stored, lossless=lossless), orientation=orientation)


_BOXES = {"codestream", "JXL ", "ftyp", "jxll", "jxlc", "jxlp", "jbrd", "Exif"}
JXL = Described(
    FAMILY,
    KINDS,
    laden,
    CANARY,
    parts,
    frozenset(_BOXES) | fields.EXIF_KEPT,
    pieces.JXL,
    bomb,
    {"lossless": partial(_turned, True), "lossy": partial(_turned, False)},
    shown,
)
