"""Which items of a HEIF file are pictures that are shown, and how each is put together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from efface.errors import InputError, RefusedError
from efface.geometry import Rect
from efface.media.isobmff.boxes import BoxReader, label
from efface.media.isobmff.coding import Cicp, Codec, SampleCoding
from efface.media.isobmff.items import Item, ItemFile
from efface.media.orientation import Orientation

ALPHA_TYPES = frozenset(
    {b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"}
)
"""ISO/IEC 23001-17 and 23008-2: an auxiliary picture that is transparency."""

TRANSFORMS = frozenset({b"clap", b"irot", b"imir"})
DESCRIBING = frozenset({b"ispe", b"pixi", b"colr", b"pasp", b"clli", b"mdcv"})
"""Properties that say how coded samples become a picture, and no more."""

KEPT_SIZES = {b"pasp": 8, b"clli": 4, b"mdcv": 24}
"""Pixel shape, light level and mastering display: kept as they are; payload bytes."""

LAYERS = frozenset({b"a1op", b"a1lx", b"lsel"})

SLACK_PX = 64
"""How far a coded picture's size may be from the stated one: one largest block of filling."""

_PICTURES = frozenset(
    {b"av01", b"hvc1", b"hev1", b"lhv1", b"avc1", b"vvc1", b"evc1", b"jpeg", b"j2k1", b"unci"}
    | {b"mski", b"grid", b"iovl", b"iden", b"tmap"}
)
"""Item types that are pictures; of a type not in this list, an item is data."""


@dataclass(frozen=True, slots=True)
class CodedItem:
    """A coded picture: one item, or a grid of them."""

    item: Item
    tiles: tuple[Item, ...]
    """The item itself, when it is no grid; else row by row."""
    coding: SampleCoding
    width: int
    """Of the coded picture before it is cropped, pixels."""
    height: int
    crop: Rect
    """What is shown of it."""


@dataclass(frozen=True, slots=True)
class Still:
    """One picture that is shown."""

    picture: CodedItem
    alpha: CodedItem | None
    premultiplied: bool
    orientation: Orientation
    cicp: Cicp | None
    icc: bytes | None
    defaulted: bool = False
    """Neither the file nor the coded picture says all of what its colours mean."""

    @property
    def size(self) -> tuple[int, int]:
        """Upright width and height."""
        return self.orientation.upright_size(self.picture.crop.width, self.picture.crop.height)


def is_picture(item: Item) -> bool:
    """The item is a picture, of whatever use."""
    return item.kind in _PICTURES


def alpha_type(item: Item) -> bytes | None:
    """What an auxiliary picture says it is."""
    found = item.property(b"auxC")
    return None if found is None else found[4:].split(b"\0", 1)[0]


def shown(file: ItemFile) -> tuple[Item, ...]:
    """The pictures a viewer shows, in the order of the file.

    Hidden ones, thumbnails, auxiliary pictures and the inputs of derived ones are not; the primary
    always is.
    """
    inputs: set[int] = set()
    for item in file.items.values():
        targets = item.references.get(b"dimg", ())
        # A tone map derives from the picture itself and a gain map; the picture is still shown.
        inputs.update(targets[1:] if item.kind == b"tmap" else targets)
    return tuple(
        item
        for item in file.items.values()
        if is_picture(item)
        and (
            item.id == file.primary
            or not (
                item.hidden
                or item.kind == b"tmap"
                or item.id in inputs
                or b"thmb" in item.references
                or b"auxl" in item.references
            )
        )
    )


def read(file: ItemFile, codec: Codec) -> tuple[Still, ...]:
    """The pictures that are shown.

    Raises:
        InputError: damaged, or no picture.
        RefusedError: a picture of a kind that cannot be kept.
    """
    main = file.items.get(file.primary or 0)
    if main is None or not is_picture(main):
        raise InputError("the file is damaged: it does not say which picture is the main one.")
    return tuple(_still(file, item, codec) for item in shown(file))


def _still(file: ItemFile, item: Item, codec: Codec) -> Still:
    picture = _coded(file, item, codec)
    alphas = [i for i in file.referring(b"auxl", item.id) if alpha_type(i) in ALPHA_TYPES]
    for tile in picture.tiles:
        if tile is not item and any(
            alpha_type(i) in ALPHA_TYPES for i in file.referring(b"auxl", tile.id)
        ):
            raise RefusedError(
                "its transparency is stored with the tiles of a picture, which cannot be kept.",
                hint="Save it again as PNG, and redact that.",
            )
    alpha = _coded(file, alphas[0], codec) if alphas else None
    if alpha is not None:
        same = (alpha.crop.width, alpha.crop.height) == (picture.crop.width, picture.crop.height)
        if alpha.coding.channels != 1 or not same:
            raise RefusedError(
                "its transparency has another size than the picture, or colours.",
                hint="Save it again as PNG, and redact that.",
            )
    profiles = [p.data for i in (item, picture.tiles[0]) for p in i.properties if p.kind == b"colr"]
    cicp = next((c for c in map(Cicp.parse, profiles) if c is not None), None)
    icc = next((p[4:] for p in profiles if p[:4] in (b"prof", b"rICC")), None)
    defaulted = cicp is None and icc is None
    if defaulted:
        first = picture.tiles[0]
        stated = codec.stated(first.property(codec.configuration) or b"", file.payload(first))
        cicp = None if stated is None else stated.specified()
        defaulted = stated is None or stated != cicp
    return Still(
        picture, alpha, b"prem" in item.references, _orientation(item), cicp, icc, defaulted
    )


