"""How sample values stand for colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        parts = self.components(np.array(colour.rgb, np.uint8), by_matrix)
        return {role: int(self.quantised(role, part, bits)) for role, part in parts.items()}

    def components(self, rgb: NDArray[np.uint8], by_matrix: bool) -> dict[str, NDArray[np.float64]]:
        """Components of colours, by role: R, G, B and luma 0 to 1, chroma -.5 to .5.

        Args:
            rgb: shape (…, 3).
            by_matrix: as Y'CbCr, not as R'G'B'.
        """
        r, g, b = (rgb[..., channel] / 255 for channel in range(3))
        if not by_matrix:
            return {"r": r, "g": g, "b": b}
        red, blue = self._weights
        luma = red * r + (1 - red - blue) * g + blue * b
        return {"y": luma, "u": (b - luma) / (2 - 2 * blue), "v": (r - luma) / (2 - 2 * red)}

    def quantised(self, role: str, part: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
        """Sample values of one component."""
        scale, peak = 1 << (bits - 8), (1 << bits) - 1
        if role in "uv":
            if self.full_range:
                whole = np.rint(part * peak) + 128 * scale
                return np.asarray(np.minimum(whole, peak), np.int64)
            return np.rint((128 + 224 * part) * scale).astype(np.int64)
        if self.full_range:
            return np.rint(part * peak).astype(np.int64)
        return np.rint((16 + 219 * part) * scale).astype(np.int64)

    def decode(self, samples: Mapping[str, NDArray[Any]], bits: int) -> NDArray[np.uint8]:
        """The inverse, RGB, shape (…, 3), the same on every machine.

        Args:
            samples: by role, all of one shape; luma alone is grey.
            bits: per sample.
        """
        parts = {role: self._part(role, values, bits) for role, values in samples.items()}
        if "y" not in parts:
            rgb = [parts[role] for role in "rgb"]
        elif "u" not in parts:
            rgb = [parts["y"]] * 3
        else:
            red, blue = self._weights
            y, u, v = (parts[role] for role in "yuv")
            r, b = y + np.float32(2 - 2 * red) * v, y + np.float32(2 - 2 * blue) * u
            g = (y - np.float32(red) * r - np.float32(blue) * b) / np.float32(1 - red - blue)
            rgb = [r, np.asarray(g), b]
        return np.stack(
            [np.rint(np.clip(c, 0, 1) * np.float32(255)).astype(np.uint8) for c in rgb], axis=-1
        )

    def _part(self, role: str, values: NDArray[Any], bits: int) -> NDArray[np.float32]:
        scale, peak = 1 << (bits - 8), (1 << bits) - 1
        low = (128 if role in "uv" else 0 if self.full_range else 16) * scale
        span = peak if self.full_range else (224 if role in "uv" else 219) * scale
        return (values.astype(np.float32) - np.float32(low)) / np.float32(span)

    @property
    def _weights(self) -> tuple[float, float]:
        """Of red and blue in luma."""
        return _LUMA_WEIGHTS.get(self.matrix, _BT601)


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
