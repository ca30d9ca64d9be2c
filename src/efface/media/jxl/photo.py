"""JPEG XL stills.

Lossless ones stay so: every sample outside the zones is unchanged. Lossy ones are encoded again; or
they are written lossless, where their colours are others than the encoder takes everything for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.media import fidelity, raster
from efface.media.file import Picture
from efface.media.filled import FrameFill, levels, verify_frame
from efface.media.interface import Fidelity, Photo, Written
from efface.media.isobmff.photo import located
from efface.media.jxl import codec, container
from efface.media.jxl.container import JxlContainer
from efface.media.jxl.header import JxlHeader
from efface.media.layers import RGBA, Layer, Layers, View
from efface.media.metadata.gpano import GPano
from efface.media.nearness import check_near
from efface.media.orientation import Orientation
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.zones.filling import Filling
from efface.zones.zone import Zone

BLOCK = 8
"""The smallest varblock. Those of up to 256 x 256 pixels are chosen only where nothing happens."""

REACH = 16
"""How far filters carry a block's samples over its edge, pixels: 1 of gaborish, 7 of the
edge-preserving filter's three turns, 8 of the smoothing of blocks' means (ISO/IEC 18181-1, annex
J and K)."""

STEP = 8.0
"""How coarsely the encoder quantises at its distance, as ``nearness`` counts it."""

LOSSLESS_NOTE = (
    "The picture was lossy in colours that the encoder cannot be told of. It was written lossless, "
    "so that they are kept: the file has grown."
)


class JxlPhoto(Photo):
    """One file; its compressed bytes are held in memory."""

    format = "JPEG XL"

    def __init__(self, source: Source, file: JxlContainer, head: JxlHeader) -> None:
        self.source = source
        self._file = file
        self.head = head
        self._orientation = Orientation.of(head.orientation)
        self.density = container.density_of(file)
        self._gpano = container.gpano_of(file)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return (self._orientation.upright_size(self.head.width, self.head.height),)

    @property
    def gpano(self) -> GPano | None:
        return self._gpano

    @property
    def lossless(self) -> bool:
        """Samples are coded as they are."""
        return self.head.modular and not self.head.xyb

    @property
    def _stays_lossy(self) -> bool:
        head = self.head
        taken_for = codec.TRANSFER_8_BITS if head.bits == 8 else codec.TRANSFER_DEEP
        return not self.lossless and head.transfer == taken_for and not head.bright

    def picture(self, frame: int) -> Picture:
        if frame != 0:
            raise ValueError(f"expected frame 0, got {frame}")
        return self._shown(self.samples())

    def layers(self) -> Layers | None:
        """Of a lossless one; a lossy one can have been written as it (``LOSSLESS_NOTE``)."""
        if not self.lossless:
            return None
        kind = "u1" if self.bits == 8 else "u2"
        stored = self._orientation.upright_size(*self.sizes[0])  # its own inverse
        layer = Layer(stored, 4, kind, self._orientation, RGBA)
        return Layers((layer,), self._walk, self.colours, once_lossy=True)

    def _walk(self) -> Iterator[tuple[NDArray[Any], View]]:
        yield self.samples(), _rgba

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        if self.lossless:
            return tuple(zones)
        head = self.head
        grid = self._orientation.upright_grid(BLOCK, BLOCK, head.width, head.height)
        return tuple(zone.on_grid(grid, REACH, REACH, *self.sizes[0]) for zone in zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        samples = self.samples()
        self._filling(samples, zones, filling).paint(samples, self._filled_with, self._orientation)
        if self.head.alpha:
            raster.clear_hidden(samples)
        made = codec.encode(samples, self.head, not self._stays_lossy)
        out.write(container.build(made.codestream, made.level, self.density, self.gpano))
        notes = () if self.lossless or self._stays_lossy else (LOSSLESS_NOTE,)
        return Written(not self._stays_lossy, dropped=self.findings(), notes=notes)

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, JxlPhoto) or written.lossless == self._stays_lossy:
            raise VerificationError(
                "the written file is not JPEG XL of the kind it must be.", path=self.path
            )
        ours, theirs = self.head, written.head
        if _described(ours) != _described(theirs):
            raise VerificationError(
                "the written file has another size, depth, orientation, or other colours.",
                path=self.path,
            )
        if self.density != written.density:
            raise VerificationError("the written file has another pixel density.", path=self.path)
        before, after = self.samples(), written.samples()
        fill = self._filling(before, zones, filling)
        try:
            if not self._stays_lossy:
                view = raster.without_hidden if ours.alpha else raster.as_stored
                verify_frame(
                    *(before, after, fill, 0, self._filled_with),
                    orientation=self._orientation,
                    views=(view, view),
                )
                return Fidelity(exact=True)
            return fidelity.worst([self._likeness(before, after, fill)])
        except VerificationError as error:
            raise VerificationError(error.message, path=self.path) from error

    def findings(self) -> tuple[Trace, ...]:
        out = container.findings(self._file)
        if self.head.preview:
            out.append(Trace("thumbnail", "preview", "a small copy of the picture", "shows"))
        if self.head.named:
            out.append(Trace("text", "header", "a name of the transparency", "unknown"))
        if self.head.alpha and self.lossless and raster.hides_colours(self.samples()):
            detail = "colours under fully transparent pixels, as an erased picture leaves them"
            out.append(Trace("hidden-colour", "pixels", detail, "shows"))
        return tuple(out)

    @property
    def bits(self) -> int:
        """Of a sample."""
        return self.head.bits

    @property
    def orientation(self) -> Orientation:
        return self._orientation

    @property
    def colours(self) -> bytes:
        """What the header says of the meaning of samples."""
        fields = (self.head.colours, self.head.tones)
        return repr([(field.value, field.size) for field in fields]).encode()

    def samples(self) -> NDArray[Any]:
        """As stored, shape (height, width), or (height, width, channels) with straight alpha last;
        uint8, or uint16 of ``bits``.

        Raises:
            InputError: they cannot be decoded.
        """
        data = container.build(self._file.codestream, self._file.level)
        return located(self.path, lambda: codec.decode(data, self.head))

    def _filling(self, samples: NDArray[Any], zones: Sequence[Zone], filling: Filling) -> FrameFill:
        """What stands in the zones, given the picture's samples."""
        return FrameFill(zones, filling, lambda: self._shown(samples))

    def _filled_with(self, rgb: NDArray[np.uint8]) -> NDArray[Any]:
        """Samples of a filling, opaque."""
        head = self.head
        return levels(rgb, head.bits, grey=head.grey, alpha=head.alpha)

    def _shown(self, samples: NDArray[Any]) -> Picture:
        return raster.upright_picture(raster.to_picture(samples, self.head.bits), self._orientation)

    def _likeness(
        self, before: NDArray[Any], after: NDArray[Any], fill: FrameFill
    ) -> fidelity.Likeness:
        head = self.head
        covered = raster.covered(fill.zones, head.width, head.height, self._orientation)
        if head.alpha:
            if not raster.same_outside(before[..., -1], after[..., -1], covered):
                raise VerificationError("transparency differs outside the zones.")
            if (after[..., -1][covered] != (1 << head.bits) - 1).any():
                raise VerificationError("a zone is not opaque.")
            hidden = after[..., -1] == 0
            before[hidden] = after[hidden] = 0
        colours = slice(0, -1) if head.alpha else slice(None)
        pair = [part[..., colours] if part.ndim == 3 else part for part in (before, after)]
        check_near(
            self._orientation.upright(pair[1]),
            fill,
            partial(levels, bits=head.bits, grey=head.grey, alpha=False),
            head.bits,
            STEP,
        )
        return fidelity.likeness(pair[0], pair[1], covered, head.bits)


def _rgba(part: NDArray[Any]) -> NDArray[Any]:
    """Red, green and blue of grey; alpha as it is."""
    channels = 1 if part.ndim == 2 else part.shape[-1]
    if channels < 3:
        part = part.reshape(*part.shape[:2], channels)
        part = part[..., [0, 0, 0] if channels == 1 else [0, 0, 0, 1]]
    return raster.without_hidden(part) if channels in (2, 4) else part


def _described(head: JxlHeader) -> tuple[object, ...]:
    fields = (head.colours, head.tones)
    codes = [(field.value, field.size) for field in fields]
    return head.width, head.height, head.orientation, head.bits, head.alpha, head.grey, codes
