"""Writes a HEIF file from coded pictures: nothing gets in that is not named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from efface.media.isobmff.boxes import packed, packed_full
from efface.media.isobmff.items import Property


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """One item to be written. Its number in the file is its place in the list, from 1."""

    kind: bytes
    data: bytes
    properties: tuple[Property, ...]
    """In the order in which a reader has to apply them."""
    hidden: bool = False
    references: tuple[tuple[bytes, tuple[int, ...]], ...] = ()
    """Kind of reference, and places in the list (from 0) of what is referred to."""
    content_type: bytes = b""
    """MIME type of an item of kind ``mime``."""


def build(brands: Sequence[bytes], parts: Sequence[WrittenItem], primary: int) -> bytes:
    """A whole file.

    Args:
        brands: the major brand first.
        parts: the items; the data of each is stored once.
        primary: place in the list of the item that is shown first.
    """
    container: dict[tuple[bytes, bytes], int] = {}
    for part in parts:
        for prop in part.properties:
            container.setdefault((prop.kind, prop.data), len(container) + 1)
    head = packed(b"ftyp", brands[0], bytes(4), *brands)
    offset = len(head) + len(_meta(parts, primary, container, 0)) + 8
    meta = _meta(parts, primary, container, offset)
    return b"".join((head, meta, packed(b"mdat", *(part.data for part in parts))))


def _meta(
    parts: Sequence[WrittenItem],
    primary: int,
    container: dict[tuple[bytes, bytes], int],
    offset: int,
) -> bytes:
    infos, places, uses, links = [], [], [], []
    wide = len(container) > 0x7F
    for number, part in enumerate(parts, start=1):
        identity = number.to_bytes(2, "big")
        of = part.content_type + b"\0" if part.kind == b"mime" else b""
        infos.append(
            packed_full(b"infe", 2, int(part.hidden), identity, bytes(2), part.kind, b"\0", of)
        )
        places.append(identity + bytes(2) + b"\0\1" + _u32(offset) + _u32(len(part.data)))
        offset += len(part.data)
        marks = [
            (container[prop.kind, prop.data] | prop.essential << (15 if wide else 7)).to_bytes(
                2 if wide else 1, "big"
            )
            for prop in part.properties
        ]
        uses.append(identity + bytes((len(marks),)) + b"".join(marks))
        for kind, targets in part.references:
            numbers = b"".join((place + 1).to_bytes(2, "big") for place in targets)
            links.append(packed(kind, identity, len(targets).to_bytes(2, "big"), numbers))
    count = len(parts).to_bytes(2, "big")
    return packed_full(
        b"meta",
        0,
        0,
        packed_full(b"hdlr", 0, 0, bytes(4), b"pict", bytes(13)),
        packed_full(b"pitm", 0, 0, (primary + 1).to_bytes(2, "big")),
        packed_full(b"iloc", 0, 0, b"\x44\x00", count, *places),
        packed_full(b"iinf", 0, 0, count, *infos),
        packed_full(b"iref", 0, 0, *links) if links else b"",
        packed(
            b"iprp",
            packed(b"ipco", *(packed(kind, data) for kind, data in container)),
            packed_full(b"ipma", 0, int(wide), _u32(len(parts)), *uses),
        ),
    )


def _u32(value: int) -> bytes:
    return value.to_bytes(4, "big")
