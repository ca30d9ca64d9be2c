"""Sound and subtitles: packets taken from a file as they are, except what an edit list hides.

A track may carry more than is played: an edit list can cut its start or its end away, and the cut
sound is still in the file. Packets that are hidden whole are not taken. One that is played in part
is, and so is the encoder's delay at the start (priming), without which the first sound is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any

import av

from efface.errors import InputError
from efface.media.trace import Trace
from efface.media.video.demuxing import ISO
from efface.media.video.interface import Movie
from efface.media.video.schedule import Schedule

LONGEST_PRIMING_S = Fraction(12, 100)
"""Hidden sound at the very start of a track up to this long is the encoder's delay. HE-AAC at
44.1 kHz has 0.096 s, AAC 0.048 s, Opus 0.080 s."""


_SOON, _FEW = 5000, 8
"""Packets among which the first ones of tracks are looked for."""


@dataclass(slots=True)
class Digest:
    """What was copied of one track, in the time base that it has in the written file.

    When a packet is due is part of it. How long it lasts is for subtitles alone: sound lasts as
    long as its samples, whatever a container rounds or derives.
    """

    lasting: bool
    """Durations are shown: of subtitles."""
    plain: bool = False
    """Its packets are samples and nothing else, and readers part them as they like."""
    packets: int = 0
    content: Any = field(default_factory=hashlib.sha256)
    """SHA-256 over time and bytes of every packet; of plain samples, over all bytes and the times
    at which they do not follow on those before."""
    _next: int | None = None
    _size: int = 0

    @classmethod
    def of(cls, stream: Any) -> Digest:
        """Of a sound or subtitle stream."""
        return cls(stream.type == "subtitle", is_plain(stream))

    def add(self, packet: av.Packet[Any]) -> None:
        self.packets += 1
        due = packet.dts if packet.pts is None else packet.pts
        if self.plain:
            if self._next is None or due is None or abs(due - self._next) > 1:
                self.content.update(f"{due} {self._size}\n".encode())
            self._next = None if due is None else due + (packet.duration or 0)
            self._size += packet.size
        else:
            times = f"{due} {packet.duration if self.lasting else ''} {packet.size}\n"
            self.content.update(times.encode())
        self.content.update(packet)

    @property
    def value(self) -> tuple[int, str]:
        """How many packets there are (of plain samples, whether there are any), and the digest."""
        return min(self.packets, 1) if self.plain else self.packets, self.content.hexdigest()


def is_plain(stream: Any) -> bool:
    """Whether a track is uncompressed sound."""
    context = stream.codec_context
    return context is not None and context.name.startswith("pcm_")


@dataclass(slots=True)
class UnplayedPackets:
    """Packets of one track that were left out because they are not played."""

    packets: int = 0
    size: int = 0
    """Bytes."""

    def add(self, packet: av.Packet[Any]) -> None:
        self.packets += 1
        self.size += packet.size


_DEMUXERS = dict.fromkeys(ISO, "mov") | {"matroska": "matroska", "webm": "matroska",
                                        "avi": "avi", "mpegts": "mpegts"}  # fmt: skip


def open_tracks(movie: Movie, **options: str) -> av.container.InputContainer:
    """A video file opened to copy its tracks; its format is not guessed.

    Args:
        options: of the demuxer.

    Raises:
        InputError: it cannot be read, or its name leads to another file by now.
    """
    try:
        file = av.open(
            f"file:{movie.path}",
            format=_DEMUXERS[movie.container],
            options={"protocol_whitelist": "file", **options},
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise InputError(
            "the tracks of the file cannot be read.",
            path=movie.path,
            hint="Copy it again from its source.",
        ) from error
    movie.source.check_unchanged()
    return file


def copied(
    source: av.container.InputContainer,
    tracks: Collection[int],
    hidden: Mapping[int, UnplayedPackets],
    schedule: Schedule | None = None,
    *,
    allow_damaged: bool = False,
) -> Iterator[av.Packet[Any]]:
    """Packets of the tracks to copy, in file order.

    Args:
        source: at its start; pictures are skipped over.
        tracks: their stream indexes.
        hidden: by stream index; counts what is left out.
        schedule: of the pictures, whose times may have to be moved.
        allow_damaged: end where the file cannot be read on.

    Raises:
        InputError: the file cannot be read on.
    """
    if not tracks:
        return
    for stream in source.streams:
        if stream.index not in tracks:
            stream.discard = av.stream.Discard.all
    starts: dict[int, list[av.Packet[Any]] | None] = {index: [] for index in tracks}
    wanted = [source.streams[index] for index in tracks]
    places: dict[int, int] = {}
    for packet in _demuxed(source, wanted, allow_damaged):
        index = packet.stream_index
        if schedule is not None and len(schedule.parts) > 1:
            places[index] = max(places.get(index, 0), packet.pos or 0)
            _move(packet, schedule.shift_at(places[index]))
        if _is_filler(packet, source.streams[index]):
            continue
        start = starts[index]
        if packet.is_discard:
            if start is None:
                hidden[index].add(packet)
            else:
                start.append(packet)
            continue
        primes = not source.streams[index].codec_context.name.startswith(("pcm_", "flac"))
        yield from _priming(start or [], hidden[index], primes)
        starts[index] = None
        yield packet
    for index, start in starts.items():
        for packet in start or []:
            hidden[index].add(packet)


def first_of_each(
    packets: Iterator[av.Packet[Any]], tracks: Collection[int]
) -> dict[int, list[av.Packet[Any]]]:
    """The first packets of each track that begins soon, by stream index: enough to hear something
    after the encoder's delay.

    Args:
        tracks: their stream indexes.
    """
    first: dict[int, list[av.Packet[Any]]] = {}
    for packet in islice(packets, _SOON if tracks else 0):
        of_track = first.setdefault(packet.stream_index, [])
        if len(of_track) < _FEW:
            of_track.append(packet)
        if all(len(first.get(index, ())) == _FEW for index in tracks):
            break
    return first


def _demuxed(
    source: av.container.InputContainer, wanted: Sequence[Any], allow_damaged: bool
) -> Iterator[av.Packet[Any]]:
    packets = source.demux(wanted)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError as error:
            if allow_damaged:
                return
            raise InputError(
                "the sound or the subtitles cannot be read to their end.",
                hint="Copy the file again from its source; "
                "--allow-damaged writes what can be read.",
            ) from error
        if packet is None:
            return
        yield packet


def _move(packet: av.Packet[Any], shift: Fraction) -> None:
    moved = round(shift / packet.time_base)
    packet.pts = None if packet.pts is None else packet.pts + moved
    packet.dts = None if packet.dts is None else packet.dts + moved


def _is_filler(packet: av.Packet[Any], stream: Any) -> bool:
    """The end of a track, or a pause between subtitles, which the muxer writes by itself."""
    if packet.size == 0 and packet.pts is None and packet.dts is None:
        return True
    return stream.codec_context.name == "mov_text" and bytes(packet) == b"\0\0"


def _priming(
    start: list[av.Packet[Any]], hidden: UnplayedPackets, primes: bool
) -> Iterator[av.Packet[Any]]:
    """The hidden packets at the start of a track, if they are not sound that was cut away."""
    length = sum((Fraction((p.duration or 0) * p.time_base) for p in start), Fraction(0))
    if primes and length <= LONGEST_PRIMING_S:
        yield from start
        return
    for packet in start:
        hidden.add(packet)


def seconds(packet: av.Packet[Any]) -> Fraction:
    """When the packet is due in the file."""
    ticks = packet.dts if packet.dts is not None else packet.pts
    return Fraction((ticks or 0) * packet.time_base)


def unknown_findings(streams: Sequence[Any]) -> Iterator[Trace]:
    """Tracks that were left out because nothing is known of them."""
    for stream in streams:
        detail = "sound in a codec that is not known, beside other sound"
        yield Trace("further-track", f"audio track {stream.index}", detail, "unknown")


def hidden_findings(source: Any, tracks: Mapping[int, UnplayedPackets]) -> Iterator[Trace]:
    """What was left out because an edit list hides it."""
    for index, hidden in tracks.items():
        if hidden.packets:
            where = f"{source.streams[index].type} track {index}"
            detail = f"{hidden.packets} packets that an edit list hides"
            yield Trace("hidden-sound", where, detail, "names", hidden.size)
