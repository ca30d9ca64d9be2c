"""Places in an MPEG transport stream where another recording was put behind the first.

There the tables come anew, with other counters (ITU-T H.222.0, ``continuity_counter``), and every
stream begins with something whole (``payload_unit_start_indicator``). Packets that are lost on the
air break counters, too, and leave streams in the middle of something.
"""

from __future__ import annotations

from collections.abc import Collection
from io import BufferedReader
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.media.video.carried.interface import StreamJoint

_SYNC = 0x47
_AHEAD = 20_000
"""Packets within which every stream of a recording begins."""
_MOST = 1000
"""Breaks that are looked at."""
_PAT = 0


class Breaks:
    """Where the counters of tables break off, found in packet headers that are fed in order."""

    def __init__(self) -> None:
        self._last = np.full(0x2000, -1, np.int8)
        self._starts: list[int] = []
        self._broken: list[int] = []

    def see(
        self,
        numbers: NDArray[np.int64],
        packets: NDArray[np.uint8],
        pids: NDArray[np.int32],
        tables: Collection[int],
    ) -> None:
        """Look through some packets.

        Args:
            numbers: of each in the file.
            packets: shape (packets, at least 4), bytes from the sync byte on.
            pids: number of the stream of each.
            tables: numbers of the streams that hold tables.
        """
        holds = np.flatnonzero((packets[:, 3] & 0x10 > 0) & np.isin(pids, list(tables)))
        order = holds[np.argsort(pids[holds], kind="stable")]
        counts, streams = (packets[order, 3] & 15).astype(np.int8), pids[order]
        before = np.roll(counts, 1)
        starts = np.flatnonzero(np.diff(streams, prepend=-1))
        before[starts] = self._last[streams[starts]]
        self._last[streams] = counts  # the last of each stream stays
        broken = (before >= 0) & (counts != (before + 1) & 15) & (counts != before)
        self._broken += numbers[np.sort(order[broken])].tolist()
        self._starts += numbers[holds[pids[holds] == _PAT]].tolist()

    @property
    def tables(self) -> list[int]:
        """Numbers of the packets with a first table nearest to a break."""
        starts = np.array(self._starts)
        if not starts.size:
            return []
        near = {int(starts[np.abs(starts - at).argmin()]) for at in self._broken[:_MOST]}
        return sorted(near)


def joints_of(
    file: BufferedReader, breaks: Breaks, streams: Collection[int], step: int, sync: int
) -> list[StreamJoint]:
    """Where another recording can begin.

    Args:
        streams: numbers of the streams that were found in the tables.
        step: bytes from packet to packet.
        sync: bytes of a packet before its sync byte.
    """
    found = (_joint(file, at * step, streams, step, sync) for at in breaks.tables)
    return [joint for joint in found if joint is not None]


def _joint(
    file: BufferedReader, offset: int, streams: Collection[int], step: int, sync: int
) -> StreamJoint | None:
    file.seek(offset)
    data = file.read(step * _AHEAD)
    packets = np.frombuffer(data, np.uint8, len(data) // step * step).reshape(-1, step)[:, sync:]
    packets = packets[(packets[:, 0] == _SYNC) & (packets[:, 3] & 0x10 > 0)]
    pids: NDArray[Any] = (packets[:, 1].astype(np.int32) & 0x1F) << 8 | packets[:, 2]
    found, places = np.unique(pids, return_index=True)
    first = packets[places[np.isin(found, [_PAT, *streams])]]
    own = packets[places[np.isin(found, list(streams))]]
    if not own.size or not (own[:, 1] & 0x40).all():
        return None
    return StreamJoint(offset, bool((first[:, 3] & 15 == first[0, 3] & 15).all()))
