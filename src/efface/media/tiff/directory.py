"""TIFF directories: entries and where their values are (TIFF 6.0, BigTIFF); no pixel is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from efface.errors import InputError
from efface.files.paths import unreadable
from efface.media.source import Source

MAX_ENTRIES = 4096
MAX_VALUES = 1 << 24
"""Of one entry; a picture of 4 gigapixels in strips of one row has fewer."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_UNSIGNED = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


@dataclass(frozen=True, slots=True)
class TiffEntry:
    """One entry of a directory."""

    tag: int
    type: int
    count: int
    at: int
    """Where its value is in the file."""
    inline: bool
    """The value is in the directory itself."""

    @property
    def size(self) -> int:
        """Bytes of the value; a type nobody knows counts one byte a value."""
        return self.count * _SIZES.get(self.type, 1)


@dataclass(slots=True)
class Directory:
    """One image file directory."""

    at: int
    size: int
    following: int
    """Where the next one is; 0 at the end."""
    entries: dict[int, TiffEntry] = field(default_factory=dict)
    repeated: list[TiffEntry] = field(default_factory=list)
    """Entries whose tag was there before."""

    def all(self) -> Iterator[TiffEntry]:
        yield from self.entries.values()
        yield from self.repeated


class TiffSource:
    """A TIFF file, read in pieces."""

    def __init__(self, source: Source) -> None:
        """
        Raises:
            InputError: it cannot be read, or is no TIFF.
        """
        self.source, self.path, self.size = source, source.path, source.size
        head = self.read(0, 8)
        self.order = "<" if head[:2] == b"II" else ">"
        self.big = self.unpack("H", head[2:4])[0] == 43
        if self.big:
            width, zero, self.first = self.unpack("HHQ", self.read(4, 12))
            if (width, zero) != (8, 0):
                raise InputError("its BigTIFF header is not valid.", path=self.path)
        else:
            (self.first,) = self.unpack("I", head[4:])

    @property
    def header_bytes(self) -> int:
        return 16 if self.big else 8

    def unpack(self, layout: str, data: bytes) -> tuple[int, ...]:
        """Numbers in the file's byte order."""
        return struct.unpack(self.order + layout, data)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The open file.

        Raises:
            InputError: it cannot be read.
        """
        try:
            with self.source.reader() as file:
                yield file
        except OSError as error:
            raise unreadable(self.path, error) from error

    def read(self, at: int, length: int) -> bytes:
        """Bytes of the file.

        Raises:
            InputError: they lie outside it.
        """
        with self.opened() as file:
            return self.read_from(file, at, length)

    def read_from(self, file: BinaryIO, at: int, length: int) -> bytes:
        """The same from the open file."""
        if at < 0 or length < 0 or at + length > self.size:
            raise InputError("the file ends too early.", path=self.path)
        file.seek(at)
        data = file.read(length)
        if len(data) != length:
            raise InputError("the file became shorter.", path=self.path)
        return data

    def directory(self, at: int) -> Directory:
        """One directory; an entry whose value lies outside the file has no value.

        Raises:
            InputError: the directory lies outside the file, or is too long.
        """
        count_size, entry_size, pointer = (8, 20, "Q") if self.big else (2, 12, "I")
        (count,) = self.unpack("Q" if self.big else "H", self.read(at, count_size))
        if not 0 < count <= MAX_ENTRIES:
            raise InputError("a directory of it is empty or too long.", path=self.path)
        room = 8 if self.big else 4
        table = self.read(at + count_size, count * entry_size + room)
        (following,) = self.unpack(pointer, table[-room:])
        out = Directory(at, count_size + len(table), following)
        for index in range(count):
            raw = table[index * entry_size : (index + 1) * entry_size]
            tag, kind, values = self.unpack("HH" + pointer, raw[: 4 + room])
            inline_at = at + count_size + (index + 1) * entry_size - room
            entry = TiffEntry(tag, kind, values, inline_at, True)
            if entry.size > room:
                (place,) = self.unpack(pointer, raw[4 + room :])
                entry = TiffEntry(tag, kind, values, place, False)
                if place + entry.size > self.size:  # as if it had none; who needs it will say so
                    entry = TiffEntry(tag, 0, 0, inline_at, True)
            if tag in out.entries:
                out.repeated.append(entry)
            else:
                out.entries[tag] = entry
        return out

    def chain(self, at: int, limit: int) -> Iterator[Directory]:
        """Directories that follow one another, at most ``limit`` and one.

        Raises:
            InputError: they go in circles, or one is damaged.
        """
        seen: set[int] = set()
        while at and len(seen) <= limit:
            if at in seen:
                raise InputError("its directories go in circles.", path=self.path)
            seen.add(at)
            directory = self.directory(at)
            yield directory
            at = directory.following

    def integers(self, directory: Directory, tag: int) -> tuple[int, ...]:
        """Values of an unsigned entry; empty when it is missing or of another type.

        Raises:
            InputError: there are too many.
        """
        entry = directory.entries.get(tag)
        if entry is None or entry.type not in _UNSIGNED:
            return ()
        if entry.count > MAX_VALUES:
            raise InputError("an entry of it has too many values.", path=self.path)
        data = self.read(entry.at, entry.size)
        return self.unpack(f"{entry.count}{_UNSIGNED[entry.type]}", data)

    def integer(self, directory: Directory, tag: int, default: int) -> int:
        """The first value of an unsigned entry."""
        values = self.integers(directory, tag)
        return values[0] if values else default

    def value(self, entry: TiffEntry, limit: int) -> bytes:
        """The raw bytes of a value, at most ``limit``."""
        return self.read(entry.at, min(entry.size, limit))
