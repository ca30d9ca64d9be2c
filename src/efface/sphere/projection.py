"""How an all-round picture is laid out, as its file says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["equirectangular", "cubemap"]
Stereo = Literal["mono", "top-bottom", "left-right"]

ASSUMED_PX = 1000
"""Narrower pictures of 2:1 count as flat where nothing says that they are all-round."""
ASSUMED_SLACK_PX = 2
"""Rows that 2:1 may be off."""


@dataclass(frozen=True, slots=True)
class Projection:
    """How a picture covers the sphere."""

    kind: Kind = "equirectangular"
    stereo: Stereo = "mono"
    """Whether there are two views, one for each eye, and where they lie in the picture."""
    left: float = 0.0
    """Share of the whole sphere's picture that is missing at the left, 0 to 1 (equirectangular)."""
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    padding: int = 0
    """Pixels around each face that belong to no place (cube map)."""
    stated: bool = True
    """The file says so; else it was taken to be so for its shape, and may be a flat picture."""

    def __post_init__(self) -> None:
        shares = (self.left, self.top, self.right, self.bottom)
        if not all(0 <= share < 1 for share in shares):
            raise ValueError(f"expected shares from 0 to 1, got {shares}")
        if self.left + self.right >= 1 or self.top + self.bottom >= 1:
            raise ValueError(f"expected something to be left between {shares}")
        if self.padding < 0:
            raise ValueError(f"expected padding >= 0, got {self.padding}")

    @property
    def wraps(self) -> bool:
        """The right edge goes on at the left one."""
        return self.kind == "equirectangular" and self.left + self.right == 0

    def alike(self, other: Projection | None, slack: float = 1e-6) -> bool:
        """Whether another says the same, but for rounding."""
        if other is None:
            return False
        pairs = zip(self.shares, other.shares, strict=True)
        close = all(abs(a - b) <= slack for a, b in pairs)
        kinds = (self.kind, self.stereo, self.padding) == (other.kind, other.stereo, other.padding)
        return close and kinds

    @property
    def shares(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom


def assumed(width: int, height: int) -> Projection | None:
    """What an unmarked picture is taken to be: twice as wide as high, all-round; else flat."""
    if width >= ASSUMED_PX and abs(width - 2 * height) <= ASSUMED_SLACK_PX:
        return Projection(stated=False)
    return None
