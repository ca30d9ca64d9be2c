"""AVIF and HEIC stills: one photo class over two codecs.

Every picture that is shown is decoded on its own, from a file made of nothing but its coded data,
filled, and encoded again. The output is put together afresh: pictures and their transparency in the
order of the input, the same main picture, sizes, bit depth, chroma layout, colour description,
rotation and mirroring. Large pictures are written as grids of tiles, which bounds memory.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError, VerificationError
from efface.geometry import NO_GRID
from efface.media import fidelity, raster
from efface.media.file import Picture
from efface.media.filled import Convert, FrameFill, levels
from efface.media.interface import Fidelity, Photo, StereoView, Views, Written
from efface.media.isobmff import assembly, items, stills, survey
from efface.media.isobmff.coding import SRGB, Codec, SampleCoding
from efface.media.isobmff.items import ItemFile
from efface.media.isobmff.mux import WrittenItem
from efface.media.isobmff.rows import Rows
from efface.media.isobmff.stills import CodedItem, Still
from efface.media.metadata import icc, item
from efface.media.metadata.density import PixelDensity
from efface.media.metadata.gpano import GPano
from efface.media.nearness import check_near
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones import painting
from efface.zones.filling import Filling
from efface.zones.zone import Zone

T = TypeVar("T")

KEPT_IN_MEMORY_BYTES = 700_000_000
"""Samples of a decoded picture up to this size are kept for the next call, and a written picture's
beside them if both together are no larger: 200 megapixels of 8 bits take 600 MB."""

MOST_TILES_ASKED = 64

DEFAULT_NOTE = (
    "The file does not say what its colours mean. What it leaves out was taken as the standard has "
    "it, sRGB, as viewers do, and is stated in the output."
)


@dataclass(frozen=True, slots=True)
class CodecFamily:
    """A codec and the policy's quality for it."""

    codec: Codec
    quality: Callable[[EncodePolicy], float | None]


def read_file(source: Source) -> ItemFile:
    """Read and parse a file.

    Raises:
        InputError: unreadable, truncated or damaged.
        RefusedError: a structure that cannot be kept.
    """
    data = source.data()
    return located(source.path, lambda: items.parse(data))


def located(path: Path, work: Callable[[], T]) -> T:
    """Name the file in an error that comes out of the work."""
    try:
        return work()
    except (InputError, RefusedError) as error:
        hint = error.hint or "Copy it again from its source."
        raise type(error)(error.message, path=path, hint=hint) from error


def open_stills(source: Source, file: ItemFile, family: CodecFamily, limits: Limits) -> Photo:
    """Open a parsed file.

    Raises:
        InputError: damaged.
        RefusedError: a feature that cannot be kept, or a limit is exceeded.
    """
    path = source.path
    found = located(path, lambda: stills.read(file, family.codec))
    coded = [c for still in found for c in (still.picture, still.alpha) if c is not None]
    check_sizes(path, tuple((c.width, c.height) for c in coded), limits)
    return StillsPhoto(source, file, found, family)


