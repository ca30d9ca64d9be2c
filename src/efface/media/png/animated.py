"""Writing an animated PNG: the finished canvases, each with its zones filled."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.media import palette, raster
from efface.media.few_colours import as_entry, reduced
from efface.media.file import Picture
from efface.media.filled import Convert, FrameFill, not_meant, packed, verify_frame
from efface.media.orientation import Orientation
from efface.media.png import animation, codec
from efface.media.png.codec import GRAY, GRAY_ALPHA, PALETTE, RGB, RGBA, SIGNATURE, PngHeader, chunk
from efface.media.png.file import PngFile
from efface.media.png.layout import Control, StoredPng
from efface.media.png.samples import filled_with
from efface.media.png.static import opaque_entry, palette_chunks

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


Fills = Callable[[int, NDArray[Any]], FrameFill]
"""What stands in the zones of a frame, given its number and its canvas."""


@dataclass(slots=True)
class _Survey:
    """What all redacted canvases have together."""

    kept: set[int] = field(default_factory=set)
    """Packed RGBA seen outside the zones, up to more than a palette holds."""
    wanted: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    """Packed RGB of what the zones are filled with, ascending."""
    counts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """How often each is seen."""
    constant: bool = True
    opaque: bool = True

    def want(self, fill: FrameFill) -> None:
        """Add the colours of one frame's zones."""
        colours, counts = fill.colours()
        self.constant &= fill.constant is not None
        together = np.concatenate([self.wanted, colours])
        self.wanted, place = np.unique(together, return_inverse=True)
        sums = np.zeros(len(self.wanted), np.int64)
        np.add.at(sums, place, np.concatenate([self.counts, counts]))
        self.counts = sums


@dataclass(frozen=True, slots=True)
class _Output:
    """How the file is written."""

    header: PngHeader
    colours: NDArray[np.uint32] | None
    """The palette, packed, if there is one."""
    rgba: Convert
    """Canvas samples of a filling."""


