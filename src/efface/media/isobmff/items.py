"""The items of a HEIF file (ISO/IEC 23008-12): pictures, metadata, and what refers to what.

Everything is read into a flat model; what of it is a picture to be shown is decided in ``stills``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from efface.errors import InputError, RefusedError
from efface.media.isobmff.boxes import BoxReader, IsoBox, box_at, boxes

MAX_ITEMS = 4096
"""A 250-megapixel grid of 512 x 512 tiles has fewer than 1000."""
MAX_ASSOCIATIONS = 65536


@dataclass(frozen=True, slots=True)
class Property:
    """One item property: its four-character code and its payload."""

    kind: bytes
    data: bytes
    essential: bool = False


@dataclass(slots=True)
class Item:
    """One item as the file declares it."""

    id: int
    kind: bytes
    hidden: bool = False
    name: bytes = b""
    content_type: bytes = b""
    properties: list[Property] = field(default_factory=list)
    extents: list[tuple[int, int]] = field(default_factory=list)
    """Offset and length in the file."""
    references: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    """By kind of reference, from this item to others."""

    def property(self, kind: bytes) -> bytes | None:
        """Payload of the first property of a kind."""
        return next((p.data for p in self.properties if p.kind == kind), None)


@dataclass(slots=True)
class ItemFile:
    """A parsed file."""

    data: bytes
    brands: tuple[bytes, ...] = ()
    primary: int | None = None
    items: dict[int, Item] = field(default_factory=dict)
    groups: list[IsoBox] = field(default_factory=list)
    """Entity groups."""
    movie: IsoBox | None = None
    """``moov``: the file has tracks besides or instead of items."""
    others: list[IsoBox] = field(default_factory=list)
    """Boxes that hold neither pictures nor their description, top level or in ``meta``."""
    payloads: list[IsoBox] = field(default_factory=list)
    """``mdat`` and ``idat``."""
    handler_name: bytes = b""
    trailing: int = 0
    """Bytes at the end that are no whole box."""

    def stereo_pairs(self) -> tuple[tuple[int, int], ...]:
        """Items that are the two eyes' views of one scene: groups of kind ``ster`` (ISO/IEC
        23008-12, 6.8.5)."""
        out = []
        for group in self.groups:
            reader = BoxReader(self.data, group.inside, group.end)
            if group.kind == b"ster" and group.end - group.inside >= 20:
                reader.version()
                reader.number(4)
                if reader.number(4) == 2:
                    out.append((reader.number(4), reader.number(4)))
        return tuple(out)

    def payload(self, item: Item) -> bytes:
        """The item's data, its extents joined."""
        return b"".join(self.data[at : at + size] for at, size in item.extents)

    def size(self, item: Item) -> int:
        """Bytes of the item's data."""
        return sum(size for _, size in item.extents)

    def referring(self, kind: bytes, to: int) -> list[Item]:
        """Items with a reference of a kind to an item."""
        return [item for item in self.items.values() if to in item.references.get(kind, ())]


def parse(data: bytes) -> ItemFile:
    """Read the structure of a whole file.

    Raises:
        InputError: truncated or damaged; the caller adds the path.
        RefusedError: a structure no known camera or encoder writes, and that could hide something.
    """
    file = ItemFile(data)
    meta: IsoBox | None = None
    at = 0
    while at < len(data):
        box = box_at(data, at, len(data))
        if box is None:
            file.trailing = len(data) - at
            break
        if box.kind == b"ftyp" and not file.brands:
            file.brands = _brands(data, box)
        elif box.kind == b"meta" and meta is None:
            meta = box
        elif box.kind == b"moov" and file.movie is None:
            file.movie = box
        else:
            (file.payloads if box.kind == b"mdat" else file.others).append(box)
        at = box.end
    if not file.brands:
        raise InputError("the file has no file type box.")
    if meta is not None:
        _read_meta(file, meta)
    elif file.movie is None:
        raise InputError("the file is truncated: it describes no picture.")
    return file


def _brands(data: bytes, box: IsoBox) -> tuple[bytes, ...]:
    reader = BoxReader(data, box.inside, box.end)
    major = reader.take(4)
    reader.take(4)
    rest = data[reader.at : box.end]
    return (major, *(rest[i : i + 4] for i in range(0, len(rest) - 3, 4)))


def _read_meta(file: ItemFile, meta: IsoBox) -> None:
    data = file.data
    BoxReader(data, meta.inside, meta.end).version()
    found: dict[bytes, IsoBox] = {}
    for box in boxes(data, meta.inside + 4, meta.end):
        if box.kind in _TABLES and box.kind not in found:
            found[box.kind] = box
        elif box.kind != b"dinf":
            file.others.append(box)
    if b"idat" in found:
        file.payloads.append(found[b"idat"])
    if b"hdlr" in found:
        reader = BoxReader(data, found[b"hdlr"].inside, found[b"hdlr"].end)
        reader.take(24)
        file.handler_name = data[reader.at : found[b"hdlr"].end].rstrip(b"\0")
    if b"iinf" in found:
        _read_infos(file, found[b"iinf"])
    if b"iloc" in found:
        _read_locations(file, found[b"iloc"], found.get(b"idat"))
    if b"iprp" in found:
        _read_properties(file, found[b"iprp"])
    if b"iref" in found:
        _read_references(file, found[b"iref"])
    if b"pitm" in found:
        reader = BoxReader(data, found[b"pitm"].inside, found[b"pitm"].end)
        version, _ = reader.version()
        file.primary = reader.number(4 if version else 2)
    if b"grpl" in found:
        file.groups = list(boxes(data, found[b"grpl"].inside, found[b"grpl"].end))


