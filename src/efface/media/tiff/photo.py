"""TIFF as a ``Photo``: every full-size page, decoded and written one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError, VerificationError
from efface.media import palette, raster
from efface.media.file import Picture
from efface.media.filled import FrameFill, verify_frame
from efface.media.interface import Fidelity, Photo, Written
from efface.media.layers import Layer, Layers, View
from efface.media.metadata.gpano import GPano
from efface.media.orientation import Orientation
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.tiff import codec, colour, tags
from efface.media.tiff import page as pages
from efface.media.tiff.directory import Directory, TiffSource
from efface.media.tiff.page import TiffPage, read_page
from efface.media.tiff.writer import KEPT_COMPRESSIONS, TiffWriter, strip_rows
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

KEPT_IN_MEMORY_BYTES = 160_000_000
"""A decoded page up to this size is kept for the next call."""
BYTES_A_PIXEL = 8
"""What a decoded pixel may take, next to the limit in pixels: 16-bit RGBA or CMYK."""

PROFILE_NOTE = "The colour profile of page {} could not be read and was left out."
JPEG_NOTE = "Page {} was compressed with JPEG; its decoded pixels were written with deflate."
FAX_NOTE = "Page {} was compressed as a fax; its pixels were written with deflate."
DROPPED_NOTE = "Smaller copies and masks of pages were left out."
SCIENCE_NOTE = "Descriptions that microscope or map software reads were left out."


def open_tiff(source: Source, limits: Limits) -> Photo:
    """Open a TIFF: its directories are read, its pixels are not.

    Raises:
        InputError: damaged or truncated.
        RefusedError: a limit exceeded, camera raw data, or a feature that cannot be kept.
    """
    path, file = source.path, TiffSource(source)
    directories = list(file.chain(file.first, limits.max_frames))
    if not directories:
        raise InputError("the file has no page.", path=path)
    full = [d for d in directories if not tags.dropped_page(file, d)]
    declared = tuple((file.integer(d, 256, 0), file.integer(d, 257, 0)) for d in full)
    if not full:
        raise RefusedError(
            "it holds small copies of a picture only; the picture itself is elsewhere, as camera "
            "raw files have it.",
            path=path,
            hint="Develop or export it as a plain TIFF first.",
        )
    check_sizes(path, declared, limits)
    most = limits.max_megapixels * 1e6 * BYTES_A_PIXEL
    found = [read_page(file, d, number, most) for number, d in enumerate(full)]
    return TiffPhoto(file, directories, found)


class TiffPhoto(Photo):
    """One TIFF file; its frames are its full-size pages."""

    format = "TIFF"

    def __init__(
        self, file: TiffSource, directories: list[Directory], found: list[TiffPage]
    ) -> None:
        self.source = file.source
        self.file = file
        self.directories = directories
        self.pages = found
        self._decoded: tuple[int, NDArray[Any]] | None = None

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            Orientation.of(page.orientation).upright_size(page.width, page.height)
            for page in self.pages
        )

    @property
    def gpano(self) -> GPano | None:
        return self.pages[0].gpano

    def picture(self, frame: int) -> Picture:
        page = self.pages[frame]
        picture = colour.picture_of(self.samples(frame), page)
        return raster.upright_picture(picture, Orientation.of(page.orientation))

    def samples(self, frame: int) -> NDArray[Any]:
        """Stored samples of a page, (height, width, samples); the caller must not change them.

        Raises:
            InputError: they cannot be decoded whole.
        """
        if self._decoded is not None and self._decoded[0] == frame:
            return self._decoded[1]
        self._decoded = None
        decoded = codec.decode(self.file, self.pages[frame])
        if decoded.nbytes <= KEPT_IN_MEMORY_BYTES:
            self._decoded = (frame, decoded)
        return decoded

    def layers(self) -> Layers:
        profiles = b"".join(page.profile or b"" for page in self.pages)
        return Layers(tuple(map(_layer, self.pages)), self._walk, profiles)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        for number, page in enumerate(self.pages):
            yield self.samples(number), colour.comparable(page)

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        notes: list[str] = []
        writer = TiffWriter(out, self.file.order, self.file.big)
        several = len(self.pages) > 1
        for frame, page in enumerate(self.pages):
            samples = self._own(frame)
            target = _target(page, frame, notes)
            target = _fill(samples, target, self._filling(frame, zones, filling), notes)
            try:
                writer.add(target, codec.encode(samples, target), several)
            except RefusedError as error:
                raise RefusedError(error.message, path=self.path, hint=error.hint) from error
        dropped = self.findings()
        kinds = {finding.kind for finding in dropped}
        if kinds & {"reduced-page", "mask-page", "sub-image"}:
            notes.append(DROPPED_NOTE)
        if kinds & {"imagej", "description", "gps"} and self._is_scientific():
            notes.append(SCIENCE_NOTE)
        return Written(lossless=True, dropped=dropped, notes=tuple(notes))

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, TiffPhoto) or written.sizes != self.sizes:
            raise VerificationError("the written TIFF has other pages or sizes.", path=self.path)
        for frame, (ours, theirs) in enumerate(zip(self.pages, written.pages, strict=True)):
            if _kind(ours) != _kind(theirs):
                raise VerificationError(
                    f"samples, resolution or colours of page {frame + 1} differ in kind.",
                    path=self.path,
                )
            fill = self._filling(frame, zones, filling)
            _verify(self.samples(frame), written.samples(frame), (ours, theirs), fill, frame)
        return Fidelity(exact=True)

    def findings(self) -> tuple[Trace, ...]:
        found = list(tags.findings(self.file, self.directories))
        for frame, page in enumerate(self.pages):
            where = f"page {frame + 1}"
            if extra := codec.slack(page):
                text = "data behind the last row of pixels"
                found.append(Trace("trailing-data", where, text, "shows", extra))
            if page.alpha is not None and colour.hides_colours(self.samples(frame), page):
                text = "colours under fully transparent pixels, as an erased picture leaves them"
                found.append(Trace("hidden-colour", where, text, "shows"))
        return tuple(found)

    def _filling(self, frame: int, zones: Sequence[Zone], filling: Filling) -> FrameFill:
        own = raster.in_frame(zones, frame)
        return FrameFill(own, filling, lambda: self._without(frame, own))

    def _without(self, frame: int, zones: Sequence[Zone]) -> Picture:
        """A page as it is shown when a pixel from outside stands in all of the zones: the range of
        deep samples, by which they are shown, then follows from what is outside."""
        page = self.pages[frame]
        orientation = Orientation.of(page.orientation)
        samples = self.samples(frame).copy()
        mask = raster.covered(zones, page.width, page.height, orientation)
        first = np.unravel_index(mask.argmin(), mask.shape)
        samples[mask] = 0 if mask[first] else samples[first]
        return raster.upright_picture(colour.picture_of(samples, page), orientation)

    def _own(self, frame: int) -> NDArray[Any]:
        """Samples that may be changed."""
        samples = self.samples(frame)
        return samples.copy() if self._decoded is not None else samples

    def _is_scientific(self) -> bool:
        for directory in self.directories:
            entry = directory.entries.get(270)
            if 34735 in directory.entries:
                return True
            if entry is not None:
                text = self.file.value(entry, 1 << 12)
                if text.startswith(b"ImageJ=") or b"<OME" in text:
                    return True
        return False


def _target(page: TiffPage, frame: int, notes: list[str]) -> TiffPage:
    """How a page is written."""
    compression = KEPT_COMPRESSIONS.get(page.compression, pages.DEFLATE)
    predictor = page.predictor
    if page.compression == pages.JPEG:
        predictor = 2 if page.bits % 8 == 0 else 1
        notes.append(JPEG_NOTE.format(frame + 1))
    elif page.compression not in KEPT_COMPRESSIONS:
        notes.append(FAX_NOTE.format(frame + 1))
    if page.profile_lost:
        notes.append(PROFILE_NOTE.format(frame + 1))
    photometric = pages.RGB if page.photometric == pages.YCBCR else page.photometric
    out = replace(page, compression=compression, predictor=predictor, photometric=photometric)
    return out if page.tile else replace(out, rows=strip_rows(page))


def _fill(samples: NDArray[Any], page: TiffPage, fill: FrameFill, notes: list[str]) -> TiffPage:
    """Fill in place; returns the page with its palette rebuilt."""
    orientation = Orientation.of(page.orientation)
    if page.colours is not None:
        indices = samples[..., 0]
        rebuilt = _rebuilt(indices, page, fill)
        if not rebuilt.exact:
            notes.append(palette.shortage(fill))
        indices[:] = rebuilt.lookup.astype(np.uint8)[indices]
        fill.paint(indices, rebuilt.indices, orientation)
        colours = np.zeros((1 << page.bits, 3), np.uint16)
        colours[: len(rebuilt.colours)] = rebuilt.colours
        return replace(page, colours=colours)
    if colour.hides_colours(samples, page, _mask(page, fill)):
        colour.clear_hidden(samples, page)
        notes.append(raster.HIDDEN_NOTE)
    fill.paint(samples, colour.filled_with(page), orientation)
    return page


def _layer(page: TiffPage) -> Layer:
    looked_up = page.colours is not None
    meaning = pages.RGB if page.photometric == pages.YCBCR else page.photometric
    return Layer(
        (page.width, page.height),
        3 if looked_up else page.samples,
        "u2" if looked_up else f"{page.dtype.kind}{page.dtype.itemsize}",
        Orientation.of(page.orientation),
        str(meaning),
    )


def _mask(page: TiffPage, fill: FrameFill) -> NDArray[np.bool_] | None:
    """Stored pixels that lie in a zone; ``None``: there is none."""
    if not fill.zones:
        return None
    turned = Orientation.of(page.orientation)
    return raster.covered(fill.zones, page.width, page.height, turned)


def _rebuilt(indices: NDArray[Any], page: TiffPage, fill: FrameFill) -> palette.Rebuilt:
    """The palette that is written."""
    assert page.colours is not None
    seen = palette.used(indices, _mask(page, fill))
    rebuilt = palette.rebuild(page.colours, seen, fill, 1 << page.bits, entry=_entry)
    assert rebuilt is not None  # entries without alpha are all opaque
    return rebuilt


def _entry(rgb: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Colours in the scale of a palette's entries."""
    return rgb * np.uint16(257)


