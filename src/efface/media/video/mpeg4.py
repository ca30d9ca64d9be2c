"""Colours in the bitstream of MPEG-4 part 2 (ISO/IEC 14496-2, 6.2.2).

FFmpeg's encoder does not state them, and AVI and MPEG-TS have no other place for them.
"""

from __future__ import annotations

from typing import Any

import av

from efface.media.video.facts import UNSTATED, StreamFacts

_VISUAL_OBJECT = b"\0\0\1\xb5"
_STARTS = b"\0\0\1"
_UNSPECIFIED_FORMAT = 5
_FULL = 2


def states_colours(encoder: str, facts: StreamFacts) -> bool:
    """The encoder is that of MPEG-4, and something is said of colours or their range."""
    said = {facts.primaries, facts.transfer, facts.matrix} != {UNSTATED}
    return encoder == "mpeg4" and (said or facts.colour_range == _FULL)


def with_colours(data: bytes, facts: StreamFacts) -> bytes:
    """A packet or the stream's configuration, with the colours in each of its headers."""
    at = data.find(_VISUAL_OBJECT)
    while at >= 0:
        end = data.find(_STARTS, at + 4)
        end = len(data) if end < 0 else end
        header = _described(data[at + 4 : end], facts)
        data = data[: at + 4] + header + data[end:]
        at = data.find(_VISUAL_OBJECT, at + 4 + len(header))
    return data


def recoloured(packet: av.Packet[Any], facts: StreamFacts) -> av.Packet[Any]:
    """The packet, or if it has a header another one with the colours in it."""
    if _VISUAL_OBJECT not in memoryview(packet)[:64].tobytes():
        return packet
    made: av.Packet[Any] = av.Packet(with_colours(bytes(packet), facts))
    made.pts, made.dts, made.duration = packet.pts, packet.dts, packet.duration
    made.time_base, made.is_keyframe = packet.time_base, packet.is_keyframe
    return made


def _described(header: bytes, facts: StreamFacts) -> bytes:
    """The bits of a visual object's header up to the type, then the colours."""
    bits = "".join(f"{byte:08b}" for byte in header)
    kept = bits[: 12 if bits[0] == "1" else 5]
    colours = (facts.primaries, facts.transfer, facts.matrix)
    full = int(facts.colour_range == _FULL)
    bits = f"{kept}1{_UNSPECIFIED_FORMAT:03b}{full}1" + "".join(f"{c:08b}" for c in colours) + "0"
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
