"""A colour, as policies name it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour, 0 to 255 a channel."""

    red: int
    green: int
    blue: int

    def __post_init__(self) -> None:
        if not all(0 <= v <= 255 for v in self.rgb):
            raise ValueError(f"expected colour channels from 0 to 255, got {self.rgb}")

    @property
    def rgb(self) -> tuple[int, int, int]:
        return self.red, self.green, self.blue

    @property
    def luma(self) -> int:
        """ITU-R BT.601 luma, as JPEG uses it."""
        return round(0.299 * self.red + 0.587 * self.green + 0.114 * self.blue)

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @classmethod
    def parse(cls, text: str) -> Colour:
        """Read ``#rrggbb``.

        Raises:
            ValueError: the text is something else.
        """
        if not re.fullmatch("#?[0-9A-Fa-f]{6}", text):
            raise ValueError(f"expected a colour as #rrggbb, got {text!r}")
        return cls(*bytes.fromhex(text.removeprefix("#")))


BLACK = Colour(0, 0, 0)
