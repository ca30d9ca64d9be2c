"""What a HEIF file carries besides the pictures that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from efface.media.isobmff.boxes import IsoBox, label
from efface.media.isobmff.items import Item, ItemFile
from efface.media.isobmff.stills import (
    DESCRIBING,
    KEPT_SIZES,
    TRANSFORMS,
    Still,
    alpha_type,
    is_picture,
)
from efface.media.metadata import credentials, density, gpano, icc, xmp
from efface.media.metadata import item as item_exif
from efface.media.metadata.density import PixelDensity
from efface.media.metadata.gpano import GPano
from efface.media.trace import Risk, Trace

LEAST_CODED_PX = 64
"""Encoders fill smaller pictures up to this side, and odd sides to even ones."""

_AUXILIARY: tuple[tuple[bytes, str, str], ...] = (
    (b"hdrgainmap", "gain-map", "a gain map; it shows the scene"),
    (b"depth", "depth-map", "a depth map; it shows the scene"),
    (b"hevc:2015:auxid:2", "depth-map", "a depth map; it shows the scene"),
    (b"disparity", "depth-map", "a disparity map; it shows the scene"),
    (b"matte", "matte", "a matte that outlines people, their hair, skin or teeth"),
)
_USUAL_NAMES = frozenset({b"", b"Color", b"Alpha", b"Exif", b"XMP", b"GMap", b"Gain Map"})
_BOXES: dict[bytes, tuple[str, str, Risk]] = {
    b"mpvd": ("motion-photo", "the video of a motion photo", "shows"),
    b"moov": ("further-track", "tracks: a second sequence or video", "shows"),
    b"mdat": ("stray-bytes", "data that no picture uses", "unknown"),
}


def findings(
    file: ItemFile,
    stills: Sequence[Still],
    configuration: bytes,
    samples: Sequence[tuple[int, int]] = (),
) -> tuple[Trace, ...]:
    """Everything that is not needed to show the pictures; never a secret value.

    Args:
        configuration: code of the property that configures the decoder.
        samples: offset and length of what else is shown: a sequence's frames.
    """
    used = _used(stills)
    out: list[Trace] = []
    for item in file.items.values():
        if item.id not in used:
            out += _item(file, item)
        elif any(s.picture.item is item for s in stills):
            known = DESCRIBING | TRANSFORMS | {configuration}
            out += _properties(item, known)
        else:
            known = DESCRIBING | TRANSFORMS | {configuration, b"auxC"}
            out += _properties(item, known)
        if item.name not in _USUAL_NAMES:
            out.append(Trace("item-name", _where(item), "a name in words", "names", len(item.name)))
    for still in stills:
        out += _still(still)
    if file.handler_name:
        size = len(file.handler_name)
        out.append(Trace("text", "hdlr box", "a name in words", "unknown", size))
    if file.groups:
        size = sum(box.end - box.start for box in file.groups)
        out.append(Trace("group", "grpl box", "items tied together", "unknown", size))
    out += _boxes(file)
    out += _unreferenced(file, samples)
    if file.trailing:
        detail = "bytes after the last box"
        out.append(Trace("trailing-data", "end of file", detail, "unknown", file.trailing))
    return tuple(out)


def gpano_of(file: ItemFile) -> GPano | None:
    """How the picture lies on the sphere about the camera, if an XMP packet of the file says so."""
    packets = (file.payload(item) for item in file.items.values() if _is_xmp(item))
    return next(filter(None, map(gpano.read, packets)), None)


def density_of(file: ItemFile) -> PixelDensity | None:
    """How large the picture is meant to be printed, if an EXIF block of the file says so."""
    blocks = (file.payload(item) for item in file.items.values() if item.kind == b"Exif")
    return next(filter(None, (density.read(item_exif.block_of(b)) for b in blocks)), None)


def _is_xmp(item: Item) -> bool:
    return item.kind == b"mime" and b"rdf+xml" in item.content_type


def _used(stills: Sequence[Still]) -> set[int]:
    """Numbers of the items that the shown pictures consist of."""
    out: set[int] = set()
    for still in stills:
        for coded in (still.picture, still.alpha):
            if coded is not None:
                out.add(coded.item.id)
                out.update(tile.id for tile in coded.tiles)
    return out


def _where(item: Item) -> str:
    return f"item {item.id} ({label(item.kind)})"


def _item(file: ItemFile, item: Item) -> Iterator[Trace]:
    """An item that no shown picture consists of."""
    where, size = _where(item), file.size(item)
    if item.kind == b"Exif":
        yield from item_exif.findings(file.payload(item), where)
    elif _is_xmp(item):
        yield from xmp.findings(file.payload(item), where)
    elif not is_picture(item):
        yield Trace("unknown-item", where, "data that is no picture", "unknown", size)
    elif b"thmb" in item.references:
        yield Trace("thumbnail", where, "a small copy of the picture", "shows", size)
    elif item.kind == b"tmap" or _in_tone_map(file, item):
        yield Trace("gain-map", where, "a gain map; it shows the scene", "shows", size)
    elif b"auxl" in item.references:
        says = alpha_type(item) or b""
        kind, detail = next(
            ((kind, detail) for needle, kind, detail in _AUXILIARY if needle in says),
            ("auxiliary-image", "a picture that goes with another"),
        )
        yield Trace(kind, where, detail, "shows", size)
    else:
        yield Trace("further-image", where, "a picture that is not shown", "shows", size)


def _in_tone_map(file: ItemFile, item: Item) -> bool:
    return any(user.kind == b"tmap" for user in file.referring(b"dimg", item.id))


def _properties(item: Item, known: frozenset[bytes]) -> Iterator[Trace]:
    for prop in item.properties:
        where = f"{_where(item)}, property {label(prop.kind)}"
        if prop.kind in (b"udes", b"altt"):
            yield Trace("description", where, "a description in words", "names", len(prop.data))
        elif prop.kind not in known or len(prop.data) != KEPT_SIZES.get(prop.kind, len(prop.data)):
            detail = "a property that is not needed to show the picture"
            yield Trace("item-property", where, detail, "unknown", len(prop.data))


def _still(still: Still) -> Iterator[Trace]:
    picture, where = still.picture, _where(still.picture.item)
    if still.icc is not None:
        yield from icc.findings(still.icc, f"{where}, colour profile")
    crop = picture.crop
    filled = [max(LEAST_CODED_PX, side + side % 2) for side in (crop.width, crop.height)]
    if crop.x0 or crop.y0 or picture.width > filled[0] or picture.height > filled[1]:
        detail = "the picture is larger than what is shown of it"
        yield Trace("cropped-area", where, detail, "shows")


def _boxes(file: ItemFile) -> Iterator[Trace]:
    for box in file.others:
        inside = file.data[box.inside : box.end]
        if box.kind in (b"free", b"skip") and not inside.strip(b"\0"):
            continue
        where = f"{box.label} box, byte {box.start}"
        if box.kind == b"uuid" and inside.startswith(credentials.BOX_TYPE):
            yield credentials.box_finding(inside, where)
            continue
        kind, detail, risk = _BOXES.get(
            box.kind, ("unknown-box", "a box that is no part of the picture", "unknown")
        )
        yield Trace(kind, where, detail, risk, len(inside))


def _unreferenced(file: ItemFile, samples: Sequence[tuple[int, int]]) -> Iterator[Trace]:
    """Bytes of ``mdat`` and ``idat`` that neither an item nor a sample points to."""
    spans = sorted([*samples, *(x for item in file.items.values() for x in item.extents)])
    for box in file.payloads:
        left = _uncovered(box, spans)
        if left:
            where = f"{box.label} box, byte {box.start}"
            yield Trace("stray-bytes", where, "data that no item uses", "unknown", left)


def _uncovered(box: IsoBox, spans: Sequence[tuple[int, int]]) -> int:
    at, left = box.inside, 0
    for start, size in spans:
        if start >= box.end:
            break
        left += max(0, start - at)
        at = max(at, min(start + size, box.end))
    return left + max(0, box.end - at)
