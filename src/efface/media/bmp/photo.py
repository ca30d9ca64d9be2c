"""BMP as a ``Photo``."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, VerificationError
from efface.media import palette, raster
from efface.media.bmp import codec
from efface.media.bmp.layout import ALPHA_FIELDS, EMBEDDED, FIELDS, RGB, BmpLayout, read_layout
from efface.media.file import Picture
from efface.media.filled import Convert, FrameFill, verify_frame
from efface.media.interface import Fidelity, Photo, Written
from efface.media.layers import RGB as RGB_SAMPLES
from efface.media.layers import Layers, View, alike
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

T = TypeVar("T")

PROFILE_NOTE = "The colour profile could not be read or was only linked, and was left out."
RUNS_NOTE = "The run-length compression was left out; the pixels are the same."
HEADER_NOTE = "The OS/2 header was written as a Windows one; the pixels are the same."


def open_bmp(source: Source, limits: Limits) -> Photo:
    """Open a BMP: its structure is read, its pixels are not.

    Raises:
        InputError: damaged or truncated.
        RefusedError: a limit exceeded, or another format inside.
    """
    data = source.data()
    layout = read_layout(source.path, data)
    check_sizes(source.path, ((layout.width, layout.height),), limits)
    return BmpPhoto(source, data, layout)


class BmpPhoto(Photo):
    """One BMP file."""

    format = "BMP"

    def __init__(self, source: Source, data: bytes, layout: BmpLayout) -> None:
        self.source = source
        self.layout = layout
        self._data = data

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return ((self.layout.width, self.layout.height),)

    def picture(self, frame: int) -> Picture:
        shown = _displayed(self.samples(), self.layout)
        return raster.upright_picture(raster.to_picture(shown, 8), raster.UPRIGHT)

    def layers(self) -> Layers:
        """As shown, in 8 bits: bits that no channel has and the palette's order do not count."""
        profile = self.layout.profile
        return alike(self.sizes, "u1", self._walk, profile, raster.UPRIGHT, meaning=RGB_SAMPLES)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        yield self.picture(0), raster.as_stored

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        layout, notes = self.layout, list[str]()
        samples = self.samples()
        colours = _fill(samples, layout, self._filling(zones, filling), notes)
        header = _header(layout)
        size = layout.row_bytes * layout.height
        start = 14 + len(header) + len(colours)
        total = start + size + len(layout.profile or b"")
        out.write(struct.pack("<2sIII", b"BM", total, 0, start) + header + colours)
        for piece in codec.encode(samples, layout):
            out.write(piece)
        out.write(layout.profile or b"")
        if layout.compressed:
            notes.append(RUNS_NOTE)
        if layout.header in (16, 64):
            notes.append(HEADER_NOTE)
        if layout.profile_lost:
            notes.append(PROFILE_NOTE)
        return Written(lossless=True, dropped=self.findings(), notes=tuple(notes))

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, BmpPhoto) or written.sizes != self.sizes:
            raise VerificationError("the written BMP has another size.", path=self.path)
        if _kind(self.layout) != _kind(written.layout):
            raise VerificationError(
                "depth, density or colour space of the written BMP differ.", path=self.path
            )
        views = (_comparable(self.layout), _comparable(written.layout))
        mine, other = self.samples(), written.samples()
        fill = self._filling(zones, filling)
        if self.layout.bits > 8:
            verify_frame(mine, other, fill, 0, _filled_with(self.layout), views=views)
            return Fidelity(exact=True)
        verify_frame(mine, other, fill, 0, None, views=views)
        if not fill.holds(other, np.asarray, view=views[1]):
            rebuilt = _rebuilt(mine, self.layout, fill)
            table = rebuilt.colours.astype(np.uint8)[:, ::-1]
            fill.check(other, 0, lambda rgb: table[rebuilt.indices(rgb)], view=views[1])
        return Fidelity(exact=True)

    def findings(self) -> tuple[Trace, ...]:
        found = list(self.layout.found)
        if codec.padding_used(self._data, self.layout):
            text = "bytes that fill up the rows are not empty"
            found.append(Trace("padding", "rows", text, "unknown"))
        if behind := self._located(codec.behind_runs):
            text = "bytes behind the end of the compressed picture"
            found.append(Trace("trailing-data", "pixels", text, "shows", behind))
        samples = self._raw() if self.layout.bits in (16, 32) else None
        if samples is not None and self._extra_bits(samples):
            text = "bits of the pixels that belong to no channel; they can hold another picture"
            found.append(Trace("unused-bits", "pixels", text, "shows"))
        if samples is not None and _hides_colours(samples, self.layout, None):
            text = "colours under fully transparent pixels, as an erased picture leaves them"
            found.append(Trace("hidden-colour", "pixels", text, "shows"))
        return tuple(found)

    def _filling(self, zones: Sequence[Zone], filling: Filling) -> FrameFill:
        return FrameFill(zones, filling, lambda: self.picture(0))

    def _raw(self) -> NDArray[Any]:
        return self._located(codec.decode)

    def _located(self, work: Callable[[bytes, BmpLayout], T]) -> T:
        """What is read from the file, which an error names."""
        try:
            return work(self._data, self.layout)
        except InputError as error:
            raise InputError(error.message, path=self.path) from error

    def _extra_bits(self, samples: NDArray[Any]) -> bool:
        extra = codec.unused_bits(self.layout)
        return bool(extra) and bool((samples & samples.dtype.type(extra)).any())

    def samples(self) -> NDArray[Any]:
        """Stored samples without bits that belong to no channel.

        Raises:
            InputError: they cannot be decoded whole.
        """
        samples = self._raw()
        if extra := codec.unused_bits(self.layout):
            samples &= samples.dtype.type(~extra & ((1 << self.layout.bits) - 1))
        return samples


