"""Writing an animated PNG: the finished canvases, each with its zones filled."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.media import palette, raster
from efface.media.png import animation, codec
from efface.media.png.codec import GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, SIGNATURE, PngHeader, chunk
from efface.media.png.file import PngFile
from efface.media.png.layout import Control, StoredPng
from efface.media.png.samples import fill_value
from efface.media.png.static import palette_chunks
from efface.policy import Colour
from efface.zones.zone import Zone

ALPHA_NOTE = "An alpha channel was added, because parts of the animation are transparent."
COLOURS_NOTE = (
    "The frames together have more colours than the palette can hold, so they were written with "
    "full colours."
)


def same_type(ours: PngFile, theirs: PngFile) -> bool:
    """Whether the written file has the input's sample type, or one that ``write`` may choose, and
    the same timing."""
    a, b = ours.header, theirs.header
    if (a.width, a.height, a.interlaced) != (b.width, b.height, b.interlaced):
        return False
    if [_delay(f) for f in ours.layout.frames] != [_delay(f) for f in theirs.layout.frames]:
        return False
    if not ours.animated or a.colour == b.colour:
        return (a.bits, a.colour) == (b.bits, b.colour)
    wider = {GRAY: (GRAY_ALPHA,), RGB: (RGBA,), PALETTE: (RGB, RGBA)}
    return b.colour in wider.get(a.colour, ()) and b.bits == max(a.bits, 8)


def _delay(stored: StoredPng) -> tuple[int, int]:
    return stored.control.delay if stored.control else (0, 0)


@dataclass(slots=True)
class _Survey:
    """What all redacted canvases have together."""

    colours: set[int] = field(default_factory=set)
    """Packed RGBA seen outside the zones, up to one more than a palette holds."""
    opaque: bool = True


def write(file: PngFile, zones: Sequence[Zone], colour: Colour, out: BinaryIO) -> list[str]:
    """Write the file with each frame's zones filled; returns notes for the user.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    notes: list[str] = []
    survey = _survey(file, zones)
    header, colours, value = _output_type(file, bool(zones), colour, survey, notes)
    frames = file.layout.frames
    out.write(SIGNATURE + chunk(b"IHDR", header.packed()))
    out.write(file.kept.leading(header.colour == file.header.colour))
    if colours is not None:
        out.write(palette_chunks(_unpacked(colours)))
    out.write(chunk(b"acTL", struct.pack(">II", len(frames), file.layout.plays)))
    sequence = 0
    apart = len(file.layout.shown) - len(frames)
    before = None
    for index, canvas in enumerate(_redacted(file, zones, value)):
        rows, columns = animation.changed(before, canvas)
        part = canvas[rows, columns]
        own = PngHeader(part.shape[1], part.shape[0], header.bits, header.colour, header.interlaced)
        if index >= apart:
            control = animation.replacing(rows, columns, _delay(frames[index - apart]))
            out.write(_frame_control(sequence, own, control))
            sequence += 1
            before = canvas
        for piece in codec.encode(own, _stored(part, file.header, header, colours)):
            if index == 0:
                out.write(chunk(b"IDAT", piece))
            else:
                out.write(chunk(b"fdAT", struct.pack(">I", sequence) + piece))
                sequence += 1
    out.write(chunk(b"IEND", b""))
    return notes


def _redacted(
    file: PngFile, zones: Sequence[Zone], value: tuple[int, ...]
) -> Iterator[NDArray[Any]]:
    for frame, canvas in enumerate(file.shown()):
        copy = canvas.copy()
        raster.fill(copy, raster.in_frame(zones, frame), np.array(value), file.orientation)
        raster.clear_hidden(copy)
        yield copy


