"""The structure of a JPEG file: its marker segments, the frame and the scans (ITU-T T.81, annex B).

Nothing is decoded here. The file is hostile: every length is held against the file's own size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.media.coefficients import JpegComponent, JpegFrame
from efface.media.jpeg import scans

SOI, EOI, SOS, DQT, DHT, DAC, DRI, DNL, COM = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDD, 0xDC, 0xFE
APP0, APP15 = 0xE0, 0xEF
CODING = frozenset({DQT, DHT, DAC, DRI, SOS})
"""Segments a decoder needs, besides the frame header."""
MAX_SCANS = 100
"""A progressive file has about ten; each costs a pass over the whole picture."""
MAX_SEGMENTS = 20_000

_FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, 0xC8, DAC}
_KEPT_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_REFUSED_FRAMES = {
    0xC3: "lossless JPEG (SOF3)",
    0xC5: "hierarchical JPEG",
    0xC6: "hierarchical JPEG",
    0xC7: "hierarchical JPEG",
    0xCB: "lossless arithmetic JPEG (SOF11)",
    0xCD: "hierarchical JPEG",
    0xCE: "hierarchical JPEG",
    0xCF: "hierarchical JPEG",
}
_NEXT_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
"""In coded data 0xFF 0x00 stands for a byte 0xFF, and 0xFF 0xD0 to 0xD7 are restart markers."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker with a length: where it lies in the file."""

    marker: int
    start: int
    """Of the 0xFF before the marker."""
    body: int
    """Of the first byte after the length."""
    end: int
    in_header: bool
    """Before the first scan, where readers take colour information from."""

    @property
    def size(self) -> int:
        return self.end - self.body


@dataclass(slots=True)
class Structure:
    """A whole file taken apart."""

    frame: JpegFrame
    segments: list[Segment] = field(default_factory=list)
    coded: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Index of a SOS segment to the range of coded data that follows it."""
    strays: list[tuple[int, int]] = field(default_factory=list)
    """Ranges of bytes between segments that belong to nothing."""
    end: int = 0
    """One past the end marker; what follows is no part of the picture."""
    ended: bool = True
    """There is an end marker; else ``end`` is where the last scan's data ends at the latest."""
    restart_interval: int = 0


def parse(data: bytes, path: Path | None = None) -> Structure:
    """Take a file apart, up to its end marker, or without one to where the picture is complete.

    Raises:
        InputError: truncated or damaged, or no JPEG.
        RefusedError: a kind of JPEG whose coefficients cannot be kept; the message names it.
    """
    return _Parser(data, path).run()


