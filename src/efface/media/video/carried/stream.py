"""What rides inside the coded pictures: captions, and data that cameras and programs put there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import av

from efface.media.trace import Risk, Trace

_H264_SEI, _H264_FIRST_SLICE, _H264_LAST_SLICE = 6, 1, 5
_HEVC_SEI, _HEVC_DOLBY = (39, 40), (62, 63)
"""Dolby Vision's metadata and its enhancement layer are units that HEVC leaves unspecified."""
_REGISTERED, _UNREGISTERED = 4, 5
_ENCODERS = frozenset(
    {
        bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef"),  # x264's settings
        bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e"),  # x265's settings
    }
)
_CAPTIONS = b"GA94\x03"
"""ATSC A/53 closed captions; other kinds after GA94 are bars and the like."""
_MPEG2_USER = b"\0\0\1\xb2"
_MPEG2_SLICE = b"\0\0\1\1"
_OBU_METADATA, _OBU_TILES = 5, (3, 4, 6)
_ITUT_T35 = 4
_START = b"\0\0\1"
_MOST_UNITS = 64

_DYNAMIC = (b"\xb5\0\x3c\0\1", b"\xb5\0\x3b\0\0\x08\0", b"\x26\0\4\0\5")
"""ITU-T T.35: HDR10+ (SMPTE ST 2094-40), Dolby Vision in AV1, HDR Vivid (T/UWA 005)."""

_KINDS: dict[str, tuple[str, str, Risk]] = {
    "captions": ("captions", "closed captions: what is said, as text", "names"),
    "stream-data": (
        "stream-data",
        "data of a camera or program; it can hold place, time and serial numbers",
        "locates",
    ),
    "dynamic-hdr": (
        "dynamic-hdr",
        "how bright and colourful each scene shows (Dolby Vision, HDR10+ and the like)",
        "unknown",
    ),
    "second-view": (
        "second-view",
        "a second layer of the pictures: the other eye's view, or transparency",
        "shows",
    ),
}


def stream_findings(codec: str, packets: Iterable[av.Packet[Any]], record: bytes) -> list[Trace]:
    """What is found in the packets of a video stream; each kind once, with its bytes in all.

    Args:
        codec: FFmpeg's name.
        record: the stream's configuration (FFmpeg's extradata), empty where there is none.
    """
    look = _LOOKS.get(codec)
    if look is None:
        return []
    lengths = _length_bytes(codec, record)
    sizes: dict[str, int] = {}
    for packet in packets:
        for kind, size in look(bytes(packet), lengths):
            sizes[kind] = sizes.get(kind, 0) + size
    return [
        Trace(_KINDS[kind][0], "in the coded pictures", *_KINDS[kind][1:], size)
        for kind, size in sorted(sizes.items())
    ]


def _length_bytes(codec: str, record: bytes) -> int:
    """Bytes of the length before each unit, by the stream's configuration record (ISO/IEC 14496-15,
    5.3.3 and 8.3.3); 0 where units begin with start codes. A packet's first bytes cannot tell: a
    length of 256 to 511 looks like a start code."""
    place = {"h264": 4, "hevc": 21}.get(codec)
    if place is None or len(record) <= place or record[0] != 1:
        return 0
    return (record[place] & 3) + 1


def _h264(data: bytes, lengths: int) -> Iterator[tuple[str, int]]:
    for unit in _units(data, lengths):
        kind = unit[0] & 0x1F
        if kind == _H264_SEI:
            yield from _sei(unit[1:])
        elif _H264_FIRST_SLICE <= kind <= _H264_LAST_SLICE:
            return


def _hevc(data: bytes, lengths: int) -> Iterator[tuple[str, int]]:
    for unit in _units(data, lengths):
        kind = unit[0] >> 1 & 0x3F
        if len(unit) > 1 and int.from_bytes(unit[:2], "big") >> 3 & 0x3F:  # nuh_layer_id
            yield "second-view", len(unit)
        elif kind in _HEVC_SEI:
            yield from _sei(unit[2:])
        elif kind in _HEVC_DOLBY:
            yield "dynamic-hdr", len(unit)


def _units(data: bytes, lengths: int) -> Iterator[bytes]:
    """The first units of a picture, by lengths of so many bytes, or by start codes."""
    if not lengths:
        at = data.find(_START) + 3
        if at < 3:
            return
        for _ in range(_MOST_UNITS):
            end = data.find(_START, at)
            if end < 0:
                if at < len(data):
                    yield data[at:]
                return
            if end > at:
                yield data[at:end]
            at = end + 3
    else:
        at = 0
        for _ in range(_MOST_UNITS):
            length = int.from_bytes(data[at : at + lengths], "big")
            if at + lengths >= len(data) or length == 0:
                return
            yield data[at + lengths : at + lengths + length]
            at += lengths + length


def _sei(unit: bytes) -> Iterator[tuple[str, int]]:
    """ITU-T H.264 7.3.2.3.1 and H.265 7.3.5: type and size, each as 255s and a rest."""
    unit = unit.replace(b"\0\0\3", b"\0\0")
    at = 0
    while at + 2 < len(unit):
        kind, at = _counted(unit, at)
        size, at = _counted(unit, at)
        payload = unit[at : at + size]
        at += size
        if kind == _UNREGISTERED and payload[:16] not in _ENCODERS:
            yield "stream-data", size
        elif kind == _REGISTERED:
            yield from _registered(payload, size)


def _registered(payload: bytes, size: int) -> Iterator[tuple[str, int]]:
    """ITU-T T.35: whoever is registered there says what it is."""
    if _CAPTIONS in payload[:16]:
        yield "captions", size
    elif payload.startswith(_DYNAMIC):
        yield "dynamic-hdr", size
    elif b"GA94" not in payload[:16] and b"DTG1" not in payload[:16]:
        yield "stream-data", size


def _counted(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(data) and data[at] == 0xFF:
        value, at = value + 255, at + 1
    return value + (data[at] if at < len(data) else 0), at + 1


def _mpeg2(data: bytes, lengths: int) -> Iterator[tuple[str, int]]:
    end = data.find(_MPEG2_SLICE)
    at = data.find(_MPEG2_USER, 0, end)
    while at >= 0:
        after = data.find(_START, at + 4, end)
        stop = after if after >= 0 else max(end, at + 4)
        payload = data[at + 4 : stop]
        if payload.startswith(_CAPTIONS):
            yield "captions", len(payload)
        elif not payload.startswith((b"GA94", b"DTG1", b"Lav")):
            yield "stream-data", len(payload)
        at = data.find(_MPEG2_USER, stop, end)


def _av1(data: bytes, lengths: int) -> Iterator[tuple[str, int]]:
    """AV1 specification 5.3: units with a size each; ITU-T T.35 metadata holds captions."""
    at = 0
    while at < len(data):
        head = data[at]
        kind = head >> 3 & 15
        at += 2 if head & 4 else 1
        if not head & 2 or kind in _OBU_TILES:
            return
        size = shift = 0
        for _ in range(8):
            byte = data[at] if at < len(data) else 0
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        payload = data[at : at + size]
        if kind == _OBU_METADATA and payload[:1] == bytes([_ITUT_T35]):
            yield from _registered(payload[1:], size)
        at += size


_LOOKS: dict[str, Callable[[bytes, int], Iterator[tuple[str, int]]]] = {
    "h264": _h264,
    "hevc": _hevc,
    "mpeg2video": _mpeg2,
    "av1": _av1,
}
