"""What drawn crowds are made of: people who hide each other, and what spoils pictures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

XYWH = tuple[float, float, float, float]
Picture = NDArray[np.uint8]
Rng = np.random.Generator

VISIBLE = 0.22
"""Share of a face that has to be seen for it to count; less than ``GONE``, and there is none."""
GONE = 0.04


@dataclass(frozen=True)
class Crowd:
    """A picture, and where its faces are."""

    picture: Picture
    """RGB."""
    boxes: NDArray[np.float64]
    """x, y, width, height of each head's face, shape (n, 4); seen or not."""
    seen: NDArray[np.float64]
    """Share of each that is seen: 0 for backs of heads; shape (n,)."""
    kinds: tuple[str, ...]
    """What hides or turns each."""


def part_of(whole: Picture, size: tuple[int, int], rng: Rng) -> Picture:
    """A random part of a picture, or of its mirror image, of (width, height)."""
    least = max(size[0] / whole.shape[1], size[1] / whole.shape[0])
    zoom = least * float(rng.uniform(1.0, 1.8))
    large = cv2.resize(whole, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    x = int(rng.integers(0, large.shape[1] - size[0] + 1))
    y = int(rng.integers(0, large.shape[0] - size[1] + 1))
    part = large[y : y + size[1], x : x + size[0]]
    return np.ascontiguousarray(part[:, :: int(rng.choice([-1, 1]))])


@dataclass
class Scene:
    """A crowd as it is being drawn, from the back to the front."""

    picture: NDArray[np.float32]
    owner: NDArray[np.int32]
    """Whose each pixel is: the number of a person, -1 where there is none."""
    people: int = 0

    def lay(self, rgba: NDArray[np.float32], matrix: NDArray[np.float64]) -> None:
        """Lay premultiplied RGBA over the picture, moved by a matrix, for the next person."""
        high, wide = rgba.shape[:2]
        corners = matrix @ np.array([[0, wide, 0, wide], [0, 0, high, high], [1, 1, 1, 1]])
        x0, y0 = np.maximum(np.floor(corners.min(axis=1)).astype(int), 0)
        x1, y1 = np.ceil(corners.max(axis=1)).astype(int)
        x1, y1 = min(x1, self.picture.shape[1]), min(y1, self.picture.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        if scale < 0.6:
            rgba = cv2.GaussianBlur(rgba, (0, 0), 0.45 / scale)
        inside = matrix.copy()
        inside[:, 2] -= x0, y0
        moved = cv2.warpAffine(rgba, inside, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_LINEAR)
        share = moved[..., 3:] / 255
        part = self.picture[y0:y1, x0:x1]
        part[:] = part * (1 - share) + moved[..., :3]
        self.owner[y0:y1, x0:x1][share[..., 0] > 0.5] = self.people

    def seen(self, box: XYWH, number: int) -> float:
        """Share of a face that nobody nearer and no edge of the picture hides."""
        x, y, w, h = box
        t = (np.arange(10) + 0.5) / 10
        columns, rows = np.meshgrid(x + t * w, y + t * h)
        columns, rows = np.floor(columns).astype(int), np.floor(rows).astype(int)
        high, wide = self.owner.shape
        inside = (columns >= 0) & (columns < wide) & (rows >= 0) & (rows < high)
        return float((self.owner[rows[inside], columns[inside]] == number).sum() / 100)


def placed(
    scale: float, roll: float, anchor: tuple[float, float], to: tuple[float, float]
) -> NDArray[np.float64]:
    """Turned by ``roll`` degrees about the anchor, which comes to lie at ``to``."""
    matrix = cv2.getRotationMatrix2D(anchor, roll, scale)
    matrix[:, 2] += np.array(to) - anchor
    return matrix


def spoiled(picture: Picture, rng: Rng) -> Picture:
    """As cameras, light and compression spoil pictures."""
    width, height = picture.shape[1], picture.shape[0]
    out = picture
    if rng.random() < 0.35:
        gamma, gain = rng.uniform(0.8, 1.8), rng.uniform(0.15, 0.9)
        out = (255 * gain * (out / 255.0) ** gamma + rng.uniform(0, 50)).astype(np.float32)
        out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        out = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.45:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.4, 2.2)))
    if rng.random() < 0.12:
        way = np.zeros((15, 15), np.float32)
        length, angle = rng.uniform(2, 7), rng.uniform(0, np.pi)
        step = round(length * np.cos(angle)), round(length * np.sin(angle))
        cv2.line(way, (7 - step[0] // 2, 7 - step[1] // 2), (7 + step[0] // 2, 7 + step[1] // 2), 1)
        out = cv2.filter2D(out, -1, way / way.sum())
    if rng.random() < 0.2:
        small = float(rng.uniform(0.5, 0.9))
        out = cv2.resize(out, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
        out = cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        noise = rng.normal(0, rng.uniform(2, 20), (height, width, 3))
        out = np.clip(out + noise, 0, 255).astype(np.uint8)
    quality = int(rng.integers(60, 96) if rng.random() < 0.75 else rng.integers(8, 50))
    coded = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])
