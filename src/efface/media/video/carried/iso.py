"""MP4 and QuickTime files (ISO/IEC 14496-12; QuickTime File Format): boxes of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from efface.errors import InputError
from efface.media.isobmff.boxes import label
from efface.media.metadata import credentials, xmp
from efface.media.trace import Trace
from efface.media.video.carried.interface import Survey
from efface.media.video.carried.isoparts import header_dates, inner
from efface.media.video.carried.isotracks import TrackSurvey, track_survey
from efface.media.video.carried.isouser import meta_findings, user_findings

_MAX_MOOV = 512 << 20
_MAX_LOOKED_AT = 1 << 20
_MAX_TOP = 1_000_000
_HEADER = 16
_EXPECTED = frozenset({b"ftyp", b"styp", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"pdin"})
_FILLING = frozenset({b"free", b"skip", b"wide"})
_KNOWN = _EXPECTED | _FILLING | {b"moov", b"uuid", b"meta", b"emsg", b"prft", b"udta", b"pnot"}
_XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")


@dataclass(frozen=True, slots=True)
class _Top:
    """A box of the file itself."""

    kind: bytes
    start: int
    inside: int
    end: int

    @property
    def where(self) -> str:
        return f"{label(self.kind)} box, byte {self.start}"


def survey(file: BufferedReader, deep: bool) -> Survey:
    """Look through a file's boxes; coded data is skipped over, ``deep`` or not."""
    out = Survey()
    payload, fragmented = 0, False
    tracks: list[TrackSurvey] = []
    for box in _top(file, out):
        if box.kind == b"moov":
            tracks += _movie(_read(file, box, _MAX_MOOV), out)
        elif box.kind == b"moof":
            fragmented = True
        elif box.kind == b"mdat":
            payload += box.end - box.inside
        elif box.kind not in _EXPECTED:
            out.findings += _other(file, box)
    for track in tracks:
        out.findings += track.findings
        out.encrypted |= track.encrypted
        if track.handler == b"vide":
            out.ends.append(track.end)
            out.dolby.append(track.dolby)
            out.views.append(track.views)
            out.around.append(track.around)
            if not fragmented:
                out.packets.append(track.samples)
    used = sum(track.bytes for track in tracks)
    counted = bool(tracks) and all(track.counted for track in tracks)
    if counted and not fragmented and payload > used:
        detail = "data that no track uses"
        size = payload - used
        out.findings.append(Trace("stray-bytes", "mdat box", detail, "unknown", size))
    return out


def _top(file: BufferedReader, out: Survey) -> Iterator[_Top]:
    """The boxes of the file, up to its end or to what is no box."""
    size = os.fstat(file.fileno()).st_size
    at, seen = 0, set[bytes]()
    for _ in range(_MAX_TOP):
        if at >= size:
            return
        file.seek(at)
        head = file.read(_HEADER)
        kind, length, inside = head[4:8], int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, inside = int.from_bytes(head[8:16], "big"), at + 16
        elif length == 0:
            length = size - at
        whole = {b"moov", b"mdat"} <= seen and b"moof" not in seen
        if len(head) < inside - at or at + length > size or length < inside - at:
            if whole and (len(head) < 8 or kind not in _KNOWN):
                detail = "bytes after the last box"
                out.findings.append(
                    Trace("trailing-data", "end of file", detail, "unknown", size - at)
                )
            else:
                out.cut = "the file ends in the middle of a box"
            return
        if whole and kind not in _KNOWN and not all(0x20 <= c < 0x7F for c in kind):
            detail = "bytes after the last box"
            out.findings.append(Trace("trailing-data", "end of file", detail, "unknown", size - at))
            return
        seen.add(kind)
        yield _Top(kind, at, inside, at + length)
        at += length
    raise InputError(f"the file has more than {_MAX_TOP} boxes in a row.")


def _read(file: BufferedReader, box: _Top, most: int) -> bytes:
    if box.end - box.inside > most:
        raise InputError(f"the {label(box.kind)} box is larger than any real one.")
    file.seek(box.inside)
    return file.read(box.end - box.inside)


def _other(file: BufferedReader, box: _Top) -> Iterator[Trace]:
    size = box.end - box.inside
    file.seek(box.inside)
    data = file.read(min(size, _MAX_LOOKED_AT))
    if box.kind in _FILLING:
        if data.strip(b"\0"):
            yield Trace("padding", box.where, "filling bytes that are in use", "unknown", size)
    elif box.kind == b"uuid" and data[:16] == _XMP:
        yield from xmp.findings(data[16:], box.where)
    elif box.kind == b"uuid" and data[:16] == credentials.BOX_TYPE:
        data += file.read(min(size, credentials.MAX_BYTES) - len(data))
        yield credentials.box_finding(data, box.where)
    elif box.kind == b"meta":
        yield from meta_findings(data, 0, len(data), box.where)
    elif box.kind == b"udta":
        yield from user_findings(data, 0, len(data), box.where)
    elif box.kind == b"prft":
        yield Trace("date", box.where, "the clock time at which it was made", "locates", size)
    else:
        yield Trace("unknown-box", box.where, "a box that is no part of it", "unknown", size)


def _movie(data: bytes, out: Survey) -> Iterator[TrackSurvey]:
    """The tracks in a ``moov`` box; what else is in it goes to the findings."""
    for box in inner(data, 0, len(data)):
        where = f"moov, {box.label} box"
        if box.kind == b"mvhd":
            out.findings += header_dates(data, box, where)
        elif box.kind == b"trak":
            yield track_survey(data, box)
        elif box.kind == b"udta":
            out.findings += user_findings(data, box.inside, box.end, where)
        elif box.kind == b"meta":
            out.findings += meta_findings(data, box.inside, box.end, where)
        elif box.kind not in (b"mvex", b"iods", b"cmov", b"free", b"skip", b"ctab", b"clip"):
            size = box.end - box.inside
            out.findings.append(
                Trace("unknown-box", where, "a box that is no part of it", "unknown", size)
            )
