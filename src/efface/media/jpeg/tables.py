"""Quantisation tables (ITU-T T.81, B.2.4.1)."""

from __future__ import annotations

import struct
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.media.jpeg import structure as jpeg
from efface.media.jpeg.structure import Structure

Table = tuple[int, ...]
"""64 steps in zigzag order, the one of the DC coefficient first."""


def quantisation(data: bytes, parsed: Structure, path: Path | None = None) -> tuple[Table, ...]:
    """The table of each component.

    Raises:
        InputError: a table is missing or malformed.
        RefusedError: a table changes between scans.
    """
    tables: dict[int, Table] = {}
    for segment in parsed.segments:
        if segment.marker != jpeg.DQT:
            continue
        at = segment.body
        while at < segment.end:
            wide, number = data[at] >> 4, data[at] & 15
            size = 128 if wide else 64
            if wide > 1 or number > 3 or at + 1 + size > segment.end:
                raise InputError("the JPEG is damaged: a quantisation table is cut.", path=path)
            layout = ">64H" if wide else "64B"
            table = struct.unpack_from(layout, data, at + 1)
            if tables.setdefault(number, table) != table:
                raise RefusedError(
                    "a JPEG that changes its quantisation tables between scans cannot be "
                    "redacted without encoding it again.",
                    path=path,
                    hint="Convert it to PNG or TIFF first, and redact that.",
                )
            at += 1 + size
    used = []
    for component in parsed.frame.components:
        table = tables.get(component.table, ())
        if 0 in table or not table:
            raise InputError(
                "the JPEG is damaged: a quantisation table is missing or holds a zero.", path=path
            )
        used.append(table)
    return tuple(used)