class _Parser:
    def __init__(self, data: bytes, path: Path | None) -> None:
        self.data = data
        self.path = path
        self.frame: JpegFrame | None = None
        self.progress: scans.Progress | None = None
        self.complete: int | None = None
        """Index of the SOS segment whose scan completed the picture."""
        self.out = Structure(JpegFrame(0, 0, 0, ()))

    def run(self) -> Structure:
        if self.data[:2] != b"\xff\xd8":
            raise self.damaged("it does not start as a JPEG does")
        try:
            self.out.end = self.walk()
        except (InputError, RefusedError):
            if self.complete is None:
                raise
            self.leave_rest(self.complete)
        if self.frame is None or not self.out.coded:
            raise self.damaged("it holds no picture")
        if self.complete is None and not self.frame.progressive:
            raise self.damaged("some of its colour components are missing")
        self.out.frame = self.frame
        return self.out

    def walk(self) -> int:
        """Read segments up to the end marker; returns where it ends."""
        at = 2
        while True:
            found = _NEXT_MARKER.search(self.data, at)
            if found is None:
                raise self.truncated()
            if found.start() > at:
                self.out.strays.append((at, found.start()))
            at, marker = found.end(), self.data[found.end() - 1]
            if marker == EOI:
                return at
            if marker == SOI:
                raise self.damaged("a second picture starts before the first has ended")
            if marker < 0xC0:
                self.out.strays.append((found.start(), at))
                continue
            at = self.segment(marker, at)

    def leave_rest(self, last: int) -> None:
        """Take the picture to end with the scan that completed it: what follows it is something
        else without an end marker in front, as some cameras' trailers are."""
        end = self.out.coded[last][1]
        self.out.segments = self.out.segments[: last + 1]
        self.out.coded = {index: at for index, at in self.out.coded.items() if index <= last}
        self.out.strays = [stray for stray in self.out.strays if stray[0] < end]
        self.out.end, self.out.ended = end, False

    def segment(self, marker: int, at: int) -> int:
        """Read one segment, with the coded data that follows a SOS; returns where it ends."""
        end = at + int.from_bytes(self.data[at : at + 2], "big")
        if at + 2 > len(self.data) or end > len(self.data):
            raise self.truncated()
        if end < at + 2:
            raise self.damaged("a segment is shorter than its own length field")
        if len(self.out.segments) >= MAX_SEGMENTS:
            raise self.damaged(f"it has more than {MAX_SEGMENTS} segments")
        body = at + 2
        if marker in _FRAMES:
            self.read_frame(marker, self.data[body:end])
        elif marker in (0xDE, 0xDF, 0xC8):
            raise self.refused("hierarchical JPEG" if marker != 0xC8 else "extended JPEG (JPG)")
        elif marker == DRI and end - body == 2:
            self.out.restart_interval = int.from_bytes(self.data[body:end], "big")
        self.out.segments.append(Segment(marker, at - 2, body, end, not self.out.coded))
        if marker != SOS:
            return end
        if self.progress is None:
            raise self.damaged("coded data comes before the frame header")
        if len(self.out.coded) >= MAX_SCANS:
            raise self.refused(f"a JPEG with more than {MAX_SCANS} scans")
        scan = scans.read(self.data[body:end])
        if scan is None:
            raise self.damaged("a scan header has a wrong length")
        self.progress.add(scan)
        found = _NEXT_MARKER.search(self.data, end)
        index, stop = len(self.out.segments) - 1, found.start() if found else len(self.data)
        self.out.coded[index] = (end, stop)
        if self.complete is None and self.progress.complete:
            self.complete = index
        return stop

    def read_frame(self, marker: int, body: bytes) -> None:
        if self.frame is not None:
            raise self.damaged("it has two frame headers")
        if marker not in _KEPT_FRAMES:
            raise self.refused(_REFUSED_FRAMES[marker])
        if len(body) < 6 or len(body) != 6 + 3 * body[5]:
            raise self.damaged("its frame header has a wrong length")
        precision, count = body[0], body[5]
        if precision != 8:
            raise self.refused(f"JPEG with {precision} bits a sample")
        if count not in (1, 3, 4):
            raise self.refused(f"JPEG with {count} colour components")
        components = tuple(
            JpegComponent(body[i], body[i + 1] >> 4, body[i + 1] & 15, body[i + 2])
            for i in range(6, len(body), 3)
        )
        if any(not (1 <= c.h <= 4 and 1 <= c.v <= 4) for c in components):
            raise self.damaged("a sampling factor is out of range")
        height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        if height == 0:
            raise self.refused("JPEG that states its height only after the picture (DNL)")
        self.frame = JpegFrame(marker, width, height, components)
        self.progress = scans.Progress(tuple(c.id for c in components), self.frame.progressive)

    def damaged(self, why: str) -> InputError:
        return InputError(
            f"the JPEG is damaged: {why}.", path=self.path, hint="Copy it again from its source."
        )

    def truncated(self) -> InputError:
        return InputError(
            "the JPEG is truncated: it stops before its end marker.",
            path=self.path,
            hint="Copy it again from its source.",
        )

    def refused(self, what: str) -> RefusedError:
        return RefusedError(
            f"{what} cannot be redacted without encoding it again.",
            path=self.path,
            hint="Convert it to PNG or TIFF first, and redact that.",
        )
