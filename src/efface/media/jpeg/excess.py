"""Bytes among the coded data that belong to no block: fillers before markers, and what stands
between the last block and the end.

The codec tells how many there are before a marker, and stops at the first such place. In sequential
files each stretch between restart markers is decoded on its own, so one pass finds them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from efface.media.coefficients import JpegFrame
from efface.media.jpeg import scans, turbo
from efface.media.jpeg import structure as jpeg
from efface.media.jpeg.headers import assembled, coding_parts, segment_bytes
from efface.media.jpeg.structure import Segment, Structure

Cut = tuple[int, int]
"""Range of bytes in the file."""
Check = Callable[[bytes], str | None]
"""Runs the codec over a file; returns what it complains about."""

MOST_SCANS_TRIED = 40
"""In a progressive file each costs a pass over the picture."""
MOST_TABLE_BYTES = 20_000
"""They go in front of every stretch; all there can be at a time take 2,500."""
_PAD = bytes(32)
"""More than the codec reads ahead."""
_LONGEST_INTERVAL = 65_535
_WIDEST_PX = 65_500
_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_TABLES = frozenset({jpeg.DQT, jpeg.DHT, jpeg.DAC})


def more_cuts(
    data: bytes, parsed: Structure, cuts: Sequence[Cut], complaint: str, check: Check
) -> tuple[Cut, ...] | None:
    """The cuts with those that settle a complaint, sorted; ``None``: it is about something else."""
    found = turbo.extraneous(complaint)
    if found is None or found[0] == 0:
        return None
    size, marker = found
    if marker == jpeg.EOI:
        added = [_at_end(parsed, max(parsed.coded), cuts, size)]
    elif parsed.frame.progressive:
        tried = _ends_before(data, parsed, cuts, found)
        added = _first_without(data, parsed, cuts, tried, check)
    else:
        added = list(_in_stretches(data, parsed, check))
    out = _joined([*cuts, *(cut for cut in added if cut[0] < cut[1])])
    return None if out == tuple(cuts) else out


def end_of_blocks(parsed: Structure, cuts: Sequence[Cut]) -> int:
    """Where in the file the last scan's last block ends, to 8 bytes."""
    return _uncut(*parsed.coded[max(parsed.coded)], cuts)


def _uncut(start: int, end: int, cuts: Sequence[Cut]) -> int:
    """Where what is left of a range ends."""
    return next((cut[0] for cut in cuts if cut[1] == end and cut[0] >= start), end)


def _at_end(parsed: Structure, scan: int, cuts: Sequence[Cut], size: int) -> Cut:
    """The last bytes of a scan's data that are not cut yet."""
    start, end = parsed.coded[scan]
    end = _uncut(start, end, cuts)
    return max(start, end - size), end


def _joined(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    out: list[Cut] = []
    for cut in sorted(cuts):
        if out and cut[0] <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], cut[1]))
        else:
            out.append(cut)
    return tuple(out)


def _ends_before(
    data: bytes, parsed: Structure, cuts: Sequence[Cut], found: tuple[int, int]
) -> Iterator[Cut]:
    """The last bytes of each scan that stands before such a marker."""
    size, marker = found
    for scan, (_, end) in parsed.coded.items():
        if data[end : end + 2].endswith(bytes((marker,))):
            yield _at_end(parsed, scan, cuts, size)


def _first_without(
    data: bytes, parsed: Structure, cuts: Sequence[Cut], tried: Iterable[Cut], check: Check
) -> list[Cut]:
    """The cut after that scan which the codec stopped at: the first scan that can do without its
    last bytes."""
    for cut in islice(tried, MOST_SCANS_TRIED):
        parts = coding_parts(data, parsed, _joined([*cuts, cut]))
        left = check(assembled(list(parts)))
        if left is None or turbo.extraneous(left) is not None:
            return [cut]
    return []


def _in_stretches(data: bytes, parsed: Structure, check: Check) -> Iterator[Cut]:
    """What is too much in each stretch of coded data between two markers of a sequential file."""
    tables: list[bytes] = []
    interval = 0
    for index, segment in enumerate(parsed.segments):
        if segment.marker in _TABLES:
            tables.append(data[segment.start : segment.end])
        elif segment.marker == jpeg.DRI:
            interval = int.from_bytes(data[segment.body : segment.end], "big")
        elif segment.marker == jpeg.SOS:
            if sum(map(len, tables)) > MOST_TABLE_BYTES:
                return
            scan = _Scan(data, parsed.frame, segment, b"".join(tables))
            left, (at, end) = scan.units, parsed.coded[index]
            while left > 0 and at < end:
                restart = _RESTART.search(data, at, end) if left > interval > 0 else None
                stop = restart.start() if restart else end
                units = interval if restart else left
                file = scan.repeated(data[at:stop], units)
                found = None if file is None else turbo.extraneous(check(file) or "")
                yield stop - max(0, (found[0] if found else 0) - len(_PAD)), stop
                left, at = left - units, restart.end() if restart else end


class _Scan:
    """One scan of a sequential file, whose stretches can be made files of their own."""

    def __init__(self, data: bytes, frame: JpegFrame, segment: Segment, tables: bytes) -> None:
        self._head = data[segment.start : segment.end - 3] + scans.SEQUENTIAL
        header = scans.read(data[segment.body : segment.end])
        ids = header.components if header else ()
        self._marker, self._tables = frame.marker, tables
        self._parts = [c for c in frame.components if c.id in ids]
        self._unit = frame.mcu if len(self._parts) > 1 else (8, 8)
        wide, high = self._unit
        if len(self._parts) == 1 < len(frame.components):  # units of one block (T.81, A.2.2)
            (part,) = self._parts
            wide = 8 * max(c.h for c in frame.components) // part.h
            high = 8 * max(c.v for c in frame.components) // part.v
        self._across = -(-frame.width // wide)
        self.units = self._across * -(-frame.height // high)

    def repeated(self, coded: bytes, units: int) -> bytes | None:
        """A file of nothing but some units, twice; ``None`` where no rectangle has that many.

        Between them stand filling bytes and a restart marker: in front of one the codec counts what
        it had read ahead, unless it had read as far as the marker.
        """
        wide, high = self._unit
        most = _WIDEST_PX // wide
        widths = (self._across, *range(min(most, units), 0, -1))
        across = next(n for n in widths if units % n == 0)
        down = 2 * units // across
        if across > most or down * high > _WIDEST_PX or units > _LONGEST_INTERVAL:
            return None
        sides = (down * high).to_bytes(2, "big") + (across * wide).to_bytes(2, "big")
        single = len(self._parts) == 1
        parts = b"".join(
            bytes((c.id, 0x11 if single else c.h << 4 | c.v, c.table)) for c in self._parts
        )
        body = b"\x08" + sides + bytes((len(self._parts),)) + parts
        return assembled(
            [
                self._tables,
                segment_bytes(jpeg.DRI, units.to_bytes(2, "big")),
                segment_bytes(self._marker, body),
                self._head,
                *(coded, _PAD, b"\xff\xd0", coded),
            ]
        )
