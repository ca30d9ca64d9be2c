"""What a file carries besides its visible pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Risk = Literal["shows", "locates", "names", "unknown"]
"""shows: pixels of the scene; locates: place or time; names: a person or a device."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Something a file carries besides its visible pixels."""

    kind: str
    """Stable machine name, such as ``exif-thumbnail``, ``gps``, ``xmp``, ``trailing-data``."""
    where: str
    """Place in the file a person can look up, such as ``APP1 Exif, IFD1``."""
    detail: str
    """What it is in words; never the secret value itself (no coordinates, no serial number)."""
    risk: Risk
    size: int = 0
    """Bytes."""