_TABLES = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"grpl"})


def _read_infos(file: ItemFile, box: IsoBox) -> None:
    reader = BoxReader(file.data, box.inside, box.end)
    version, _ = reader.version()
    reader.number(4 if version else 2)
    for info in boxes(file.data, reader.at, box.end):
        inner = BoxReader(file.data, info.inside, info.end)
        version, flags = inner.version()
        if info.kind != b"infe" or version < 2:
            raise RefusedError(
                "the file describes its items in a form that is not in use for pictures.",
                hint="Save it again with another program, and redact that.",
            )
        identity = inner.number(4 if version > 2 else 2)
        inner.number(2)
        item = Item(identity, inner.take(4), bool(flags & 1), inner.text())
        if item.kind in (b"mime", b"uri "):
            item.content_type = inner.text()
        if identity in file.items:
            raise InputError("the file is damaged: two items have one number.")
        file.items[identity] = item
        if len(file.items) > MAX_ITEMS:
            raise RefusedError(f"the file has more than {MAX_ITEMS} items.")


def _read_locations(file: ItemFile, box: IsoBox, idat: IsoBox | None) -> None:
    reader = BoxReader(file.data, box.inside, box.end)
    version, _ = reader.version()
    sizes = reader.number(2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
    if {offset_size, length_size, base_size, index_size} - {0, 4, 8}:
        raise InputError("the file is damaged: its table of items has an impossible field size.")
    for _ in range(reader.number(4 if version > 1 else 2)):
        identity = reader.number(4 if version > 1 else 2)
        method = reader.number(2) & 15 if version in (1, 2) else 0
        other_file = reader.number(2)
        base = reader.number(base_size)
        extents = []
        for _ in range(reader.number(2)):
            reader.number(index_size)
            extents.append((base + reader.number(offset_size), reader.number(length_size)))
        item = file.items.get(identity)
        if item is not None and not item.extents:
            if other_file or method > 1 or (method == 1 and idat is None):
                raise RefusedError(
                    "the file keeps picture data in another file or inside other items.",
                    hint="Save it again with another program, and redact that.",
                )
            item.extents = _placed(extents, idat if method else None, len(file.data))


def _placed(
    extents: Iterable[tuple[int, int]], idat: IsoBox | None, size: int
) -> list[tuple[int, int]]:
    """Extents as offsets in the file; a length of 0 is all that follows."""
    start, end = (0, size) if idat is None else (idat.inside, idat.end)
    out = []
    for offset, length in extents:
        at = start + offset
        if at > end or length > end - at:
            raise InputError("the file is truncated: picture data lies past its end.")
        out.append((at, length or end - at))
    if sum(length for _, length in out) > size:
        raise InputError("the file is damaged: an item is larger than the file.")
    return out


def _read_properties(file: ItemFile, box: IsoBox) -> None:
    container: list[Property] = []
    tables: list[IsoBox] = []
    for child in boxes(file.data, box.inside, box.end):
        if child.kind == b"ipco" and not container:
            container = [
                Property(p.kind, file.data[p.inside : p.end])
                for p in boxes(file.data, child.inside, child.end)
            ]
        elif child.kind == b"ipma":
            tables.append(child)
        else:
            file.others.append(child)
    left = MAX_ASSOCIATIONS
    for table in tables:
        reader = BoxReader(file.data, table.inside, table.end)
        version, flags = reader.version()
        for _ in range(reader.number(4)):
            item = file.items.get(reader.number(4 if version else 2))
            for _ in range(reader.number(1)):
                width = 15 if flags & 1 else 7
                value = reader.number(2 if flags & 1 else 1)
                essential, index = bool(value >> width), value & ((1 << width) - 1)
                left -= 1
                if index > len(container) or left < 0:
                    raise InputError("the file is damaged: its table of properties is wrong.")
                if item is not None and index:
                    found = container[index - 1]
                    item.properties.append(Property(found.kind, found.data, essential))


def _read_references(file: ItemFile, box: IsoBox) -> None:
    version, _ = BoxReader(file.data, box.inside, box.end).version()
    size = 4 if version else 2
    left = MAX_ASSOCIATIONS
    for child in boxes(file.data, box.inside + 4, box.end):
        reader = BoxReader(file.data, child.inside, child.end)
        source = file.items.get(reader.number(size))
        count = reader.number(2)
        left -= count
        if left < 0:
            raise InputError("the file is damaged: its table of references is too long.")
        targets = tuple(reader.number(size) for _ in range(count))
        if source is not None:
            before = source.references.get(child.kind, ())
            source.references[child.kind] = before + targets
