"""What seems to have been done to one zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

RedactionKind = Literal[
    "none", "gaussian", "box", "mosaic", "sampled-mosaic", "median", "swirl", "solid", "bar",
    "unknown",
]  # fmt: skip
KINDS: tuple[RedactionKind, ...] = get_args(RedactionKind)

SURE = 0.85
"""From this on an estimate counts as confident: the advice then speaks of its kind."""


@dataclass(frozen=True, slots=True)
class SeenRedaction:
    """One estimate, of the picture as it is published."""

    kind: RedactionKind
    strength_px: float | None
    """A Gaussian's sigma, a filter's kernel width, a mosaic's cell side, in pixels; ``None`` where
    the kind has none, or it is not known."""
    sure: float
    """0 to 1: how likely kind and strength (within 15 %) are right, on the careful side."""
    why: str
    """What was seen, in a few words."""
    share: float = 1.0
    """Share of the zone that it seems to cover."""
    angle_deg: float | None = None
    """Of a swirl: how far its middle is turned."""

    def relative(self, face_px: float) -> float | None:
        """In face widths; of a mosaic: cells across the face."""
        if self.strength_px is None or self.strength_px <= 0:
            return None
        if self.kind in ("mosaic", "sampled-mosaic"):
            return face_px / self.strength_px
        return self.strength_px / face_px
