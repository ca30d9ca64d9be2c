"""What a redaction does to a zone: its kind and every parameter, as a K2 attacker knows it.

Strengths are in pixels of the cut-out. Sizes relative to the face are for networks and tables
(``relative``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["solid", "gaussian", "box", "median", "mosaic", "sampled-mosaic", "swirl", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Operator:
    """One redaction."""

    kind: Kind
    size_px: float = 0.0
    """Gaussian: sigma. Box and median: side of the window. Mosaics: side of a cell. Swirl: radius.
    Solid and other: 0."""
    offset_px: tuple[float, float] = (0.0, 0.0)
    """Mosaics: x and y of a cell's corner. Swirl: its centre. In pixels of the cut-out."""
    size_y_px: float | None = None
    """Box and mosaics whose window or cell is not square: its height; ``None``: square."""
    angle: float = 0.0
    """Swirl: radians at the centre."""
    noise: float = 0.0
    """Standard deviation of noise added to each pixel, in steps of 255."""
    cell_noise: float = 0.0
    """Standard deviation of noise added to each cell of a mosaic, in steps of 255."""
    jpeg_quality: int | None = None
    """Lossy compression afterwards, on libjpeg's scale; ``None``: none."""

    def relative(self, face_width_px: float) -> float:
        """Size in face widths."""
        return self.size_px / face_width_px
