"""TIFF: depths, colours, layouts, compressions, byte orders and pages."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.hostile import pieces
from tests.media.lossless import CANARY
from tests.media.metadata.profiles import srgb
from tests.media.tiffs import LONG, UNDEFINED, changed, directory, place_behind, raw, tiff

from efface.media.families import TIFF as FAMILY
from efface.media.orientation import Orientation

SHAPE = (37, 45)


def samples(dtype: str, channels: int = 1, bits: int = 0, seed: int = 1) -> NDArray[Any]:
    """Noise of a type; of so many bits where they are fewer than its own."""
    shape = SHAPE if channels == 1 else (*SHAPE, channels)
    if dtype[0] == "f":
        return np.random.default_rng(seed).random(shape).astype(dtype)
    size = bits or np.dtype(dtype).itemsize * 8
    values = np.random.default_rng(seed).integers(0, 1 << size, shape, np.uint64)
    if dtype[0] == "i":
        return values.astype(f"u{dtype[1]}").view(dtype)
    return values.astype(dtype)


def palette_of(bits: int) -> NDArray[np.uint16]:
    """A palette in which no two entries are the same."""
    count = 1 << bits
    steps = np.arange(1, count + 1, dtype=np.uint16)
    return np.stack([steps * (60_000 // count), steps[::-1] * 7, steps * 200])


Page = tuple[NDArray[Any], dict[str, Any]]


@lru_cache(maxsize=8)
def pages(seed: int = 1) -> dict[str, Page]:
    """One of every depth, colour space, layout and compression."""
    rgb, gray = samples("u1", 3, seed=seed), samples("u1", seed=seed)
    deep, rgba = samples("u2", 3, seed=seed), samples("u1", 4, seed=seed) | 1
    return {
        "gray": (gray, {}),
        "gray, white is zero": (gray, {"photometric": "miniswhite"}),
        "16-bit gray": (samples("u2", seed=seed), {"compression": "lzw", "predictor": 2}),
        "32-bit gray": (samples("u4", seed=seed), {}),
        "signed": (samples("i2", seed=seed), {"compression": "zlib"}),
        "float": (samples("f4", seed=seed), {"compression": "zlib", "predictor": 3}),
        "half float": (samples("f2", seed=seed), {}),
        "double": (samples("f8", seed=seed), {}),
        "float rgb": (
            samples("f4", 3, seed=seed),
            {"photometric": "rgb", "predictor": 3, "compression": "zlib"},
        ),
        "bilevel": (samples("u1", bits=1, seed=seed).astype(bool), {"photometric": "minisblack"}),
        "bilevel, packbits": (
            samples("u1", bits=1, seed=seed).astype(bool),
            {"compression": "packbits"},
        ),
        "2-bit gray": (samples("u1", bits=2, seed=seed), {"bitspersample": 2}),
        "4-bit gray": (samples("u1", bits=4, seed=seed), {"bitspersample": 4}),
        "12-bit gray": (samples("u2", bits=12, seed=seed), {"bitspersample": 12}),
        "palette": (gray, {"photometric": "palette", "colormap": palette_of(8)}),
        "rgb": (rgb, {"photometric": "rgb"}),
        "lzw": (rgb, {"photometric": "rgb", "compression": "lzw"}),
        "deflate": (rgb, {"photometric": "rgb", "compression": "zlib", "predictor": 2}),
        "packbits": (rgb, {"photometric": "rgb", "compression": "packbits"}),
        "zstd": (rgb, {"photometric": "rgb", "compression": "zstd"}),
        "lzma": (rgb, {"photometric": "rgb", "compression": "lzma"}),
        "strips": (rgb, {"photometric": "rgb", "rowsperstrip": 5, "compression": "lzw"}),
        "tiles": (rgb, {"photometric": "rgb", "tile": (16, 32), "compression": "zlib"}),
        "planes": (rgb, {"photometric": "rgb", "planarconfig": "separate"}),
        "planes of tiles": (
            rgb,
            {"photometric": "rgb", "planarconfig": "separate"}
            | {"tile": (16, 16), "compression": "lzw", "predictor": 2},
        ),
        "16-bit rgb": (deep, {"photometric": "rgb", "compression": "zlib", "predictor": 2}),
        "alpha": (rgba, {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
        "premultiplied alpha": (rgba, {"photometric": "rgb", "extrasamples": ["assocalpha"]}),
        "further channels": (
            samples("u1", 5, seed=seed),
            {"photometric": "rgb", "extrasamples": [0, 0]},
        ),
        "gray and alpha": (
            samples("u2", 2, seed=seed) | 1,
            {"photometric": "minisblack", "extrasamples": ["unassalpha"]}
            | {"planarconfig": "contig"},
        ),
        "cmyk": (samples("u1", 4, seed=seed), {"photometric": "separated"}),
        "16-bit cmyk": (samples("u2", 4, seed=seed), {"photometric": "separated"}),
        "lab": (rgb, {"photometric": "cielab"}),
        "16-bit icc lab": (deep, {"photometric": "icclab"}),
    }


ORDERS: dict[str, dict[str, Any]] = {
    "": {},
    "big-endian ": {"byteorder": ">"},
    "big ": {"bigtiff": True},
}
_EXACT_FILLS = (
    *("rgb", "lzw", "deflate", "packbits", "zstd", "lzma", "strips", "tiles", "planes"),
    *("planes of tiles", "16-bit rgb", "alpha", "premultiplied alpha", "further channels"),
)


def written(page: Page, **how: Any) -> bytes:
    """One page; its samples have their channels last, however they are laid out."""
    data, options = page
    if options.get("planarconfig") == "separate":
        data = np.ascontiguousarray(np.moveaxis(data, -1, 0))
    return tiff((data, options), **how)


def _make(name: str, how: dict[str, Any], frames: Sequence[Samples]) -> bytes:
    return written((frames[0], pages()[name][1]), **how)


def _read(data: bytes) -> Sequence[Samples]:
    """As tifffile decodes them; of a palette, its colours."""
    out = []
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        for page in file.pages:
            assert isinstance(page, tifffile.TiffPage)
            found = np.asarray(page.asarray())
            if page.planarconfig == 2:
                found = np.moveaxis(found, 0, -1)
            out.append(found if page.colormap is None else np.asarray(page.colormap).T[found])
    return out


def _kind(name: str, order: str) -> Kind:
    make = partial(_make, name, ORDERS[order])
    error = 0 if name in _EXACT_FILLS else None
    return Kind(order + name, lambda seed: [pages(seed)[name][0]], make, _read, fill_error=error)


_PAGES = ("rgb", "16-bit gray", "bilevel")
"""Kinds of the pages of one file."""


def _several(frames: Sequence[Samples]) -> bytes:
    kinds = pages()
    return tiff(*((f, kinds[name][1]) for f, name in zip(frames, _PAGES, strict=True)))


def _pages_of(seed: int) -> Sequence[Samples]:
    first, second, third = (pages(seed)[name][0] for name in _PAGES)
    return [first, second[:20, :30], third[:29]]


KINDS = [
    *(_kind(name, order) for name in pages() for order in ORDERS),
    Kind("pages of different kinds", _pages_of, _several, _read, fill_error=None),
]

TAGS = [269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 37724, 40091, 42112]
TAGS += [50341, 65000, 33922, 34737, 280, 301, 50740, 52897, 36867]


def _exif_and_gps() -> bytes:
    pixels = samples("u1").tobytes()
    at = place_behind(pixels)
    exif = directory([(0x927C, UNDEFINED, CANARY), (0xA431, 2, CANARY + b"\0")], at)
    gps = directory([(0x1D, 2, CANARY + b"\0")], at + len(exif))
    found = [(34665, LONG, [at]), (34853, LONG, [at + len(exif)])]
    return raw((45, 37), pixels, *found, behind=exif + gps)


def _preview() -> NDArray[np.uint8]:
    return np.frombuffer(CANARY * 40, np.uint8)[: 22 * 40].reshape(40, 22)


def _with_sub_image() -> bytes:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(samples("u1"), subifds=1, metadata=None)
        writer.write(_preview(), subfiletype=1, metadata=None)
    return out.getvalue()


def _with_reduced_page(kind: int) -> bytes:
    data = tiff((samples("u1"), {}), (_preview(), {"subfiletype": 1}))
    at = data.rindex(struct.pack("<HHI", 254, 4, 1)) + 8
    return data[:at] + struct.pack("<I", kind) + data[at + 4 :]


PLACES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "exif": (_exif_and_gps, {"exif", "gps", "maker-note"}),
    "sub-image": (_with_sub_image, {"sub-image"}),
    "reduced page": (partial(_with_reduced_page, 1), {"reduced-page"}),
    "mask page": (partial(_with_reduced_page, 4), {"mask-page"}),
    "slack": (lambda: raw((45, 37), samples("u1").tobytes() + CANARY), {"trailing-data"}),
    "trailing": (lambda: tiff((samples("u1"), {})) + CANARY, {"trailing-data"}),
}
"""Where the canary can be beside an entry, and what it is named as."""


def laden() -> dict[str, bytes]:
    files = {name: make() for name, (make, _) in PLACES.items()}
    for tag in TAGS:
        extra = [(tag, 7, len(CANARY), CANARY, True)]
        page = samples("u1", 3), {"photometric": "rgb", "extratags": extra}
        files[f"entry {tag}"] = tiff(page)
    for name, profile in (("an unreadable", CANARY * 9), ("behind a", srgb() + CANARY)):
        files[f"{name} profile"] = tiff(
            (samples("u1", 3), {"photometric": "rgb", "iccprofile": profile})
        )
    return files


def parts(data: bytes) -> Iterator[str]:
    """Entries of every page, by their numbers, and bytes that belong to none."""
    free = bytearray(b"\1" * len(data))

    def taken(at: int, size: int) -> None:
        free[at : at + size + size % 2] = bytes(len(free[at : at + size + size % 2]))

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        big = file.is_bigtiff
        taken(0, 16 if big else 8)
        for page in file.pages:
            assert isinstance(page, tifffile.TiffPage)
            taken(page.offset, 16 + 20 * len(page.tags) if big else 6 + 12 * len(page.tags))
            for at, size in zip(page.dataoffsets, page.databytecounts, strict=True):
                taken(at, size)
            for tag in page.tags:
                taken(tag.valueoffset, tag.valuebytecount)
                yield f"entry {tag.code}"
                if tag.code == 34675:
                    yield from fields.icc(tag.value)
    if any(free):
        yield "slack"


def bomb() -> bytes:
    plain = tiff((samples("u1"), {"compression": "zlib"}))
    return changed(changed(plain, 256, 100_000), 257, 100_000)


def turned(upright: NDArray[Any], orientation: int) -> bytes:
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    tag = [(274, "H", 1, orientation, True)]
    return tiff((stored, {"photometric": "rgb", "extratags": tag}))


_LAYOUT = (254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325)
_MEANING = (274, 282, 283, 296, 318, 319, 332, 338, 339, 34675)
TIFF = Described(
    FAMILY,
    KINDS,
    laden,
    CANARY,
    parts,
    frozenset({*(f"entry {tag}" for tag in _LAYOUT + _MEANING), "icc"}),
    pieces.TIFF,
    bomb,
    {"RGB": turned},
    fields.shown_by_pillow,
)
