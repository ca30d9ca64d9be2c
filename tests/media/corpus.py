"""One small file of every photo family, depth, colour mode and layout, made of given pictures.

What a file shows follows from the pictures alone, pixel by pixel (JPEG: coded unit by coded unit),
so that two files can be made that differ under zones only.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.media import bmps, gifs, heifs, pngs, tiffs
from tests.media.lossy import scene

from efface.media.isobmff.coding import SRGB, Cicp
from efface.media.isobmff.items import Property
from efface.media.isobmff.mux import WrittenItem
from efface.media.jpeg import turbo
from efface.media.jxl import header
from efface.media.metadata.exif import minimal_exif
from efface.media.orientation import Orientation

Rgb = NDArray[np.uint8]
HEIGHT, WIDTH = 96, 128
FRAMES = 3


@dataclass(frozen=True)
class Kind:
    """A kind of file."""

    suffix: str
    make: Callable[[Sequence[Rgb]], bytes]
    """From upright pictures of ``HEIGHT`` x ``WIDTH``: one for each of ``FRAMES``."""
    frames: int = 1
    orientation: int = 1


def pictures(seed: int = 0) -> list[Rgb]:
    """One for each frame, with structure, edges and noise."""
    rng = np.random.default_rng(seed)
    out = []
    for index in range(FRAMES):
        picture = np.roll(scene(HEIGHT, WIDTH, seed=seed % 4), 5 * index, axis=1).astype(int)
        out.append(np.clip(picture + rng.integers(-6, 7, picture.shape), 0, 255).astype(np.uint8))
    return out


def grey(picture: Rgb) -> Rgb:
    """Shape (height, width)."""
    return np.asarray(picture.astype(np.uint16).sum(axis=2) // 3, np.uint8)


def deep(samples: NDArray[Any], bits: int) -> NDArray[Any]:
    """8-bit samples in another depth; the low bits are used, too."""
    if bits <= 8:
        return np.asarray(samples >> 8 - bits)
    return np.asarray(samples.astype(np.uint16) << bits - 8 | samples >> 16 - bits)


def with_alpha(samples: NDArray[Any], bits: int = 8) -> NDArray[Any]:
    """A ramp of transparency as the last channel, nowhere fully transparent."""
    ramp = np.broadcast_to(
        np.linspace(1, 255, samples.shape[1]).astype(np.uint8), samples.shape[:2]
    )
    return np.dstack((samples, deep(ramp, bits)))


def stored(picture: NDArray[Any], orientation: int) -> NDArray[Any]:
    """A picture as it is stored to be shown upright."""
    return np.ascontiguousarray(Orientation.of(orientation).stored(picture))


# JPEG


def jpeg(frames: Sequence[Rgb], mode: str = "RGB", orientation: int = 1, **how: Any) -> bytes:
    """Through Pillow, with fixed tables."""
    out = io.BytesIO()
    turned = Image.fromarray(stored(frames[0], orientation)).convert(mode)
    exif = b"Exif\0\0" + minimal_exif(orientation)
    turned.save(out, "JPEG", **{"quality": 90, "subsampling": 0, "exif": exif, **how})
    return out.getvalue()


def sampled(frames: Sequence[Rgb], sampling: str) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(frames[0], level=90, subsampling=sampling))


def arithmetic(frames: Sequence[Rgb], progressive: bool) -> bytes:
    flags = turbo.OPTION_ARITHMETIC | (turbo.OPTION_PROGRESSIVE if progressive else 0)
    return turbo.transform(jpeg(frames), lambda *_: None, options=flags, scan_limit=100)


def ycck(frames: Sequence[Rgb]) -> bytes:
    made = jpeg(frames, "CMYK")
    at = made.index(b"Adobe") + 11
    return made[:at] + b"\2" + made[at + 1 :]


JPEGS = {
    **{f"JPEG {s}": Kind(".jpg", partial(sampled, sampling=s)) for s in ("444", "422", "420")},
    **{f"JPEG {s}": Kind(".jpg", partial(sampled, sampling=s)) for s in ("440", "411")},
    "JPEG, finest": Kind(".jpg", partial(jpeg, quality=100)),
    "JPEG grey": Kind(".jpg", partial(jpeg, mode="L")),
    "JPEG RGB": Kind(".jpg", partial(jpeg, keep_rgb=True)),
    "JPEG CMYK": Kind(".jpg", partial(jpeg, mode="CMYK")),
    "JPEG YCCK": Kind(".jpg", ycck),
    "JPEG progressive": Kind(".jpg", partial(jpeg, progressive=True, subsampling=2)),
    "JPEG arithmetic": Kind(".jpg", partial(arithmetic, progressive=False)),
    "JPEG arithmetic, progressive": Kind(".jpg", partial(arithmetic, progressive=True)),
    **{
        f"JPEG turned {n}": Kind(".jpg", partial(jpeg, orientation=n, subsampling=1), 1, n)
        for n in range(2, 9)
    },
}


# PNG and GIF


def cube(levels: tuple[int, int, int]) -> Rgb:
    """Colours of a cube, shape (entries, 3)."""
    axes = [np.linspace(0, 255, n).round() for n in levels]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3).astype(np.uint8)


def indexed(picture: Rgb, levels: tuple[int, int, int]) -> Rgb:
    """Indices into a cube of colours."""
    out = np.zeros(picture.shape[:2], np.uint8)
    for channel, count in enumerate(levels):
        out = out * count + picture[..., channel].astype(np.uint16) * count // 256
    return out.astype(np.uint8)


CUBES = {1: (1, 2, 1), 2: (1, 3, 1), 4: (2, 3, 2), 8: (5, 6, 5)}
"""Levels of a palette of so many bits; it has entries left."""
FULL = {4: (2, 4, 2), 8: (8, 8, 4)}
"""Those of one that is full."""


def png(
    frames: Sequence[Rgb],
    bits: int,
    colour: int,
    *,
    cubes: dict[int, tuple[int, int, int]] = CUBES,
    key: bytes = b"",
    interlaced: bool = False,
    orientation: int = 1,
    animated: bool = False,
) -> bytes:
    """
    Args:
        colour: PNG's number of the colour type.
        key: of the colour that means transparent.
    """

    def samples(picture: Rgb) -> NDArray[Any]:
        turned = stored(picture, orientation)
        if colour == 3:
            return indexed(turned, cubes[bits])
        plain = deep(turned if colour in (2, 6) else grey(turned), bits)
        return with_alpha(plain, bits) if colour in (4, 6) else plain

    before = pngs.chunk(b"eXIf", minimal_exif(orientation)) if orientation != 1 else b""
    if colour == 3:
        before += pngs.chunk(b"PLTE", cube(cubes[bits]).tobytes())
    if key:
        before += pngs.chunk(b"tRNS", key)
    if not animated:
        return pngs.png(samples(frames[0]), bits, colour, interlaced, before=before)
    how: list[dict[str, Any]] = [{}, {"blend": 1, "dispose": 2}, {"blend": 1, "dispose": 1}]
    parts = list(zip(map(samples, frames), how, strict=True))
    return pngs.apng(parts, bits, colour, before=before)


_PNGS = {
    "grey": [(bits, 0) for bits in (1, 2, 4, 8, 16)],
    "RGB": [(8, 2), (16, 2)],
    "palette": [(bits, 3) for bits in (1, 2, 4, 8)],
    "grey and alpha": [(8, 4), (16, 4)],
    "RGBA": [(8, 6), (16, 6)],
}
PNGS = {
    f"PNG {name}, {bits} bits": Kind(".png", partial(png, bits=bits, colour=colour))
    for name, types in _PNGS.items()
    for bits, colour in types
}
PNGS |= {
    f"PNG animated {name}, {bits} bits": Kind(
        ".png", partial(png, bits=bits, colour=colour, animated=True), FRAMES
    )
    for name, types in _PNGS.items()
    for bits, colour in types[-1:]
}
PNGS |= {
    "PNG full palette, 4 bits": Kind(".png", partial(png, bits=4, colour=3, cubes=FULL)),
    "PNG full palette, 8 bits": Kind(".png", partial(png, bits=8, colour=3, cubes=FULL)),
    "PNG palette with alpha": Kind(".png", partial(png, bits=8, colour=3, key=b"\x40\x80\xff")),
    "PNG interlaced": Kind(".png", partial(png, bits=8, colour=2, interlaced=True)),
    "PNG grey with a clear value": Kind(".png", partial(png, bits=8, colour=0, key=b"\0\x64")),
    "PNG black is clear": Kind(".png", partial(png, bits=8, colour=2, key=bytes(6))),
    "PNG 16-bit, black is clear": Kind(".png", partial(png, bits=16, colour=2, key=bytes(6))),
}
PNGS |= {
    f"PNG turned {n}": Kind(".png", partial(png, bits=8, colour=2, orientation=n), 1, n)
    for n in (5, 8)
}


def gif(
    frames: Sequence[Rgb], *, levels: tuple[int, int, int], local: bool = False, count: int = 1
) -> bytes:
    colours = cube(levels)
    parts = []
    for index, picture in enumerate(frames[:count]):
        shown = indexed(picture, levels)
        how: dict[str, Any] = {"delay": 7, "dispose": (1, 3, 2)[index]}
        if local:
            how["colours"] = colours[::-1]
            shown = (len(colours) - 1 - shown).astype(np.uint8)
        parts.append(gifs.frame(shown, **how))
    return gifs.gif((WIDTH, HEIGHT), parts, None if local else colours)


GIFS = {
    "GIF": Kind(".gif", partial(gif, levels=(5, 6, 5))),
    "GIF of few colours": Kind(".gif", partial(gif, levels=(2, 3, 2))),
    "GIF, full palette": Kind(".gif", partial(gif, levels=(8, 8, 4), local=True)),
    "GIF animated": Kind(".gif", partial(gif, levels=(4, 4, 4), count=FRAMES), FRAMES),
    "GIF animated, local palettes": Kind(
        ".gif", partial(gif, levels=(4, 4, 4), local=True, count=FRAMES), FRAMES
    ),
}


# BMP and TIFF


def bmp(frames: Sequence[Rgb], bits: int, **how: Any) -> bytes:
    picture = frames[0].astype(np.int64)
    if bits <= 8:
        levels = {**CUBES, 2: (1, 3, 1)}[bits]
        entries = np.zeros((len(cube(levels)), 4), np.uint8)
        entries[:, :3] = cube(levels)[:, ::-1]
        shown = indexed(frames[0], levels)
        return bmps.Bmp(shown, bits, palette=entries.tobytes(), declared=len(entries), **how).data()
    if bits == 24:
        return bmps.Bmp(picture[..., ::-1], 24, **how).data()
    masks = how.get("masks") or ((0x7C00, 0x3E0, 0x1F) if bits == 16 else (0xFF0000, 0xFF00, 0xFF))
    value = np.zeros((HEIGHT, WIDTH), np.int64)
    for channel, mask in enumerate(masks[:3]):
        lowest = mask & -mask
        value |= picture[..., channel] * (mask // lowest) // 255 * lowest
    if len(masks) == 4:
        value |= np.linspace(1, 255, WIDTH).astype(np.int64) << 24
    return bmps.Bmp(value, bits, **how).data()


_ALPHA: dict[str, Any] = {
    "header": 56,
    "compression": 3,
    "masks": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
}
BMPS = {
    **{f"BMP {bits} bits": Kind(".bmp", partial(bmp, bits=bits)) for bits in (1, 4, 8, 16, 24, 32)},
    "BMP 565": Kind(".bmp", partial(bmp, bits=16, compression=3, masks=(0xF800, 0x7E0, 0x1F))),
    "BMP alpha": Kind(".bmp", partial(bmp, bits=32, **_ALPHA)),
    "BMP top down": Kind(".bmp", partial(bmp, bits=24, top_down=True)),
}


def tiff(
    frames: Sequence[Rgb],
    samples: Callable[[Rgb], NDArray[Any]],
    orientation: int = 1,
    count: int = 1,
    **how: Any,
) -> bytes:
    options = {"compression": "zlib", "photometric": "minisblack", **how}
    if orientation != 1:
        options["extratags"] = [(274, "H", 1, orientation, True)]
    pages = [samples(stored(picture, orientation)) for picture in frames[:count]]
    return tiffs.tiff(*[(page, options) for page in pages])


def _cmyk(picture: Rgb) -> Rgb:
    return np.dstack((255 - picture, grey(picture) // 3))


def _planes(picture: Rgb) -> Rgb:
    return np.moveaxis(picture, -1, 0).copy()


def _palette() -> NDArray[np.uint16]:
    entries = np.zeros((3, 256), np.uint16)
    colours = cube(CUBES[8])
    entries[:, : len(colours)] = colours.T * np.uint16(257)
    return entries


def _kind(samples: Callable[[Rgb], NDArray[Any]], **how: Any) -> Kind:
    return Kind(".tif", partial(tiff, samples=samples, **how))


_RGB: dict[str, Any] = {"photometric": "rgb"}
TIFFS = {
    "TIFF grey": _kind(grey),
    "TIFF grey, white is zero": _kind(lambda p: 255 - grey(p), photometric="miniswhite"),
    "TIFF bilevel": _kind(lambda p: grey(p) > 127),
    "TIFF grey, 4 bits": _kind(lambda p: deep(grey(p), 4), bitspersample=4, compression=None),
    "TIFF grey, 12 bits": _kind(lambda p: deep(grey(p), 12), bitspersample=12, compression=None),
    "TIFF grey, 16 bits": _kind(lambda p: deep(grey(p), 16)),
    "TIFF grey, signed": _kind(lambda p: (deep(grey(p), 16) >> 1).astype(np.int16)),
    "TIFF grey, float": _kind(lambda p: (grey(p) / 255).astype(np.float32), predictor=3),
    "TIFF palette": _kind(
        lambda p: indexed(p, CUBES[8]), photometric="palette", colormap=_palette()
    ),
    "TIFF RGB": _kind(np.asarray, **_RGB),
    "TIFF RGB, 16 bits": _kind(lambda p: deep(p, 16), predictor=2, **_RGB),
    "TIFF RGB, float": _kind(lambda p: (p / 255).astype(np.float32), **_RGB),
    "TIFF RGB, planes": _kind(_planes, planarconfig="separate", **_RGB),
    "TIFF RGB, tiles": _kind(np.asarray, tile=(16, 32), **_RGB),
    "TIFF alpha": _kind(with_alpha, extrasamples=["unassalpha"], **_RGB),
    "TIFF CMYK": _kind(_cmyk, photometric="separated"),
    "TIFF CMYK, 16 bits": _kind(lambda p: deep(_cmyk(p), 16), photometric="separated"),
    "TIFF Lab": _kind(np.asarray, photometric="cielab"),
    "TIFF ICC Lab, 16 bits": _kind(lambda p: deep(p, 16), photometric="icclab"),
    "TIFF of several pages": Kind(
        ".tif", partial(tiff, samples=np.asarray, count=FRAMES, **_RGB), FRAMES
    ),
    **{
        f"TIFF turned {n}": Kind(
            ".tif", partial(tiff, samples=np.asarray, orientation=n, **_RGB), 1, n
        )
        for n in (6,)
    },
}


# WebP, AVIF, HEIC, JPEG XL


def webp(
    frames: Sequence[Rgb],
    quality: int | None = None,
    *,
    alpha: bool = False,
    count: int = 1,
    orientation: int = 1,
) -> bytes:
    """Lossless without a quality."""
    turned = [stored(picture, orientation) for picture in frames[:count]]
    images = [Image.fromarray(with_alpha(p) if alpha else p) for p in turned]
    how: dict[str, Any] = {"lossless": True, "exact": True}
    if quality is not None:
        how = {"quality": quality, "method": 2}
    if orientation != 1:
        how["exif"] = minimal_exif(orientation)
    if count > 1:
        how |= {"save_all": True, "append_images": images[1:], "duration": [40, 50, 60]}
    out = io.BytesIO()
    images[0].save(out, "WEBP", **how)
    return out.getvalue()


WEBPS = {
    "WebP lossless": Kind(".webp", webp),
    "WebP lossless, alpha": Kind(".webp", partial(webp, alpha=True)),
    "WebP lossless, animated": Kind(".webp", partial(webp, count=FRAMES), FRAMES),
    "WebP lossless, turned": Kind(".webp", partial(webp, orientation=6), 1, 6),
    "WebP lossy": Kind(".webp", partial(webp, quality=80)),
    "WebP lossy, alpha": Kind(".webp", partial(webp, quality=80, alpha=True)),
    "WebP lossy, animated": Kind(".webp", partial(webp, quality=80, count=FRAMES), FRAMES),
    "WebP lossy, turned": Kind(".webp", partial(webp, quality=80, orientation=5), 1, 5),
}


def heif(
    frames: Sequence[Rgb],
    form: heifs.Format,
    bits: int = 8,
    chroma: str = "420",
    cicp: Cicp = SRGB,
    *,
    alpha: bool = False,
) -> bytes:
    samples = deep(grey(frames[0]) if chroma == "400" else frames[0], bits)
    if alpha:
        samples = with_alpha(samples, bits)
    return heifs.library_file(form, np.ascontiguousarray(samples), bits, chroma, cicp)


def heif_parts(
    frames: Sequence[Rgb], form: heifs.Format, count: int = 1, turns: int | None = None
) -> bytes:
    """Several pictures, or turned ones."""
    more = [heifs.essential(b"irot", bytes((turns,)))] if turns is not None else []
    pictures = [np.rot90(p, -(turns or 0)) for p in frames[:count]]
    return heifs.built(form, [heifs.part(form, np.ascontiguousarray(p), *more) for p in pictures])


def heif_grid(frames: Sequence[Rgb], form: heifs.Format) -> bytes:
    """Tiles of 64 x 64, of which the last ones lie half outside."""
    padded = np.pad(frames[0], [(0, 32), (0, 0), (0, 0)], mode="edge")
    tiles = [padded[y : y + 64, x : x + 64] for y in (0, 64) for x in (0, 64)]
    size = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big")
    head = WrittenItem(
        b"grid",
        bytes((0, 0, 1, 1)) + WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big"),
        (Property(b"ispe", bytes(4) + size), SRGB.property()),
        references=((b"dimg", (1, 2, 3, 4)),),
    )
    coded = [heifs.part(form, np.ascontiguousarray(tile), cicp=None, hidden=True) for tile in tiles]
    return heifs.built(form, [head, *coded])


def avif_sequence(frames: Sequence[Rgb], channels: int) -> bytes:
    shown: dict[int, Callable[[Rgb], Rgb]] = {1: grey, 3: lambda p: p, 4: with_alpha}
    images = [Image.fromarray(shown[channels](picture)) for picture in frames]
    out = io.BytesIO()
    how: dict[str, Any] = {"duration": [100, 40, 60], "quality": 80, "speed": 9}
    images[0].save(out, "AVIF", save_all=True, append_images=images[1:], **how)
    return out.getvalue()


_HDR = Cicp(9, 16, 9, True)
_HEIF_KINDS: dict[str, tuple[Callable[..., bytes], dict[str, Any], int]] = {
    "8 bits, 420": (heif, {}, 1),
    "8 bits, 422": (heif, {"chroma": "422"}, 1),
    "8 bits, 444": (heif, {"chroma": "444"}, 1),
    "8 bits, grey": (heif, {"chroma": "400"}, 1),
    "8 bits, alpha": (heif, {"alpha": True}, 1),
    "10 bits, 420": (heif, {"bits": 10, "cicp": _HDR}, 1),
    "10 bits, alpha": (heif, {"bits": 10, "alpha": True}, 1),
    "12 bits, 444": (heif, {"bits": 12, "chroma": "444"}, 1),
    "of tiles": (heif_grid, {}, 1),
    "of several pictures": (heif_parts, {"count": FRAMES}, FRAMES),
    "turned": (heif_parts, {"turns": 1}, 1),
}
HEIFS = {
    f"{name} {words}": Kind(form.suffix, partial(make, form=form, **how), count)
    for name, form in (("AVIF", heifs.AVIF), ("HEIC", heifs.HEIC))
    for words, (make, how, count) in _HEIF_KINDS.items()
}
HEIFS |= {
    f"AVIF sequence, {channels} channels": Kind(
        ".avif", partial(avif_sequence, channels=channels), FRAMES
    )
    for channels in (1, 3, 4)
}


def jxl(
    frames: Sequence[Rgb],
    channels: int = 3,
    bits: int = 8,
    *,
    lossless: bool = True,
    orientation: int = 1,
) -> bytes:
    picture = stored(frames[0], orientation)
    samples = deep(picture if channels >= 3 else grey(picture), bits)
    if channels in (2, 4):
        samples = with_alpha(samples, bits)
    how: dict[str, Any] = {"lossless": True} if lossless else {"distance": 1.0}
    data = bytes(imagecodecs.jpegxl_encode(samples, bitspersample=bits, effort=3, **how))
    if orientation == 1:
        return data
    head = header.read(data)
    return header.with_meaning(data, replace(head, orientation=orientation))


def packed_jpeg(frames: Sequence[Rgb]) -> bytes:
    return bytes(imagecodecs.jpegxl_encode_jpeg(jpeg(frames, subsampling=2)))


JXLS = {
    **{
        f"JPEG XL lossless, {channels} channels, {bits} bits": Kind(
            ".jxl", partial(jxl, channels=channels, bits=bits)
        )
        for channels in (1, 2, 3, 4)
        for bits in (8, 16)
    },
    **{
        f"JPEG XL lossy, {channels} channels": Kind(
            ".jxl", partial(jxl, channels=channels, lossless=False)
        )
        for channels in (1, 3, 4)
    },
    "JPEG XL lossy, turned": Kind(".jxl", partial(jxl, lossless=False, orientation=6), 1, 6),
    "JPEG XL lossless, turned": Kind(".jxl", partial(jxl, orientation=8), 1, 8),
    "JPEG XL, packed JPEG": Kind(".jxl", packed_jpeg),
}

KINDS = {**JPEGS, **PNGS, **GIFS, **BMPS, **TIFFS, **WEBPS, **HEIFS, **JXLS}
