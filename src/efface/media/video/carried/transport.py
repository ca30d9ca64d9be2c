"""MPEG transport streams (ITU-T H.222.0): packets of 188 bytes, or 192 with a time before each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from efface.media.trace import Trace
from efface.media.video.carried.dolby import Dolby
from efface.media.video.carried.interface import Survey
from efface.media.video.carried.joints import Breaks, joints_of

_SYNC = 0x47
_PACKET = 188
_AT_ONCE = 20_000
"""Packets looked at together."""
_NULL, _PAT, _SDT, _TABLES = 0x1FFF, 0x0000, 0x0011, range(0x0001, 0x0020)
_OWN_NAMES = (b"FFmpeg", b"Service01")
_VIDEO_TYPES = frozenset({0x01, 0x02, 0x10, 0x1B, 0x20, 0x24, 0x33, 0x42, 0xD1, 0xEA})
_SOUND_TYPES = frozenset({0x03, 0x04, 0x0F, 0x11, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87})
_BLU_RAY, _BLU_RAY_TEXT = b"HDMV", frozenset({0x90, 0x92})
"""Types of subtitles in programmes that are registered so."""
_DOLBY = 0xB0
"""Descriptor of Dolby Vision (Dolby Vision Streams within the MPEG-2 Transport Stream Format)."""
_PRIVATE = 0x06
_SOUND_OR_TEXT = frozenset({0x0A, 0x05, 0x45, 0x56, 0x59, 0x6A, 0x7A, 0x7B, 0x7F, 0x46})
"""Descriptors by which private data is known as sound, subtitles or teletext (EN 300 468); 5 is a
registration such as ``AC-3`` or ``Opus``."""


def survey(file: BufferedReader, deep: bool) -> Survey:
    """Look through a file's packet headers (the first ones unless ``deep``) and its tables."""
    out = Survey()
    head = file.read(4 * 192)
    step, first = (192, 4) if head[:1] != b"G" or head[188:189] != b"G" else (_PACKET, 0)
    size = os.fstat(file.fileno()).st_size
    if size % step:
        out.cut = "the file ends in the middle of a packet"
    breaks = Breaks()
    counts, sections = _scan(file, step, first, breaks if deep else None)
    kinds: dict[int, tuple[int, bytes]] = {}
    known, words = {_PAT, _NULL}, set[int]()
    for pid in _programmes(sections.get(_PAT, b"")):
        known.add(pid)
        clock, streams = _streams(sections.get(pid, b""))
        known |= {clock, *streams}
        kinds |= streams
        out.dolby += [_dolby(text) for kind, text in streams.values() if kind in _VIDEO_TYPES]
        if _BLU_RAY in sections.get(pid, b""):
            words |= {pid for pid, (kind, _) in streams.items() if kind in _BLU_RAY_TEXT}
    out.joints = joints_of(file, breaks, kinds, step, first)
    for pid, (kind, descriptors) in sorted(kinds.items()):
        if kind in _VIDEO_TYPES or kind in _SOUND_TYPES or _is_sound_or_text(kind, descriptors):
            continue
        if pid in words:
            continue
        where = f"packets of number {pid}"
        detail = "sensor or private data along with the pictures"
        out.findings.append(
            Trace("telemetry", where, detail, "locates", counts.get(pid, 0) * _PACKET)
        )
    for pid in sorted(set(counts) - known):
        where, length = f"packets of number {pid}", counts[pid] * _PACKET
        if pid == _SDT and all(name in sections.get(pid, b"") for name in _OWN_NAMES):
            continue
        if pid in _TABLES:
            detail = "names of the station or programme, or the time of day"
            out.findings.append(Trace("programme-info", where, detail, "locates", length))
        else:
            detail = "packets that belong to no stream"
            out.findings.append(Trace("stray-bytes", where, detail, "unknown", length))
    return out


def _scan(
    file: BufferedReader, step: int, first: int, breaks: Breaks | None
) -> tuple[dict[int, int], dict[int, bytes]]:
    """How many packets there are of each number, and the first section of each that begins one; of
    the first packets, or if ``breaks`` are looked for of all."""
    counts = np.zeros(0x2000, np.int64)
    sections: dict[int, bytes] = {}
    file.seek(0)
    number = 0
    while chunk := file.read(step * _AT_ONCE):
        whole = len(chunk) // step
        packets = np.frombuffer(chunk, np.uint8, whole * step).reshape(-1, step)[:, first:]
        whole_ones = np.flatnonzero(packets[:, 0] == _SYNC)
        packets = packets[whole_ones]
        pids = (packets[:, 1].astype(np.int32) & 0x1F) << 8 | packets[:, 2]
        counts += np.bincount(pids, minlength=0x2000)
        starts = np.flatnonzero(packets[:, 1] & 0x40)
        for pid, index in zip(*np.unique(pids[starts], return_index=True), strict=True):
            if int(pid) not in sections:
                sections[int(pid)] = _section(packets[starts[index]].tobytes())
        if breaks is None:
            break
        tables = {_PAT, _SDT, *_programmes(sections.get(_PAT, b""))}
        breaks.see(number + whole_ones, packets, pids, tables)
        number += whole
    return {int(pid): int(counts[pid]) for pid in np.flatnonzero(counts)}, sections


def _section(packet: bytes) -> bytes:
    at = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    at += 1 + packet[at] if at < _PACKET else 0
    return packet[at:_PACKET]


def _programmes(section: bytes) -> list[int]:
    """Numbers of the packets that describe a programme."""
    end = 3 + (int.from_bytes(section[1:3], "big") & 0xFFF) - 4
    entries = (section[i : i + 4] for i in range(8, min(end, len(section) - 3), 4))
    return [int.from_bytes(e[2:4], "big") & 0x1FFF for e in entries]


def _streams(section: bytes) -> tuple[int, dict[int, tuple[int, bytes]]]:
    """Number of the packets with the clock; type and descriptors of each stream."""
    if len(section) < 12:
        return _NULL, {}
    end = min(3 + (int.from_bytes(section[1:3], "big") & 0xFFF) - 4, len(section))
    clock = int.from_bytes(section[8:10], "big") & 0x1FFF
    at = 12 + (int.from_bytes(section[10:12], "big") & 0xFFF)
    out: dict[int, tuple[int, bytes]] = {}
    while at + 5 <= end:
        length = int.from_bytes(section[at + 3 : at + 5], "big") & 0xFFF
        pid = int.from_bytes(section[at + 1 : at + 3], "big") & 0x1FFF
        out[pid] = section[at], section[at + 5 : at + 5 + length]
        at += 5 + length
    return clock, out


def _parts(descriptors: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and payload of each descriptor."""
    at = 0
    while at + 2 <= len(descriptors):
        yield descriptors[at], descriptors[at + 2 : at + 2 + descriptors[at + 1]]
        at += 2 + descriptors[at + 1]


def _dolby(descriptors: bytes) -> Dolby | None:
    records = [payload for tag, payload in _parts(descriptors) if tag == _DOLBY]
    return Dolby.parse(records[0]) if records else None


def _is_sound_or_text(kind: int, descriptors: bytes) -> bool:
    tags = {tag for tag, _ in _parts(descriptors)}
    return kind == _PRIVATE and bool(tags & _SOUND_OR_TEXT) and b"KLVA" not in descriptors
