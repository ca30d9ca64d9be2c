"""Decoding every shown frame in order, and noticing each that cannot be decoded whole.

FFmpeg hides damage: it fills in what is missing from other places and times, and a face can show
up where it never was. So every packet is followed to the picture it gives, and a picture counts as
damaged when its packet gave none, when the decoder or the container marks it, or when it is decoded
after such a picture and before the next key frame.

Damage that decodes as valid syntax cannot be noticed without a checksum, and most codecs have none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer

from efface.errors import InputError
from efface.media.video.carried import Survey
from efface.media.video.damage import HINT, clock
from efface.media.video.frames import DecodedFrame
from efface.media.video.interface import Coding, MovieFrame
from efface.media.video.ledger import Ledger, PacketEntry
from efface.media.video.schedule import RecordedPart, Schedule
from efface.media.video.solid import solid_frame


@dataclass(slots=True, eq=False)
class _DecodedFrame:
    """One shown frame before it is handed out."""

    entry: PacketEntry
    pts: int
    native: av.VideoFrame | None
    """``None``: nothing was decoded."""
    key: bool


class Reading:
    """One pass over a video's frames."""

    def __init__(
        self,
        path: Path,
        coding: Coding,
        source: InputContainer,
        stream: av.VideoStream,
        survey: Survey,
        *,
        schedule: Schedule,
        coded: int | None,
        allow_damaged: bool,
    ) -> None:
        self._path = path
        self._coding = coding
        self._source = source
        self._stream = stream
        self._damage = survey.damaged
        self._coded = coded
        self._schedule = schedule
        self._allow_damaged = allow_damaged
        self._delay = stream.codec_context.reorder_depth
        self._counts = source.format.name == "avi" and self._delay > 0
        self._ledger = Ledger(coding.codec, by_count=self._counts)
        self._times: deque[int | None] = deque()
        self._index = 0
        self._first: int | None = None
        self._last: int | None = None
        self._turn: int | None = None
        self._broken = False
        self._packets = 0
        """That came, with those of a head that is left out."""
        self._part: RecordedPart | None = None

    def __iter__(self) -> Iterator[MovieFrame]:
        """The frames.

        Raises:
            InputError: a frame is missing or cannot be decoded whole; or, whether damage is allowed
                or not, size or format change, or timestamps are missing or go back.
        """
        waiting: deque[_DecodedFrame] = deque()
        for picture in self._pictures():
            if not self._allow_damaged:
                yield self._frame(picture)
                continue
            waiting.append(picture)
            while waiting and self._settled(waiting[0]):
                yield self._frame(waiting.popleft())
        for picture in waiting:
            yield self._frame(picture)
        if self._index == 0:
            raise InputError("the video has no frame that can be decoded.", path=self._path)

    def _settled(self, picture: _DecodedFrame) -> bool:
        """Everything that was decoded before it has come out or is known to be lost."""
        oldest = self._ledger.oldest()
        return oldest is None or oldest.number > picture.entry.number

    def _frame(self, picture: _DecodedFrame) -> MovieFrame:
        native, damaged = picture.native, False
        if self._allow_damaged and (
            native is None or self._ledger.spoiled(picture.entry, picture.pts)
        ):
            damaged = True
            native = solid_frame(self._coding, native)
            native.pts = picture.pts
        assert native is not None
        frame = DecodedFrame(
            self._index,
            picture.pts,
            native,
            self._coding,
            key=picture.key,
            damaged=damaged,
        )
        self._index += 1
        return frame

    def _pictures(self) -> Iterator[_DecodedFrame]:
        """Shown frames in presentation order, damaged ones marked in the ledger or refused."""
        for native in self._decoded():
            entry = self._ledger.entry_of(native)
            if entry is None:
                if not self._allow_damaged:
                    raise self._damaged("cannot be told to belong to any data", self._last)
                continue
            native.pts = entry.pts
            self._check_format(native)
            pts = self._time(native)
            entry.interlaced = native.interlaced_frame
            for lost in self._ledger.lost_before(entry, pts):
                yield from self._lost(lost)
            if self._last is not None and pts < self._last:
                if not self._allow_damaged:
                    raise self._damaged("has a time before that of the one before it", pts)
                self._ledger.spoil(entry)
                continue
            if native.is_corrupt or entry.damaged:
                self._spoil(entry, pts)
            yield self._picture(entry, pts, native, native.key_frame)
        for lost in self._ledger.lost_at_end():
            yield from self._lost(lost)
        if not self._allow_damaged and (self._broken or self._missing()):
            after = None if self._last is None else self._last + self._tick()
            raise self._damaged("or one before it is missing", after)

    def _missing(self) -> bool:
        """Fewer packets came than the container says that there are."""
        seen = self._packets
        if self._source.format.name.startswith("mov"):
            return seen < len(self._stream.index_entries)
        return self._coded is not None and seen < self._coded

    def _tick(self) -> int:
        return round(1 / self._coding.frame_rate / self._coding.time_base)

    def _in_damage(self, position: int | None) -> bool:
        return position is None or any(a <= position < b for a, b in self._damage)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """What comes out of the decoder."""
        packets = self._source.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                self._broken = True
                packet = None
            if packet is None:
                yield from self._pushed(None)
                return
            if not packet.size:
                continue  # AVI: the picture before stays; at the end: nothing
            number = self._packets
            self._packets += 1
            part = self._schedule.part(number)
            if part is not self._part:
                if self._part is not None:  # another recording: the one before is complete
                    yield from self._pushed(None)
                    self._stream.codec_context.flush_buffers()
                self._part = part
            if part.leaves_out(number, packet.pts):
                continue
            moved = part.shift / self._coding.time_base
            packet.pts = None if packet.pts is None else packet.pts + int(moved)
            packet.dts = None if packet.dts is None else packet.dts + int(moved)
            yield from self._pushed(packet)

    def _pushed(self, packet: av.Packet[av.VideoStream] | None) -> Iterator[av.VideoFrame]:
        """What the decoder gives for a packet; for none, all that it still holds."""
        entry = None
        if packet is not None:
            number, places = self._packets - 1, packet.pos
            entry = self._ledger.enter(packet)
            if self._schedule.ends_part(number):  # the break counts as damage, whole or not
                entry.damaged = False
            entry.damaged |= self._damage != [] and self._in_damage(places)
            if self._counts:
                self._times.append(packet.dts)
        natives: list[av.VideoFrame] = []
        try:
            natives = self._stream.codec_context.decode(packet)
        except av.FFmpegError:
            self._failed(entry)
        yield from natives

    def _failed(self, entry: PacketEntry | None) -> None:
        """The decoder reports an error; with one thread, in the packet it just got. Its picture can
        come out all the same, unmarked."""
        blamed = entry if self._allow_damaged else self._ledger.oldest()
        if blamed is not None:
            self._spoil(blamed, blamed.pts)
        elif not self._allow_damaged:
            raise self._damaged("cannot be decoded whole", self._last)

    def _time(self, native: av.VideoFrame) -> int:
        """A frame's timestamp in ticks."""
        pts = native.pts
        if self._counts:
            dts = self._times.popleft() if self._times else None
            pts = None if dts is None else dts + self._delay
            native.pts = pts
        if pts is None:
            raise self._damaged("has no time at which to show it", self._last)
        return pts

    def _picture(
        self, entry: PacketEntry, pts: int, native: av.VideoFrame | None, key: bool
    ) -> _DecodedFrame:
        self._first = pts if self._first is None else self._first
        self._last = pts
        return _DecodedFrame(entry, pts, native, key)

    def _lost(self, entry: PacketEntry) -> Iterator[_DecodedFrame]:
        pts = entry.pts
        if pts is None and self._counts and self._times:
            dts = self._times.popleft()
            pts = None if dts is None else dts + self._delay
        self._spoil(entry, pts)
        if pts is not None and (self._last is None or pts > self._last):
            yield self._picture(entry, pts, None, entry.key)

    def _spoil(self, entry: PacketEntry, pts: int | None) -> None:
        if not self._allow_damaged:
            raise self._damaged("cannot be decoded whole", pts)
        self._ledger.spoil(entry)

    def _check_format(self, native: av.VideoFrame) -> None:
        c = self._coding
        if (native.width, native.height) != (c.width, c.height):
            now, before = f"{native.width}x{native.height}", f"{c.width}x{c.height}"
            raise self._changed(f"is of {now} pixels, and those before of {before}", native.pts)
        if native.format.name != c.pixel_format:
            now, before = native.format.name, c.pixel_format
            raise self._changed(f"has samples of another kind ({now}, not {before})", native.pts)
        if self._turn is None:
            self._turn = native.rotation
        if native.rotation != self._turn:
            raise self._changed("is turned otherwise than those before", native.pts)

    def _changed(self, what: str, pts: int | None) -> InputError:
        return InputError(
            f"{self._name(pts)} {what}.",
            path=self._path,
            hint="Cut the video there, or render it in one size and format first.",
        )

    def _damaged(self, what: str, pts: int | None) -> InputError:
        return InputError(f"{self._name(pts)} {what}.", path=self._path, hint=HINT)

    def _name(self, pts: int | None) -> str:
        """``frame 123 at 0:00:04.100``, from the first frame's time."""
        if pts is None:
            return f"frame {self._index}"
        start = pts if self._first is None else self._first
        return f"frame {self._index} at {clock((pts - start) * self._coding.time_base)}"
