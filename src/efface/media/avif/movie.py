"""The tracks of an AVIF image sequence (ISO/IEC 14496-12): timing, colours, where samples lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from efface.errors import InputError, RefusedError
from efface.media.isobmff.boxes import BoxReader, IsoBox, boxes
from efface.media.isobmff.coding import Cicp
from efface.media.isobmff.items import ItemFile
from efface.media.trace import Trace

MAX_SAMPLES = 100_000
MAX_DEPTH = 4
FOR_EVER = -1

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"tref"})
_TABLES = frozenset(
    {b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"vmhd", b"nmhd", b"dref", b"stsd", b"stts", b"stsc"}
    | {b"stsz", b"stco", b"co64", b"stss", b"elst", b"auxl", b"prem"}
)
_SAMPLE_ENTRY_BYTES = 78
"""Of a visual sample entry before the boxes in it."""
_SAMPLE_BOXES = frozenset({b"av1C", b"colr", b"pasp", b"ccst", b"auxi"})
_IDENTITY = b"".join(v.to_bytes(4, "big") for v in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))


@dataclass(frozen=True, slots=True)
class AvifTrack:
    """One track."""

    handler: bytes
    """``pict``: pictures; ``auxv``: their transparency."""
    width: int
    height: int
    timescale: int
    """Units a second."""
    durations: tuple[int, ...]
    """Of each frame, in those units."""
    plays: int
    """How often it plays; ``FOR_EVER`` without end."""
    configuration: bytes
    """Payload of ``av1C``."""
    cicp: Cicp | None
    icc: bytes | None
    spans: tuple[tuple[int, int], ...]
    """Offset and length of the samples in the file."""
    extras: tuple[Trace, ...] = ()


@dataclass(slots=True)
class _Tables:
    """Boxes of a track by kind."""

    data: bytes
    found: dict[bytes, IsoBox] = field(default_factory=dict)

    def reader(self, kind: bytes) -> BoxReader:
        """At the payload of a box."""
        if kind not in self.found:
            raise InputError("the file is damaged: a track is not described whole.")
        return BoxReader(self.data, self.found[kind].inside, self.found[kind].end)


def tracks(file: ItemFile) -> tuple[tuple[AvifTrack, ...], tuple[Trace, ...]]:
    """The tracks of a file, and what is in ``moov`` beside them.

    Raises:
        InputError: damaged.
        RefusedError: a track that cannot be read as pictures.
    """
    assert file.movie is not None
    out: list[AvifTrack] = []
    extras: list[Trace] = []
    for box in boxes(file.data, file.movie.inside, file.movie.end):
        if box.kind == b"trak":
            out.append(_track(file, box))
        elif box.kind != b"mvhd":
            extras.append(_extra(box))
    return tuple(out), tuple(extras)


def _extra(box: IsoBox) -> Trace:
    detail = "a box that is no part of the sequence"
    return Trace(
        "unknown-box", f"{box.label} box, byte {box.start}", detail, "unknown", box.end - box.inside
    )


def _leaves(data: bytes, box: IsoBox, depth: int = 0) -> Iterator[IsoBox]:
    for child in boxes(data, box.inside, box.end):
        if child.kind in _CONTAINERS and depth < MAX_DEPTH:
            yield from _leaves(data, child, depth + 1)
        else:
            yield child


def _track(file: ItemFile, box: IsoBox) -> AvifTrack:
    data = file.data
    tables = _Tables(data)
    extras = []
    for leaf in _leaves(data, box):
        if leaf.kind in _TABLES and leaf.kind not in tables.found:
            tables.found[leaf.kind] = leaf
        else:
            extras.append(_extra(leaf))
    reader = tables.reader(b"hdlr")
    reader.take(8)
    handler = reader.take(4)
    timescale = _timescale(tables.reader(b"mdhd"))
    header = tables.reader(b"tkhd")
    if data[header.end - 44 : header.end - 8] != _IDENTITY:
        raise RefusedError(
            "the sequence is turned or scaled, which cannot be kept.",
            hint="Save it again with another program, and redact that.",
        )
    durations = _durations(tables.reader(b"stts"))
    entry = _sample_entry(tables)
    for inner in entry.boxes:
        if inner.kind not in _SAMPLE_BOXES:
            extras.append(_extra(inner))
    parts = {b.kind: data[b.inside : b.end] for b in reversed(entry.boxes) if b.kind != b"colr"}
    colours = [data[b.inside : b.end] for b in entry.boxes if b.kind == b"colr"]
    return AvifTrack(
        handler,
        entry.width,
        entry.height,
        timescale,
        durations,
        _plays(tables, sum(durations)),
        parts.get(b"av1C", b""),
        next((c for c in map(Cicp.parse, colours) if c is not None), None),
        next((c[4:] for c in colours if c[:4] in (b"prof", b"rICC")), None),
        _spans(tables, len(durations), len(data)),
        tuple(extras),
    )


def _timescale(reader: BoxReader) -> int:
    version, _ = reader.version()
    reader.take(16 if version else 8)
    timescale = reader.number(4)
    if not timescale:
        raise InputError("the file is damaged: its clock stands still.")
    return timescale


def _durations(reader: BoxReader) -> tuple[int, ...]:
    reader.version()
    out: list[int] = []
    for _ in range(reader.number(4)):
        count, ticks = reader.number(4), reader.number(4)
        if len(out) + count > MAX_SAMPLES:
            raise RefusedError(f"the sequence has more than {MAX_SAMPLES} frames.")
        out += [ticks] * count
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Entry:
    width: int
    height: int
    boxes: tuple[IsoBox, ...]


def _sample_entry(tables: _Tables) -> _Entry:
    reader = tables.reader(b"stsd")
    reader.version()
    count = reader.number(4)
    entries = list(boxes(tables.data, reader.at, reader.end))
    if count != 1 or len(entries) != 1 or entries[0].kind != b"av01":
        raise RefusedError("a track holds no AV1 pictures, or pictures of several kinds.")
    inner = BoxReader(tables.data, entries[0].inside, entries[0].end)
    inner.take(24)
    width, height = inner.number(2), inner.number(2)
    inner.take(_SAMPLE_ENTRY_BYTES - 28)
    return _Entry(width, height, tuple(boxes(tables.data, inner.at, inner.end)))


def _plays(tables: _Tables, total: int) -> int:
    """How often, by the edit list (ISO/IEC 23008-12, 7.6.1): repeated up to the track's length."""
    if b"elst" not in tables.found:
        return 1
    reader = tables.reader(b"elst")
    version, flags = reader.version()
    if reader.number(4) != 1:
        raise RefusedError("the sequence has an edit list, which cannot be kept.")
    segment = reader.number(8 if version else 4)
    start = reader.number(8 if version else 4)
    if start or not segment or not total:
        raise RefusedError("the sequence has an edit list, which cannot be kept.")
    if not flags & 1:
        return 1
    reader = tables.reader(b"tkhd")
    version, _ = reader.version()
    reader.take(24 if version else 16)
    size = 8 if version else 4
    length = reader.number(size)
    return FOR_EVER if length == (1 << 8 * size) - 1 else max(1, -(-length // segment))


def _spans(tables: _Tables, count: int, size: int) -> tuple[tuple[int, int], ...]:
    """Where the samples lie, chunk by chunk."""
    reader = tables.reader(b"stsz")
    reader.version()
    each, stated = reader.number(4), reader.number(4)
    if stated != count:
        raise InputError("the file is damaged: its tables disagree about the number of frames.")
    sizes = [each or reader.number(4) for _ in range(count)]
    wide = b"co64" in tables.found
    reader = tables.reader(b"co64" if wide else b"stco")
    reader.version()
    starts = [reader.number(8 if wide else 4) for _ in range(min(reader.number(4), MAX_SAMPLES))]
    reader = tables.reader(b"stsc")
    reader.version()
    runs = [
        (reader.number(4), reader.number(4), reader.number(4))
        for _ in range(min(reader.number(4), MAX_SAMPLES))
    ]
    out, sample, many = [], 0, 0
    runs.reverse()
    for index, start in enumerate(starts, start=1):
        while runs and runs[-1][0] <= index:
            many = runs.pop()[1]
        length = sum(sizes[sample : sample + many])
        if start + length > size:
            raise InputError("the file is truncated: frames lie past its end.")
        out.append((start, length))
        sample += many
    if sample < count:
        raise InputError("the file is damaged: some frames have no place.")
    return tuple(out)


def retimed(data: bytes, file: ItemFile, like: AvifTrack) -> bytes:
    """A file of libavif's, whose clock ticks 1000 times a second, with another track's clock.

    Durations are as they were handed to it, in the other clock's ticks. Dates are taken out: they
    say when the redaction was done, and make every run's bytes new.
    """
    assert file.movie is not None
    out = bytearray(data)
    total = sum(like.durations)
    length = (1 << 64) - 1 if like.plays == FOR_EVER else total * like.plays
    for box in boxes(data, file.movie.inside, file.movie.end):
        for leaf in _leaves(data, box) if box.kind == b"trak" else (box,):
            at = leaf.inside + 4
            if leaf.kind in (b"mvhd", b"mdhd", b"tkhd", b"elst") and data[leaf.inside] != 1:
                raise ValueError("expected the long form of libavif's tables")
            if leaf.kind in (b"mvhd", b"mdhd", b"tkhd"):
                out[at : at + 16] = bytes(16)
            if leaf.kind in (b"mvhd", b"mdhd"):
                out[at + 16 : at + 20] = like.timescale.to_bytes(4, "big")
            if leaf.kind == b"mvhd":
                out[at + 20 : at + 28] = length.to_bytes(8, "big")
            if leaf.kind == b"tkhd":
                out[at + 24 : at + 32] = length.to_bytes(8, "big")
            if leaf.kind == b"elst":
                out[leaf.inside + 3] = int(like.plays != 1)
    return bytes(out)


def same_timing(ours: AvifTrack, theirs: AvifTrack) -> bool:
    """Frames, durations and repetition are the same."""
    clock = (ours.timescale, ours.durations, ours.plays)
    return clock == (theirs.timescale, theirs.durations, theirs.plays)
