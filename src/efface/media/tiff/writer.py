"""Writes TIFF: page after page, each with the entries that say how it looks, and no others."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from efface.errors import RefusedError
from efface.media.tiff import page as pages
from efface.media.tiff.page import TiffPage

BYTE, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 3, 4, 5, 7, 16
_FORMS = {SHORT: "H", LONG: "I", LONG8: "Q"}
_FORMAT_OF_KIND = {"u": 1, "i": 2, "f": 3}

Field = tuple[int, int, bytes, int]
"""Tag, type, value, and number of values."""


class TiffWriter:
    """A TIFF file being written to a stream that can seek."""

    def __init__(self, out: BinaryIO, order: str, big: bool) -> None:
        """
        Args:
            order: ``<`` or ``>``.
            big: BigTIFF.
        """
        self.out, self.order, self.big = out, order, big
        self.pages = 0
        self.start = out.tell()
        self.pointer = LONG8 if big else LONG
        magic = b"II" if order == "<" else b"MM"
        out.write(magic + (self._pack("HHH", 43, 8, 0) if big else self._pack("H", 42)))
        self.link = out.tell()
        """Where the offset of the next directory has to be put."""
        out.write(bytes(8 if big else 4))

    def _pack(self, layout: str, *values: int) -> bytes:
        return struct.pack(self.order + layout, *values)

    def _at(self) -> int:
        """The place of the next byte, which is even and can be pointed to."""
        at = self.out.tell() - self.start
        if at % 2:
            self.out.write(b"\0")
            at += 1
        if not self.big and at > 0xFFFF_FFFF:
            raise RefusedError(
                "the written file would be larger than a TIFF can be.",
                hint="Save it as BigTIFF first.",
            )
        return at

    def add(self, page: TiffPage, segments: Iterable[bytes], several: bool) -> None:
        """Write one page.

        Args:
            segments: its strips or tiles.
            several: it is one of several pages.

        Raises:
            RefusedError: the file gets too large for its kind.
        """
        places, lengths = [], []
        for segment in segments:
            places.append(self._at())
            lengths.append(len(segment))
            self.out.write(segment)
        fields = self._fields(page, places, lengths, several)
        entries = []
        room = 8 if self.big else 4
        for tag, kind, value, count in sorted(fields):
            if len(value) > room:
                at = self._at()
                self.out.write(value)
                value = self._pack(_FORMS[self.pointer], at)  # noqa: PLW2901
            head = self._pack("HH" + _FORMS[self.pointer], tag, kind, count)
            entries.append(head + value.ljust(room, b"\0"))
        at = self._at()
        self.out.write(self._pack("Q" if self.big else "H", len(entries)) + b"".join(entries))
        following = self.out.tell()
        self.out.write(bytes(room))
        end = self.out.tell()
        self.out.seek(self.link)
        self.out.write(self._pack(_FORMS[self.pointer], at))
        self.out.seek(end)
        self.link = following

    def _fields(
        self, page: TiffPage, places: list[int], lengths: list[int], several: bool
    ) -> list[Field]:
        out: list[Field] = []

        def put(tag: int, kind: int, *values: int) -> None:
            out.append(
                (tag, kind, self._pack(f"{len(values)}{_FORMS[kind]}", *values), len(values))
            )

        put(254, LONG, 2 if several else 0)
        put(256, LONG, page.width)
        put(257, LONG, page.height)
        put(258, SHORT, *(page.bits,) * page.samples)
        put(259, SHORT, page.compression)
        put(262, SHORT, page.photometric)
        put(274, SHORT, page.orientation)
        put(277, SHORT, page.samples)
        put(284, SHORT, 2 if page.separate else 1)
        if page.tile:
            put(322, LONG, page.tile[0])
            put(323, LONG, page.tile[1])
        else:
            put(278, LONG, page.rows)
        put(324 if page.tile else 273, self.pointer, *places)
        put(325 if page.tile else 279, self.pointer, *lengths)
        if page.resolution:
            across, along, unit = page.resolution
            out.append((282, RATIONAL, self._pack("II", *across), 1))
            out.append((283, RATIONAL, self._pack("II", *along), 1))
            put(296, SHORT, unit)
        for tag, numbers in (
            (pages.WHITE_POINT, page.white_point),
            (pages.PRIMARIES, page.primaries),
        ):
            if numbers:
                value = b"".join(self._pack("II", n, pages.MILLIONTHS) for n in numbers)
                out.append((tag, RATIONAL, value, len(numbers)))
        if page.predictor != 1:
            put(317, SHORT, page.predictor)
        if page.colours is not None:
            put(320, SHORT, *page.colours.T.ravel().tolist())
        if page.ink_set:
            put(332, SHORT, 1)
        if page.extra:
            put(338, SHORT, *page.extra)
        if page.kind != "u":
            put(339, SHORT, *(_FORMAT_OF_KIND[page.kind],) * page.samples)
        if page.gpano is not None:
            packet = page.gpano.packet()
            out.append((pages.XMP, BYTE, packet, len(packet)))
        if page.profile is not None:
            out.append((34675, UNDEFINED, page.profile, len(page.profile)))
        return out


STRIP_BYTES = 1 << 18
"""Uncompressed size of the strips that are written."""


def strip_rows(page: TiffPage) -> int:
    """Rows of a strip, by the page's size only."""
    depth = 1 if page.separate else page.samples
    row = (page.width * depth * page.bits + 7) // 8
    return max(1, min(page.height, STRIP_BYTES // row))


KEPT_COMPRESSIONS = {
    code: code
    for code in (pages.NONE, pages.LZW, pages.DEFLATE, pages.PACKBITS, pages.LZMA, pages.ZSTD)
} | {pages.OLD_DEFLATE: pages.DEFLATE}
"""What a page is written with; anything else becomes deflate."""