def write(file: PngFile, fills: Fills, out: BinaryIO) -> list[str]:
    """Write the file with each frame's zones filled; returns notes for the user.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    notes: list[str] = []
    form = _output(file, _survey(file, fills), notes)
    header = form.header
    frames = file.layout.frames
    out.write(SIGNATURE + chunk(b"IHDR", header.packed()))
    out.write(file.kept.leading(header.colour == file.header.colour))
    if form.colours is not None:
        out.write(palette_chunks(_unpacked(form.colours)))
    out.write(chunk(b"acTL", struct.pack(">II", len(frames), file.layout.plays)))
    sequence = 0
    apart = len(file.layout.shown) - len(frames)
    before = None
    for index, canvas in enumerate(_redacted(file, fills, form.rgba)):
        rows, columns = animation.changed(before, canvas)
        part = canvas[rows, columns]
        own = PngHeader(part.shape[1], part.shape[0], header.bits, header.colour, header.interlaced)
        if index >= apart:
            control = animation.replacing(rows, columns, _delay(frames[index - apart]))
            out.write(_frame_control(sequence, own, control))
            sequence += 1
            before = canvas
        for piece in codec.encode(own, _stored(part, file.header, header, form.colours)):
            if index == 0:
                out.write(chunk(b"IDAT", piece))
            else:
                out.write(chunk(b"fdAT", struct.pack(">I", sequence) + piece))
                sequence += 1
    out.write(chunk(b"IEND", b""))
    return notes


def verify(ours: PngFile, theirs: PngFile, fills: Fills) -> None:
    """Hold every written frame against the input's, and its zones against what was meant.

    Raises:
        VerificationError: something else is there.
    """
    views = (raster.without_hidden, raster.without_hidden)
    indexed = theirs.header.colour == PALETTE
    own = opaque_entry if indexed or ours.header.colour == PALETTE else _canvas_samples(ours.header)
    for frame, (mine, other) in enumerate(zip(ours.shown(), theirs.shown(), strict=True)):
        fill = fills(frame, mine)
        verify_frame(mine, other, fill, frame, None, orientation=ours.orientation, views=views)
        if fill.holds(other, own, ours.orientation):
            continue
        if not indexed:
            raise not_meant(frame)
        own = _output(ours, _survey(ours, fills), []).rgba
        fill.check(other, frame, own, ours.orientation)


def picture_of(canvas: NDArray[Any], orientation: Orientation) -> Picture:
    """A canvas as a viewer shows it, over grey."""
    shown = raster.to_8_bits(canvas, 8 * canvas.dtype.itemsize)
    return raster.upright_picture(raster.over_grey(shown), orientation)


def _redacted(file: PngFile, fills: Fills, rgba: Convert) -> Iterator[NDArray[Any]]:
    for frame, canvas in enumerate(file.shown()):
        copy = canvas.copy()
        fills(frame, canvas).paint(copy, rgba, file.orientation)
        raster.clear_hidden(copy)
        yield copy


def _survey(file: PngFile, fills: Fills) -> _Survey:
    out = _Survey()
    for frame, canvas in enumerate(file.shown()):
        fill = fills(frame, canvas)
        mask = raster.covered(fill.zones, canvas.shape[1], canvas.shape[0], file.orientation)
        full = np.iinfo(canvas.dtype).max
        out.opaque &= bool((mask | (canvas[..., 3] == full)).all())
        if file.header.colour != PALETTE:
            continue
        out.want(fill)
        if len(out.kept) <= 256:
            copy = canvas.copy()
            raster.clear_hidden(copy)
            out.kept.update(np.unique(_packed(copy)[~mask]).tolist())
    return out


def _output(file: PngFile, survey: _Survey, notes: list[str]) -> _Output:
    h = file.header
    if h.colour == PALETTE:
        return _of_palette(h, survey, notes)
    header = h
    if not survey.opaque and h.colour in (GRAY, RGB):
        notes.append(ALPHA_NOTE)
        kind = GRAY_ALPHA if h.colour == GRAY else RGBA
        header = PngHeader(h.width, h.height, max(h.bits, 8), kind, h.interlaced)
    return _Output(header, None, _canvas_samples(h))


def _of_palette(h: PngHeader, survey: _Survey, notes: list[str]) -> _Output:
    """With a palette for all frames, or in full colours where they have too many."""
    kept = {as_entry(c) for c in _unpacked(_sorted(survey.kept))}
    capacity = 1 << h.bits
    solid = {c for c in kept if c[3] == 255}
    chosen = None
    if len(kept) <= capacity:
        chosen = reduced(survey.wanted, survey.counts, solid, capacity - len(kept), opaque_entry)
    if chosen is None:
        notes.append(COLOURS_NOTE)
        kind = RGB if survey.opaque else RGBA
        header = PngHeader(h.width, h.height, 8, kind, h.interlaced)
        return _Output(header, None, opaque_entry)
    exact, entries = chosen
    if not exact:
        notes.append(palette.NEAREST_NOTE if survey.constant else palette.REDUCED_NOTE)
    table = entries.astype(np.uint8)

    def rgba(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return table[np.searchsorted(survey.wanted, packed(rgb))]

    everything = kept | {as_entry(e) for e in np.unique(table, axis=0)}
    found = _packed(np.array(sorted(everything), np.uint8).reshape(-1, 1, 4)).ravel()
    return _Output(h, np.sort(found), rgba)


def _canvas_samples(h: PngHeader) -> Convert:
    """What makes canvas samples (RGBA, 8 or 16 bits) of a filling."""
    stored = filled_with(PngHeader(1, 1, h.bits, h.colour, False), None)
    full = (1 << max(h.bits, 8)) - 1

    def rgba(rgb: NDArray[np.uint8]) -> NDArray[Any]:
        raw = stored(rgb)
        if h.bits < 8:
            raw = raster.to_8_bits(raw, h.bits)
        planes = raw[..., None] if h.channels == 1 else raw
        colours = planes[..., :3] if h.channels >= 3 else planes[..., :1].repeat(3, axis=-1)
        opaque = np.full((*colours.shape[:-1], 1), full, colours.dtype)
        return np.concatenate([colours, opaque], axis=-1)

    return rgba


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
