"""AVIF and HEIC: depths, chroma layouts, transparency, several pictures, grids; AVIF sequences."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples, Twins
from tests.media.heifs import AVIF as AVIF_FORM
from tests.media.heifs import HEIC as HEIC_FORM
from tests.media.heifs import Format, built, essential, laden, library_file, part
from tests.media.hostile import pieces
from tests.media.lossless import CANARY, noise, zone
from tests.media.lossy import scene
from tests.media.metadata.profiles import display

from efface.media.families import AVIF as AVIF_FAMILY
from efface.media.families import HEIC as HEIC_FAMILY
from efface.media.isobmff.coding import SRGB, Cicp, spatial_extent
from efface.media.isobmff.mux import WrittenItem
from efface.media.orientation import Orientation

HDR = Cicp(9, 16, 9, True)
SIZES = ((96, 128), (75, 91))
LAYOUTS = [
    (8, "420", 3, SRGB),
    (8, "422", 3, SRGB),
    (8, "444", 3, Cicp(12, 13, 1, True)),
    (8, "420", 4, SRGB),
    (8, "400", 1, SRGB),
    (10, "420", 3, HDR),
    (10, "444", 3, SRGB),
    (10, "420", 4, HDR),
    (12, "420", 3, Cicp(9, 18, 9, True)),
    (10, "400", 1, SRGB),
]


def deep(samples: NDArray[np.uint8], bits: int) -> NDArray[Any]:
    """8-bit samples in another depth, the low bits used too."""
    if bits == 8:
        return samples
    wide = samples.astype(np.uint16)
    return wide << (bits - 8) | wide >> (16 - bits)


def _draw(size: tuple[int, int], channels: int, bits: int, seed: int) -> Sequence[Samples]:
    samples = scene(*size, channels, seed % 4)
    if channels == 4:
        samples[..., 3] |= 1
    return [deep(samples, bits)]


def _library_file(
    form: Format, bits: int, chroma: str, cicp: Cicp, frames: Sequence[Samples]
) -> bytes:
    return library_file(form, frames[0], bits, chroma, cicp)


def grid(form: Format, tiles: Sequence[Samples]) -> bytes:
    """Four tiles of 64 x 64, each coded apart, of which 112 rows and 96 columns are shown."""
    sides = (96).to_bytes(2, "big") + (112).to_bytes(2, "big")
    head = WrittenItem(
        b"grid",
        bytes((0, 0, 1, 1)) + sides,
        (spatial_extent(96, 112), SRGB.property()),
        references=((b"dimg", (1, 2, 3, 4)),),
    )
    parts_ = [part(form, np.ascontiguousarray(t), cicp=None, hidden=True) for t in tiles]
    return built(form, [head, *parts_])


def _tiles(picture: NDArray[Any]) -> list[Samples]:
    return [picture[y : y + 64, x : x + 64] for y in (0, 64) for x in (0, 64)]


def _twins(form: Format, seed: int) -> Twins:
    tiles = _tiles(scene(128, 128))
    other = [noise((64, 64, 3), seed=seed).astype(np.uint8), *tiles[1:]]
    return grid(form, tiles), grid(form, other), (zone(0, 0, 64, 64),)


def _several(form: Format, frames: Sequence[Samples]) -> bytes:
    return built(form, [part(form, frame) for frame in frames])


def _read_all(form: Format, count: int, data: bytes) -> Sequence[Samples]:
    if count > 1 and form is HEIC_FORM:
        return [np.asarray(image).copy() for image in pillow_heif.open_heif(data)]
    return [form.read(data)]


def _kinds(form: Format) -> list[Kind]:
    lossy: Any = {"exact": False, "apart": 4}
    read = partial(_read_all, form, 1)
    kinds = [
        Kind(
            f"{bits}-bit {chroma}, {channels} channels, {size[0]} x {size[1]}",
            partial(_draw, size, channels, bits),
            partial(_library_file, form, bits, chroma, cicp),
            read,
            fill_error=None if channels == 1 else 12,
            **{**lossy, "apart": 4 << bits - 8},
        )
        for (bits, chroma, channels, cicp), size in zip(LAYOUTS, cycle(SIZES), strict=False)
    ]
    return [
        *kinds,
        Kind(
            "grid",
            lambda seed: [scene(128, 128, 3, seed % 4)[:112, :96]],
            lambda f: grid(form, _tiles(np.pad(f[0], ((0, 16), (0, 32), (0, 0)), "edge"))),
            read,
            fill_error=12,
            twins=partial(_twins, form),
            **lossy,
        ),
    ]


def _heic_kinds() -> list[Kind]:
    several = Kind(
        "several pictures",
        lambda seed: [scene(64, 80, 3, seed % 4), scene(96, 72, 3, 1), scene(80, 64, 3, 2)],
        partial(_several, HEIC_FORM),
        partial(_read_all, HEIC_FORM, 3),
        exact=False,
        apart=4,
        fill_error=12,
    )
    return [*_kinds(HEIC_FORM), several]


def sequence(frames: Sequence[Samples], durations: Sequence[int] = (), **options: Any) -> bytes:
    """A sequence by Pillow."""
    images = [Image.fromarray(frame) for frame in frames]
    out = io.BytesIO()
    durations = list(durations) or [40 + 10 * i for i in range(len(images))]
    how: dict[str, Any] = {"append_images": images[1:], "duration": durations, **options}
    images[0].save(out, "AVIF", save_all=True, quality=80, speed=9, **how)
    return out.getvalue()


def _played(data: bytes) -> Sequence[Samples]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame) for frame in ImageSequence.Iterator(image)]


def _avif_kinds() -> list[Kind]:
    def moving(channels: int, seed: int) -> Sequence[Samples]:
        (first,) = _draw((64, 80), channels, 8, seed)
        return [np.roll(first, 3 * i, axis=1) for i in range(4)]

    sequences = [
        Kind(
            f"sequence, {name}",
            partial(moving, channels),
            sequence,
            _played,
            exact=False,
            apart=6,
            fill_error=None if channels == 1 else 12,
        )
        for channels, name in ((1, "grey"), (3, "RGB"), (4, "RGBA"))
    ]
    return [*_kinds(AVIF_FORM), *sequences]


def _laden(form: Format) -> Mapping[str, bytes]:
    files = {"everywhere": laden(form, display())}
    files["behind the picture"] = built(form, [part(form, scene())]) + CANARY
    if form is AVIF_FORM:
        block = Image.Exif()
        block[0x010E] = CANARY.decode()
        moving = sequence(
            [scene(64, 80, 3, 0), scene(64, 80, 3, 1)],
            icc_profile=display() + CANARY,
            exif=block,
            xmp=b"<x:xmpmeta>" + CANARY,
        )
        files["sequence"] = moving + b"\0\0" + CANARY
    return files


_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"iprp", b"ipco"}
_FULL = {b"meta": 4, b"iinf": 6, b"dref": 8, b"stsd": 8, b"av01": 78}
"""Bytes in front of the boxes that are in these."""
_DATED = {b"mvhd", b"tkhd", b"mdhd"}


def parts(data: bytes, at: int = 0, end: int | None = None) -> Iterator[str]:
    """All boxes, items by their types, and what is in those that hold fields."""
    end = len(data) if end is None else end
    while at + 8 <= end:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        size = size or end - at
        body = at + 8
        yield name.decode("latin-1")
        if name in _CONTAINERS or name in _FULL:
            yield from parts(data, body + _FULL.get(name, 0), at + size)
        elif name == b"infe":
            yield f"item {data[body + 8 : body + 12].decode('latin-1')}"
        elif name in _DATED:
            wide = 16 if data[body] == 1 else 8
            if any(data[body + 4 : body + 4 + wide]):
                yield f"{name.decode()} date"
        elif name == b"colr" and data[body : body + 4] == b"prof":
            yield from fields.icc(data[body + 4 : at + size])
        at += size
    if at != end:
        yield "trailing"


def bomb(form: Format) -> bytes:
    """A grid of 16 x 16 tiles, each of them the same flat one."""
    side = 16 * 1024
    tile = part(form, np.zeros((1024, 1024, 3), np.uint8), hidden=True)
    head = WrittenItem(
        b"grid",
        b"\0\1\x0f\x0f" + struct.pack(">II", side, side),
        (spatial_extent(side, side),),
        references=((b"dimg", (1,) * 256),),
    )
    return built(form, [head, tile])


_LEFT, _HALF, _RIGHT = (b"irot", 1), (b"irot", 2), (b"irot", 3)
_UPSIDE_DOWN, _MIRRORED = (b"imir", 0), (b"imir", 1)
_TURNS: dict[int, tuple[tuple[bytes, int], ...]] = {
    1: (),
    2: (_MIRRORED,),
    3: (_HALF,),
    4: (_UPSIDE_DOWN,),
    5: (_RIGHT, _MIRRORED),
    6: (_RIGHT,),
    7: (_LEFT, _MIRRORED),
    8: (_LEFT,),
}
"""What is done to a stored picture, in turn, by the EXIF orientation that says the same."""


def turned(form: Format, upright: NDArray[Any], orientation: int) -> bytes:
    """Turned by boxes: against the clock by quarters, then mirrored."""
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    boxes = (essential(kind, bytes((value,))) for kind, value in _TURNS[orientation])
    return built(form, [part(form, stored, *boxes)])


_BOXES = {
    *("ftyp", "meta", "hdlr", "pitm", "iloc", "iinf", "infe", "iref", "iprp", "ipco", "ipma"),
    *("ispe", "pixi", "colr", "auxC", "irot", "imir", "clap", "mdat", "idat", "icc", "item grid"),
}
_MOVIE_BOXES = {
    *("moov", "mvhd", "trak", "tkhd", "edts", "elst", "mdia", "mdhd", "minf", "vmhd", "dinf"),
    *("dref", "url ", "stbl", "stsd", "av01", "ccst", "stts", "stsc", "stsz", "stco", "stss"),
    *("auxi", "tref", "nmhd"),
}


def _described(form: Format, family: Any, kinds: Sequence[Kind], *more: str) -> Described:
    return Described(
        family,
        kinds,
        partial(_laden, form),
        CANARY,
        parts,
        frozenset({*_BOXES, *more}),
        pieces.BOXES,
        partial(bomb, form),
        {"RGB": partial(turned, form)},
        form.read,
    )


AVIF = _described(AVIF_FORM, AVIF_FAMILY, _avif_kinds(), *_MOVIE_BOXES, "av1C", "item av01")
HEIC = _described(HEIC_FORM, HEIC_FAMILY, _heic_kinds(), "hvcC", "item hvc1")
