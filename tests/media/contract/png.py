"""PNG: every colour type and depth, interlaced and animated."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.hostile import pieces
from tests.media.lossless import CANARY, noise
from tests.media.metadata.profiles import srgb
from tests.media.pngs import SIGNATURE, apng, chunk, ihdr, png

from efface.media.families import PNG as FAMILY
from efface.media.metadata import exif
from efface.media.orientation import Orientation

SIZE = (19, 23)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
TYPES = [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3)]
TYPES += [(8, 4), (16, 4), (8, 6), (16, 6)]
NAMES = {0: "grey", 2: "RGB", 3: "palette", 4: "grey and alpha", 6: "RGBA"}


def samples_of(bits: int, colour: int, seed: int = 1) -> NDArray[np.uint16]:
    """Noise of a type, no pixel of it fully transparent."""
    channels = CHANNELS[colour]
    out = noise(SIZE if channels == 1 else (*SIZE, channels), 1 << bits, seed)
    if colour in (4, 6):
        out[..., -1] |= 1
    return out


def colours_of(bits: int, seed: int = 1) -> NDArray[np.uint8]:
    """A palette in which no two entries are the same, and none is black."""
    return np.random.default_rng(seed).permutation(
        np.array([(255 - i, i, i // 2) for i in range(1 << bits)], np.uint8)
    )


def plte(colours: NDArray[np.uint8], alpha: bytes = b"") -> bytes:
    """The chunks of a palette."""
    return chunk(b"PLTE", colours.tobytes()) + (chunk(b"tRNS", alpha) if alpha else b"")


def _draw(bits: int, colour: int, count: int, seed: int) -> Sequence[Samples]:
    return [samples_of(bits, colour, seed + 1000 * i) for i in range(count)]


def _still(bits: int, colour: int, interlaced: bool, frames: Sequence[Samples]) -> bytes:
    before = plte(colours_of(bits)) if colour == 3 else b""
    return png(frames[0], bits, colour, interlaced, before=before)


def _animation(bits: int, colour: int, interlaced: bool, frames: Sequence[Samples]) -> bytes:
    before = plte(colours_of(bits)) if colour == 3 else b""
    timed = [(frame, {"delay": (i + 1, 10)}) for i, frame in enumerate(frames)]
    return apng(timed, bits, colour, plays=3, before=before, interlaced=interlaced)


def _read(data: bytes) -> Sequence[Samples]:
    return [np.asarray(imagecodecs.png_decode(data))]


def _played(data: bytes) -> Sequence[Samples]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def _kind(bits: int, colour: int, interlaced: bool, count: int) -> Kind:
    words = f"{bits}-bit {NAMES[colour]}{', interlaced' * interlaced}{', animated' * (count > 1)}"
    few = bits < 8 or colour == 3  # grey levels, or a palette without room for the fill
    return Kind(
        words,
        partial(_draw, bits, colour, count),
        partial(_animation if count > 1 else _still, bits, colour, interlaced),
        _played if count > 1 else _read,
        fill_error=None if few or colour in (0, 4) else 0,
    )


KINDS = [
    *(_kind(*kind, interlaced, 1) for kind in TYPES for interlaced in (False, True)),
    *(_kind(*kind, False, 3) for kind in TYPES),
]


def exif_with_canary() -> bytes:
    """EXIF that turns the picture, with the canary as a description and as a place."""
    block = Image.Exif()
    block[0x0112] = 6
    block[0x010E] = CANARY.decode()
    block.get_ifd(0x8825)[0x001D] = CANARY.decode()
    return block.tobytes().removeprefix(b"Exif\0\0")


PLACES = {
    "text": chunk(b"tEXt", b"Comment\0" + CANARY),
    "zipped text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(CANARY)),
    "international": chunk(b"iTXt", b"Author\0\0\0en\0\0" + CANARY),
    "zipped international": chunk(b"iTXt", b"Author\0\1\0\0\0" + zlib.compress(CANARY)),
    "xmp": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x xmpMM:a='" + CANARY + b"'/>"),
    "raw profile": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(CANARY)),
    "exif": chunk(b"eXIf", exif_with_canary()),
    "second exif": chunk(b"eXIf", exif_with_canary()) * 2,
    "background": chunk(b"bKGD", CANARY),
    "suggested palette": chunk(b"sPLT", b"x\0\x08" + CANARY),
    "histogram": chunk(b"hIST", CANARY),
    "palette of a true-colour picture": chunk(b"PLTE", CANARY + b"12"),
    "credentials": chunk(b"caBX", CANARY),
    "private": chunk(b"prVt", CANARY),
    "gamma of a wrong length": chunk(b"gAMA", CANARY),
    "second gamma": chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"gAMA", CANARY),
    "stray frame": chunk(b"fdAT", b"\0\0\0\1" + CANARY),
    "unreadable profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(CANARY)),
    "name of a profile": chunk(b"iCCP", CANARY + b"\0\0" + zlib.compress(srgb())),
    "behind a profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(srgb()) + CANARY),
    "in a profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(srgb() + CANARY)),
    "colour key": chunk(b"tRNS", CANARY),
}
"""Chunks that hold the canary, and stand before the picture."""


def laden() -> dict[str, bytes]:
    samples = samples_of(8, 2)
    files = {name: png(samples, 8, 2, before=chunks) for name, chunks in PLACES.items()}
    return files | {
        "behind the picture": png(samples, 8, 2) + CANARY,
        "date": png(samples, 8, 2, before=PLACES["text"], after=chunk(b"tIME", bytes(7))),
        "animation": _animation(8, 2, False, [samples] * 2).replace(
            chunk(b"IEND"), PLACES["zipped text"] + chunk(b"IEND")
        ),
    }


def parts(data: bytes) -> Iterator[str]:
    """Chunks, and what is in those that hold fields."""
    at = 8
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        yield name.decode("latin-1")
        if name == b"eXIf":
            yield from fields.exif(body)
        elif name == b"iCCP":
            named, _, packed = body.partition(b"\0")
            yield f"iCCP {named.decode('latin-1')}"
            yield from fields.icc(zlib.decompress(packed[1:]))
        at += 12 + size
    if at != len(data):
        yield "trailing"


def bomb() -> bytes:
    return SIGNATURE + ihdr(60_000, 60_000, 16, 6) + chunk(b"IDAT", bytes(9)) + chunk(b"IEND")


def turned(upright: NDArray[Any], orientation: int) -> bytes:
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    return png(stored, 8, 2, before=chunk(b"eXIf", exif.minimal_exif(orientation)))


PNG = Described(
    FAMILY,
    KINDS,
    laden,
    CANARY,
    parts,
    frozenset(
        {
            *("IHDR", "PLTE", "tRNS", "IDAT", "IEND", "acTL", "fcTL", "fdAT", "eXIf"),
            *("iCCP", "iCCP ICC profile", "icc", "gAMA"),
        }
    )
    | fields.EXIF_KEPT,
    pieces.PNG,
    bomb,
    {"RGB": turned},
    fields.shown_by_pillow,
)
