"""Makes TIFF files for tests: with tifffile, or entry by entry where that says no."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

SHORT, LONG, UNDEFINED = 3, 4, 7


def tiff(*pages: tuple[NDArray[Any], dict[str, Any]], **how: Any) -> bytes:
    """A TIFF as tifffile writes it, without what it adds on its own."""
    out = io.BytesIO()
    with tifffile.TiffWriter(out, **how) as writer:
        for data, options in pages:
            writer.write(data, **{"metadata": None, "software": False, **options})
    return out.getvalue()


Field = tuple[int, int, Sequence[int] | bytes]
"""Tag, type and values."""


def directory(fields: Sequence[Field], at: int) -> bytes:
    """A directory for offset ``at``, and the values that do not fit into it."""
    table, values = b"", b""
    place = at + 2 + 12 * len(fields) + 4
    for tag, kind, content in sorted(fields):
        if isinstance(content, bytes):
            raw, count = content, len(content)
        else:
            count = len(content)
            raw = struct.pack(f"<{count}{'H' if kind == SHORT else 'I'}", *content)
        head = struct.pack("<HHI", tag, kind, count)
        if len(raw) <= 4:
            table += head + raw.ljust(4, b"\0")
        else:
            table += head + struct.pack("<I", place + len(values))
            values += raw + bytes(len(raw) % 2)
    return struct.pack("<H", len(fields)) + table + bytes(4) + values


def raw(size: tuple[int, int], pixels: bytes, *fields: Field, behind: bytes = b"") -> bytes:
    """One page of one strip.

    Args:
        size: width and height.
        fields: those that are not 8-bit gray, uncompressed.
        behind: what stands after the strip; at ``place_behind(pixels)``.
    """
    base: dict[int, Field] = {
        256: (256, LONG, [size[0]]),
        257: (257, LONG, [size[1]]),
        258: (258, SHORT, [8]),
        259: (259, SHORT, [1]),
        262: (262, SHORT, [1]),
        273: (273, LONG, [8]),
        277: (277, SHORT, [1]),
        278: (278, LONG, [size[1]]),
        279: (279, LONG, [len(pixels)]),
    }
    base |= {field[0]: field for field in fields}
    body = pixels + bytes(len(pixels) % 2) + behind
    body += bytes(len(body) % 2)
    at = 8 + len(body)
    return struct.pack("<2sHI", b"II", 42, at) + body + directory(list(base.values()), at)


def place_behind(pixels: bytes) -> int:
    """Offset of what stands after the strip."""
    return 8 + len(pixels) + len(pixels) % 2


def packed(samples: NDArray[Any], bits: int) -> bytes:
    """Rows of samples of a few bits."""
    out = b""
    for row in samples:
        text = "".join(format(int(v), f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        out += int(text, 2).to_bytes(len(text) // 8, "big")
    return out


def changed(data: bytes, tag: int, value: int) -> bytes:
    """The file with the first value of an inline entry of its first page replaced."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = file.pages.first.tags[tag]
        at, size = found.valueoffset, {3: 2, 4: 4}[int(found.dtype)]
    return data[:at] + value.to_bytes(size, "little") + data[at + size :]


def decoded(data: bytes) -> NDArray[Any]:
    """Samples of the first page as tifffile reads them, channels last."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        out = np.asarray(file.pages.first.asarray())
        return np.moveaxis(out, 0, -1) if file.pages.first.planarconfig == 2 else out


def entry(data: bytes, tag: int) -> Any:
    """Value of an entry of the first page."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        return file.pages.first.tags.valueof(tag)
