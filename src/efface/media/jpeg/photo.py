"""A JPEG photo: redacted on its DCT coefficients, all others and the tables left as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.media.coefficients import DctCoefficients, Take
from efface.media.families import HEAD_BYTES, jpeg_start
from efface.media.file import Picture
from efface.media.filled import FrameFill
from efface.media.interface import Fidelity, Photo, StereoView, Views, Written
from efface.media.jpeg import carried, excess, further, headers, structure, tables, turbo
from efface.media.jpeg.blocks import CoveredBlocks, Digests, Filler, Row
from efface.media.jpeg.filled import ColourModel, FilledBlocks
from efface.media.metadata import icc
from efface.media.metadata.gpano import GPano
from efface.media.orientation import Orientation
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy, Limits
from efface.zones.filling import BLANK, ConstantFilling, Filling
from efface.zones.zone import Zone

T = TypeVar("T")

LAST_ZEROS = 16
"""Bytes: the codec reads up to 8 ahead without counting them; a picture can end in some, too."""

STRIP_ROWS = 64
"""Rows converted at a time, so that no second picture is held."""


def open_jpeg(source: Source, limits: Limits) -> JpegPhoto:
    """Read a file and take it apart; nothing is decoded.

    Raises:
        InputError: truncated, damaged, or no JPEG.
        RefusedError: a kind of JPEG that cannot be kept, or a limit exceeded.
    """
    return JpegPhoto(source, source.data(), limits)


class JpegPhoto(Photo):
    """One JPEG file, in memory as it is on disk."""

    format = "JPEG"

    def __init__(self, source: Source, data: bytes, limits: Limits) -> None:
        """
        Args:
            source: that holds the JPEG.
            data: all of it.
        """
        self.source, path = source, source.path
        self._limits = limits
        self._lead = jpeg_start(data[:HEAD_BYTES]) or 0
        """Bytes before the picture's start."""
        data = data[self._lead :] if self._lead else data
        self._data = data
        self._parsed = structure.parse(data, path)
        frame = self._parsed.frame
        self._headers = headers.read(data, self._parsed)
        self._orientation = Orientation.of(self._headers.orientation)
        self._size = self._orientation.upright_size(frame.width, frame.height)
        check_sizes(path, self.sizes, limits)
        self._tables = tables.quantisation(data, self._parsed, path)
        self._digests: tuple[tuple[Zone, ...], Digests] | None = None
        """Taken of this file's coefficients while it was written with these zones."""
        self._cuts: tuple[excess.Cut, ...] = ()
        """Ranges of the coded data that belong to no block, as far as the codec was run."""
        self._whole = False
        """The codec found every block."""
        self._coded = self._for_codec()

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return (self._size,)

    @property
    def gpano(self) -> GPano | None:
        return self._headers.gpano

    def picture(self, frame: int) -> Picture:
        if frame != 0:
            raise ValueError(f"expected frame 0, got {frame}")
        return self._shown(self._through_codec(self._decoded))

    def views(self) -> Iterator[Views]:
        if self.path.suffix.lower() == further.SIDE_BY_SIDE:
            yield further.halves(self.picture(0))
        for data, stereo in further.pictures(self._data, self._parsed):
            try:
                other = JpegPhoto(self.source, data, self._limits).picture(0)
            except EffaceError:  # it is dropped: what cannot be read shows nobody
                continue
            if further.same_shape(other, *self._size):
                yield Views((StereoView(self.picture(0), 0), StereoView(other, None)), stereo)

    def coefficients(self) -> DctCoefficients:
        head = self._headers
        return DctCoefficients(
            self._parsed.frame,
            self._orientation,
            self._tables,
            head.adobe,
            head.density is not None,
            head.adobe_rgb,
            icc.cleaned(head.icc),
            self._walked,
        )

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        frame = self._parsed.frame
        grid = self._orientation.upright_grid(*frame.mcu, frame.width, frame.height)
        spill_x, spill_y = frame.spill
        if self._orientation.transposed:
            spill_x, spill_y = spill_y, spill_x
        return tuple(zone.on_grid(grid, spill_x, spill_y, *self._size) for zone in zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        frame, head = self._parsed.frame, self._headers
        covered = CoveredBlocks(frame, self._orientation, zones)
        before, fill = Digests(frame, covered), Filler(covered, self._filled(zones, filling))

        def rows(component: int, row: int, blocks: Row) -> None:
            before(component, row, blocks)
            fill(component, row, blocks)

        encoded = self._transformed(rows, self._options)
        self._digests = tuple(zones), before
        profile = icc.cleaned(head.icc) or b""
        parts: list[bytes | memoryview] = [
            *headers.colour_segments(head),
            *headers.metadata_segments(
                self._orientation.exif, profile, head.adobe_rgb, head.gpano, head.exif_density
            ),
            *headers.coding_parts(encoded, structure.parse(encoded, self.path)),
        ]
        out.write(headers.assembled(parts))
        return Written(lossless=True, dropped=self.findings(), notes=self._notes(profile))

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, JpegPhoto):
            raise VerificationError("the written file is no JPEG.", path=self.path)
        self._check_headers(written)
        frame = self._parsed.frame
        covered = CoveredBlocks(frame, self._orientation, zones)
        if self._digests is not None and self._digests[0] == tuple(zones):
            before = self._digests[1]
        else:
            before = Digests(frame, covered)
            self._transformed(before, turbo.OPTION_NO_OUTPUT)
        after = Digests(frame, covered, self._filled(zones, filling))
        written.coefficients().walk(after)
        before.check_equal(after)
        return Fidelity(exact=True, unit="coefficients")

    def findings(self) -> tuple[Trace, ...]:
        if not self._whole:  # what belongs to no block is known only then
            self._transformed(lambda *_: None, turbo.OPTION_NO_OUTPUT)
        found = carried.findings(self._data, self._parsed, self._headers, self._cuts)
        if self._lead:
            detail = "blanks before the picture's start"
            first = Trace("stray-bytes", "start of the file", detail, "unknown", self._lead)
            found = (first, *found)
        return found

    def _filled(self, zones: Sequence[Zone], filling: Filling) -> FilledBlocks:
        """What the filling puts into the blocks that the zones cover."""
        head, frame = self._headers, self._parsed.frame
        fill = FrameFill(zones, filling, lambda: self._without(zones))
        model = ColourModel(len(frame.components), head.adobe, self._is_rgb)
        return FilledBlocks(frame, self._orientation, fill, model, self._tables)

    def _without(self, zones: Sequence[Zone]) -> Picture:
        """The picture as it is decoded when covered blocks are blank: whatever a decoder smooths
        over their borders, nothing of them is left outside."""
        covered = CoveredBlocks(self._parsed.frame, self._orientation, zones)
        blank = self._filled(zones, ConstantFilling(Colour(BLANK, BLANK, BLANK)))
        encoded = self._transformed(Filler(covered, blank), self._options)
        parts = headers.coding_parts(encoded, structure.parse(encoded, self.path))
        whole = headers.assembled([*headers.colour_segments(self._headers), *parts])
        return self._shown(self._decoded(whole))

    def _decoded(self, jpeg: bytes) -> NDArray[np.uint8]:
        """Samples as a viewer has them, stored orientation; inks as they are stored."""
        header = self._parsed.frame
        inks = len(header.components) == 4
        return turbo.decoded(
            jpeg, header.width, header.height, cmyk=inks, scan_limit=structure.MAX_SCANS
        )

    def _shown(self, samples: NDArray[np.uint8]) -> Picture:
        colours = _from_inks(samples) if samples.shape[2] == 4 else samples
        return np.ascontiguousarray(self._orientation.upright(colours))

    @property
    def _options(self) -> int:
        """How the codec writes this file."""
        frame = self._parsed.frame
        options = turbo.OPTION_COPY_NONE | turbo.OPTION_OPTIMIZE
        options |= turbo.OPTION_PROGRESSIVE if frame.progressive else 0
        return options | (turbo.OPTION_ARITHMETIC if frame.arithmetic else 0)

    @property
    def _is_rgb(self) -> bool:
        """Three components are RGB and not YCbCr."""
        return self.coefficients().is_rgb

    def _notes(self, profile: bytes) -> tuple[str, ...]:
        notes = []
        if not turbo.carried_library().is_file():
            notes.append(f"The system's JPEG library was used: {turbo.version()}.")
        if not self._parsed.ended:
            notes.append("The end marker was missing and was added; no block of the picture is.")
        if self._parsed.restart_interval:
            notes.append("Restart markers, which only help to repair damage, were left out.")
        if self._headers.icc_broken or (self._headers.icc and not profile):
            notes.append(
                "The colour profile cannot be parsed and was dropped: colours are shown as sRGB."
            )
        return tuple(notes)

    def _check_headers(self, written: JpegPhoto) -> None:
        """Hold everything but the coefficients against the written file."""
        mine, theirs = self._parsed.frame, written._parsed.frame
        kept = icc.cleaned(self._headers.icc) or b""
        checks = {
            "size": (mine.width, mine.height) == (theirs.width, theirs.height),
            "orientation": self._orientation == written._orientation,
            "components": mine.layout == theirs.layout,
            "coding": (mine.progressive, mine.arithmetic)
            == (theirs.progressive, theirs.arithmetic),
            "quantisation tables": self._tables == written._tables,
            "colour model": (self._headers.density, self._headers.adobe)
            == (written._headers.density, written._headers.adobe),
            "pixel density": self._headers.exif_density == written._headers.exif_density,
            "colour profile": kept == written._headers.icc,
            "colour space": self._headers.adobe_rgb == written._headers.adobe_rgb,
        }
        wrong = [name for name, same in checks.items() if not same]
        if wrong:
            raise VerificationError(
                f"the written JPEG differs from the original in its {', '.join(wrong)}.",
                path=self.path,
            )

    def _walked(self, take: Take) -> None:
        self._transformed(take, turbo.OPTION_NO_OUTPUT)

    def _transformed(self, rows: turbo.Rows, options: int) -> bytes:
        return self._through_codec(
            lambda jpeg: turbo.transform(
                jpeg, rows, options=options, scan_limit=structure.MAX_SCANS
            )
        )

    def _for_codec(self) -> bytes:
        """What the codec gets to see: no application segment but those that decide the colours, and
        of the coded data what belongs to blocks."""
        return headers.assembled(
            [
                *headers.colour_segments(self._headers),
                *headers.coding_parts(self._data, self._parsed, self._cuts),
            ]
        )

    def _through_codec(self, work: Callable[[bytes], T]) -> T:
        """Run the codec on the file, again without bytes that belong to no block.

        Raises:
            InputError: what is coded is damaged or incomplete.
            RefusedError: the codec does not support this file.
        """
        while True:
            try:
                out = work(self._coded)
                self._whole = self._whole or self._checked_end()
                return out
            except turbo.CodecError as error:
                complaint = str(error)
                cuts = excess.more_cuts(
                    self._data, self._parsed, self._cuts, complaint, turbo.complaint
                )
                if cuts is None:
                    raise self._explained(complaint) from error
                self._cuts, self._coded = cuts, b""
                self._coded = self._for_codec()
            except MemoryError as error:
                raise RefusedError("there is not enough memory for it.", path=self.path) from error

    def _checked_end(self) -> bool:
        """Refuse a picture whose end was never written: blocks decode from zeros, too.

        Raises:
            InputError: there is no end marker, and zeros reach from the file's end into the blocks.
        """
        zeros = len(self._data) - len(self._data.rstrip(b"\0"))
        reach = excess.end_of_blocks(self._parsed, self._cuts) - (len(self._data) - zeros)
        if not self._parsed.ended and reach > LAST_ZEROS:
            raise InputError(
                "the JPEG is truncated: zeros stand where its last part should be.",
                path=self.path,
                hint="Copy it again from its source.",
            )
        return True

    def _explained(self, complaint: str) -> InputError | RefusedError:
        if turbo.is_unsupported(complaint):
            return RefusedError(
                f"this kind of JPEG cannot be kept as it is ({complaint}).",
                path=self.path,
                hint="Convert it to PNG or TIFF first, and redact that.",
            )
        return InputError(
            f"the JPEG is truncated or damaged ({complaint}).",
            path=self.path,
            hint="Copy it again from its source.",
        )


def _from_inks(inks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """CMYK as Adobe stores it (255 is no ink) to RGB, without a profile: good enough to look at."""
    out = np.empty((*inks.shape[:2], 3), np.uint8)
    for start in range(0, len(inks), STRIP_ROWS):
        strip = inks[start : start + STRIP_ROWS].astype(np.uint16)
        out[start : start + STRIP_ROWS] = (strip[..., :3] * strip[..., 3:] + 127) // 255
    return out
