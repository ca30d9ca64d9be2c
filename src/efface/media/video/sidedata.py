"""HDR10 metadata of a frame, as values that can be compared and as encoders take them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import av
from av.sidedata.sidedata import SideData, Type

_PRIMARIES = 20
"""Numbers of AVMasteringDisplayMetadata before its two flags: red, green, blue, white (x, y each),
lowest and highest luminance, each a numerator and a denominator."""


@dataclass(frozen=True, slots=True)
class Hdr:
    """Static HDR metadata (SMPTE ST 2086, CTA-861.3) in the units that HEVC carries."""

    display: tuple[int, ...] | None
    """Red, green, blue and white (x, y each) in 1/50000, lowest and highest luminance in 1/10000
    candela per square metre."""
    light: tuple[int, int] | None
    """Highest light level of a pixel and of a frame's mean, candela per square metre."""

    @property
    def present(self) -> bool:
        return self.display is not None or self.light is not None

    def x26x_params(self) -> dict[str, str]:
        """By the names x265 has for them."""
        params = {}
        if self.display:
            red, green, blue, white = (f"({x},{y})" for x, y in _pairs(self.display[:8]))
            low, high = self.display[8:]
            params["master-display"] = f"G{green}B{blue}R{red}WP{white}L({high},{low})"
        if self.light:
            params["max-cll"] = f"{self.light[0]},{self.light[1]}"
        return params

    def svt_params(self) -> list[str]:
        params = []
        if self.display:
            red, green, blue, white = (
                f"({x / 50000:.5f},{y / 50000:.5f})" for x, y in _pairs(self.display[:8])
            )
            low, high = (v / 10000 for v in self.display[8:])
            light = f"L({high:.4f},{low:.4f})"
            params.append(f"mastering-display=G{green}B{blue}R{red}WP{white}{light}")
        if self.light:
            params.append(f"content-light={self.light[0]},{self.light[1]}")
        return params


def _pairs(values: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(values[::2], values[1::2], strict=True))


def _side_data(frame: av.VideoFrame) -> list[SideData]:
    found: Any = frame.side_data  # a mapping by its stubs, but iterated by value
    return list(found)


def hdr_of(frame: av.VideoFrame) -> Hdr:
    """What a frame says."""
    display = light = None
    for data in _side_data(frame):
        if data.type == Type.MASTERING_DISPLAY_METADATA:
            display = _display(bytes(data))
        elif data.type == Type.CONTENT_LIGHT_LEVEL:
            most, mean = struct.unpack_from("=II", bytes(data))
            light = (most, mean) if most or mean else None
    return Hdr(display, light)


def _display(data: bytes) -> tuple[int, ...] | None:
    numbers = struct.unpack_from(f"={_PRIMARIES}i", data)
    has_primaries, has_luminance = struct.unpack_from("=ii", data, 4 * _PRIMARIES)
    if not (has_primaries and has_luminance):
        return None
    units = [50000] * 8 + [10000] * 2
    parts = zip(numbers[::2], numbers[1::2], units, strict=True)
    return tuple(round(n * unit / d) if d else 0 for n, d, unit in parts)


def display_matrix(frame: av.VideoFrame) -> tuple[int, ...] | None:
    """The nine numbers that turn a frame upright; ``None`` when it has none or stands upright."""
    for data in _side_data(frame):
        if data.type == Type.DISPLAYMATRIX:
            matrix = struct.unpack_from("=9i", bytes(data))
            return None if matrix == _UPRIGHT else matrix
    return None


_UPRIGHT = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def dynamic_metadata(frame: av.VideoFrame) -> tuple[str, ...]:
    """The names of scene-by-scene metadata that a frame carries, which no encoder here writes."""
    kinds = {data.type for data in _side_data(frame)}
    return tuple(name for name, types in _DYNAMIC.items() if kinds & types)


_DYNAMIC = {
    "Dolby Vision": {Type.DOVI_RPU_BUFFER, Type.DOVI_METADATA},
    "HDR10+": {Type.DYNAMIC_HDR_PLUS},
    "HDR Vivid": {Type.DYNAMIC_HDR_VIVID},
}
