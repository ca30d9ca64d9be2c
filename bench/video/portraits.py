"""Portraits that can be turned into heads: which ones, and where the head is in them.

The portraits are AI-generated, square and mostly frontal before a plain wall. One is used when its
outline can be told from the wall and neither hair nor head is cut off by the picture's edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.faces import face_detector

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Line = NDArray[np.float32]

SIZE = 224
"""Side of a portrait in pixels; others are scaled to it."""

WALL_PX = 6
"""Width of the strip along the upper edges that is taken for wall."""

FREE_ROWS = 150
"""The outline may touch the picture's sides only below this row."""


@dataclass(frozen=True)
class Portrait:
    """One person, seen from the front, in pixels of the portrait."""

    name: str
    picture: Image
    """RGB, ``SIZE`` x ``SIZE`` x 3."""
    box: tuple[float, float, float, float]
    """The face as the detector sees it: x, y, width, height."""
    top: int
    """First row of the outline."""
    left: Line
    """Left edge of the outline in each row from ``top`` to the last."""
    right: Line
    hair: Image
    """A texture for the back of the head, ``SIZE`` x ``SIZE`` x 3."""
    clothes: Colour
    """Colour below the neck."""
    skin: Colour


def portrait(path: Path) -> Portrait | None:
    """The portrait in a file, or nothing where it cannot be used."""
    read = cv2.imread(str(path))
    if read is None:
        return None
    bgr = np.asarray(cv2.resize(read, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    strips = bgr[:WALL_PX], bgr[:80, :WALL_PX], bgr[:80, -WALL_PX:]
    wall = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    if wall.std(axis=0).max() > 18:
        return None
    picture = np.ascontiguousarray(bgr[..., ::-1])
    found = [f for f in face_detector("default").detect(picture) if f.height > SIZE / 4]
    if len(found) != 1:
        return None
    box = (found[0].x, found[0].y, found[0].width, found[0].height)
    outline = _outline(_matte(bgr, box), box)
    if outline is None:
        return None
    top, left, right = outline
    hair = _hair(picture, box, top, left, right)
    clothes = _clothes(picture, left, right)
    return Portrait(path.stem, picture, box, top, left, right, hair, clothes, _skin(picture, box))


def _matte(bgr: Image, box: tuple[float, float, float, float]) -> Image:
    """255 on the person, 0 on the wall."""
    x, y, w, h = box
    mask = np.full((SIZE, SIZE), cv2.GC_PR_BGD, np.uint8)
    middle = (round(x + w / 2), round(y + h * 0.42))
    cv2.ellipse(mask, middle, (round(w * 0.75), round(h * 0.85)), 0, 0, 360, cv2.GC_PR_FGD, -1)
    mask[round(y + h * 1.15) :, round(x - w * 0.3) : round(x + w * 1.3)] = cv2.GC_PR_FGD
    cv2.ellipse(mask, middle, (round(w * 0.42), round(h * 0.5)), 0, 0, 360, cv2.GC_FGD, -1)
    neck = round(x + w * 0.35), round(x + w * 0.65)
    mask[round(y + h * 0.9) :, neck[0] : neck[1]] = cv2.GC_FGD
    mask[:WALL_PX], mask[:FREE_ROWS, :4], mask[:FREE_ROWS, -4:] = (cv2.GC_BGD,) * 3
    behind, before = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), behind, before, 4, cv2.GC_INIT_WITH_MASK)
    matte = np.where((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    return cv2.morphologyEx(matte, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)).astype(np.uint8)


def _outline(matte: Image, box: tuple[float, float, float, float]) -> tuple[int, Line, Line] | None:
    """First row, left and right edges; nothing when the head is cut off or the matte is torn."""
    x, y, w, h = box
    middle = round(x + w / 2)
    rows = np.flatnonzero(matte[:, middle - 3 : middle + 4].max(axis=1))
    if len(rows) == 0 or rows[0] <= WALL_PX + 1 or rows[0] > y + 0.1 * h:
        return None
    top = int(rows[0])
    left, right = np.empty(SIZE - top, np.float32), np.empty(SIZE - top, np.float32)
    for row in range(top, SIZE):
        line = matte[row]
        gaps = np.flatnonzero(line[:middle] == 0)
        left[row - top] = gaps[-1] + 1 if len(gaps) else 0
        gaps = np.flatnonzero(line[middle:] == 0)
        right[row - top] = middle + gaps[0] if len(gaps) else SIZE
    head = slice(0, round(y + h) - top)
    cut_off = left[head].min() < 5 or right[head].max() > SIZE - 5
    face = slice(round(y + 0.2 * h) - top, round(y + 0.8 * h) - top)
    torn = (left[face] > x + 0.1 * w).any() or (right[face] < x + 0.9 * w).any()
    if cut_off or torn:
        return None
    smooth = [cv2.GaussianBlur(edge[:, None], (1, 9), 2.0)[:, 0] for edge in (left, right)]
    return top, smooth[0].astype(np.float32), smooth[1].astype(np.float32)


def _hair(
    picture: Image, box: tuple[float, float, float, float], top: int, left: Line, right: Line
) -> Image:
    """Strands in the colours found between the outline's top and the forehead."""
    x, y, w, _ = box
    low = max(top + 8, round(min(y - 2, top + 26)))
    x0, x1 = round(x + 0.25 * w), round(x + 0.75 * w)
    x0, x1 = max(x0, int(left[6]) + 2), min(x1, int(right[6]) - 2)
    patch = picture[top + 3 : low, x0 : max(x1, x0 + 8)]
    colours = patch.reshape(-1, 3).astype(np.float32)
    contrast = min(0.3, float(colours.mean(axis=1).std() / (colours.mean() + 1)))
    rng = np.random.default_rng(0)
    grain = np.zeros((SIZE, SIZE), np.float32)
    for across, along in ((0.8, 12.0), (3.0, 30.0)):
        noise = rng.normal(0, 1, (SIZE, SIZE)).astype(np.float32)
        strands = np.asarray(cv2.GaussianBlur(noise, (0, 0), across, sigmaY=along), np.float32)
        grain += strands / strands.std()
    lit = np.median(colours, axis=0) * (1 + 0.7 * contrast * grain)[..., None]
    return np.clip(lit, 0, 255).astype(np.uint8)


def _clothes(picture: Image, left: Line, right: Line) -> Colour:
    """Median colour of the outer thirds of the last rows inside the outline."""
    x0, x1 = int(left[-4]) + 3, int(right[-4]) - 3
    third = max(4, (x1 - x0) // 4)
    rows = picture[-10:-2]
    return _median(np.concatenate([rows[:, x0 : x0 + third], rows[:, x1 - third : x1]], axis=1))


def _skin(picture: Image, box: tuple[float, float, float, float]) -> Colour:
    """Median colour of the nose and cheeks."""
    x, y, w, h = box
    rows = slice(round(y + 0.5 * h), round(y + 0.66 * h))
    return _median(picture[rows, round(x + 0.2 * w) : round(x + 0.8 * w)])


def _median(picture: Image) -> Colour:
    red, green, blue = np.median(picture.reshape(-1, 3), axis=0)
    return int(red), int(green), int(blue)