def _kind(layout: BmpLayout) -> tuple[object, ...]:
    return (
        *(layout.bits, layout.masks, layout.density, layout.top_down),
        *(layout.space, layout.endpoints, layout.intent, layout.profile),
    )


def _fill(samples: NDArray[Any], layout: BmpLayout, fill: FrameFill, notes: list[str]) -> bytes:
    """Fill in place; returns the palette as it is written."""
    if layout.bits <= 8:
        rebuilt = _rebuilt(samples, layout, fill)
        if not rebuilt.exact:
            notes.append(palette.shortage(fill))
        samples[:] = rebuilt.lookup.astype(np.uint8)[samples]
        fill.paint(samples, rebuilt.indices)
        entries = np.zeros((1 << layout.bits, 3 if layout.header == 12 else 4), np.uint8)
        entries[: len(rebuilt.colours), :3] = rebuilt.colours
        return entries.tobytes()
    if _hides_colours(samples, layout, _mask(layout, fill)):
        samples[(samples & layout.masks[3]) == 0] = 0
        notes.append(raster.HIDDEN_NOTE)
    fill.paint(samples, _filled_with(layout))
    return b""


def _mask(layout: BmpLayout, fill: FrameFill) -> NDArray[np.bool_] | None:
    """Pixels that lie in a zone; ``None``: there is none."""
    return raster.covered(fill.zones, layout.width, layout.height) if fill.zones else None


def _rebuilt(samples: NDArray[Any], layout: BmpLayout, fill: FrameFill) -> palette.Rebuilt:
    """The palette that is written."""
    seen = palette.used(samples, _mask(layout, fill))
    rebuilt = palette.rebuild(
        _palette(layout), seen, fill, 1 << layout.bits, entry=lambda rgb: rgb[..., ::-1]
    )
    assert rebuilt is not None  # entries without alpha are all opaque
    return rebuilt


