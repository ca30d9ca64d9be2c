"""Ways to hide, turn and spoil a face, drawn from its five landmarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
Colour = tuple[int, int, int]

DARK: Colour = (28, 28, 32)
WALL: Colour = (96, 112, 88)


@dataclass(frozen=True)
class Face:
    """A picture that is drawn on, and the frame that eyes and mouth span: one unit across is the
    distance between the eyes, one unit down that from the eyes to the mouth."""

    picture: Picture
    """RGB, drawn on in place."""
    points: Points
    """Eyes, nose, corners of the mouth; left and right as in the picture; shape (5, 2)."""

    @property
    def eyes(self) -> Points:
        """The point between them."""
        return np.asarray(self.points[:2].mean(axis=0))

    @property
    def across(self) -> Points:
        """From eye to eye."""
        return np.asarray(self.points[1] - self.points[0])

    @property
    def down(self) -> Points:
        """From the eyes to the mouth."""
        return np.asarray(self.points[3:].mean(axis=0) - self.eyes)

    def at(self, x: float, y: float) -> tuple[int, int]:
        """A point of the frame in pixels."""
        column, row = self.eyes + x * self.across + y * self.down
        return round(float(column)), round(float(row))

    def size(self, wide: float, high: float) -> tuple[int, int]:
        """Of something in pixels."""
        d, length = (float(np.linalg.norm(v)) for v in (self.across, self.down))
        return max(1, round(wide * d)), max(1, round(high * length))

    def polygon(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        """Fill one."""
        at = np.array([self.at(*corner) for corner in corners], np.int32)
        cv2.fillPoly(self.picture, [at], colour, cv2.LINE_AA)

    def ellipse(self, x: float, y: float, axes: tuple[float, float], colour: Colour) -> None:
        """Fill one; half axes in units."""
        angle = float(np.degrees(np.arctan2(self.across[1], self.across[0])))
        size = self.size(*axes)
        cv2.ellipse(self.picture, self.at(x, y), size, angle, 0, 360, colour, -1, cv2.LINE_AA)

    def line(self, a: tuple[float, float], b: tuple[float, float], wide: float, c: Colour) -> None:
        """``wide`` in units across."""
        thick = self.size(wide, 1)[0]
        cv2.line(self.picture, self.at(*a), self.at(*b), c, thick, cv2.LINE_AA)


def _mask_and_sunglasses(face: Face) -> None:
    cloth: Colour = (150, 185, 205)
    face.polygon([(-0.9, 0.4), (0, 0.25), (0.9, 0.4), (0.7, 1.4), (0, 1.85), (-0.7, 1.4)], cloth)
    for side in (-0.5, 0.5):
        face.ellipse(side, 0.03, (0.4, 0.3), DARK)
    face.line((-1, -0.05), (1, -0.05), 0.06, DARK)


def _balaclava(face: Face) -> None:
    before = face.picture.copy()
    face.ellipse(0, 0.5, (1.2, 1.9), DARK)
    hole = np.zeros(face.picture.shape[:2], np.uint8)
    mark = Face(np.dstack([hole] * 3), face.points)
    mark.ellipse(0, 0, (0.85, 0.26), (255, 255, 255))
    mark.ellipse(0, 1, (0.36, 0.17), (255, 255, 255))
    shown = mark.picture[..., 0] > 0
    face.picture[shown] = before[shown]


def _scarf(face: Face) -> None:
    before = face.picture.copy()
    face.ellipse(0, 0.4, (1.45, 2.2), (150, 60, 60))
    face.ellipse(0, 4.2, (3.2, 2.9), (150, 60, 60))
    mark = Face(np.zeros_like(face.picture), face.points)
    mark.ellipse(0, -0.02, (1.0, 0.42), (255, 255, 255))
    shown = mark.picture[..., 0] > 0
    face.picture[shown] = before[shown]


def _paint(face: Face) -> None:
    stripes: tuple[Colour, ...] = ((160, 40, 40), (235, 235, 235), (30, 40, 140), (20, 20, 20))
    for k, colour in enumerate(stripes):
        face.line((-1, -0.3 + 0.5 * k), (1, -0.55 + 0.5 * k), 0.22, colour)


def _microphone(face: Face) -> None:
    face.ellipse(0, 1.15, (0.33, 0.4), DARK)
    face.line((0, 1.4), (-0.3, 3.2), 0.2, DARK)


def _phone(face: Face) -> None:
    face.polygon([(-0.9, -0.8), (0.05, -0.8), (0.05, 1.6), (-0.9, 1.6)], DARK)


def _hand(face: Face) -> None:
    face.ellipse(0, 0.05, (1.0, 0.3), (205, 155, 125))


def _upper_half(face: Face) -> None:
    face.picture[: face.at(0, 0.45)[1]] = WALL


def _lower_half(face: Face) -> None:
    face.picture[face.at(0, 0.35)[1] :] = WALL


def _side_half(face: Face) -> None:
    face.picture[:, : face.at(0, 0)[0]] = WALL


def _plain(face: Face) -> None:
    """As it is."""


ALL = (0, 1, 2, 3, 4)
KINDS: dict[str, tuple[Callable[[Face], None], tuple[int, ...]]] = {
    "nothing": (_plain, ALL),
    "mask and sunglasses": (_mask_and_sunglasses, ALL),
    "balaclava": (_balaclava, ALL),
    "scarf": (_scarf, (0, 1)),
    "paint": (_paint, ALL),
    "microphone": (_microphone, ALL),
    "phone": (_phone, ALL),
    "hand": (_hand, ALL),
    "upper half gone": (_upper_half, (3, 4)),
    "lower half gone": (_lower_half, (0, 1)),
    "one side gone": (_side_half, (1,)),
}
"""What is drawn, and the landmarks that can still be seen."""

TURNS = {"turned by 45 degrees": 45.0, "turned by 90": 90.0, "turned by 180": 180.0}
SPOILED = ("moved", "JPEG of quality 8")
NAMES = (*KINDS, *TURNS, *SPOILED)


def square(
    picture: Picture, points: Points, scale: float, side: int, name: str
) -> tuple[Picture, Points]:
    """A square with one face in its middle, hidden, turned or spoiled, and its visible landmarks.

    Args:
        picture: RGB.
        points: its face's landmarks, left and right as in the picture.
        scale: pixels of the square for each of the picture.
        side: of the square, pixels.
        name: one of ``NAMES``; JPEG is done to whole sheets.
    """
    edge = max(picture.shape[:2])
    wide = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    face = Face(np.asarray(wide, np.uint8), points + edge)
    draw, seen = KINDS.get(name, KINDS["nothing"])
    draw(face)
    middle = face.points.mean(axis=0) * scale
    small = cv2.resize(face.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    centre = float(middle[0]), float(middle[1])
    matrix = cv2.getRotationMatrix2D(centre, TURNS.get(name, 0.0), 1)
    matrix[:, 2] += side / 2 - middle
    out = cv2.warpAffine(small, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    if name == "moved":
        out = cv2.blur(out, (max(3, round(side * 0.06)), 1))
    shown = face.points[list(seen)] * scale
    return np.asarray(out, np.uint8), np.asarray(shown @ matrix[:, :2].T + matrix[:, 2])
