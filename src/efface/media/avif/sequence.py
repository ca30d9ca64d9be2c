"""AVIF image sequences: animations of 8 bits, decoded and encoded by libavif through Pillow.

Frames, their durations in the file's own clock, repetition, transparency and the colour profile are
kept. Deeper samples and colours other than sRGB's by the file's tags cannot be, and are refused.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image

from efface.errors import InputError, RefusedError, VerificationError
from efface.geometry import NO_GRID
from efface.media import fidelity, raster
from efface.media.avif import movie, quantiser
from efface.media.avif.codec import COARSEST, AvifCodec
from efface.media.avif.movie import AvifTrack
from efface.media.file import Picture
from efface.media.filled import Convert, FrameFill, levels
from efface.media.interface import Fidelity, Photo, Written
from efface.media.isobmff import items, stills, survey
from efface.media.isobmff.coding import SRGB, SampleCoding
from efface.media.isobmff.items import ItemFile
from efface.media.isobmff.photo import located
from efface.media.metadata import icc
from efface.media.nearness import check_near
from efface.media.orientation import Orientation
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import Filling
from efface.zones.zone import Zone

SEQUENCE_SPEED = 6
"""libaom's speed. At 9, frames of a sequence reach an SSIM of 0.989 at quality 90, at 6 0.997, for
1.6 times the size and 5 times the CPU time."""

_STEP = quantiser.step(COARSEST)
"""Taken for the quantiser of a sequence, whose frames choose their own."""

_SAVE_AGAIN = "Save it as a video or as single pictures, and redact those."
_UNSPECIFIED = 2
_SUBSAMPLING = {"400": "4:0:0", "420": "4:2:0", "422": "4:2:2", "444": "4:4:4"}


def open_sequence(source: Source, file: ItemFile, limits: Limits) -> Photo:
    """Open a parsed file that has tracks.

    Raises:
        InputError: damaged.
        RefusedError: a feature that cannot be kept, or a limit is exceeded.
    """
    return located(source.path, lambda: _opened(source, file, limits))


def _opened(source: Source, file: ItemFile, limits: Limits) -> Photo:
    found, extras = movie.tracks(file)
    pictures = [t for t in found if t.handler == b"pict"]
    alphas = [t for t in found if t.handler == b"auxv"]
    if len(pictures) != 1 or len(alphas) > 1 or len(found) != len(pictures) + len(alphas):
        raise RefusedError("it has several sequences, or sound.", hint=_SAVE_AGAIN)
    (track,) = pictures
    check_sizes(source.path, ((track.width, track.height),) * len(track.durations), limits)
    codec = AvifCodec()
    coding = codec.coding(track.configuration)
    cicp = track.cicp or SRGB
    plain = cicp.primaries in (1, _UNSPECIFIED) and cicp.transfer in (13, _UNSPECIFIED)
    if coding.bits != 8 or not plain:
        raise RefusedError(
            f"an image sequence of {coding.bits} bits with colour tags {cicp.primaries}/"
            f"{cicp.transfer} cannot be kept as it is, only one of 8 bits in sRGB.",
            hint=_SAVE_AGAIN,
        )
    shown = stills.shown(file)
    if len(shown) > 1 or any(
        p.kind in stills.TRANSFORMS for item in shown for p in item.properties
    ):
        raise RefusedError("it has a sequence and further pictures.", hint=_SAVE_AGAIN)
    for alpha in alphas:
        if alpha.durations != track.durations:
            raise RefusedError("its transparency is timed otherwise.", hint=_SAVE_AGAIN)
    poster = stills.read(file, codec) if shown else ()
    spans = tuple(span for t in found for span in t.spans)
    if any(not _within(extent, spans) for s in poster for extent in s.picture.item.extents):
        poster = ()  # a picture of its own: dropped, and named
    named = extras + tuple(extra for t in found for extra in t.extras)
    named += survey.findings(file, poster, codec.configuration, spans)
    named += icc.findings(track.icc, "sample entry, colour profile") if track.icc else ()
    return AvifSequence(source, file, track, coding, named)


def _within(extent: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    start, size = extent
    return any(at <= start and start + size <= at + length for at, length in spans)


class AvifSequence(Photo):
    """One sequence; its compressed bytes are held in memory, and one decoded frame at a time."""

    format = "AVIF"

    def __init__(
        self,
        source: Source,
        file: ItemFile,
        track: AvifTrack,
        coding: SampleCoding,
        named: tuple[Trace, ...],
    ) -> None:
        self.source = source
        self._file = file
        self.track = track
        self.coding = coding
        self._findings = named
        self._reading: AvifImagePlugin.AvifImageFile | None = None

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return ((self.track.width, self.track.height),) * len(self.track.durations)

    def picture(self, frame: int) -> Picture:
        return _shown(self._samples(frame))

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        """By the reach of the filters and a whole block: motion moves blocks off their grid."""
        by = AvifCodec.reach + AvifCodec.block - 1
        width, height = self.track.width, self.track.height
        return tuple(zone.on_grid(NO_GRID, by, by, width, height) for zone in zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        made = io.BytesIO()
        options: dict[str, Any] = {"icc_profile": profile} if (profile := self._profile()) else {}
        try:
            Image.fromarray(self.filled(0, zones, filling)).save(
                made,
                "AVIF",
                save_all=True,
                append_images=[_Rest(self, zones, filling)],
                duration=list(self.track.durations),
                quality=round(encode.avif_quality or AvifCodec.usual_quality),
                speed=SEQUENCE_SPEED,
                subsampling=_SUBSAMPLING[self.coding.chroma],
                max_threads=1,
                codec="aom",
                advanced={"a:lossless": "1"},  # of the transparency
                **options,
            )
        except (OSError, ValueError, OverflowError) as error:
            raise RefusedError(
                f"the sequence cannot be written ({error}).", path=self.path, hint=_SAVE_AGAIN
            ) from error
        data = made.getvalue()
        out.write(movie.retimed(data, items.parse(data), self.track))
        return Written(lossless=False, dropped=self._findings)

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, AvifSequence) or self.sizes != written.sizes:
            raise VerificationError(
                "the written file has another size or number of frames.", path=self.path
            )
        ours, theirs = self.track, written.track
        if not movie.same_timing(ours, theirs) or self.coding != written.coding:
            raise VerificationError(
                "the written sequence is timed or coded otherwise.", path=self.path
            )
        if theirs.icc != self._profile():
            raise VerificationError("the written file has another profile.", path=self.path)
        try:
            return fidelity.worst(
                self._likeness(written, index, zones, filling)
                for index in range(len(ours.durations))
            )
        except VerificationError as error:
            raise VerificationError(error.message, path=self.path) from error

    def findings(self) -> tuple[Trace, ...]:
        return self._findings

    def _profile(self) -> bytes | None:
        """The colour profile as it is written."""
        return icc.cleaned(self.track.icc) if self.track.icc else None

    def _samples(self, index: int) -> NDArray[np.uint8]:
        """One frame: shape (height, width) or (height, width, 3 or 4)."""
        try:
            if self._reading is None:
                self._reading = AvifImagePlugin.AvifImageFile(io.BytesIO(self._file.data))
            self._reading.seek(index)
            samples = np.asarray(self._reading)
        except (OSError, SyntaxError, ValueError, RuntimeError, EOFError, MemoryError) as error:
            self._reading = None
            raise InputError(
                f"frame {index} is damaged ({error}).",
                path=self.path,
                hint="Copy it again from its source.",
            ) from error
        if samples.shape[:2] != (self.track.height, self.track.width):
            raise InputError("the frames have another size than stated.", path=self.path)
        return samples

    def _filling(
        self, index: int, samples: NDArray[np.uint8], zones: Sequence[Zone], filling: Filling
    ) -> FrameFill:
        """What stands in the zones of a frame, of which these are the samples."""
        return FrameFill(raster.in_frame(zones, index), filling, lambda: _shown(samples))

    def filled(self, index: int, zones: Sequence[Zone], filling: Filling) -> NDArray[np.uint8]:
        """A frame with the zones painted, opaque there."""
        samples = self._samples(index).copy()
        self._filling(index, samples, zones, filling).paint(samples, _filled_with(samples))
        if samples.shape[2:] == (4,):
            raster.clear_hidden(samples)
        return samples

    def _likeness(
        self, written: AvifSequence, index: int, zones: Sequence[Zone], filling: Filling
    ) -> fidelity.Likeness:
        before, after = self._samples(index), written._samples(index)
        if before.shape != after.shape:
            raise VerificationError("the written sequence lost or gained transparency.")
        fill = self._filling(index, before, zones, filling)
        covered = raster.covered(fill.zones, self.track.width, self.track.height)
        colours = after
        if before.shape[2:] == (4,):
            if not raster.same_outside(before[..., 3], after[..., 3], covered):
                raise VerificationError(f"transparency of frame {index} differs.")
            if (after[..., 3][covered] != 255).any():
                raise VerificationError(f"a zone of frame {index} is not opaque.")
            before, after = (raster.without_hidden(frame) for frame in (before, after))
            colours = after[..., :3]
        check_near(colours, fill, _filled_with(colours), 8, _STEP)
        return fidelity.likeness(before, after, covered, 8)


def _shown(samples: NDArray[np.uint8]) -> Picture:
    return raster.upright_picture(raster.to_picture(samples, 8), Orientation.of(1))


def _filled_with(like: NDArray[np.uint8]) -> Convert:
    """What makes samples of a filling."""
    return partial(levels, bits=8, grey=like.ndim == 2, alpha=like.shape[2:] == (4,))


class _Rest:
    """The frames after the first, as Pillow asks for them when it saves: one at a time."""

    def __init__(self, photo: AvifSequence, zones: Sequence[Zone], filling: Filling) -> None:
        self._photo, self._zones, self._filling = photo, zones, filling
        self.seek(0)

    def seek(self, index: int) -> None:
        """Go to a frame; past the last one, the end is told as Pillow's images tell it."""
        if index + 1 >= len(self._photo.sizes):
            raise EOFError
        frame = Image.fromarray(self._photo.filled(index + 1, self._zones, self._filling))
        self.mode, self.size, self.tobytes = frame.mode, frame.size, frame.tobytes
