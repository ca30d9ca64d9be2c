"""What TIFF samples mean: a picture for the detector, the fill, and transparency."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.media import raster
from efface.media.file import Picture
from efface.media.filled import Convert, luma, packed, unpacked
from efface.media.layers import View
from efface.media.tiff import page as pages
from efface.media.tiff.page import TiffPage


def picture_of(samples: NDArray[Any], page: TiffPage) -> Picture:
    """The page as 8-bit RGB in the stored orientation; Lab as its lightness, alpha over grey."""
    channels = pages.COLOUR_CHANNELS[page.photometric]
    if page.colours is not None:
        table = np.zeros((256, 3), np.uint8)
        table[: len(page.colours)] = page.colours >> 8
        return np.asarray(table[samples[..., 0]])
    lab = page.photometric in (pages.CIELAB, pages.ICCLAB, pages.ITULAB)
    colours = samples[..., : 1 if lab else channels]
    alpha = page.alpha
    plain = page.photometric in (pages.RGB, pages.YCBCR) and page.bits == 8 and page.kind == "u"
    if plain and alpha is None:
        return np.ascontiguousarray(colours)
    low, high = _range(colours, page)
    out = np.empty((page.height, page.width, 3), np.uint8)
    for rows in raster.stripes(page.height, samples[:1].nbytes * 8):
        part = _eight_bits(colours[rows], low, high)
        if page.photometric == pages.WHITE_IS_ZERO:
            part = 255 - part
        elif page.photometric == pages.CMYK:
            key = 255 - part[..., 3:].astype(np.uint16)
            part = ((255 - part[..., :3]) * key // 255).astype(np.uint8)
        if alpha is not None and page.kind == "u":
            opacity = raster.to_8_bits(samples[rows, :, alpha : alpha + 1], page.bits)
            if page.extra[0] == 1:  # premultiplied: only the grey behind it is missing
                behind = (255 - opacity.astype(np.uint16)) * raster.GREY // 255
                part = np.minimum(part + behind, 255).astype(np.uint8)
            else:
                part = np.broadcast_to(part, (*part.shape[:2], 3))
                part = raster.over_grey(np.concatenate([part, opacity], axis=2))
        out[rows] = part
    return out


def _range(colours: NDArray[Any], page: TiffPage) -> tuple[float, float]:
    """What counts as black and white. Floating-point and signed pictures have no fixed white, and
    12-bit pictures in 16-bit samples would come out nearly black: the picture's own range then."""
    if page.kind == "u" and page.bits <= 8:
        return 0, (1 << page.bits) - 1
    if page.kind == "u":
        top = int(colours.max())
        full = (1 << page.bits) - 1
        stretched = page.photometric in (pages.RGB, pages.BLACK_IS_ZERO) and top <= full // 4
        return 0, max(top, 1) if stretched else full
    finite = colours[np.isfinite(colours)] if page.kind == "f" else colours
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _eight_bits(part: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    if part.dtype == np.uint8 and (low, high) == (0, 255):
        return part
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (part.astype(np.float64) - low) * (255.0 / (high - low))
    return np.nan_to_num(np.clip(scaled, 0, 255)).astype(np.uint8)


def filled_with(page: TiffPage) -> Convert:
    """What makes stored samples of a filling, opaque; palette pages: see ``palette``."""
    top: float = {"u": (1 << page.bits) - 1, "i": (1 << (page.bits - 1)) - 1, "f": 1.0}[page.kind]

    def stored(rgb: NDArray[np.uint8]) -> NDArray[Any]:
        levels = _levels(page, rgb, top)
        rest = page.samples - levels.shape[-1]
        levels = np.concatenate([levels, np.full((*levels.shape[:-1], rest), top)], axis=-1)
        return (levels if page.kind == "f" else np.rint(levels)).astype(page.dtype)

    return stored


def _levels(page: TiffPage, rgb: NDArray[np.uint8], top: float) -> NDArray[np.float64]:
    """Colour samples, not rounded, shape (..., colour channels)."""
    kind = page.photometric
    if kind in (pages.BLACK_IS_ZERO, pages.WHITE_IS_ZERO):
        level = luma(rgb)[..., None] / 255
        return np.asarray((1 - level if kind == pages.WHITE_IS_ZERO else level) * top)
    if kind in (pages.CIELAB, pages.ICCLAB, pages.ITULAB):
        wanted, inverse = np.unique(packed(rgb), return_inverse=True)
        found = np.array([_lab(page, Colour(*c), top) for c in unpacked(wanted).tolist()])
        return np.asarray(found.reshape(-1, 3)[inverse.reshape(rgb.shape[:-1])])
    shares = rgb / 255
    if kind != pages.CMYK:
        return np.asarray(shares * top)
    key = 1 - rgb.max(axis=-1, keepdims=True) / 255
    inks = np.where(key < 1, (1 - shares - key) / np.where(key < 1, 1 - key, 1) * top, 0.0)
    return np.concatenate([inks, key * top], axis=-1)


def _lab(page: TiffPage, colour: Colour, top: float) -> list[float]:
    """CIE L*a*b*, D50, as TIFF 6.0 section 23 and the ICC's TIFF note store it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (v / 255 for v in colour.rgb)
    ]
    # sRGB to XYZ adapted to D50 (ICC sRGB profile), each row divided by the white point
    rows = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
    x, y, z = (
        _lab_root(sum(f * c for f, c in zip(row, linear, strict=True)) / sum(row)) for row in rows
    )
    lightness, a, b = 116 * y - 16, 500 * (x - y), 200 * (y - z)
    if page.kind == "f":
        return [lightness, a, b]
    step = 2.0 ** (page.bits - 8)  # of 8 bits, in which the notes state them
    if page.photometric == pages.CIELAB:  # a and b in two's complement
        whole = (round(a * step), round(b * step))
        chroma = [v % (1 << page.bits) if page.kind == "u" else v for v in whole]
        return [lightness / 100 * top, *chroma]
    high = 255 * step if page.bits > 8 else top
    last = (1 << page.bits) - 1  # with few bits the middle can round to one more
    return [lightness / 100 * high, *(min((v + 128) * step, last) for v in (a, b))]


def _lab_root(t: float) -> float:
    return float(t ** (1 / 3)) if t > 216 / 24389 else float((24389 / 27 * t + 16) / 116)


def hides_colours(
    samples: NDArray[Any], page: TiffPage, mask: NDArray[np.bool_] | None = None
) -> bool:
    """Whether pixels of no opacity outside ``mask`` differ in colour."""
    alpha = page.alpha
    if alpha is None:
        return False
    return raster.hides_colours(samples, mask, lambda part: part[..., alpha] == 0)


def clear_hidden(samples: NDArray[Any], page: TiffPage) -> None:
    """Set pixels of no opacity to zero in place."""
    alpha = page.alpha
    if alpha is None:
        return
    for rows in raster.stripes(len(samples), samples[:1].nbytes * 4):
        part = samples[rows]
        part[part[..., alpha] == 0] = 0


def comparable(page: TiffPage) -> View:
    """What samples are compared by: colours instead of indices; nothing under full transparency."""
    alpha = page.alpha
    if page.colours is not None:
        table = np.zeros((256, 3), np.uint16)
        table[: len(page.colours)] = page.colours
        return lambda part: np.asarray(table[part[..., 0]])
    if alpha is None:
        return raster.as_stored

    def seen(part: NDArray[Any]) -> NDArray[Any]:
        out = part.copy()
        out[part[..., alpha] == 0] = 0
        return out

    return seen
