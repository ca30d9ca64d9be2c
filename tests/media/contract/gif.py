"""GIF: stills of any palette, interlaced ones, and animations."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.gifs import application, blocks, extension, frame, gif, loop
from tests.media.hostile import pieces
from tests.media.lossless import CANARY, noise
from tests.media.metadata.profiles import srgb

from efface.media.families import GIF as FAMILY

SIZE = (26, 20)
SHAPE = (20, 26)


def colours_of(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Colours of which no two are the same, and none is black."""
    table = np.array([(255 - i, i, i // 2) for i in range(count)], np.uint8)
    return np.random.default_rng(seed).permutation(table)


def pixels(high: int, seed: int = 1, shape: tuple[int, int] = SHAPE) -> NDArray[Any]:
    """Noise of so many entries of a palette."""
    return noise(shape, high, seed)


def _draw(colours: int, frames: int, seed: int) -> Sequence[Samples]:
    return [pixels(colours, seed + 1000 * i) for i in range(frames)]


def _make(colours: int, how: dict[str, Any], frames: Sequence[Samples]) -> bytes:
    own: dict[str, Any] = {"colours": colours_of(colours)} if how.get("own") else {}
    plain = {key: value for key, value in how.items() if key != "own"}
    parts = [frame(f, delay=10 * i, **plain, **own) for i, f in enumerate(frames)]
    head = [loop(3)] if len(frames) > 1 else []
    return gif(SIZE, [*head, *parts], None if own else colours_of(colours))


def _read(data: bytes) -> Sequence[Samples]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(shown.convert("RGB")) for shown in ImageSequence.Iterator(image)]


def _kind(name: str, colours: int, frames: int = 1, **how: Any) -> Kind:
    full = colours & (colours - 1) == 0 and colours == 256
    return Kind(
        name,
        partial(_draw, colours, frames),
        partial(_make, colours, how),
        _read,
        fill_error=None if full else 0,
    )


KINDS = [
    *(_kind(f"{count} colours", count) for count in (2, 3, 4, 16, 17, 128, 255, 256)),
    _kind("interlaced", 60, interlaced=True),
    _kind("a palette of its own", 60, own=True),
    _kind("animated", 60, 4, dispose=1),
    _kind("animated, interlaced", 60, 4, interlaced=True),
    _kind("animated, cleared, palettes of their own", 60, 4, dispose=2, own=True),
]

PLACES = {
    "comment": extension(0xFE, CANARY),
    "plain text": extension(0x01, bytes(12) + CANARY),
    "private application": application(b"ABCDEFGH123", CANARY),
    "unknown extension": extension(0x77, CANARY),
    "long loop": application(b"NETSCAPE2.0", b"\1\0\0" + CANARY),
    "second loop": loop(1) + application(b"NETSCAPE2.0", b"\1\0\0" + CANARY),
    "unreadable profile": application(b"ICCRGBG1012", CANARY),
    "behind a profile": application(b"ICCRGBG1012", srgb() + CANARY),
    "long graphic control": extension(0xF9, bytes(4) + CANARY),
    # its packet is read as blocks whose lengths are its letters
    "xmp": b"\x21\xff\x0bXMP DataXMP" + blocks(b"<x:xmpmeta " + CANARY + b"/>"),
    "xmp as programs write it": b"\x21\xff\x0bXMP DataXMP<x mwg-rs:a='"
    + CANARY
    + b"'/>\1"
    + bytes(range(255, -1, -1))
    + b"\0",
}
"""Blocks that hold the canary; it is short enough to be in one of 255 bytes."""


def laden() -> dict[str, bytes]:
    still = frame(pixels(9))
    files = {name: gif(SIZE, [block, still], colours_of(9)) for name, block in PLACES.items()}
    return files | {
        "behind the picture": gif(SIZE, [still], colours_of(9)) + CANARY,
        "animation": gif(SIZE, [loop(2), still, PLACES["comment"], still], colours_of(9)),
    }


def _end_of_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def parts(data: bytes) -> Iterator[str]:
    """Extensions and pictures."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x21:
            end = _end_of_blocks(data, at + 2)
            name = f"extension {data[at + 1]:#04x}"
            if data[at + 1] == 0xFF:
                name = data[at + 3 : at + 14].decode("latin-1")
            yield name
            if name == "ICCRGBG1012":
                yield from fields.icc(_joined(data[at + 14 : end]))
            if name == "extension 0xf9" and end - at != 8:
                yield "long control"
            at = end
        else:
            flags = data[at + 9]
            at = _end_of_blocks(data, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
            yield "picture"
    if at + 1 != len(data):
        yield "trailing"


def _joined(data: bytes) -> bytes:
    out, at = b"", 0
    while data[at]:
        out += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return out


def bomb() -> bytes:
    return gif((65535, 65535), [frame(pixels(9))], colours_of(9))


ALLOWED = frozenset({"extension 0xf9", "picture", "NETSCAPE2.0", "ICCRGBG1012", "icc"})
GIF = Described(FAMILY, KINDS, laden, CANARY, parts, ALLOWED, pieces.GIF, bomb)
