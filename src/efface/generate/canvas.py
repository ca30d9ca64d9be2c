"""Which part of a picture the network is shown, and at what scale.

A canvas is upright, its middle that of a zone, and so much larger that a ring of what lies around
the zone shows on it. A zone stands for a head of one size, whatever its pixels: it is
``ZONE_HEIGHTS`` times as high as a face's box, as the default policy makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect

WIDTH, HEIGHT = 96, 128
"""Of a canvas, in its pixels."""

RING_WIDTH, RING_HEIGHT = 1.3, 1.2
"""How much larger than a zone the canvas is, at least."""

ZONE_WIDTHS, ZONE_HEIGHTS = 1.8, 2.0
"""Of a face's box, that a zone has where nothing else is said."""

USUAL = 0.72
"""Width of a face's box in its heights, in the mean of detected boxes."""

SEEN = 0.5
"""Share of a canvas pixel that must be known for it to be shown."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where a canvas lies in a picture."""

    x: float
    """Of the middle, in pixels of the picture."""
    y: float
    step: float
    """Pixels of the picture to one of the canvas."""
    face: float
    """Height of the face's box that stands in the middle, in pixels of the picture."""

    @classmethod
    def over(cls, outer: Rect) -> Canvas:
        """The canvas of a zone.

        Args:
            outer: the zone before it is clipped to the picture or grown to a grid.
        """
        wide, high = max(outer.width, 1), max(outer.height, 1)
        step = max(wide * RING_WIDTH / WIDTH, high * RING_HEIGHT / HEIGHT)
        face = min(high / ZONE_HEIGHTS, wide / ZONE_WIDTHS / USUAL)
        return cls((outer.x0 + outer.x1) / 2, (outer.y0 + outer.y1) / 2, step, face)

    def _matrix(self, rect: Rect) -> NDArray[np.float64]:
        """From pixels of a rectangle to those of the canvas, for middles of pixels."""
        scale = 1 / self.step
        return np.array(
            [
                [scale, 0, (rect.x0 + 0.5 - self.x) * scale + WIDTH / 2 - 0.5],
                [0, scale, (rect.y0 + 0.5 - self.y) * scale + HEIGHT / 2 - 0.5],
            ]
        )

    def within(self, width: int, height: int) -> Rect:
        """The part of a picture that the canvas shows."""
        across, along = WIDTH * self.step, HEIGHT * self.step
        whole = Rect.covering(self.x - across / 2, self.y - along / 2, across, along)
        return whole.padded(2, 2).clipped(width, height)

    def shown(
        self, part: NDArray[np.uint8], known: NDArray[np.bool_], rect: Rect
    ) -> tuple[Floats, Floats]:
        """A part of a picture on the canvas.

        Args:
            part: RGB, the pixels of ``rect``.
            known: which of them may be looked at.
            rect: where they lie in the picture.

        Returns:
            Colours, -1 to 1 and 0 where nothing is known, shape (HEIGHT, WIDTH, 3); and 1 where
            they are known, else 0, shape (HEIGHT, WIDTH).
        """
        mask = known.astype(np.float32)
        both = np.dstack([(part.astype(np.float32) / 127.5 - 1) * mask[..., None], mask])
        if self.step > 1:
            sigma = 0.45 * self.step
            both = cv2.GaussianBlur(both, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
        seen = cv2.warpAffine(
            both, self._matrix(rect), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )  # fmt: skip
        share = seen[..., 3]
        told = (share >= SEEN).astype(np.float32)
        colours = seen[..., :3] / np.maximum(share, np.float32(SEEN))[..., None] * told[..., None]
        return np.asarray(colours, np.float32), told

    def drawn_on(self, canvas: Floats, rect: Rect) -> Floats:
        """What stands on the canvas, at the picture's scale.

        Args:
            canvas: shape (HEIGHT, WIDTH, channels).
            rect: of the picture, that is wanted.
        """
        found = cv2.warpAffine(
            canvas,
            self._matrix(rect),
            (rect.width, rect.height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float32)

    def points(self, form: NDArray[np.float64]) -> NDArray[np.float64]:
        """A form's points on the canvas, in its pixels, their depth likewise.

        Args:
            form: in heights of the face's box, from its middle (``likeness.NobodysFace.points``),
                shape (n, 3).
        """
        return np.asarray(form * self.face / self.step + np.array([WIDTH / 2, HEIGHT / 2, 0]))
