"""How sample values stand for colours."""

from __future__ import annotations

from dataclasses import dataclass

from efface.policy import Colour


@dataclass(frozen=True, slots=True)
class Signal:
    """How sample values stand for colours (numbers of ITU-T H.273, as FFmpeg has them)."""

    matrix: int
    full_range: bool

    def encode(self, colour: Colour, bits: int, by_matrix: bool) -> dict[str, int]:
        """Sample values by component.

        Args:
            bits: per sample.
            by_matrix: as Y'CbCr, not as R'G'B'.
        """
        scale = 1 << (bits - 8)
        peak = (1 << bits) - 1
        rgb = [v / 255 for v in colour.rgb]
        if not by_matrix:
            if self.full_range:
                return {k: round(v * peak) for k, v in zip("rgb", rgb, strict=True)}
            return {k: round((16 + 219 * v) * scale) for k, v in zip("rgb", rgb, strict=True)}
        red, blue = _LUMA_WEIGHTS.get(self.matrix, _BT601)
        luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2]
        u, v = (rgb[2] - luma) / (2 - 2 * blue), (rgb[0] - luma) / (2 - 2 * red)
        middle = 128 * scale
        if self.full_range:
            chroma = [min(round(c * peak) + middle, peak) for c in (u, v)]
            return {"y": round(luma * peak), "u": chroma[0], "v": chroma[1]}
        return {
            "y": round((16 + 219 * luma) * scale),
            "u": round((128 + 224 * u) * scale),
            "v": round((128 + 224 * v) * scale),
        }


_BT601 = (0.299, 0.114)
_BT709 = (0.2126, 0.0722)
_LUMA_WEIGHTS = {1: _BT709, 4: (0.30, 0.11), 5: _BT601, 6: _BT601, 7: (0.212, 0.087),
                 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
"""Of red and blue, by matrix coefficients."""


def signal_of(pixel_format: str, matrix: int, colour_range: int, width: int, height: int) -> Signal:
    """How the samples of a stream stand for colours.

    A stream that does not state its matrix is read as players read it: BT.709 from 1280 pixels of
    width or more than 576 rows on, BT.601 below. One that does not state its range is full for RGB,
    grey and the ``yuvj`` formats and limited otherwise.

    Args:
        matrix: coefficients, 2 when not stated.
        colour_range: 1 limited, 2 full, 0 not stated.
    """
    if matrix not in _LUMA_WEIGHTS:
        matrix = 1 if width >= 1280 or height > 576 else 6
    if colour_range in (1, 2):
        return Signal(matrix, colour_range == 2)
    by_matrix = pixel_format.startswith(("yuv", "nv", "p0", "p2", "uyvy"))
    return Signal(matrix, not by_matrix or pixel_format.startswith("yuvj"))
