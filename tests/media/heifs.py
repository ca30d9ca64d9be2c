"""Builds AVIF and HEIC files for tests, with whatever rides along in real ones."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image
from tests.media.lossless import CANARY
from tests.media.lossy import scene

from efface.media.avif.codec import AvifCodec
from efface.media.heic.codec import HeicCodec
from efface.media.isobmff import mux
from efface.media.isobmff.boxes import box_at, packed, packed_full
from efface.media.isobmff.coding import SRGB, Cicp, Codec, SampleCoding
from efface.media.isobmff.items import Property
from efface.media.isobmff.mux import WrittenItem


@dataclass(frozen=True)
class Format:
    """One of the two formats."""

    suffix: str
    codec: Codec
    kind: bytes

    def read(self, data: bytes) -> NDArray[Any]:
        """The main picture as another reader shows it: upright, in its own depth."""
        if self.suffix == ".heic":
            opened = pillow_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
            return np.asarray(opened[opened.primary_index]).copy()
        upright = Image.open(io.BytesIO(data))
        turned = upright.getexif().get(274, 1)
        method = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_270,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_90,
        }.get(turned)
        return np.asarray(upright if method is None else upright.transpose(method))


AVIF = Format(".avif", AvifCodec(), b"av01")
HEIC = Format(".heic", HeicCodec(), b"hvc1")


def library_file(
    form: Format,
    samples: NDArray[Any],
    bits: int = 8,
    chroma: str = "420",
    cicp: Cicp = SRGB,
    *,
    quality: int = 75,
    **options: Any,
) -> bytes:
    """A file as another program writes it."""
    if form is AVIF:
        return bytes(
            imagecodecs.avif_encode(
                samples,
                level=quality,
                speed=9,
                bitspersample=bits,
                pixelformat=chroma,
                primaries=cicp.primaries,
                transfer=cicp.transfer,
                matrix=cicp.matrix,
                numthreads=1,
            )
        )
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[1 if samples.ndim == 2 else samples.shape[2]]
    out = io.BytesIO()
    if mode != "L":
        options["chroma"] = int(chroma)
    pillow_heif.encode(
        mode if bits == 8 else f"{mode};{bits}",
        (samples.shape[1], samples.shape[0]),
        samples.tobytes(),
        out,
        quality=quality,
        bit_depth=bits,
        color_primaries=cicp.primaries,
        transfer_characteristics=cicp.transfer,
        matrix_coefficients=cicp.matrix,
        full_range_flag=int(cicp.full_range),
        **options,
    )
    return out.getvalue()


def part(
    form: Format,
    samples: NDArray[Any],
    *more: Property,
    coding: SampleCoding | None = None,
    cicp: Cicp | None = SRGB,
    **fields: Any,
) -> WrittenItem:
    """A coded picture as an item."""
    coding = coding or SampleCoding(8, "400" if samples.ndim == 2 else "420")
    made = form.codec.encode(samples, coding, cicp or SRGB, 75)
    first = [replace(p, essential=p.kind == form.codec.configuration) for p in made.properties]
    first.sort(key=lambda p: p.kind == b"clap")
    colours = [cicp.property()] if cicp is not None else []
    properties = (*[p for p in first if p.kind != b"clap"], *colours)
    crop = [p for p in first if p.kind == b"clap"]
    return WrittenItem(form.kind, made.data, (*properties, *crop, *more), **fields)


def built(form: Format, parts: Sequence[WrittenItem], primary: int = 0) -> bytes:
    """A file of these items."""
    return mux.build(form.codec.brands([SampleCoding(8, "420")]), parts, primary)


def essential(kind: bytes, data: bytes) -> Property:
    """A property a reader must know."""
    return Property(kind, data, essential=True)


def auxiliary(
    form: Format, says: bytes, of: int, samples: NDArray[Any] | None = None
) -> WrittenItem:
    """An auxiliary picture of an item."""
    picture = scene(32, 32, 1) if samples is None else samples
    property_ = Property(b"auxC", bytes(4) + says + b"\0" + CANARY)
    return part(form, picture, property_, references=((b"auxl", (of,)),))


def exif_block() -> bytes:
    """EXIF with a place and a canary, as an item holds it."""
    block = Image.Exif()
    block[0x010E] = CANARY.decode()
    block.get_ifd(0x8825)[1] = "N"
    return bytes(4) + block.tobytes().removeprefix(b"Exif\0\0")


def laden(form: Format, profile: bytes) -> bytes:
    """A file with a canary, or a picture that must not stay, in every place."""
    gone = scene(48, 48, seed=2)
    udes = Property(b"udes", bytes(4) + b"en\0" + CANARY + b"\0\0\0")
    parts = [
        part(form, scene(), Property(b"colr", b"prof" + profile + CANARY), udes),
        WrittenItem(b"Exif", exif_block(), (), references=((b"cdsc", (0,)),)),
        WrittenItem(b"mime", b"<x:xmpmeta>" + CANARY, (), references=((b"cdsc", (0,)),)),
        part(form, gone, references=((b"thmb", (0,)),)),
        auxiliary(form, b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth", 0),
        auxiliary(form, b"urn:com:apple:photo:2020:aux:hdrgainmap", 0),
        auxiliary(form, b"urn:com:apple:photo:2019:aux:semanticskinmatte", 0),
        auxiliary(form, b"urn:nobody:knows", 0),
        part(form, gone, hidden=True),
        WrittenItem(b"tmap", CANARY, (), references=((b"dimg", (0, 10)),)),
        part(form, gone, hidden=True),
        WrittenItem(b"zzzz", CANARY, ()),
        WrittenItem(b"uri ", CANARY, ()),
    ]
    data = built(form, parts)
    return (
        with_mime_type(data)
        + packed(b"free", CANARY)
        + packed(b"uuid", bytes(16), CANARY)
        + packed(b"mpvd", CANARY)
        + packed(b"mdat", CANARY)
        + b"\0\0\0"
        + CANARY
    )


def with_mime_type(data: bytes) -> bytes:
    """Names the type of the one ``mime`` item, and shifts what lies behind."""
    return grown_meta(data, b"iinf", b"mime\0", b"mime\0application/rdf+xml\0")


def grown_meta(data: bytes, table: bytes, old: bytes, new: bytes) -> bytes:
    """Replaces bytes in a table of ``meta`` that is no deeper than in an entry of ``iinf``.

    Sizes of all boxes around and all offsets are set right.
    """
    at = data.index(old, data.index(table))
    shift = len(new) - len(old)
    out = bytearray(data[:at] + new + data[at + len(old) :])
    meta = data.index(b"meta") - 4
    for start in (meta, data.index(table) - 4, data.rindex(b"infe", 0, at) - 4):
        out[start : start + 4] = (int.from_bytes(out[start : start + 4], "big") + shift).to_bytes(
            4, "big"
        )
    iloc = data.index(b"iloc") + 4
    count = int.from_bytes(out[iloc + 6 : iloc + 8], "big")
    for i in range(count):
        field = iloc + 8 + 14 * i + 6
        value = int.from_bytes(out[field : field + 4], "big") + shift
        out[field : field + 4] = value.to_bytes(4, "big")
    return bytes(out)


def kinds(data: bytes) -> list[bytes]:
    """Top-level boxes."""
    out, at = [], 0
    while (box := box_at(data, at, len(data))) is not None:
        out.append(box.kind)
        at = box.end
    return out if at == len(data) else [*out, b"rest"]


def movie(handler: bytes = b"pict") -> bytes:
    """A track that says nothing."""
    return packed(
        b"moov",
        packed(b"trak", packed(b"mdia", packed_full(b"hdlr", 0, 0, bytes(4), handler, bytes(13)))),
    )
