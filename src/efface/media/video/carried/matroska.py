"""Matroska and WebM files (RFC 9559, EBML: RFC 8794)."""

from __future__ import annotations

import os
import zlib
from io import BufferedReader

from efface.errors import InputError
from efface.media.trace import Risk, Trace
from efface.media.video.carried import around
from efface.media.video.carried.dolby import Dolby
from efface.media.video.carried.ebml import EbmlElement, children, element_at
from efface.media.video.carried.interface import Survey
from efface.media.video.carried.tags import is_own, tag

_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_SEEK, _INFO, _TRACKS, _CLUSTER = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675
_CUES, _CHAPTERS, _ATTACHMENTS, _TAGS = 0x1C53BB6B, 0x1043A770, 0x1941A469, 0x1254C367
_VOID, _CRC = 0xEC, 0xBF
_TRACK, _TRACK_NUMBER, _TRACK_TYPE, _TRACK_NAME, _CODEC_NAME = 0xAE, 0xD7, 0x83, 0x536E, 0x258688
_ENCODINGS, _ENCODING, _ENCRYPTION, _MAPPING = 0x6D80, 0x6240, 0x5035, 0x41E4
_MAPPING_TYPE, _MAPPING_DATA, _VIDEO, _ALPHA = 0x41E7, 0x41ED, 0xE0, 0x53C0
_SIMPLE_BLOCK, _GROUP, _BLOCK = 0xA3, 0xA0, 0xA1
_CHAPTER_PARTS = frozenset({0x45B9, 0xB6, 0x80})
"""EditionEntry, ChapterAtom, ChapterDisplay."""
_ATTACHED, _MIME, _CHAPTER_TEXT = 0x61A7, 0x4660, 0x85
_TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_TEXT, _TAG_DATA = 0x7373, 0x67C8, 0x45A3, 0x4487, 0x4485
_DOLBY_TYPES = (b"dvcC", b"dvvC", b"dvwC")
_VIDEO_TYPE = 1
_MAX_READ = 256 << 20
_MAX_ELEMENTS = 20_000_000
_KNOWN_TOP = frozenset(
    {_SEEK, _INFO, _TRACKS, _CLUSTER, _CUES, _CHAPTERS, _ATTACHMENTS, _TAGS, _VOID, _CRC}
)
_INFOS: dict[int, tuple[str, str, Risk]] = {
    0x7BA9: ("description", "a title", "names"),
    0x4461: ("date", "date and time", "locates"),
    0x7384: ("related-file", "the file's own name when it was written", "names"),
    0x3CB923: ("related-file", "id of the file before", "names"),
    0x3C83AB: ("related-file", "name of the file before", "names"),
    0x3EB923: ("related-file", "id of the file after", "names"),
    0x3E83BB: ("related-file", "name of the file after", "names"),
    0x4444: ("related-file", "id of a family of files", "names"),
    0x5741: ("software", "name of the software or firmware", "names"),
    0x4D80: ("software", "name of the software or firmware", "names"),
}
_STATISTICS = frozenset(
    {"ENCODER", "DURATION", "BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "_STATISTICS_TAGS"}
)
"""Tags that say what the streams themselves say."""


def survey(file: BufferedReader, deep: bool) -> Survey:
    """Look through a file's elements; if ``deep``, blocks are counted and checksums held."""
    return _MatroskaSurvey(file, deep).run()


class _MatroskaSurvey:
    def __init__(self, file: BufferedReader, deep: bool) -> None:
        self._file = file
        self._deep = deep
        self._size = os.fstat(file.fileno()).st_size
        self._out = Survey()
        self._video: list[int] = []
        self._blocks: dict[int, int] = {}

    def run(self) -> Survey:
        """Every element of the file and of its segment."""
        at, within, limit = 0, False, self._size
        for _ in range(_MAX_ELEMENTS):
            if at >= limit:
                break
            element = self._element(at)
            if element is None or (at == 0 and element.id != _EBML):
                self._rest(at)
                break
            if element.id == _SEGMENT and not within:
                within, at = True, element.inside
                if not element.open:
                    limit = min(element.end, self._size)
                    if element.end > self._size:
                        self._out.cut = "the file is shorter than it says"
                    self._after(element.end)
                continue
            if element.id == _CLUSTER and not self._deep:
                break
            if element.open:
                if element.id != _CLUSTER:
                    self._rest(at)
                    break
                at = element.inside  # its blocks follow as if they were the segment's
                continue
            if element.end > self._size:
                self._out.cut = "the file ends in the middle of an element"
                break
            self._visit(element)
            at = element.end
        counted = [self._blocks.get(number, 0) for number in self._video]
        self._out.packets = counted if any(counted) else []
        return self._out

    def _after(self, end: int) -> None:
        if end < self._size:
            size = self._size - end
            self._out.findings.append(
                Trace(
                    "trailing-data", "end of file", "bytes after the last element", "unknown", size
                )
            )

    def _rest(self, at: int) -> None:
        if self._out.cut is None:
            self._out.cut = f"what stands at byte {at} is no part of the format"

    def _element(self, at: int) -> EbmlElement | None:
        self._file.seek(at)
        return element_at(self._file.read(12), 0, at)

    def _read(self, element: EbmlElement) -> bytes:
        if element.end - element.inside > _MAX_READ:
            raise InputError("an element of the file is larger than any real one.")
        self._file.seek(element.inside)
        return self._file.read(element.end - element.inside)

    def _visit(self, element: EbmlElement) -> None:
        size = element.end - element.inside
        if element.id == _CLUSTER:
            self._cluster(element)
        elif element.id in (_SIMPLE_BLOCK, _GROUP):  # of a cluster without a stated size
            self._block(self._read(element), element.id, 0, size)
        elif element.id == _TRACKS:
            self._tracks(self._read(element))
        elif element.id == _INFO:
            self._info(self._read(element))
        elif element.id == _TAGS:
            self._tags(self._read(element))
        elif element.id == _ATTACHMENTS:
            self._attachments(self._read(element))
        elif element.id == _CHAPTERS:
            data = self._read(element)
            if _holds(data, _CHAPTER_TEXT):
                self._out.findings.append(
                    Trace("chapters", "Chapters", "names of chapters", "names", size)
                )
        elif element.id == _VOID:
            if self._read(element).strip(b"\0"):
                self._out.findings.append(
                    Trace("padding", "Void", "filling bytes that are in use", "unknown", size)
                )
        elif element.id not in _KNOWN_TOP | {_EBML, 0xE7, 0xA7, 0xAB, 0x5854}:
            where = f"element {element.id:X}, byte {element.inside}"
            self._out.findings.append(
                Trace("unknown-element", where, "an element that is no part of it", "unknown", size)
            )

    def _cluster(self, element: EbmlElement) -> None:
        data = self._read(element)
        at = 0
        for child in children(data, 0, len(data)):
            if child.id == _CRC and at == 0 and child.end - child.inside == 4:
                stated = int.from_bytes(data[child.inside : child.end], "little")
                if zlib.crc32(memoryview(data)[child.end :]) != stated:
                    self._out.damaged.append((element.inside, element.end))
            elif child.id in (_SIMPLE_BLOCK, _GROUP):
                self._block(data, child.id, child.inside, child.end)
            at = child.end
        if at != len(data):
            self._out.damaged.append((element.inside, element.end))

    def _block(self, data: bytes, kind: int, start: int, end: int) -> None:
        if kind == _GROUP:
            block = next((c for c in children(data, start, end) if c.id == _BLOCK), None)
            if block is None:
                return
            start = block.inside
        first = data[start] if start < end else 0
        width = 9 - first.bit_length() if first else 1
        number = int.from_bytes(data[start : start + width], "big") & (1 << 7 * width) - 1
        self._blocks[number] = self._blocks.get(number, 0) + 1

    def _tracks(self, data: bytes) -> None:
        for track in children(data, 0, len(data)):
            if track.id != _TRACK:
                continue
            fields = {c.id: data[c.inside : c.end] for c in children(data, track.inside, track.end)}
            number = int.from_bytes(fields.get(_TRACK_NUMBER, b""), "big")
            kind = int.from_bytes(fields.get(_TRACK_TYPE, b""), "big")
            where = f"track {number}"
            if kind == _VIDEO_TYPE:
                self._video.append(number)
                self._out.dolby.append(_dolby(data, track))
            if fields.get(_TRACK_NAME, b"").strip(b"\0"):
                detail = "a name for the track; it can name the camera"
                self._out.findings.append(
                    Trace("track-name", where, detail, "names", len(fields[_TRACK_NAME]))
                )
            if not is_own(fields.get(_CODEC_NAME, b"")):
                detail = "name of the encoder; it can name the camera"
                self._out.findings.append(
                    Trace("device", where, detail, "names", len(fields[_CODEC_NAME]))
                )
            if kind not in (_VIDEO_TYPE, 2, 17):
                self._out.findings.append(
                    Trace("further-track", where, "data of some program", "unknown", 0)
                )
            if _holds(fields.get(_ENCODINGS, b""), _ENCODING, _ENCRYPTION):
                self._out.encrypted = True
            if kind == _VIDEO_TYPE:
                self._out.around.append(around.of_matroska(fields.get(_VIDEO, b"")))

    def _info(self, data: bytes) -> None:
        for child in children(data, 0, len(data)):
            value = data[child.inside : child.end]
            if child.id in _INFOS and value.strip(b"\0") and not is_own(value):
                kind, detail, risk = _INFOS[child.id]
                self._out.findings.append(Trace(kind, "Info", detail, risk, len(value)))

    def _tags(self, data: bytes) -> None:
        for one in children(data, 0, len(data)):
            for simple in children(data, one.inside, one.end) if one.id == _TAG else ():
                if simple.id != _SIMPLE_TAG:
                    continue
                fields = {
                    c.id: data[c.inside : c.end] for c in children(data, simple.inside, simple.end)
                }
                name = fields.get(_TAG_NAME, b"").decode("utf-8", "replace").strip("\0")
                value = fields.get(_TAG_TEXT, b"") or fields.get(_TAG_DATA, b"")
                if name.split("-")[0] not in _STATISTICS and value.strip(b"\0"):
                    self._out.findings.append(tag(name, f"Tags, {name}", len(value)))

    def _attachments(self, data: bytes) -> None:
        for file in children(data, 0, len(data)):
            if file.id != _ATTACHED:
                continue
            fields = {c.id: data[c.inside : c.end] for c in children(data, file.inside, file.end)}
            size = file.end - file.inside
            if fields.get(_MIME, b"").startswith(b"image/"):
                self._out.findings.append(
                    Trace("cover-art", "Attachments", "a picture", "shows", size)
                )
            else:
                self._out.findings.append(
                    Trace("attachment", "Attachments", "a file inside the file", "unknown", size)
                )


def _dolby(data: bytes, track: EbmlElement) -> Dolby | None:
    for mapping in children(data, track.inside, track.end):
        if mapping.id != _MAPPING:
            continue
        fields = {c.id: data[c.inside : c.end] for c in children(data, mapping.inside, mapping.end)}
        if fields.get(_MAPPING_TYPE, b"").lstrip(b"\0") in _DOLBY_TYPES:
            return Dolby.parse(fields.get(_MAPPING_DATA, b""))
    return None


def _holds(data: bytes, *ids: int) -> bool:
    """Whether there is an element of the last id, at any depth below masters."""
    start = 0
    for child in children(data, start, len(data)):
        if child.id == ids[0]:
            if len(ids) == 1 or _holds(data[child.inside : child.end], *ids[1:]):
                return True
        elif child.id in _CHAPTER_PARTS and _holds(data[child.inside : child.end], *ids):
            return True
    return False
