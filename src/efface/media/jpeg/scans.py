"""Scan headers: which part of the picture each scan holds, and when all of it is there."""

from __future__ import annotations

from dataclasses import dataclass

SEQUENTIAL = b"\0\x3f\0"
"""All 64 coefficients at full precision: what a sequential scan's header has to say (T.81, B.2.3).
Some cameras leave other values there, which no decoder of sequential JPEG needs."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a SOS segment says."""

    components: tuple[int, ...]
    """Ids."""
    first: int
    """Number of the first coefficient, 0 to 63."""
    last: int
    low: int
    """Bits that are left to later scans."""


def read(body: bytes) -> Scan | None:
    """Parse a SOS segment's body; ``None`` when its length does not fit its components."""
    count = body[0] if body else 0
    if len(body) != 4 + 2 * count:
        return None
    first, last, bits = body[-3:]
    return Scan(tuple(body[1 : 1 + 2 * count : 2]), first, last, bits & 15)


class Progress:
    """How much of the picture the scans so far hold."""

    def __init__(self, components: tuple[int, ...], progressive: bool) -> None:
        """
        Args:
            components: ids of the frame's components.
        """
        self._progressive = progressive
        self._count = len(components)
        self._seen = 0
        self._open = {(component, k) for component in components for k in range(64)}

    def add(self, scan: Scan) -> None:
        """One more scan."""
        self._seen += len(scan.components)
        if scan.low == 0:
            coefficients = range(scan.first, scan.last + 1)
            self._open -= {(c, k) for c in scan.components for k in coefficients}

    @property
    def complete(self) -> bool:
        """Every coefficient of every component was in a scan, to its last bit."""
        return not self._open if self._progressive else self._seen >= self._count