def _filled_with(layout: BmpLayout) -> Convert:
    """What makes stored samples of a filling, opaque."""
    if layout.bits == 24:
        return lambda rgb: rgb[..., ::-1]

    def stored(rgb: NDArray[np.uint8]) -> NDArray[Any]:
        out = np.full(rgb.shape[:-1], layout.masks[3], np.uint32)
        for index, channel in enumerate(layout.masks[:3]):
            if channel:
                lowest = channel & -channel
                level = np.rint(rgb[..., index] * float(channel // lowest) / 255)
                out |= (level.astype(np.int64) * lowest).astype(np.uint32)
        return out.astype(np.uint16 if layout.bits == 16 else np.uint32)

    return stored


def _palette(layout: BmpLayout) -> NDArray[np.uint16]:
    """Shape (entries, 3): blue, green, red."""
    return np.frombuffer(layout.palette, np.uint8).reshape(-1, 3).astype(np.uint16)


def _displayed(samples: NDArray[Any], layout: BmpLayout) -> NDArray[np.uint8]:
    """RGB or RGBA, 8 bits."""
    if layout.bits <= 8:
        colours = np.zeros((256, 3), np.uint8)
        colours[: len(layout.palette) // 3] = _palette(layout)[:, ::-1]
        return np.asarray(colours[samples])
    if layout.bits == 24:
        return samples[..., ::-1]
    channels = layout.masks if layout.masks[3] else layout.masks[:3]
    out = np.zeros((*samples.shape, len(channels)), np.uint8)
    for rows in raster.stripes(len(samples), samples.shape[1] * 16):
        part = samples[rows].astype(np.uint64)
        for index, mask in enumerate(channels):
            if mask:
                lowest = mask & -mask
                out[rows, :, index] = (part & mask) // lowest * 255 // (mask // lowest)
    return out


def _hides_colours(
    samples: NDArray[Any], layout: BmpLayout, mask: NDArray[np.bool_] | None
) -> bool:
    alpha = layout.masks[3]
    if not alpha:
        return False
    return raster.hides_colours(samples, mask, lambda part: (part & alpha) == 0)


def _comparable(layout: BmpLayout) -> View:
    """What samples are compared by: colours instead of indices; nothing under full transparency."""
    if layout.bits <= 8:
        return lambda part: _displayed(part, layout)
    alpha = layout.masks[3]
    if alpha:
        return lambda part: np.where(part & part.dtype.type(alpha), part, 0).astype(part.dtype)
    return raster.as_stored


def _header(layout: BmpLayout) -> bytes:
    """The information header, and the masks behind a short one."""
    height = -layout.height if layout.top_down else layout.height
    if layout.header == 12:
        return struct.pack("<IHHHH", 12, layout.width, layout.height, 1, layout.bits)
    size = 40 if layout.header in (16, 64) else layout.header
    compression = RGB if layout.compressed else layout.compression
    colours = 1 << layout.bits if layout.bits <= 8 else 0
    masked = compression in (FIELDS, ALPHA_FIELDS)
    out = struct.pack(
        "<IiiHHIIiiII",
        size,
        layout.width,
        height,
        1,
        layout.bits,
        compression,
        layout.row_bytes * layout.height,
        *layout.density,
        colours,
        0,
    )
    if size >= 52 or masked:
        masks = layout.masks if masked or layout.bits == 32 else (0, 0, 0, 0)
        count = 4 if size >= 56 or compression == ALPHA_FIELDS else 3
        out += struct.pack(f"<{count}I", *masks[:count])
    if size >= 108:
        out += struct.pack("<I12I", layout.space, *(layout.endpoints or (0,) * 12))
    if size >= 124:
        embedded = layout.space == EMBEDDED and layout.profile is not None
        at = size + colours * 4 + layout.row_bytes * layout.height if embedded else 0
        out += struct.pack("<IIII", layout.intent, at, len(layout.profile or b""), 0)
    return out
