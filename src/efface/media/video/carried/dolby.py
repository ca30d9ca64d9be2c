"""The record of Dolby Vision (Dolby Vision Streams within the ISO Base Media File Format, 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

_LEAST = 5
_BASES = {1: "HDR10", 2: "SDR", 4: "HLG", 6: "HDR10"}
"""What the pictures are to players without Dolby Vision, by the compatibility id."""


@dataclass(frozen=True, slots=True)
class Dolby:
    """What the record says."""

    profile: int
    base: str | None
    """What the pictures are without the dynamic layer; ``None``: of colours that only it gives a
    meaning."""

    @classmethod
    def parse(cls, record: bytes) -> Dolby:
        """Read a ``dvcC``, ``dvvC`` or ``dvwC`` box; of one that is cut short nothing is known."""
        if len(record) < _LEAST:
            return cls(0, None)
        return cls(record[2] >> 1, _BASES.get(record[4] >> 4))
