"""Damage in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer

from efface.errors import InputError
from efface.media.video.carried.indexed import packets_of
from efface.media.video.interface import Coding
from efface.media.video.schedule import Schedule

HINT = (
    "Copy it again from its source. --allow-damaged writes what can be read, with a solid frame in "
    "place of each that cannot."
)


def cut_short(
    path: Path, coding: Coding, source: InputContainer, stream: av.VideoStream, why: str
) -> InputError:
    """The error for a file whose end is missing; what is left is counted, not decoded."""
    times = [p.pts for p in packets_of(source, stream) if p.pts is not None and not p.is_discard]
    if not times:
        return InputError(f"{why}, and no frame of it is left.", path=path, hint=HINT)
    last = clock((max(times) - min(times)) * coding.time_base)
    return InputError(
        f"{why}: frame {len(times)} and what follows are missing; the last there is begins at "
        f"{last}.",
        path=path,
        hint=HINT,
    )


def clock(seconds: Fraction) -> str:
    """A time as hours, minutes, seconds and milliseconds: ``0:00:04.100``."""
    ms = max(0, round(seconds * 1000))
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def notes_on(schedule: Schedule) -> Iterator[str]:
    """What of a file's beginning was left out, and what was put together."""
    if schedule.left_out:
        first = schedule.parts[0]
        where = "Its beginning refers to pictures before it"
        if not first.left_out:
            where = "A recording in it begins with references to pictures before it"
        yield (
            f"{where}: {schedule.left_out} pictures that cannot be decoded were left out. The "
            "sound beside them stays."
        )
    joined = len(schedule.parts)
    if joined > 1:
        moved = sum(b.shift != a.shift for a, b in pairwise(schedule.parts))
        times = ""
        if moved:
            times = " The times of those that began anew were moved to come after what is before."
        yield f"The file is {joined} recordings, one put behind the other.{times}"
