"""What looking through a container gives. A look reads headers and skips over what is coded."""

from __future__ import annotations

from dataclasses import dataclass, field

from efface.media.interface import Finding


@dataclass(slots=True)
class Survey:
    """What a container says of itself."""

    findings: list[Finding] = field(default_factory=list)
    cut: str | None = None
    """Why the file does not hold all it should, in words; ``None``: nothing says so."""
    damaged: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the file, from byte to byte, whose checksum or structure is wrong."""
    packets: int | None = None
    """How many coded pictures the video track has, shown or not; ``None``: not stated."""
    dynamic: str | None = None
    """A way of storing scenes' brightness apart that could not be kept, such as Dolby Vision."""
    encrypted: bool = False
    views: bool = False
    """The video track holds a second view (3D), which would be lost."""