def _verify(
    mine: NDArray[Any],
    other: NDArray[Any],
    kinds: tuple[TiffPage, TiffPage],
    fill: FrameFill,
    frame: int,
) -> None:
    """
    Raises:
        VerificationError: samples outside the zones differ, or a zone is not what was meant.
    """
    page, turned = kinds[0], Orientation.of(kinds[0].orientation)
    views = (colour.comparable(kinds[0]), colour.comparable(kinds[1]))
    if page.colours is None:
        convert = colour.filled_with(page)
        verify_frame(mine, other, fill, frame, convert, orientation=turned, views=views)
        return
    verify_frame(mine, other, fill, frame, None, orientation=turned, views=views)
    if not fill.holds(other, _entry, turned, views[1]):
        rebuilt = _rebuilt(mine[..., 0], page, fill)
        fill.check(
            other, frame, lambda rgb: rebuilt.colours[rebuilt.indices(rgb)], turned, views[1]
        )


def _kind(page: TiffPage) -> tuple[object, ...]:
    photometric = pages.RGB if page.photometric == pages.YCBCR else page.photometric
    return (
        *(page.bits, page.kind, page.samples, photometric, page.extra, page.separate),
        *(page.orientation, page.resolution, page.ink_set, page.profile, page.tile),
        *(page.white_point, page.primaries, page.gpano),
    )
