"""WebP files: stills and animations, lossy and lossless.

A lossless picture stays lossless and every sample outside the zones that shows stays as it was;
colours under full transparency are cleared. A lossy picture is encoded again. In an animation each
frame keeps its own kind: one whose coded picture is lossless is written lossless. Each is written
as the part of the canvas that changed, put in place of what was there, so that what shows is
the same whatever blending and disposal the input used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, VerificationError
from efface.geometry import NO_GRID
from efface.media import fidelity, raster
from efface.media.file import Picture
from efface.media.filled import Convert, FrameFill, levels, verify_frame
from efface.media.interface import Fidelity, Photo, Written
from efface.media.layers import Layers, View, alike
from efface.media.metadata import density as densities
from efface.media.metadata import exif, gpano, icc
from efface.media.metadata.gpano import GPano
from efface.media.nearness import check_near
from efface.media.orientation import Orientation
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.media.webp import carried, codec, quantiser, riff
from efface.media.webp.codec import Samples
from efface.media.webp.riff import WebpContainer, WebpFrame
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

MACROBLOCK = 16
"""RFC 6386: prediction and quantisation work on macroblocks of 16 x 16 luma pixels."""

REACH = 8
"""How far a macroblock's samples spread over its edge after it was coded: the loop filter changes 3
samples on each side (RFC 6386 section 15.3), which on chroma are 6 pixels, and chroma upsampling
takes one more chroma sample, 2 pixels."""

_EXIF_PREFIX = b"Exif\0\0"


def open_webp(source: Source, limits: Limits) -> Photo:
    """Open a WebP file.

    Raises:
        InputError: unreadable, truncated or damaged.
        RefusedError: a limit is exceeded.
    """
    path = source.path
    try:
        container = riff.parse(source.data())
    except InputError as error:
        raise InputError(error.message, path=path, hint="Copy it again from its source.") from error
    size = (container.width, container.height)
    check_sizes(path, (size,) * len(container.frames), limits)
    return WebpPhoto(source, container)


class WebpPhoto(Photo):
    """One WebP file; its compressed bytes are held in memory, one decoded frame at a time."""

    format = "WebP"

    def __init__(self, source: Source, container: WebpContainer) -> None:
        self.source = source
        self._container = container
        block = (container.exif or b"").removeprefix(_EXIF_PREFIX)
        self._orientation = Orientation.of(exif.orientation_of(block))
        self._density = densities.read(block)
        self._icc = icc.cleaned(container.icc) if container.icc else None
        packets = (chunk.data for chunk in container.others if chunk.name == b"XMP ")
        self._gpano = next(filter(None, map(gpano.read, packets)), None)
        self._playing: Iterator[Samples] | None = None
        self._next = 0
        self._canvas: Samples | None = None
        """The frame before ``_next``, which may be asked for again."""

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        c = self._container
        return (self._orientation.upright_size(c.width, c.height),) * len(c.frames)

    @property
    def gpano(self) -> GPano | None:
        return self._gpano

    @property
    def lossless(self) -> bool:
        """Every frame is coded lossless."""
        return all(frame.coded.lossless for frame in self._container.frames)

    def picture(self, frame: int) -> Picture:
        return self._shown(self.samples(frame))

    def _shown(self, samples: Samples) -> Picture:
        return raster.upright_picture(raster.to_picture(samples, 8), self._orientation)

    @property
    def orientation(self) -> Orientation:
        """What turns the stored picture upright."""
        return self._orientation

    def layers(self) -> Layers | None:
        if not self.lossless:
            return None
        return alike(self.sizes, "u1", self._walk, self._icc, self._orientation)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        for frame in range(len(self.sizes)):
            yield codec.with_alpha(self.samples(frame)), raster.without_hidden

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        if self.lossless:
            return tuple(zones)
        c = self._container
        width, height = self._orientation.upright_size(c.width, c.height)
        if c.animated:  # earlier frames' macroblocks may lie anywhere
            reach = REACH + MACROBLOCK - 1
            return tuple(z.on_grid(NO_GRID, reach, reach, width, height) for z in zones)
        grid = self._orientation.upright_grid(MACROBLOCK, MACROBLOCK, c.width, c.height)
        return tuple(z.on_grid(grid, REACH, REACH, width, height) for z in zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        c = self._container
        if c.animated:
            frames = tuple(self._animation(zones, filling, encode.webp_quality))
        else:
            samples = self._filled(0, zones, filling)
            quality = _quality(c.frames[0], encode.webp_quality)
            coded = codec.encode(samples, c.frames[0].coded.lossless, quality)
            frames = (WebpFrame(coded),)
        result = replace(
            c,
            frames=frames,
            icc=self._icc,
            exif=self._kept_exif(),
            xmp=None if self._gpano is None else self._gpano.packet(),
        )
        for part in riff.build(result):
            out.write(part)
        return Written(self.lossless, dropped=self.findings())

    def _kept_exif(self) -> bytes | None:
        """Orientation and pixel density, where there is one to state."""
        turned, density = self._orientation.exif, self._density
        if turned == 1 and density is None:
            return None
        return exif.minimal_exif(turned, density=density)

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, WebpPhoto):
            raise VerificationError("the written file is not WebP.", path=self.path)
        try:
            self._compare_structure(written)
            if self.lossless:
                for index in range(len(self._container.frames)):
                    ours, theirs = self._pair(written, index)
                    fill = self._filling(index, ours, zones, filling)
                    view = raster.without_hidden if ours.shape[2] == 4 else raster.as_stored
                    verify_frame(
                        *(ours, theirs, fill, index, _filled_with(ours)),
                        orientation=self._orientation,
                        views=(view, view),
                    )
                return Fidelity(exact=True)
            return fidelity.worst(
                self._likeness(written, index, zones, filling)
                for index in range(len(self._container.frames))
            )
        except VerificationError as error:
            raise VerificationError(error.message, path=self.path) from error

    def findings(self) -> tuple[Trace, ...]:
        c = self._container
        out: list[Trace] = []
        if c.exif is not None:
            out += exif.findings(c.exif.removeprefix(_EXIF_PREFIX), "EXIF chunk")
        if c.icc is not None:
            out += icc.findings(c.icc, "ICCP chunk")
        for chunk in c.others:
            out += carried.finding(chunk, f"byte {chunk.start}")
        for index, frame in enumerate(c.frames if c.animated else ()):
            for chunk in frame.coded.others:
                out += carried.finding(chunk, f"animation frame {index}")
        if self._hides_colours():
            detail = "colours under fully transparent pixels, as an erased picture leaves them"
            out.append(Trace("hidden-colour", "pixels", detail, "shows"))
        if c.trailing:
            detail = "bytes after the end of the picture"
            out.append(Trace("trailing-data", "end of file", detail, "unknown", c.trailing))
        return tuple(out)

    def _hides_colours(self) -> bool:
        """Looked at in a lossless still only: a lossy coder leaves smooth colours there anyway."""
        if self._container.animated or not self.lossless:
            return False
        samples = self.samples(0)
        return samples.shape[2] == 4 and raster.hides_colours(samples)

    def samples(self, index: int) -> Samples:
        """One frame as it shows, in stored orientation; valid until the next call.

        Raises:
            InputError: it cannot be decoded whole.
        """
        c = self._container
        try:
            if not c.animated:
                return codec.decode(c.frames[0].coded)
            if self._playing is None or self._canvas is None or index < self._next - 1:
                self._playing, self._next = codec.composed(c), 0
            while self._next <= index or self._canvas is None:
                self._canvas = next(self._playing)
                self._next += 1
            return self._canvas
        except InputError as error:
            self._playing = self._canvas = None
            raise InputError(
                error.message, path=self.path, hint="Copy it again from its source."
            ) from error

    def _filling(
        self, index: int, samples: Samples, zones: Sequence[Zone], filling: Filling
    ) -> FrameFill:
        """What stands in the zones of a frame, of which these are the samples."""
        return FrameFill(raster.in_frame(zones, index), filling, lambda: self._shown(samples))

    def _filled(self, index: int, zones: Sequence[Zone], filling: Filling) -> Samples:
        """A frame of its own with the zones painted; opaque there."""
        samples = self.samples(index)
        samples = samples.copy() if self._container.animated else samples
        fill = self._filling(index, samples, zones, filling)
        fill.paint(samples, _filled_with(samples), self._orientation)
        if samples.shape[2] == 4:
            raster.clear_hidden(samples)
        return samples

    def _animation(
        self, zones: Sequence[Zone], filling: Filling, stated: float | None
    ) -> Iterator[WebpFrame]:
        """Every frame, cut down to where it differs from the one before."""
        before: Samples | None = None
        for index, frame in enumerate(self._container.frames):
            now = self._filled(index, zones, filling)
            quality = _quality(frame, stated)
            x, y, part = (0, 0, now) if before is None else _changed(before, now)
            if part.size:
                coded, blend = codec.encode(part, frame.coded.lossless, quality), False
            else:  # a frame that only lasts: one transparent pixel, blended, changes nothing
                coded, blend = codec.encode(np.zeros((1, 1, 4), np.uint8), True, quality), True
            yield WebpFrame(coded, x, y, frame.duration_ms, blend=blend)
            before = now

    def _compare_structure(self, written: WebpPhoto) -> None:
        ours, theirs = self._container, written._container
        if self.sizes != written.sizes or ours.animated != theirs.animated:
            raise VerificationError("the written file has another size or number of frames.")
        if self._orientation != written._orientation:
            raise VerificationError("the written file has another orientation.")
        if self._density != written._density:
            raise VerificationError("the written file has another pixel density.")
        if theirs.icc != self._icc:
            raise VerificationError("the written file has another colour profile.")
        if ours.animated:
            if [f.duration_ms for f in ours.frames] != [f.duration_ms for f in theirs.frames]:
                raise VerificationError("the written animation has other frame durations.")
            if (ours.loops, ours.background) != (theirs.loops, theirs.background):
                raise VerificationError("the written animation loops or is backed differently.")
        else:
            kinds = [c.frames[0].coded.lossless for c in (ours, theirs)]
            if kinds[0] != kinds[1]:
                raise VerificationError("the written file is of the other kind, lossy or lossless.")

    def _step(self, index: int) -> float:
        """The coarsest quantiser of what shows in a frame: of all frames up to it."""
        coded = (frame.coded for frame in self._container.frames[: index + 1])
        steps = (quantiser.step(c.chunks[-1].data) for c in coded if not c.lossless)
        return max(steps, default=0.0)

    def _pair(self, written: WebpPhoto, index: int) -> tuple[Samples, Samples]:
        """One frame of the input and of the output, with the same number of channels."""
        ours, theirs = self.samples(index), written.samples(index)
        if ours.shape[2] != theirs.shape[2]:
            return codec.with_alpha(ours), codec.with_alpha(theirs)
        return ours, theirs

    def _likeness(
        self, written: WebpPhoto, index: int, zones: Sequence[Zone], filling: Filling
    ) -> fidelity.Likeness:
        ours, theirs = self._pair(written, index)
        height, width = ours.shape[:2]
        fill = self._filling(index, ours, zones, filling)
        covered = raster.covered(fill.zones, width, height, self._orientation)
        if ours.shape[2] == 4:
            if not raster.same_outside(ours[..., 3], theirs[..., 3], covered):
                raise VerificationError(f"transparency of frame {index} differs outside the zones.")
            if (theirs[..., 3][covered] != 255).any():
                raise VerificationError(f"a zone of frame {index} is not opaque.")
        upright = self._orientation.upright(theirs)[..., :3]
        check_near(upright, fill, np.asarray, 8, written._step(index))
        return fidelity.likeness(
            raster.to_picture(ours, 8), raster.to_picture(theirs, 8), covered, 8
        )


def _filled_with(like: Samples) -> Convert:
    """What makes samples of a filling."""
    return partial(levels, bits=8, grey=False, alpha=like.shape[2] == 4)


def _quality(frame: WebpFrame, stated: float | None) -> int:
    """For the encoder: what was asked for, or near to what the frame was coded with."""
    if stated is not None:
        return round(stated)
    coded = frame.coded
    return 100 if coded.lossless else quantiser.quality_like(coded.chunks[-1].data)


def _changed(before: Samples, now: Samples) -> tuple[int, int, Samples]:
    """The smallest part that holds every changed pixel, its corner on even pixels; may be empty."""
    differs = (before != now).any(axis=2)
    rows, columns = differs.any(axis=1).nonzero()[0], differs.any(axis=0).nonzero()[0]
    if not len(rows):
        return 0, 0, now[:0, :0]
    x, y = int(columns[0]) & ~1, int(rows[0]) & ~1
    return x, y, now[y : int(rows[-1]) + 1, x : int(columns[-1]) + 1]