class StillsPhoto(Photo):
    """One file of stills. Its compressed bytes are in memory, and one decoded picture at a time."""

    def __init__(
        self, source: Source, file: ItemFile, found: tuple[Still, ...], family: CodecFamily
    ) -> None:
        self.source = source
        self.format = family.codec.format
        self._file = file
        self.stills = found
        """The pictures, in the order of the file."""
        self._codec = family.codec
        self._quality = family.quality
        self._kept: tuple[int, NDArray[Any]] | None = None
        """The last picture that was decoded, by its place."""

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return tuple(still.size for still in self.stills)

    @cached_property
    def gpano(self) -> GPano | None:
        return survey.gpano_of(self._file)

    @cached_property
    def density(self) -> PixelDensity | None:
        """How large it is meant to be printed."""
        return survey.density_of(self._file)

    def picture(self, frame: int) -> Picture:
        still = self.stills[frame]
        samples = self._samples(frame)
        bits = still.picture.coding.bits
        if still.alpha is not None and not still.premultiplied:  # premultiplied is over black as is
            colours = np.atleast_3d(raster.to_8_bits(samples, bits))
            alpha = raster.to_8_bits(self.decoded(still.alpha), still.alpha.coding.bits)
            samples, bits = np.dstack((colours, alpha)), 8
        return raster.upright_picture(raster.to_picture(samples, bits), still.orientation)

    def views(self) -> Iterator[Views]:
        ids = [still.picture.item.id for still in self.stills]
        pairs = [pair for pair in self._file.stereo_pairs() if set(pair) <= set(ids)]
        if not pairs and len(ids) == 2 and self.sizes[0] == self.sizes[1]:
            pairs, declared = [(ids[0], ids[1])], False
        else:
            declared = True
        for one, other in pairs:
            first, second = (
                StereoView(self.picture(f), f) for f in (ids.index(one), ids.index(other))
            )
            yield Views((first, second), declared)

    @property
    def reach(self) -> int:
        """How far the codec's filters carry samples over a block's edge, pixels."""
        return self._codec.reach

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return tuple(self._grown(zone, self.stills[zone.frame]) for zone in zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        stated = self._quality(encode)

        def quality(still: Still) -> int:
            return self._quality_like(still) if stated is None else round(stated)

        beside: list[WrittenItem] = []
        if self.density is not None:
            beside.append(WrittenItem(b"Exif", item.payload_of(self.density), ()))
        if self.gpano is not None:
            kind = b"application/rdf+xml"
            beside.append(WrittenItem(b"mime", self.gpano.packet(), (), content_type=kind))
        with closing(self._filled(zones, filling)) as pictures:
            made = located(
                self.path,
                lambda: assembly.assembled(pictures, self.primary, self._codec, quality, beside),
            )
        out.write(made)
        notes = (DEFAULT_NOTE,) if any(still.defaulted for still in self.stills) else ()
        return Written(lossless=False, dropped=self.findings(), notes=notes)

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, StillsPhoto) or written.format != self.format:
            raise VerificationError(f"the written file is not {self.format}.", path=self.path)
        if self.sizes != written.sizes or self.primary != written.primary:
            raise VerificationError(
                "the written file has another number of pictures, another size or main picture.",
                path=self.path,
            )
        if self.density != written.density:
            raise VerificationError("the written file has another pixel density.", path=self.path)
        try:
            return fidelity.worst(
                self._likeness(written, index, self._filling(index, zones, filling))
                for index in range(len(self.stills))
            )
        except VerificationError as error:
            raise VerificationError(error.message, path=self.path) from error

    def findings(self) -> tuple[Trace, ...]:
        return survey.findings(self._file, self.stills, self._codec.configuration)

    @property
    def primary(self) -> int:
        """Place of the main picture."""
        shown = [still.picture.item.id for still in self.stills]
        return shown.index(self._file.primary or 0)

    def decoded(self, coded: CodedItem) -> NDArray[Any]:
        """Samples of a still's picture or transparency, in stored orientation.

        Raises:
            InputError: they cannot be decoded whole.
        """
        return located(self.path, self._rows(coded).whole)

    def _rows(self, coded: CodedItem) -> Rows:
        return Rows(self._file, coded, self._codec)

    def _samples(self, frame: int) -> NDArray[Any]:
        """Of a picture; whoever asks must not change them."""
        if self._kept is None or self._kept[0] != frame:
            self._kept = None
            samples = self.decoded(self.stills[frame].picture)
            if samples.nbytes > KEPT_IN_MEMORY_BYTES:
                return samples
            self._kept = frame, samples
        return self._kept[1]

    def _filled(
        self, zones: Sequence[Zone], filling: Filling
    ) -> Generator[tuple[Still, NDArray[Any], NDArray[Any] | None, bytes | None]]:
        """Every picture with its samples and transparency, in which its zones are painted until the
        next is asked for, and its colour profile."""
        for index, still in enumerate(self.stills):
            fill = self._filling(index, zones, filling)
            coding, alpha = still.picture.coding, None
            if still.alpha is None:
                samples = self._samples(index)
            else:
                samples, alpha = self.decoded(still.picture), self.decoded(still.alpha)
                opaque = (1 << still.alpha.coding.bits) - 1
                painting.fill(still.orientation.upright(alpha), fill.zones, opaque)
            upright = still.orientation.upright(samples)
            rects = [zone.rect for zone in fill.zones]
            before = [upright[r.y0 : r.y1, r.x0 : r.x1].copy() for r in rects]
            try:
                fill.paint(samples, _filled_with(coding), still.orientation)
                if alpha is not None:  # an erased picture can still be under full transparency
                    samples[alpha == 0] = 0
                yield still, samples, alpha, _profile(still)
            finally:
                for r, part in zip(rects, before, strict=True):
                    upright[r.y0 : r.y1, r.x0 : r.x1] = part

    def _filling(self, index: int, zones: Sequence[Zone], filling: Filling) -> FrameFill:
        """What stands in the zones of a picture."""
        own = raster.in_frame(zones, index)
        return FrameFill(own, filling, lambda: self.picture(index))

    def _quality_like(self, still: Still) -> int:
        """For the encoder, by the quantisers that the still's tiles were coded with."""
        codec = self._codec
        known = [
            quality
            for tile in still.picture.tiles[:MOST_TILES_ASKED]
            if (configuration := tile.property(codec.configuration)) is not None
            and (quality := codec.quality_like(configuration, self._file.payload(tile))) is not None
        ]
        return round(median(known)) if known else codec.usual_quality

    def _step(self, still: Still) -> float:
        """The coarsest quantiser that the still's tiles were coded with."""
        codec = self._codec
        steps = [
            codec.step(configuration, self._file.payload(tile))
            for tile in still.picture.tiles[:MOST_TILES_ASKED]
            if (configuration := tile.property(codec.configuration)) is not None
        ]
        return max(steps, default=0.0)

    def _grown(self, zone: Zone, still: Still) -> Zone:
        """Grown by the reach of the codec's filters, then to the blocks as they are stored."""
        block, reach, picture = self._codec.block, self._codec.reach, still.picture
        crop = picture.crop
        tile = picture.tiles[0].property(b"ispe") or b""
        sides = (int.from_bytes(tile[4:8], "big"), int.from_bytes(tile[8:12], "big"))
        starts = (crop.x0, crop.y0, *(sides if len(picture.tiles) > 1 else ()))
        width, height = still.size
        if any(start % block for start in starts):  # blocks do not lie on one grid
            return zone.on_grid(NO_GRID, reach + block - 1, reach + block - 1, width, height)
        grid = still.orientation.upright_grid(block, block, crop.width, crop.height)
        return zone.on_grid(grid, reach, reach, width, height)

    def _likeness(self, written: StillsPhoto, index: int, fill: FrameFill) -> fidelity.Likeness:
        ours, theirs = self.stills[index], written.stills[index]
        _same_description(ours, theirs, index)
        coding = ours.picture.coding
        before: Any = self._samples(index)
        after: Any = written._rows(theirs.picture)
        if ours.alpha is not None:
            before, after = before.copy(), located(written.path, after.whole)
        elif 2 * after.nbytes <= KEPT_IN_MEMORY_BYTES:
            after = written._samples(index)
        height, width = before.shape[:2]
        covered = raster.covered(fill.zones, width, height, ours.orientation)
        turned = ours.orientation
        upright = after.upright(turned) if isinstance(after, Rows) else turned.upright(after)
        check_near(upright, fill, _filled_with(coding), coding.bits, written._step(theirs))
        opacity = None if theirs.alpha is None else written.decoded(theirs.alpha)
        if opacity is not None:  # what is not seen is not kept
            before[opacity == 0] = after[opacity == 0] = 0
        likeness = fidelity.likeness(before, after, covered, coding.bits)
        if isinstance(after, Rows):  # the written picture is looked at next, and takes as much
            self._kept = None
        del before, after
        if ours.alpha is not None and theirs.alpha is not None and opacity is not None:
            if not raster.same_outside(self.decoded(ours.alpha), opacity, covered):
                raise VerificationError(f"transparency of picture {index} differs.")
            if (opacity[covered] != (1 << theirs.alpha.coding.bits) - 1).any():
                raise VerificationError(f"a zone of picture {index} is not opaque.")
        return likeness


def _profile(still: Still) -> bytes | None:
    """The colour profile as it is written."""
    return None if still.icc is None else icc.cleaned(still.icc)


def _filled_with(coding: SampleCoding) -> Convert:
    """What makes samples of a filling."""
    return partial(levels, bits=coding.bits, grey=coding.channels == 1, alpha=False)


def _same_description(ours: Still, theirs: Still, index: int) -> None:
    alphas = [s.alpha and s.alpha.coding for s in (ours, theirs)]
    if ours.picture.coding != theirs.picture.coding or alphas[0] != alphas[1]:
        raise VerificationError(f"picture {index} has another bit depth, chroma or transparency.")
    if (ours.orientation, ours.premultiplied) != (theirs.orientation, theirs.premultiplied):
        raise VerificationError(f"picture {index} is turned otherwise.")
    if theirs.icc != _profile(ours):
        raise VerificationError(f"picture {index} has another colour profile.")
    tags = [(c.primaries, c.transfer, c.matrix) for c in (ours.cicp or SRGB, theirs.cicp or SRGB)]
    if tags[0] != tags[1]:
        raise VerificationError(f"picture {index} has other colour tags.")
