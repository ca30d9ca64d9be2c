"""User data of MP4 and QuickTime files: ``udta`` and ``meta`` boxes."""

from __future__ import annotations

from collections.abc import Iterator

from efface.media.isobmff.boxes import IsoBox, label
from efface.media.metadata import xmp
from efface.media.trace import Trace
from efface.media.video.carried.isoparts import found, inner
from efface.media.video.carried.tags import is_own, tag

_TELEMETRY = {b"GPMF": "GoPro's sensor data", b"CAME": "GoPro's camera data"}
_EMPTY_USER = 4
"""QuickTime ends a list of user data with four zero bytes."""


def user_findings(data: bytes, start: int, end: int, where: str) -> Iterator[Trace]:
    """What a ``udta`` box holds."""
    at = start
    for box in inner(data, start, end):
        at = box.end
        yield from _user(data, box, f"{where}, {_name(box.kind)}")
    if end - at > _EMPTY_USER or any(data[at:end]):
        yield Trace("user-data", where, "data of some program", "unknown", end - at)


def _user(data: bytes, box: IsoBox, where: str) -> Iterator[Trace]:
    size, payload = box.end - box.inside, data[box.inside : box.end]
    if box.kind == b"meta":
        yield from meta_findings(data, box.inside, box.end, where)
    elif box.kind == b"XMP_":
        yield from xmp.findings(payload, where)
    elif box.kind == b"chpl":
        yield Trace("chapters", where, "names of chapters", "names", size)
    elif box.kind in _TELEMETRY:
        yield Trace("telemetry", where, _TELEMETRY[box.kind], "locates", size)
    elif box.kind in (b"free", b"skip", b"hnti", b"hinf"):
        if payload.strip(b"\0"):
            yield Trace("padding", where, "filling bytes that are in use", "unknown", size)
    elif not is_own(payload[4:]):
        yield tag(_name(box.kind), where, size)


def meta_findings(data: bytes, start: int, end: int, where: str) -> Iterator[Trace]:
    """What a ``meta`` box holds: iTunes' list, or QuickTime's keys and values."""
    if data[start + 4 : start + 8] != b"hdlr":  # a full box, except in QuickTime
        start += 4
    names = [name for box in found(data, start, end, b"keys") for name in _keys(data, box)]
    for box in inner(data, start, end):
        if box.kind == b"ilst":
            for item in inner(data, box.inside, box.end):
                number = int.from_bytes(item.kind, "big")
                known = 1 <= number <= len(names)
                key = names[number - 1] if known else _item_name(data, item)
                yield from _value(data, item, key, f"{where}, {key}")
        elif box.kind == b"xml ":
            yield from xmp.findings(data[box.inside : box.end], where)
        elif box.kind not in (b"hdlr", b"keys", b"free", b"skip"):
            inside = f"{where}, {_name(box.kind)}"
            yield Trace(
                "user-data", inside, "data of some program", "unknown", box.end - box.inside
            )


def _keys(data: bytes, box: IsoBox) -> Iterator[str]:
    for entry in inner(data, box.inside + 8, box.end):
        yield data[entry.inside : entry.end].decode("utf-8", "replace")


def _item_name(data: bytes, item: IsoBox) -> str:
    """``----`` items have their names in a box of their own."""
    inside = next(found(data, item.inside, item.end, b"name"), None)
    if item.kind == b"----" and inside is not None:
        return data[inside.inside + 4 : inside.end].decode("utf-8", "replace")
    return _name(item.kind)


def _value(data: bytes, item: IsoBox, key: str, where: str) -> Iterator[Trace]:
    for box in found(data, item.inside, item.end, b"data"):
        value = data[box.inside + 8 : box.end]
        if not is_own(value):
            yield tag(key, where, len(value))


def _name(kind: bytes) -> str:
    return "©" + label(kind[1:]) if kind[:1] == b"\xa9" else label(kind)
