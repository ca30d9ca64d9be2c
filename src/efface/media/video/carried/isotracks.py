"""Tracks of MP4 and QuickTime files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from efface.media.isobmff.boxes import IsoBox, label
from efface.media.trace import Trace
from efface.media.video.carried import around
from efface.media.video.carried.around import Around
from efface.media.video.carried.dolby import Dolby
from efface.media.video.carried.isoparts import found, header_dates, inner
from efface.media.video.carried.isouser import meta_findings, user_findings

_USUAL_HANDLERS = frozenset(
    {
        b"",
        b"VideoHandler",
        b"SoundHandler",
        b"SubtitleHandler",
        b"Core Media Video",
        b"Core Media Audio",
        b"L-SMASH Video Handler",
        b"L-SMASH Audio Handler",
        b"ISO Media file produced by Google Inc.",
        b"Apple Video Media Handler",
        b"Apple Sound Media Handler",
        b"Video Media Handler",
        b"Sound Media Handler",
        b"Mainconcept Video Media Handler",
        b"Mainconcept MP4 Sound Media Handler",
        b"VideoHandle",
        b"SoundHandle",
        b"DataHandler",
        b"Bento4 Video Handler",
        b"Bento4 Sound Handler",
    }
)
_KEPT = frozenset({b"vide", b"soun", b"subt", b"text", b"sbtl", b"subp", b"clcp"})
_VISUAL_ENTRY = 78
_USUAL_COMPRESSORS = (b"Lav", b"AVC Coding", b"HEVC Coding", b"AOM Coding", b"VPC Coding", b"H.264")
_DOLBY = frozenset({b"dvcC", b"dvvC", b"dvwC"})
_DOLBY_ENTRIES = frozenset({b"dvh1", b"dvhe", b"dva1", b"dvav", b"dav1"})
_ENCRYPTED = frozenset({b"encv", b"enca", b"encs", b"enct", b"drmi", b"drms"})
_SECOND_VIEW = frozenset({b"lhvC", b"mvcC"})
_PRIMING_S = 0.25
"""Encoders of sound put less than this before the first sample that is heard."""


@dataclass(slots=True)
class TrackSurvey:
    """What a track carries besides its samples, and how much they take."""

    handler: bytes = b""
    samples: int = 0
    bytes: int = 0
    counted: bool = False
    """Whether ``bytes`` is right."""
    end: Fraction | None = None
    """When the last sample has been shown, seconds, by an edit list."""
    encrypted: bool = False
    views: bool = False
    dolby: Dolby | None = None
    around: Around = field(default_factory=Around)
    findings: list[Trace] = field(default_factory=list)


def track_survey(data: bytes, trak: IsoBox) -> TrackSurvey:
    """Look through a ``trak`` box."""
    out = TrackSurvey()
    number = _number(data, trak)
    where = f"track {number}"
    for box in inner(data, trak.inside, trak.end):
        inside = f"{where}, {box.label} box"
        if box.kind == b"tkhd":
            out.findings += header_dates(data, box, inside)
        elif box.kind == b"udta":
            out.findings += user_findings(data, box.inside, box.end, inside)
        elif box.kind == b"meta":
            out.findings += meta_findings(data, box.inside, box.end, inside)
        elif box.kind == b"uuid" and data[box.inside : box.inside + 16] == around.UUID:
            older = around.of_packet(data[box.inside + 16 : box.end])
            out.around = around.both([out.around, older])
            if older.track_boxes() != data[box.start : box.end]:
                out.findings.append(_around(inside, box.end - box.inside))
        elif box.kind == b"uuid":
            size = box.end - box.inside
            out.findings.append(
                Trace("unknown-box", inside, "data of some program", "unknown", size)
            )
        elif box.kind == b"mdia":
            _media(data, box, where, out)
    out.end = _end(data, trak)
    if out.handler == b"soun":
        out.findings += _hidden_sound(data, trak, where)
    if out.handler not in _KEPT:
        out.findings.append(_other_track(data, trak, where, out))
    return out


def _number(data: bytes, trak: IsoBox) -> int:
    for box in found(data, trak.inside, trak.end, b"tkhd"):
        at = box.inside + (20 if data[box.inside] == 1 else 12)
        return int.from_bytes(data[at : at + 4], "big")
    return 0


def _media(data: bytes, mdia: IsoBox, where: str, out: TrackSurvey) -> None:
    for box in inner(data, mdia.inside, mdia.end):
        if box.kind == b"mdhd":
            out.findings += header_dates(data, box, f"{where}, mdhd box")
        elif box.kind == b"hdlr":
            out.handler = data[box.inside + 8 : box.inside + 12]
            name = data[box.inside + 24 : box.end].rstrip(b"\0")
            if name[:1] and name[0] == len(name) - 1:  # QuickTime counts its letters first
                name = name[1:]
            if name.strip() not in _USUAL_HANDLERS:
                out.findings.append(
                    Trace(
                        "track-name",
                        f"{where}, hdlr box",
                        "a name for the track; it can name the camera",
                        "names",
                        len(name),
                    )
                )
    for box in found(data, mdia.inside, mdia.end, b"minf", b"stbl", b"stsz"):
        _sizes(data, box, out)
    for box in found(data, mdia.inside, mdia.end, b"minf", b"stbl", b"stsd"):
        for entry in inner(data, box.inside + 8, box.end):
            _entry(data, entry, where, out)


def _sizes(data: bytes, box: IsoBox, out: TrackSurvey) -> None:
    each = int.from_bytes(data[box.inside + 4 : box.inside + 8], "big")
    out.samples = int.from_bytes(data[box.inside + 8 : box.inside + 12], "big")
    out.counted = each != 1  # QuickTime writes 1 for uncompressed sound of any width
    if each:
        out.bytes = each * out.samples
    else:
        end = min(box.end, box.inside + 12 + 4 * out.samples)
        count = max(0, end - box.inside - 12) // 4
        sizes = np.frombuffer(data, ">u4", count, box.inside + 12)
        out.bytes = int(sizes.sum(dtype=np.int64))


def _entry(data: bytes, entry: IsoBox, where: str, out: TrackSurvey) -> None:
    out.encrypted |= entry.kind in _ENCRYPTED
    if out.handler != b"vide":
        return
    if entry.kind in _DOLBY_ENTRIES:
        out.dolby = Dolby(0, None)
    at = entry.inside + 42
    length = data[at] if at < entry.end else 0
    name = data[at + 1 : at + 1 + min(length, 31)].strip(b"\0 \x1f\n")
    if name and not name.startswith(_USUAL_COMPRESSORS):
        detail = "name of the encoder; it can name the camera"
        out.findings.append(Trace("device", f"{where}, stsd box", detail, "names", len(name)))
    newer = around.of_entry(data, entry.inside + _VISUAL_ENTRY, entry.end)
    out.around = around.both([out.around, newer])
    for box in inner(data, entry.inside + _VISUAL_ENTRY, entry.end):
        if box.kind == b"sv3d" and data[box.start : box.end] not in newer.entry_boxes():
            out.findings.append(_around(f"{where}, sv3d box", box.end - box.inside))
        if box.kind in _DOLBY:
            out.dolby = Dolby.parse(data[box.inside : box.end])
        out.views |= box.kind in _SECOND_VIEW


def _around(where: str, size: int) -> Trace:
    detail = "how the picture lies around the camera; its numbers are written anew"
    return Trace("panorama", where, detail, "unknown", size)


def _other_track(data: bytes, trak: IsoBox, where: str, track: TrackSurvey) -> Trace:
    entries = found(data, trak.inside, trak.end, b"mdia", b"minf", b"stbl", b"stsd")
    kinds = {entry.kind for box in entries for entry in inner(data, box.inside + 8, box.end)}
    names = ", ".join(sorted(label(kind) for kind in kinds)) or label(track.handler)
    inside = f"{where} ({names})"
    if b"tmcd" in kinds or track.handler == b"tmcd":
        detail = "time codes; a camera's run with its clock"
        return Trace("timecode", inside, detail, "locates", track.bytes)
    if track.handler == b"meta" or kinds & {b"gpmd", b"mebx", b"camm", b"mett", b"rtmd"}:
        detail = "sensor or place data along with the pictures"
        return Trace("telemetry", inside, detail, "locates", track.bytes)
    return Trace("further-track", inside, "data of some program", "unknown", track.bytes)


def _end(data: bytes, trak: IsoBox) -> Fraction | None:
    movie, edits = _movie_scale(data), list(_edits(data, trak))
    lasting = sum(length for length, _ in edits)
    return Fraction(lasting, movie) if movie and lasting else None


def _hidden_sound(data: bytes, trak: IsoBox, where: str) -> Iterator[Trace]:
    """Sound that an edit list leaves out."""
    media = _media_time(data, trak)
    edits = list(_edits(data, trak))
    movie = _movie_scale(data)
    if media is None or not edits or not movie:
        return
    scale, duration = media
    shown = sum(length / movie for length, start in edits if start >= 0)
    hidden = duration / scale - shown
    if hidden > _PRIMING_S and shown > 0:
        detail = f"{hidden:.1f} seconds of sound that are not heard"
        yield Trace("hidden-sound", f"{where}, elst box", detail, "names")


def _media_time(data: bytes, trak: IsoBox) -> tuple[int, int] | None:
    """Ticks a second and duration of a track's media."""
    for box in found(data, trak.inside, trak.end, b"mdia", b"mdhd"):
        wide = data[box.inside] == 1
        at = box.inside + (20 if wide else 12)
        scale = int.from_bytes(data[at : at + 4], "big")
        duration = int.from_bytes(data[at + 4 : at + (12 if wide else 8)], "big")
        return (scale, duration) if scale else None
    return None


def _movie_scale(data: bytes) -> int:
    for box in found(data, 0, len(data), b"mvhd"):
        at = box.inside + (20 if data[box.inside] == 1 else 12)
        return int.from_bytes(data[at : at + 4], "big")
    return 0


def _edits(data: bytes, trak: IsoBox) -> Iterator[tuple[int, int]]:
    """Length in the movie's ticks and start in the media's ticks of each edit; -1: nothing."""
    for box in found(data, trak.inside, trak.end, b"edts", b"elst"):
        width = 8 if data[box.inside] == 1 else 4
        count = int.from_bytes(data[box.inside + 4 : box.inside + 8], "big")
        at = box.inside + 8
        for _ in range(min(count, (box.end - at) // (2 * width + 4))):
            length = int.from_bytes(data[at : at + width], "big")
            start = int.from_bytes(data[at + width : at + 2 * width], "big", signed=True)
            yield length, start
            at += 2 * width + 4
