"""JPEG: colour spaces, subsamplings, progressive and restarted; all of it kept as coefficients."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import imagecodecs
import numpy as np
from PIL import Image, ImageCms
from tests.media.contract import fields
from tests.media.contract.described import Described, Kind, Samples
from tests.media.hostile import pieces
from tests.media.jpeg import canary
from tests.media.jpeg.samples import encoded, scene, turned

from efface.media.families import JPEG as FAMILY

SIZE = (75, 53)

MODES: dict[str, tuple[str, dict[str, Any]]] = {
    "4:4:4": ("RGB", {"subsampling": 0}),
    "4:2:2": ("RGB", {"subsampling": 1}),
    "4:2:0": ("RGB", {"subsampling": 2}),
    "4:2:0, progressive": ("RGB", {"subsampling": 2, "progressive": True}),
    "4:2:2, tables of its own": ("RGB", {"subsampling": 1, "optimize": True}),
    "4:2:0, restarted": ("RGB", {"subsampling": 2, "restart_marker_blocks": 2}),
    "4:2:2, restarted at rows": ("RGB", {"subsampling": 1, "restart_marker_rows": 1}),
    "RGB": ("RGB", {"keep_rgb": True}),
    "grey": ("L", {}),
    "grey, progressive": ("L", {"progressive": True}),
    "CMYK": ("CMYK", {}),
    "CMYK, progressive": ("CMYK", {"progressive": True}),
}


def _make(mode: str, options: dict[str, Any], frames: Sequence[Samples]) -> bytes:
    return encoded(frames[0], mode, **options)


def _read(data: bytes) -> Sequence[Samples]:
    """As Pillow, with its own copy of libjpeg, decodes it."""
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(image)]


def _kind(name: str, mode: str, options: dict[str, Any]) -> Kind:
    return Kind(
        name,
        lambda seed: [scene(*SIZE, seed)],
        partial(_make, mode, options),
        _read,
        spill=0 if options.get("subsampling", 0) == 0 else 2,
        # rounding of a step of the mean to the quantisation, and of the colour transform
        fill_error=None if mode == "L" else 3,
    )


def _by_another(subsampling: str, frames: Sequence[Samples]) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(frames[0], level=90, subsampling=subsampling))


KINDS = [
    *(_kind(name, *mode) for name, mode in MODES.items()),
    *(
        Kind(
            f"{sub[0]}:{sub[1]}:{sub[2]}",
            lambda seed: [scene(*SIZE, seed)],
            partial(_by_another, sub),
            _read,
            spill=4,
            fill_error=3,
        )
        for sub in ("440", "411")
    ),
]


def _profile() -> bytes:
    """sRGB with the canary in its unused header bytes and behind its last tag."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain[:100] + canary.CANARY + plain[100 + len(canary.CANARY) :] + canary.CANARY


def laden() -> dict[str, bytes]:
    picture = scene(56, 40)
    profiled: dict[str, Any] = {"icc_profile": _profile()}
    return {
        "everywhere": canary.planted(encoded(picture, **profiled), 6),
        "everywhere in CMYK": canary.planted(encoded(picture, "CMYK", **profiled), 1),
        "everywhere, progressive": canary.planted(encoded(picture, progressive=True), 3),
        "profile": encoded(picture, **profiled),
        "unreadable profile": encoded(picture, icc_profile=canary.CANARY),
        "behind the picture": encoded(picture) + canary.CANARY,
    }


def parts(data: bytes) -> Iterator[str]:
    """Segments by their markers, and what is in those that hold fields."""
    at, profile = 2, b""
    while at < len(data):
        if data[at] != 0xFF:
            yield "stray bytes"
            return
        marker = data[at + 1]
        if marker == 0xD9:
            if at + 2 != len(data):
                yield "trailing"
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        yield _named(marker, body)
        if body.startswith(b"Exif\0\0"):
            yield from fields.exif(body)
        if body.startswith(b"ICC_PROFILE\0"):
            profile += body[14:]
        at += 2 + size
        if marker == 0xDA:
            while data[at] != 0xFF or data[at + 1] in (0, *range(0xD0, 0xD8)):
                at += 1
    if profile:
        yield from fields.icc(profile)


def _named(marker: int, body: bytes) -> str:
    if marker == 0xE0:
        return "JFIF" if body.startswith(b"JFIF\0") and len(body) == 14 else "APP0"
    name = {0xE1: b"Exif", 0xE2: b"ICC_PROFILE", 0xEE: b"Adobe"}.get(marker)
    return name.decode() if name and body.startswith(name) else f"{marker:#04x}"


def bomb() -> bytes:
    data = encoded(scene(*SIZE))
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + b"\xff\xdc\xff\xdc" + data[at + 4 :]


_MARKERS = {"0xdb", "0xc4", "0xda", "0xc0", "0xc1", "0xc2", "0xc9", "0xca"}
JPEG = Described(
    FAMILY,
    KINDS,
    laden,
    canary.CANARY,
    parts,
    frozenset({*_MARKERS, "JFIF", "Exif", "ICC_PROFILE", "Adobe", "icc"}) | fields.EXIF_KEPT,
    pieces.JPEG,
    bomb,
    {name: partial(turned, mode=mode, **options) for name, (mode, options) in MODES.items()},
    fields.shown_by_pillow,
)
