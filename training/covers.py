"""Things that hide a face, drawn over a head seen from any side.

Shapes, places and colours are drawn at random. A cover is drawn in the frame that the face spans:
x from -1 (its left edge) to 1, y from 0 (the brow's top) to 1 (the chin).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]
Rng = np.random.Generator
Points = Sequence[tuple[float, float]]

PATTERNED = 0.12
"""Share of what is laid on that has checks, stripes or spots."""


@dataclass(frozen=True)
class Cover:
    """The head that is drawn on."""

    canvas: Canvas
    """Premultiplied RGBA, shape (height, width, 4), drawn on in place."""
    box: tuple[float, float, float, float]
    """The face."""
    shift: float
    """How far the middle of the face has moved to a side, in half face widths."""
    rng: Rng

    def at(self, x: float, y: float) -> tuple[int, int]:
        """A point of the face's frame in pixels."""
        left, top, width, height = self.box
        bent = x + self.shift * (1 - min(1.0, abs(x)))
        return round(left + (bent + 1) / 2 * width), round(top + y * height)

    def colour(self, low: int = 0, high: int = 255) -> NDArray[np.float32]:
        """Any colour, dull ones more often."""
        grey = self.rng.uniform(low, high)
        spread = self.rng.choice([10, 40, 120])
        return np.clip(grey + self.rng.uniform(-spread, spread, 3), 0, 255).astype(np.float32)

    def skin(self) -> NDArray[np.float32]:
        """Of someone."""
        tone = self.rng.uniform(0.25, 1.0)
        return np.array([235, 185, 155], np.float32) * tone + self.rng.uniform(-12, 12, 3).astype(
            np.float32
        )

    def polygon(self, points: Points, colour: NDArray[np.float32], opaque: float = 1.0) -> None:
        """Fill one; with folds and grain where it is large."""
        mask = np.zeros(self.canvas.shape[:2], np.uint8)
        corners = np.array([self.at(*p) for p in points], np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA)
        self.lay(mask, colour, opaque)

    def ellipse(
        self,
        middle: tuple[float, float],
        axes: tuple[float, float],
        colour: NDArray[np.float32],
        opaque: float = 1.0,
    ) -> None:
        """Half axes in half face widths and face heights."""
        mask = np.zeros(self.canvas.shape[:2], np.uint8)
        size = (
            max(1, round(axes[0] * self.box[2] / 2)),
            max(1, round(axes[1] * self.box[3])),
        )
        turn = float(self.rng.normal(0, 4))
        cv2.ellipse(mask, self.at(*middle), size, turn, 0, 360, 255, -1, cv2.LINE_AA)
        self.lay(mask, colour, opaque)

    def line(self, points: Points, wide: float, colour: NDArray[np.float32]) -> None:
        """``wide`` in face widths."""
        mask = np.zeros(self.canvas.shape[:2], np.uint8)
        corners = np.array([self.at(*p) for p in points], np.int32)
        thick = max(1, round(wide * self.box[2]))
        cv2.polylines(mask, [corners], False, 255, thick, cv2.LINE_AA)
        self.lay(mask, colour, 1.0)

    def lay(self, mask: NDArray[np.uint8], colour: NDArray[np.float32], opaque: float) -> None:
        """Colour where a mask says, shaded."""
        x, y, wide, high = cv2.boundingRect(mask)
        if not wide:
            return
        share = (mask[y : y + high, x : x + wide].astype(np.float32) / 255 * opaque)[..., None]
        folds = self.rng.normal(0, 1, (5, 5)).astype(np.float32)
        shade = cv2.resize(folds, (wide, high), interpolation=cv2.INTER_CUBIC)[..., None]
        cloth = np.broadcast_to(colour, (high, wide, 3))
        if self.rng.random() < PATTERNED:
            cloth = self._patterned(colour, (high, wide))
        shaded = np.clip(cloth * (1 + np.float32(0.07) * shade), 0, 255)
        part = self.canvas[y : y + high, x : x + wide]
        part[..., :3] = part[..., :3] * (1 - share) + shaded * share
        part[..., 3:] = part[..., 3:] * (1 - share) + 255 * share

    def _patterned(self, colour: NDArray[np.float32], shape: tuple[int, ...]) -> Canvas:
        """Checks, stripes or spots of a second colour."""
        step = max(1, round(self.box[2] * self.rng.uniform(0.04, 0.2)))
        rows, columns = np.indices(shape) // step
        spots = self.rng.random((shape[0] // step + 1, shape[1] // step + 1)) < 0.4
        which = [(rows + columns) % 2 > 0, rows % 2 > 0, columns % 2 > 0, spots[rows, columns]]
        chosen = which[int(self.rng.integers(len(which)))][..., None]
        return np.where(chosen, self.colour(), colour).astype(np.float32)


def _glasses(c: Cover) -> None:
    lens = c.colour(0, 70) if c.rng.random() < 0.8 else c.colour(90, 230)
    wide, high = c.rng.uniform(0.3, 0.48), c.rng.uniform(0.08, 0.16)
    y, apart = c.rng.uniform(0.27, 0.36), c.rng.uniform(0.4, 0.5)
    opaque = float(c.rng.choice([1.0, 0.85, 0.6]))
    for side in (-apart, apart):
        if c.rng.random() < 0.5:
            c.ellipse((side, y), (wide, high), lens, opaque)
        else:
            low = wide * c.rng.uniform(0.6, 1.0)
            c.polygon(
                [
                    (side - wide, y - high),
                    (side + wide, y - high),
                    (side + low, y + high),
                    (side - low, y + high),
                ],
                lens,
                opaque,
            )
    c.line([(-1.0, y - high / 2), (1.0, y - high / 2)], 0.03, c.colour(0, 90))


def _mask(c: Cover) -> None:
    cloth = c.colour(20, 250)
    top, low = c.rng.uniform(0.42, 0.62), c.rng.uniform(0.98, 1.15)
    bridge = top - c.rng.uniform(0, 0.1)
    width = c.rng.uniform(0.8, 1.0)
    c.polygon(
        [
            (-width, top),
            (0, bridge),
            (width, top),
            (0.85 * width, 0.8),
            (0.4, low),
            (-0.4, low),
            (-0.85 * width, 0.8),
        ],
        cloth,
    )
    if c.rng.random() < 0.4:
        for y in np.linspace(top + 0.1, low - 0.1, int(c.rng.integers(2, 5))):
            c.line([(-0.7, y), (0, y + 0.03), (0.7, y)], 0.015, cloth * 0.8)
    if c.rng.random() < 0.3:
        c.ellipse((c.rng.uniform(-0.5, 0.5), 0.8), (0.25, 0.08), c.colour())


def _mask_and_glasses(c: Cover) -> None:
    _mask(c)
    _glasses(c)
    if c.rng.random() < 0.3:
        _hat(c)


def _hat(c: Cover) -> None:
    cloth = c.colour(5, 220)
    brim = c.rng.uniform(0.05, 0.3)
    wide = c.rng.uniform(1.1, 1.9)
    c.polygon([(-1.25, brim - 0.02), (-1.1, -0.5), (1.1, -0.5), (1.25, brim - 0.02)], cloth)
    c.polygon([(-wide, brim - 0.06), (wide, brim - 0.06), (wide, brim), (-wide, brim)], cloth * 0.7)
    shade = np.zeros(3, np.float32)
    c.polygon(
        [(-1, brim), (1, brim), (1, brim + 0.35), (-1, brim + 0.35)], shade, c.rng.uniform(0, 0.6)
    )


def _hood(c: Cover) -> None:
    """Cloth around a hole that shows the eyes, the face or a part of it."""
    cloth = c.colour(0, 235)
    mask = np.zeros(c.canvas.shape[:2], np.uint8)
    half = (round(1.3 * c.box[2] / 2), round(0.95 * c.box[3]))
    cv2.ellipse(mask, c.at(0, 0.45), half, 0, 0, 360, 255, -1, cv2.LINE_AA)
    kind = c.rng.random()
    if kind < 0.5:
        hole = (0.0, c.rng.uniform(0.27, 0.36)), (c.rng.uniform(0.7, 1), c.rng.uniform(0.09, 0.18))
    elif kind < 0.75:
        hole = (0.0, c.rng.uniform(0.4, 0.55)), (c.rng.uniform(0.6, 0.9), c.rng.uniform(0.3, 0.5))
    else:
        hole = (c.rng.uniform(-0.5, 0.5), 0.45), (c.rng.uniform(0.5, 0.8), c.rng.uniform(0.3, 0.5))
    axes = round(hole[1][0] * c.box[2] / 2), round(hole[1][1] * c.box[3])
    cv2.ellipse(mask, c.at(*hole[0]), axes, 0, 0, 360, 0, -1, cv2.LINE_AA)
    if kind < 0.25:
        mouth = max(1, round(0.3 * c.box[2] / 2)), max(1, round(0.07 * c.box[3]))
        cv2.ellipse(mask, c.at(0, 0.8), mouth, 0, 0, 360, 0, -1, cv2.LINE_AA)
    c.lay(mask, cloth, 1.0)
    if c.rng.random() < 0.3:
        step = max(2, round(c.box[2] * c.rng.uniform(0.05, 0.12)))
        rows, columns = np.indices(mask.shape) // step
        c.lay(np.where((rows + columns) % 2 == 0, mask, 0).astype(np.uint8), c.colour(), 1.0)


def _paint(c: Cover) -> None:
    kind = c.rng.random()
    opaque = float(c.rng.uniform(0.6, 1.0))
    if kind < 0.4:
        for _ in range(int(c.rng.integers(2, 7))):
            y, tilt = c.rng.uniform(0.05, 1), c.rng.uniform(-0.4, 0.4)
            c.line([(-1, y - tilt), (1, y + tilt)], c.rng.uniform(0.04, 0.2), c.colour())
    elif kind < 0.6:
        bounds = np.linspace(-1, 1, int(c.rng.integers(3, 5)))
        for left, right in pairwise(bounds):
            c.polygon([(left, 0), (right, 0), (right, 1), (left, 1)], c.colour(), opaque * 0.8)
    elif kind < 0.75:
        c.ellipse((0, 0.5), (0.95, 0.52), c.colour(150, 255), opaque)
        for side in (-0.45, 0.45):
            c.ellipse((side, 0.33), (0.25, 0.11), c.colour(0, 60), opaque)
    else:
        for _ in range(int(c.rng.integers(4, 12))):
            middle = c.rng.uniform(-0.9, 0.9), c.rng.uniform(0.05, 0.95)
            c.ellipse(middle, (c.rng.uniform(0.1, 0.4), c.rng.uniform(0.04, 0.2)), c.colour())


def _hand(c: Cover) -> None:
    skin = c.skin()
    x, y = c.rng.uniform(-0.6, 0.6), c.rng.uniform(0.15, 0.9)
    away = c.rng.uniform(-1.5, 1.5), y + c.rng.uniform(0.5, 1.2)
    c.line([(x, y), away], c.rng.uniform(0.25, 0.4), skin)
    c.ellipse((x, y), (c.rng.uniform(0.4, 0.9), c.rng.uniform(0.12, 0.25)), skin)
    for finger in np.linspace(-0.35, 0.35, 4):
        end = x + 1.6 * finger, y - c.rng.uniform(0.15, 0.4)
        c.line([(x + finger, y), end], 0.09, skin * c.rng.uniform(0.85, 1.05))


def _thing(c: Cover) -> None:
    """Something held before the face: a cup, a phone, a camera, a microphone, a sheet."""
    paint, x, y = c.colour(0, 255), c.rng.uniform(-0.7, 0.7), c.rng.uniform(0.2, 1.0)
    wide, high = c.rng.uniform(0.2, 0.7), c.rng.uniform(0.1, 0.45)
    if c.rng.random() < 0.4:
        c.line([(x, y), (x + c.rng.uniform(-0.6, 0.6), 2.2)], c.rng.uniform(0.05, 0.2), paint * 0.8)
        c.ellipse((x, y), (wide * 0.7, high * 0.6), paint)
    else:
        lean = c.rng.uniform(-0.3, 0.3)
        corners = [
            (x - wide - lean, y - high),
            (x + wide - lean, y - high),
            (x + wide + lean, y + high),
            (x - wide + lean, y + high),
        ]
        c.polygon(corners, paint)
        if c.rng.random() < 0.5:
            c.ellipse((x, y), (wide * 0.4, high * 0.3), c.colour())


def _half(c: Cover) -> None:
    """A wall, a pole or another thing that hides a side."""
    paint, cut = c.colour(), c.rng.uniform(-0.3, 0.3)
    side = int(c.rng.integers(4))
    if side == 0:
        c.polygon([(cut, -1.5), (9, -1.5), (9, 4), (cut, 4)], paint)
    elif side == 1:
        c.polygon([(-9, -1.5), (cut, -1.5), (cut, 4), (-9, 4)], paint)
    elif side == 2:
        y = 0.5 + cut / 3
        c.polygon([(-9, y), (9, y), (9, 5), (-9, 5)], paint)
    else:
        y = 0.45 + cut / 3
        c.polygon([(-9, -2), (9, -2), (9, y), (-9, y)], paint)


def _shadow(c: Cover) -> None:
    black = np.zeros(3, np.float32)
    cut = c.rng.uniform(-0.6, 0.6)
    points = [(cut, -1), (3, -1), (3, 2), (cut, 2)]
    if c.rng.random() < 0.5:
        points = [(-x, y) for x, y in points]
    c.polygon(points, black, c.rng.uniform(0.4, 0.85))


COVERS: dict[str, tuple[float, Callable[[Cover], None]]] = {
    "glasses": (1.0, _glasses),
    "mask": (1.0, _mask),
    "mask and glasses": (1.6, _mask_and_glasses),
    "hat": (0.9, _hat),
    "hood": (1.0, _hood),
    "paint": (1.4, _paint),
    "hand": (1.0, _hand),
    "thing": (1.3, _thing),
    "half": (1.6, _half),
    "shadow": (0.6, _shadow),
}
"""How often each is drawn, and how."""


def cover(canvas: Canvas, box: tuple[float, float, float, float], yaw: float, rng: Rng) -> str:
    """Draw one over a head, in place, and name it."""
    names = list(COVERS)
    often = np.array([COVERS[name][0] for name in names])
    name = str(rng.choice(names, p=often / often.sum()))
    drawn = canvas[..., 3:].copy() if name in ("shadow", "half") else None
    COVERS[name][1](Cover(canvas, box, 0.8 * float(np.sin(np.radians(yaw))), rng))
    if drawn is not None and name == "shadow":
        canvas[..., :3] *= np.minimum(1, drawn / np.maximum(canvas[..., 3:], 1))
        canvas[..., 3:] = drawn
    return name
