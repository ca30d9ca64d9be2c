"""Writing a PNG of one picture: stored samples stay, zones are filled, the palette is rebuilt."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError
from efface.media import palette, raster
from efface.media.filled import FrameFill, not_meant, unpacked, verify_frame
from efface.media.png import codec
from efface.media.png.codec import PALETTE, SIGNATURE, PngHeader, chunk
from efface.media.png.file import PngFile
from efface.media.png.samples import colour_key, comparable, filled_with, palette_of, shows

KEY_NOTE = (
    "The policy's colour means transparent in this file; the zones were filled with the one next "
    "to it."
)
KEYS_NOTE = (
    "A colour of what the zones were filled with means transparent in this file; the one next to "
    "it was taken."
)


def write(file: PngFile, fill: FrameFill, out: BinaryIO) -> list[str]:
    """Write the file with its zones filled; returns notes for the user.

    Raises:
        InputError: the picture cannot be decoded whole.
        RefusedError: there is no opaque colour to fill with.
    """
    header, kept = file.header, file.kept
    samples = file.samples().copy()
    mask = _mask(file, fill)
    notes: list[str] = []
    if header.colour == PALETTE:
        colours = _fill_palette(file, samples, mask, fill, notes)
    else:
        colours = _fill(file, samples, mask, fill, notes)
    out.write(SIGNATURE + chunk(b"IHDR", header.packed()) + kept.leading() + colours)
    for piece in codec.encode(header, samples):
        out.write(chunk(b"IDAT", piece))
    out.write(chunk(b"IEND", b""))
    return notes


def verify(ours: PngFile, theirs: PngFile, fill: FrameFill) -> None:
    """Hold a written file's samples against the input's, and its zones against what was meant.

    Raises:
        VerificationError: something else is there.
    """
    keyed = bool(ours.kept.transparency or theirs.kept.transparency)
    views = (
        comparable(ours.header, ours.kept, keyed),
        comparable(theirs.header, theirs.kept, keyed),
    )
    mine, other = ours.samples(), theirs.samples()
    if ours.header.colour != PALETTE:
        stored = filled_with(theirs.header, colour_key(theirs.header, theirs.kept))
        verify_frame(
            *(mine, other, fill, 0, lambda rgb: views[1](stored(rgb))),
            orientation=ours.orientation,
            views=views,
        )
        return
    verify_frame(mine, other, fill, 0, None, orientation=ours.orientation, views=views)
    if fill.holds(other, seen_as, ours.orientation, views[1]):
        return
    rebuilt = _rebuilt(ours, mine, _mask(ours, fill), fill)
    if rebuilt is None:
        raise not_meant(0)
    table = rebuilt.colours.astype(np.uint8).view(np.uint32)[:, 0]
    fill.check(other, 0, lambda rgb: table[rebuilt.indices(rgb)], ours.orientation, views[1])


def seen_as(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Opaque colours as palette pictures are compared by them."""
    return np.asarray(opaque_entry(rgb).view(np.uint32)[..., 0])


def _mask(file: PngFile, fill: FrameFill) -> NDArray[np.bool_] | None:
    """Stored pixels that lie in a zone; ``None``: there is none."""
    if not fill.zones:
        return None
    return raster.covered(fill.zones, file.header.width, file.header.height, file.orientation)


def _fill(
    file: PngFile,
    samples: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    fill: FrameFill,
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
    if key is not None and shows(_plain(header, fill), key):
        notes.append(KEYS_NOTE if fill.constant is None else KEY_NOTE)
    fill.paint(samples, filled_with(header, key), file.orientation)
    return b"" if key is None else chunk(b"tRNS", b"".join(v.to_bytes(2, "big") for v in key))


def _plain(header: PngHeader, fill: FrameFill) -> NDArray[Any]:
    """Every colour of a filling as it is stored where none means transparent."""
    return filled_with(header, None)(unpacked(fill.colours()[0])[:, None])


def _fill_palette(
    file: PngFile,
    samples: NDArray[Any],
    mask: NDArray[np.bool_] | None,
    fill: FrameFill,
    notes: list[str],
) -> bytes:
    """Fill and renumber in place; returns PLTE and tRNS."""
    rebuilt = _rebuilt(file, samples, mask, fill)
    if rebuilt is None:
        raise RefusedError(
            "no colour of its palette is opaque, and none is free.",
            path=file.path,
            hint="Save it as PNG with full colours (RGBA) first.",
        )
    if not rebuilt.exact:
        notes.append(palette.shortage(fill))
    lookup = rebuilt.lookup.astype(samples.dtype)
    for rows in raster.stripes(len(samples), samples.shape[1] * 2):
        samples[rows] = lookup[samples[rows]]
    fill.paint(samples, rebuilt.indices, file.orientation)
    return palette_chunks(rebuilt.colours)


def _rebuilt(
    file: PngFile, samples: NDArray[Any], mask: NDArray[np.bool_] | None, fill: FrameFill
) -> palette.Rebuilt | None:
    """The palette that is written."""
    seen, capacity = palette.used(samples, mask), 1 << file.header.bits
    return palette.rebuild(
        palette_of(file.kept), seen, fill, capacity, entry=opaque_entry, opaque=255
    )


def opaque_entry(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA of opaque colours, shape (..., 4)."""
    return np.concatenate([rgb, np.full((*rgb.shape[:-1], 1), 255, np.uint8)], axis=-1)


def palette_chunks(colours: NDArray[np.uint16]) -> bytes:
    """PLTE, and tRNS when an entry is not opaque, of RGBA entries of which the opaque come last."""
    entries = colours.astype(np.uint8)
    out = chunk(b"PLTE", entries[:, :3].tobytes())
    alpha = entries[:, 3]
    clear = int((alpha < 255).sum())
    return out + (chunk(b"tRNS", alpha[:clear].tobytes()) if clear else b"")
