"""What looking through a container gives. A look reads headers and skips over what is coded."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from efface.media.trace import Trace
from efface.media.video.carried.around import Around
from efface.media.video.carried.dolby import Dolby


class StreamJoint(NamedTuple):
    """A place in a file where its tables come anew and every stream begins with something whole."""

    position: int
    """Offset of the tables."""
    anew: bool
    """All streams begin to count anew, too: it is another recording whatever its times are."""


@dataclass(slots=True)
class Survey:
    """What a container says of itself."""

    findings: list[Trace] = field(default_factory=list)
    cut: str | None = None
    """Why the file does not hold all it should, in words; ``None``: nothing says so."""
    damaged: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the file, from byte to byte, whose checksum or structure is wrong."""
    packets: list[int] = field(default_factory=list)
    """How many coded pictures each video track has, in the file's order, shown or not; empty: not
    stated."""
    slots: int | None = None
    """Of AVI: how many chunks the video track has, with the empty ones."""
    ends: list[Fraction | None] = field(default_factory=list)
    """Of MP4 and QuickTime: when each video track ends, seconds, by its edit list."""
    joints: list[StreamJoint] = field(default_factory=list)
    """Of MPEG-TS: where another recording can begin."""
    dolby: list[Dolby | None] = field(default_factory=list)
    """The record of Dolby Vision of each video track, in the file's order."""
    encrypted: bool = False
    views: list[bool] = field(default_factory=list)
    """Whether each video track holds a second view of the scene (3D)."""
    around: list[Around] = field(default_factory=list)
    """How each video track lies on the sphere about the camera."""
