"""ICC tag types that define colours, each parsed and written anew (ICC.1:2022, section 10)."""

from __future__ import annotations

import struct
from collections.abc import Callable

MAX_CHANNELS = 4
"""CMYK; pictures with more inks are not read."""

_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""Numbers in a parametric curve, by its function type."""


class _Malformed(Exception):
    """The tag is not what its type says."""


def rebuilt(signature: bytes, data: bytes) -> bytes | None:
    """A tag's data written anew; ``None`` when it is of another type or malformed."""
    rebuild = _REBUILDERS.get(data[:4])
    if rebuild is None or data[:4] not in _allowed(signature):
        return None
    try:
        return rebuild(data)
    except _Malformed:
        return None


def text_v2(text: str) -> bytes:
    """textDescriptionType: ASCII only, with empty Unicode and ScriptCode parts."""
    ascii_text = text.encode("ascii") + b"\0"
    head = b"desc" + bytes(4) + struct.pack(">I", len(ascii_text)) + ascii_text
    return head + bytes(4 + 4 + 2 + 1 + 67)


def text_plain(text: str) -> bytes:
    """textType, as version 2 has it for the copyright."""
    return b"text" + bytes(4) + text.encode("ascii") + b"\0"


def text_v4(text: str) -> bytes:
    """multiLocalizedUnicodeType with one record, English."""
    encoded = text.encode("utf-16-be")
    return (
        b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28)
    ) + encoded


def _allowed(signature: bytes) -> tuple[bytes, ...]:
    if signature.endswith(b"TRC"):
        return (b"curv", b"para")
    if signature.endswith(b"XYZ") or signature == b"wtpt":
        return (b"XYZ ",)
    if signature == b"chad":
        return (b"sf32",)
    if signature == b"cicp":
        return (b"cicp",)
    return (b"mft1", b"mft2", b"mAB ", b"mBA ")


def _take(data: bytes, at: int, size: int) -> bytes:
    if at < 0 or size < 0 or at + size > len(data):
        raise _Malformed
    return data[at : at + size]


def _fixed(data: bytes, size: int) -> bytes:
    return data[:4] + bytes(4) + _take(data, 8, size)


def _xyz(data: bytes) -> bytes:
    return _fixed(data, 12)


def _chad(data: bytes) -> bytes:
    return _fixed(data, 36)


def _cicp(data: bytes) -> bytes:
    return _fixed(data, 4)


def _curve(data: bytes) -> bytes:
    if data[:4] == b"curv":
        (count,) = struct.unpack(">I", _take(data, 8, 4))
        return _fixed(data, 4 + 2 * count)
    if data[:4] != b"para":
        raise _Malformed
    kind = int.from_bytes(_take(data, 8, 2), "big")
    if kind not in _PARAMETERS:
        raise _Malformed
    numbers = _take(data, 12, 4 * _PARAMETERS[kind])
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + numbers


def _channels(data: bytes) -> tuple[int, int]:
    """Input and output channels of a table."""
    inputs, outputs = _take(data, 8, 2)
    if not (1 <= inputs <= MAX_CHANNELS and 1 <= outputs <= MAX_CHANNELS):
        raise _Malformed
    return inputs, outputs


def _lut(data: bytes) -> bytes:
    """lut8Type and lut16Type."""
    inputs, outputs = _channels(data)
    grid = _take(data, 10, 1)[0]
    matrix = _take(data, 12, 36)
    if data[:4] == b"mft1":
        at, sizes, width = 48, b"", 1
        entries = (256, 256)
    else:
        at, width = 52, 2
        sizes = _take(data, 48, 4)
        entries = struct.unpack(">HH", sizes)
    count = inputs * entries[0] + grid**inputs * outputs + outputs * entries[1]
    body = _take(data, at, count * width)
    return data[:4] + bytes(4) + bytes((inputs, outputs, grid, 0)) + matrix + sizes + body


def _stages(data: bytes) -> bytes:
    """lutAToBType and lutBToAType: curves, matrix and table, each behind an offset."""
    inputs, outputs = _channels(data)
    b, matrix, m, table, a = struct.unpack(">5I", _take(data, 12, 20))
    near, far = (outputs, inputs) if data[:4] == b"mAB " else (inputs, outputs)
    parts = (
        _curves(data, b, near),
        _take(data, matrix, 48) if matrix else b"",
        _curves(data, m, near),
        _grid(data, table, inputs, outputs) if table else b"",
        _curves(data, a, far),
    )
    if not b:
        raise _Malformed
    offsets, body = [], b""
    for part in parts:
        offsets.append(32 + len(body) if part else 0)
        body += part
    head = data[:4] + bytes(4) + bytes((inputs, outputs, 0, 0))
    return head + struct.pack(">5I", *offsets) + body


def _curves(data: bytes, at: int, count: int) -> bytes:
    """A row of curves, each padded to 4 bytes; empty for the offset 0."""
    out = b""
    for _ in range(count if at else 0):
        curve = _curve(_take(data, at, len(data) - at))
        padded = len(curve) + -len(curve) % 4
        out += curve.ljust(padded, b"\0")
        at += padded
    return out


def _grid(data: bytes, at: int, inputs: int, outputs: int) -> bytes:
    points = _take(data, at, 16)[:inputs]
    width = _take(data, at + 16, 1)[0]
    if width not in (1, 2):
        raise _Malformed
    count = outputs * width
    for n in points:
        count *= n
    values = _take(data, at + 20, count)
    head = points.ljust(16, b"\0") + bytes((width, 0, 0, 0))
    return head + values + bytes(-len(values) % 4)


_REBUILDERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"XYZ ": _xyz,
    b"sf32": _chad,
    b"cicp": _cicp,
    b"curv": _curve,
    b"para": _curve,
    b"mft1": _lut,
    b"mft2": _lut,
    b"mAB ": _stages,
    b"mBA ": _stages,
}