def _survey(file: PngFile, zones: Sequence[Zone]) -> _Survey:
    out = _Survey()
    for frame, canvas in enumerate(file.shown()):
        mine = raster.in_frame(zones, frame)
        mask = raster.covered(mine, canvas.shape[1], canvas.shape[0], file.orientation)
        full = np.iinfo(canvas.dtype).max
        out.opaque &= bool((mask | (canvas[..., 3] == full)).all())
        if file.header.colour == PALETTE and len(out.colours) <= 256:
            copy = canvas.copy()
            raster.clear_hidden(copy)
            out.colours.update(np.unique(_packed(copy)[~mask]).tolist())
    return out


def _output_type(
    file: PngFile, filled: bool, colour: Colour, survey: _Survey, notes: list[str]
) -> tuple[PngHeader, NDArray[np.uint32] | None, tuple[int, ...]]:
    """The header to write, the packed palette if there is one, and the fill as RGBA."""
    h = file.header
    if h.colour == PALETTE:
        value = (*colour.rgb, 255)
        kept = {tuple(int(v) for v in c) for c in _unpacked(_sorted(survey.colours))}
        capacity = 1 << h.bits
        if filled and len(kept) == capacity and value not in kept:
            near = palette.nearest({c for c in kept if c[3] == 255}, value)
            if near is not None:
                notes.append(palette.NEAREST_NOTE)
                value = (near[0], near[1], near[2], 255)
        everything = kept | ({value} if filled else set())
        if len(everything) <= capacity:
            packed = _packed(np.array(sorted(everything), np.uint8).reshape(-1, 1, 4)).ravel()
            return h, np.sort(packed), value
        notes.append(COLOURS_NOTE)
        kind = RGB if survey.opaque else RGBA
        return PngHeader(h.width, h.height, 8, kind, h.interlaced), None, value
    raw = fill_value(PngHeader(1, 1, h.bits, h.colour, False), colour, None)
    if h.bits < 8:
        raw = tuple(v * 255 // ((1 << h.bits) - 1) for v in raw)
    rgb = raw[:3] if h.channels >= 3 else raw[:1] * 3
    full = (1 << max(h.bits, 8)) - 1
    header = h
    if not survey.opaque and h.colour in (GRAY, RGB):
        notes.append(ALPHA_NOTE)
        kind = GRAY_ALPHA if h.colour == GRAY else RGBA
        header = PngHeader(h.width, h.height, max(h.bits, 8), kind, h.interlaced)
    return header, None, (*rgb, full)


def _stored(
    canvas: NDArray[Any], old: PngHeader, new: PngHeader, colours: NDArray[np.uint32] | None
) -> NDArray[Any]:
    """A canvas as samples of the header that is written."""
    if colours is not None:
        return np.searchsorted(colours, _packed(canvas)).astype(np.uint8)
    if new.colour == GRAY:
        return canvas[..., 0] >> (8 - new.bits) if new.bits < 8 else canvas[..., 0]
    return canvas[..., {GRAY_ALPHA: [0, 3], RGB: [0, 1, 2], RGBA: [0, 1, 2, 3]}[new.colour]]


def _packed(canvas: NDArray[Any]) -> NDArray[np.uint32]:
    """8-bit RGBA as one number each, alpha highest: in the order of numbers, opaque comes last."""
    r, g, b, a = (canvas[..., i].astype(np.uint32) for i in range(4))
    return np.asarray(a << 24 | r << 16 | g << 8 | b, np.uint32)


def _sorted(colours: set[int]) -> NDArray[np.uint32]:
    return np.array(sorted(colours), np.uint32)


def _unpacked(colours: NDArray[np.uint32]) -> NDArray[np.uint16]:
    shifts = np.array([16, 8, 0, 24], np.uint32)
    return np.asarray(colours[:, None] >> shifts & 255, np.uint16)


def _frame_control(sequence: int, header: PngHeader, control: Control) -> bytes:
    return chunk(
        b"fcTL",
        struct.pack(
            ">IIIIIHHBB",
            sequence,
            header.width,
            header.height,
            control.x,
            control.y,
            *control.delay,
            control.dispose,
            control.blend,
        ),
    )
