"""Going through the chunks of a PNG file, with their checksums."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from efface.errors import InputError, RefusedError
from efface.media.png.codec import SIGNATURE
from efface.media.source import Source

MAX_CHUNKS = 1_000_000
BLOCK = 1 << 20
"""Bytes read at a time."""
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_OF_PICTURE = frozenset({*_CRITICAL, b"acTL", b"fcTL", b"fdAT"})
"""Chunks without which the picture or animation is not whole."""


@dataclass(frozen=True, slots=True)
class PngChunk:
    """One chunk: its type, and where its data is."""

    kind: bytes
    at: int
    length: int

    @property
    def name(self) -> str:
        return self.kind.decode("ascii")


class Chunks:
    """The chunks of a file, up to its end."""

    def __init__(self, source: Source) -> None:
        self.source, self.path = source, source.path
        self.found: list[PngChunk] = []
        """All but the end, in order."""
        self.broken: list[PngChunk] = []
        """Chunks beside the picture whose checksum is wrong: viewers pass over them."""
        self.trailing = 0
        """Bytes after the end."""
        self.ended = True
        """The end is marked (with or without its checksum)."""

    def read(self) -> Chunks:
        """Go through the file.

        Raises:
            InputError: it is damaged or truncated.
            RefusedError: it needs a chunk that efface does not know.
        """
        with self.source.reader() as file:
            size = file.seek(0, 2)
            at = file.seek(len(SIGNATURE))
            while (end := self._next(file, at, size)) is not None:
                at = end
        return self

    def _next(self, file: BinaryIO, at: int, size: int) -> int | None:
        """Read the chunk there; returns where it ends, or ``None`` after the last one."""
        head = file.read(8)
        if len(head) < 8:
            self._cut_off(size - at)
            return None
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if not kind.isalpha() or len(self.found) + len(self.broken) >= MAX_CHUNKS:
            raise InputError("it is not made of PNG chunks all through.", path=self.path)
        if not kind[0] & 0x20 and kind not in _CRITICAL:
            raise RefusedError(
                f"it needs a chunk efface does not know ({kind.decode('ascii')}).",
                path=self.path,
                hint="Save it as a standard PNG first.",
            )
        if kind == b"IEND":
            if length:
                raise InputError("its end marker is not valid.", path=self.path)
            self.trailing = max(0, size - at - 12)
            return None
        if at + 8 + length > size:
            if kind in _OF_PICTURE:
                raise InputError("the file ends too early.", path=self.path)
            self._cut_off(size - at)
            return None
        crc, left = zlib.crc32(kind), length
        while left:
            block = file.read(min(left, BLOCK))
            if not block:
                raise InputError("the file became shorter.", path=self.path)
            crc, left = zlib.crc32(block, crc), left - len(block)
        sealed = file.read(4) == struct.pack(">I", crc)
        if not sealed and kind in _OF_PICTURE and at + 12 + length <= size:
            raise InputError(f"its {kind.decode('ascii')} chunk is damaged.", path=self.path)
        chunk = PngChunk(kind, at + 8, length)
        (self.found if sealed or kind in _OF_PICTURE else self.broken).append(chunk)
        return at + 12 + length

    def _cut_off(self, left: int) -> None:
        """The file stops before its end: what is missing may be the end alone."""
        if not any(chunk.kind == b"IDAT" for chunk in self.found):
            raise InputError("the file ends too early.", path=self.path)
        self.ended, self.trailing = False, max(0, left)
