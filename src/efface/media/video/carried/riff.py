"""AVI files (RIFF; OpenDML's extensions)."""

from __future__ import annotations

import os
from io import BufferedReader

from efface.errors import InputError
from efface.media.isobmff.boxes import label
from efface.media.metadata import credentials, xmp
from efface.media.trace import Risk, Trace
from efface.media.video.carried.interface import Survey
from efface.media.video.carried.tags import is_own, tag

_MAX_CHUNKS = 50_000_000
_MAX_READ = 64 << 20
_NEEDED = frozenset({b"avih", b"strh", b"strf", b"idx1", b"indx", b"vprp", b"dmlh"})
_CODED = (b"dc", b"db", b"wb", b"tx", b"ix", b"pc", b"sb")
_LISTS = frozenset({b"hdrl", b"strl", b"odml", b"movi", b"rec "})
_KINDS: dict[bytes, tuple[str, str, Risk]] = {
    b"IDIT": ("date", "date and time", "locates"),
    b"strn": ("track-name", "a name for the track", "names"),
    b"strd": ("maker-note", "the camera maker's own block", "unknown"),
    b"ncdt": ("maker-note", "the camera maker's own block", "unknown"),
    b"exif": ("exif", "camera settings", "names"),
    b"ISMP": ("timecode", "a time code", "locates"),
}


def survey(file: BufferedReader, deep: bool) -> Survey:
    """Look through a file's chunks; coded data is skipped over, and counted if ``deep``."""
    return _RiffSurvey(file, deep).run()


class _RiffSurvey:
    def __init__(self, file: BufferedReader, deep: bool) -> None:
        self._file = file
        self._deep = deep
        self._size = os.fstat(file.fileno()).st_size
        self._out = Survey()
        self._streams = 0
        self._video: int | None = None
        self._counts: dict[int, int] = {}
        self._slots: dict[int, int] = {}
        self._budget = _MAX_CHUNKS

    def run(self) -> Survey:
        """Every RIFF of the file."""
        at = 0
        while at < self._size:
            self._file.seek(at)
            head = self._file.read(12)
            end = at + 8 + int.from_bytes(head[4:8], "little")
            if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] not in (b"AVI ", b"AVIX"):
                size = self._size - at
                detail = "bytes after the last chunk"
                self._out.findings.append(
                    Trace("trailing-data", "end of file", detail, "unknown", size)
                )
                break
            if end > self._size:
                self._out.cut = "the file is shorter than it says"
            self._chunks(at + 12, min(end, self._size))
            at = end + end % 2
        if self._deep and self._video is not None:
            self._out.packets = [self._counts.get(self._video, 0)]
            self._out.slots = self._slots.get(self._video, 0)
        return self._out

    def _chunks(self, at: int, end: int) -> None:
        while at + 8 <= end:
            self._budget -= 1
            if self._budget < 0:
                raise InputError(f"the file has more than {_MAX_CHUNKS} chunks.")
            self._file.seek(at)
            head = self._file.read(12)
            kind, size = head[:4], int.from_bytes(head[4:8], "little")
            if at + 8 + size > end:
                self._out.cut = self._out.cut or "the file ends in the middle of a chunk"
                return
            if kind == b"LIST" and head[8:12] == b"movi" and not self._deep:
                pass
            elif kind == b"LIST" and head[8:12] in _LISTS:
                self._chunks(at + 12, at + 8 + size)
            elif kind == b"LIST" and head[8:12] == b"INFO":
                self._info(at + 12, at + 8 + size)
            elif kind[2:] in _CODED and kind[:2].isdigit():
                if kind[2:] in (b"dc", b"db"):
                    number = int(kind[:2])
                    self._slots[number] = self._slots.get(number, 0) + 1
                    if size:  # an empty one: the picture before stays
                        self._counts[number] = self._counts.get(number, 0) + 1
            else:
                self._other(head[8:12] if kind == b"LIST" else kind, at, size)
            at += 8 + size + size % 2

    def _other(self, kind: bytes, at: int, size: int) -> None:
        where = f"{label(kind)} chunk, byte {at}"
        self._file.seek(at + 8)
        data = self._file.read(min(size, _MAX_READ))
        if kind == b"strh":
            if data[:4] == b"vids" and self._video is None:
                self._video = self._streams
            elif data[:4] not in (b"vids", b"auds", b"txts"):
                self._out.findings.append(
                    Trace("further-track", where, "data of some program", "unknown", size)
                )
            self._streams += 1
        elif kind == b"JUNK":
            if not (is_own(data) or _reserved(data)):
                self._out.findings.append(
                    Trace("padding", where, "filling bytes that are in use", "unknown", size)
                )
        elif kind == b"C2PA":
            self._out.findings.append(credentials.finding(data, where))
        elif kind == b"_PMX":
            self._out.findings += xmp.findings(data, where)
        elif kind in _KINDS:
            name, detail, risk = _KINDS[kind]
            if data.strip(b"\0"):
                self._out.findings.append(Trace(name, where, detail, risk, size))
        elif kind not in _NEEDED:
            self._out.findings.append(
                Trace("unknown-chunk", where, "a chunk that is no part of it", "unknown", size)
            )

    def _info(self, at: int, end: int) -> None:
        while at + 8 <= end:
            self._file.seek(at)
            head = self._file.read(8)
            size = min(int.from_bytes(head[4:8], "little"), end - at - 8)
            if not is_own(self._file.read(min(size, _MAX_READ))):
                key = label(head[:4])
                self._out.findings.append(tag(key, f"INFO list, {key}", size))
            at += 8 + size + size % 2


def _reserved(data: bytes) -> bool:
    """Room that FFmpeg and others leave for an index of a larger file."""
    head = 16 if data.startswith(b"odmldmlh") else 24 if data.startswith(b"\4\0\0\0") else 0
    return not data[head:].strip(b"\0 ")