def _coded(file: ItemFile, item: Item, codec: Codec) -> CodedItem:
    for prop in item.properties:
        known = TRANSFORMS | DESCRIBING | LAYERS | {codec.configuration, b"auxC"}
        if prop.essential and prop.kind not in known:
            raise RefusedError(
                f"a picture cannot be shown without its property {label(prop.kind)!r}, which "
                "cannot be kept.",
                hint="Save it again with another program, and redact that.",
            )
    if item.kind == b"grid":
        return _grid(file, item, codec)
    if item.kind not in codec.kinds:
        raise RefusedError(
            f"a picture of type {label(item.kind)!r} is in the file, which cannot be kept.",
            hint="Save it again as JPEG, PNG or TIFF, and redact that.",
        )
    configuration = item.property(codec.configuration)
    if configuration is None or not item.extents:
        raise InputError("the file is damaged: a picture lacks its data.")
    width, height = _extent(item)
    coding = codec.coding(configuration)
    for across, down in codec.sizes(configuration, file.payload(item)):
        if not (width - SLACK_PX <= across <= width + SLACK_PX) or not (
            height - SLACK_PX <= down <= height + SLACK_PX
        ):
            raise InputError(
                f"the file is damaged: it says {width}x{height} pixels, the coded picture "
                f"{across}x{down}."
            )
    return CodedItem(item, (item,), coding, width, height, _crop(item, width, height))


def _grid(file: ItemFile, item: Item, codec: Codec) -> CodedItem:
    reader = BoxReader(file.payload(item))
    reader.number(1)
    field = 4 if reader.number(1) & 1 else 2
    rows, columns = reader.number(1) + 1, reader.number(1) + 1
    width, height = reader.number(field), reader.number(field)
    places = item.references.get(b"dimg", ())
    tiles = tuple(file.items[i] for i in places if i in file.items)
    if len(tiles) != rows * columns or len(places) != rows * columns:
        raise InputError("the file is damaged: tiles of a picture are missing.")
    parts = [_coded(file, tile, codec) for tile in tiles if tile.kind in codec.kinds]
    first = parts[0] if parts else None
    if first is None or len(parts) != len(tiles):
        raise RefusedError(
            "a picture is put together from parts that cannot be kept.",
            hint="Save it again as JPEG, PNG or TIFF, and redact that.",
        )
    if any(
        (p.width, p.height, p.coding) != (first.width, first.height, first.coding) for p in parts
    ):
        raise RefusedError(
            "a picture is put together from tiles of several sizes or kinds.",
            hint="Save it again as JPEG, PNG or TIFF, and redact that.",
        )
    covered = first.width * columns >= width and first.height * rows >= height
    if not covered or (width, height) != _extent(item):
        raise InputError("the file is damaged: the tiles of a picture do not cover it.")
    return CodedItem(item, tiles, first.coding, width, height, _crop(item, width, height))


def _extent(item: Item) -> tuple[int, int]:
    extent = item.property(b"ispe")
    if extent is None or len(extent) < 12:
        raise InputError("the file is damaged: a picture does not state its size.")
    return int.from_bytes(extent[4:8], "big"), int.from_bytes(extent[8:12], "big")


def _crop(item: Item, width: int, height: int) -> Rect:
    """The clean aperture (ISO/IEC 14496-12, 12.1.4): what is shown, before anything is turned."""
    order = [p.kind for p in item.properties if p.kind in TRANSFORMS]
    clean = item.property(b"clap")
    if clean is None:
        return Rect(0, 0, width, height)
    if order.index(b"clap") or order.count(b"clap") > 1 or len(clean) < 32:
        raise RefusedError(
            "a picture is cropped after it is turned, which cannot be kept.",
            hint="Save it again with another program, and redact that.",
        )
    values = [
        int.from_bytes(clean[i : i + 4], "big", signed=i in (16, 24)) for i in range(0, 32, 4)
    ]
    if not all(values[1::2]):
        raise InputError("the file is damaged: a crop is divided by zero.")
    across, down, right, below = (
        Fraction(n, d) for n, d in zip(values[::2], values[1::2], strict=True)
    )
    x, y = (width - across) / 2 + right, (height - down) / 2 + below
    if any(v.denominator != 1 for v in (x, y, across, down)):
        raise RefusedError(
            "a picture is cropped inside pixels, which cannot be kept.",
            hint="Save it again with another program, and redact that.",
        )
    inside = min(x, y) >= 0 and min(across, down) > 0
    if not inside or x + across > width or y + down > height:
        raise InputError("the file is damaged: a crop lies outside its picture.")
    return Rect(int(x), int(y), int(x + across), int(y + down))


def _orientation(item: Item) -> Orientation:
    """Rotation and mirroring in the order of the file, as one EXIF orientation.

    ``irot`` turns anticlockwise in steps of 90 degrees; ``imir`` swaps top and bottom (0) or left
    and right (1) (ISO/IEC 23008-12:2022, 6.5.10 and 6.5.12).
    """
    corners = np.arange(6).reshape(2, 3)
    turned = corners
    for prop in item.properties:
        value = prop.data[0] if prop.data else 0
        if prop.kind == b"irot":
            turned = np.rot90(turned, value & 3)
        elif prop.kind == b"imir":
            turned = np.flip(turned, value & 1)
    return next(
        o for o in map(Orientation.of, range(1, 9)) if np.array_equal(o.upright(corners), turned)
    )
