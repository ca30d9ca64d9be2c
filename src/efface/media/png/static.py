"""Writing a PNG of one picture: stored samples stay, zones are filled, the palette is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError
from efface.media import palette, raster
from efface.media.png import codec
from efface.media.png.codec import PALETTE, SIGNATURE, chunk
from efface.media.png.file import PngFile
from efface.media.png.samples import colour_key, fill_value, palette_of, shows
from efface.policy import Colour
from efface.zones.zone import Zone

KEY_NOTE = (
    "The policy's colour means transparent in this file; the zones were filled with the one next "
    "to it."
)


def write(file: PngFile, zones: Sequence[Zone], colour: Colour, out: BinaryIO) -> list[str]:
    """Write the file with its zones filled; returns notes for the user.

    Raises:
        InputError: the picture cannot be decoded whole.
        RefusedError: there is no opaque colour to fill with.
    """
    header, kept = file.header, file.kept
    samples = file.samples().copy()
    mask = None
    if zones:
        mask = raster.covered(zones, header.width, header.height, file.orientation)
    notes: list[str] = []
    if header.colour == PALETTE:
        colours = _fill_palette(file, samples, mask, colour, notes)
    else:
        colours = _fill(file, samples, mask, colour, notes)
    out.write(SIGNATURE + chunk(b"IHDR", header.packed()) + kept.leading() + colours)
    for piece in codec.encode(header, samples):
        out.write(chunk(b"IDAT", piece))
    out.write(chunk(b"IEND", b""))
    return notes


def _fill(
    file: PngFile,
    samples: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    colour: Colour,
    notes: list[str],
) -> bytes:
    """Fill in place; returns tRNS, if a colour outside the zones is transparent."""
    header = file.header
    if header.channels in (2, 4) and raster.hides_colours(samples, mask):
        raster.clear_hidden(samples)
        notes.append(raster.HIDDEN_NOTE)
    key = colour_key(header, file.kept)
    if key is not None and not shows(samples, key, mask):
        key = None
    if mask is not None:
        value = fill_value(header, colour, key)
        if value != fill_value(header, colour, None):
            notes.append(KEY_NOTE)
        samples[mask] = value if header.channels > 1 else value[0]
    return b"" if key is None else chunk(b"tRNS", b"".join(v.to_bytes(2, "big") for v in key))


def _fill_palette(
    file: PngFile,
    samples: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    colour: Colour,
    notes: list[str],
) -> bytes:
    """Fill and renumber in place; returns PLTE and tRNS."""
    fill = None if mask is None else (*colour.rgb, 255)
    rebuilt = palette.rebuild(
        palette_of(file.kept), palette.used(samples, mask), fill, 1 << file.header.bits, 255
    )
    if rebuilt is None:
        raise RefusedError(
            "no colour of its palette is opaque, and none is free.",
            path=file.path,
            hint="Save it as PNG with full colours (RGBA) first.",
        )
    if not rebuilt.exact:
        notes.append(palette.NEAREST_NOTE)
    lookup = rebuilt.lookup.astype(samples.dtype)
    for rows in raster.stripes(len(samples), samples.shape[1] * 2):
        samples[rows] = lookup[samples[rows]]
    if mask is not None:
        samples[mask] = rebuilt.fill
    return palette_chunks(rebuilt.colours)


def palette_chunks(colours: NDArray[np.uint16]) -> bytes:
    """PLTE, and tRNS when an entry is not opaque, of RGBA entries of which the opaque come last."""
    entries = colours.astype(np.uint8)
    out = chunk(b"PLTE", entries[:, :3].tobytes())
    alpha = entries[:, 3]
    clear = int((alpha < 255).sum())
    return out + (chunk(b"tRNS", alpha[:clear].tobytes()) if clear else b"")
