"""What stored PNG samples mean: colour, transparency, and the fill."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.filled import Convert, luma
from efface.media.layers import View
from efface.media.palette import used
from efface.media.png.codec import GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, PngHeader
from efface.media.png.metadata import Kept
from efface.media.raster import as_stored, stripes, to_8_bits, without_hidden


def palette_of(kept: Kept) -> NDArray[np.uint16]:
    """The palette with alpha, shape (entries, 4), 0 to 255."""
    colours = np.frombuffer(kept.palette, np.uint8).reshape(-1, 3)
    out = np.full((len(colours), 4), 255, np.uint16)
    out[:, :3] = colours
    alpha = np.frombuffer(kept.transparency[: len(colours)], np.uint8)
    out[: len(alpha), 3] = alpha
    return out


def colour_key(header: PngHeader, kept: Kept) -> tuple[int, ...] | None:
    """The sample value(s) that count as transparent in a picture without alpha."""
    if header.colour not in (GRAY, RGB) or not kept.transparency:
        return None
    values = struct.unpack(f">{header.channels}H", kept.transparency)
    return tuple(value & ((1 << header.bits) - 1) for value in values)


def filled_with(header: PngHeader, key: tuple[int, ...] | None) -> Convert:
    """What makes stored samples of a filling, opaque (palette pictures: see ``palette``).

    Args:
        key: a value that counts as transparent; one next to it is taken instead.
    """
    high, kind = (1 << header.bits) - 1, np.uint16 if header.bits == 16 else np.uint8

    def stored(rgb: NDArray[np.uint8]) -> NDArray[Any]:
        if header.colour in (GRAY, GRAY_ALPHA):
            out = np.rint(luma(rgb)[..., None] * high / 255).astype(kind)
        else:
            out = (rgb.astype(np.int64) * high // 255).astype(kind)
        if key is not None:
            clear = (out == np.array(key, kind)).all(axis=-1)
            out[clear, -1] = key[-1] - 1 if key[-1] else 1
        if header.colour in (GRAY_ALPHA, RGBA):
            out = np.concatenate([out, np.full((*out.shape[:-1], 1), high, kind)], axis=-1)
        return out if out.shape[-1] > 1 else out[..., 0]

    return stored


def shows(
    samples: NDArray[Any], value: tuple[int, ...], mask: NDArray[np.bool_] | None = None
) -> bool:
    """Whether a pixel that ``mask`` does not cover has this value."""
    for rows in stripes(len(samples), samples[:1].nbytes):
        same = samples[rows] == np.array(value, samples.dtype)
        if same.ndim == 3:
            same = same.all(axis=2)
        if mask is not None:
            same &= ~mask[rows]
        if same.any():
            return True
    return False


def displayed(samples: NDArray[Any], header: PngHeader, kept: Kept) -> NDArray[Any]:
    """Samples as colours, at the file's own depth: palette looked up, transparency as alpha.

    Returns:
        gray (height, width), gray + alpha, RGB or RGBA (height, width, channels).
    """
    if header.colour == PALETTE:
        colours = _table(kept)
        opaque = bool((colours[used(samples, None), 3] == 255).all())
        return np.asarray((colours[:, :3] if opaque else colours)[samples])
    key = colour_key(header, kept)
    if key is None:
        return samples
    high = (1 << header.bits) - 1
    planes = samples[..., None] if samples.ndim == 2 else samples
    out = np.full((*planes.shape[:2], planes.shape[2] + 1), high, samples.dtype)
    out[..., :-1] = planes
    same = (planes == np.array(key, samples.dtype)).all(axis=2)
    out[same] = 0
    return out


def _table(kept: Kept) -> NDArray[np.uint8]:
    """256 RGBA entries; those the palette does not have are black."""
    out = np.zeros((256, 4), np.uint8)
    out[:, 3] = 255
    out[: len(kept.palette) // 3] = palette_of(kept)
    return out


def comparable(header: PngHeader, kept: Kept, keyed: bool) -> View:
    """What stored samples are compared by: colours where they are indices, alpha where a value
    means transparent; nothing under full transparency.

    Args:
        keyed: one of the two files has transparency without an alpha channel.
    """
    if header.colour == PALETTE:
        table = without_hidden(_table(kept)).view(np.uint32)[:, 0]
        return lambda part: np.asarray(table[part])
    if header.colour in (GRAY, RGB):
        return (lambda part: rgba(part, header, kept)) if keyed else as_stored
    return without_hidden


def rgba(samples: NDArray[Any], header: PngHeader, kept: Kept) -> NDArray[Any]:
    """The same as RGBA, uint8 (up to 8 bits, scaled to 0 to 255) or uint16."""
    shown = displayed(samples, header, kept)
    if header.bits < 8 and header.colour != PALETTE:
        shown = to_8_bits(shown, header.bits)
    if shown.ndim == 2:
        shown = shown[..., None]
    channels = shown.shape[2]
    out = np.full((*shown.shape[:2], 4), np.iinfo(shown.dtype).max, shown.dtype)
    out[..., :3] = shown[..., :1] if channels < 3 else shown[..., :3]
    if channels in (2, 4):
        out[..., 3] = shown[..., -1]
    return out
