"""Backgrounds without people: generated ones, and pictures that scikit-image carries.

Some hold round things, dark spots and warm colours, which detectors take for faces now and then;
none holds a face.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import skimage
from numpy.typing import NDArray
from portraits import Colour, Image

Floats = NDArray[np.float32]
Rng = np.random.Generator

PICTURES = (
    "coffee.png",
    "rocket.jpg",
    "motorcycle_left.png",
    "brick.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "page.png",
    "moon.png",
    "ihc.png",
)
"""Files of scikit-image's data folder. Those with people, coins or a cat are left out."""

TINTS = {
    "brick.png": (1.15, 0.85, 0.75),
    "grass.png": (0.8, 1.05, 0.6),
    "gravel.png": (1, 0.97, 0.9),
}


def background(kind: str, size: tuple[int, int], rng: Rng) -> Image:
    """An RGB picture of ``size`` (width, height).

    Args:
        kind: one of ``KINDS``.
        size: pixels.
        rng: decides everything else.
    """
    return KINDS[kind](size, rng)


def _picture(size: tuple[int, int], rng: Rng) -> Image:
    name = str(rng.choice(PICTURES))
    bgr = cv2.imread(str(Path(skimage.__file__).parent / "data" / name), cv2.IMREAD_COLOR)
    assert bgr is not None, f"scikit-image no longer carries {name}"
    rgb = bgr[..., ::-1].astype(np.float32) * TINTS.get(name, (1.0, 1.0, 1.0))
    rgb = np.clip(rgb, 0, 255).astype(np.uint8)
    if name in TINTS:
        rgb = np.concatenate([rgb, rgb[:, ::-1]], axis=1)
        rgb = np.concatenate([rgb, rgb[::-1]])
    zoom = max(size[0] / rgb.shape[1], size[1] / rgb.shape[0])
    large = cv2.resize(rgb, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    large = cv2.resize(large[: size[1], : size[0]], size)
    return np.ascontiguousarray(large[:, :: int(rng.choice([-1, 1]))]).astype(np.uint8)


def _noise(size: tuple[int, int], rng: Rng, coarse: float, octaves: int) -> Floats:
    """Smooth noise, mean 0, deviation 1; the coarsest grain is ``coarse`` pixels."""
    total = np.zeros((size[1], size[0]), np.float32)
    for octave in range(octaves):
        grain = max(1.0, coarse / 2**octave)
        small = rng.normal(0, 1, (int(size[1] / grain) + 3, int(size[0] / grain) + 3))
        large = cv2.resize(small.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
        total += np.asarray(large, np.float32) / 1.6**octave
    return total / float(total.std())


def _colour(rng: Rng, low: int = 30, high: int = 225) -> Colour:
    red, green, blue = (int(c) for c in rng.integers(low, high, 3))
    return red, green, blue


def _dull(rng: Rng) -> Colour:
    grey = rng.integers(60, 215)
    red, green, blue = (int(np.clip(grey + d, 0, 255)) for d in rng.integers(-25, 26, 3))
    return red, green, blue


def _slope(size: tuple[int, int], above: Colour, below: Colour) -> Image:
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    rows = np.array(above, np.float32) * (1 - down) + np.array(below, np.float32) * down
    return np.broadcast_to(rows, (size[1], size[0], 3)).astype(np.uint8).copy()


def _grained(picture: Image, rng: Rng, amount: float = 5.0) -> Image:
    size = picture.shape[1], picture.shape[0]
    grain = _noise(size, rng, 24, 4)[..., None] * amount
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _wall(size: tuple[int, int], rng: Rng) -> Image:
    return _grained(_slope(size, _dull(rng), _dull(rng)), rng)


def _foliage(size: tuple[int, int], rng: Rng) -> Image:
    leaves = _noise(size, rng, 40, 5)
    light = _noise(size, rng, 160, 2)
    value = np.clip(95 + 38 * leaves + 22 * light, 0, 255)[..., None]
    green = value * np.array([0.62 + rng.uniform(0, 0.3), 0.95, 0.38], np.float32)
    return np.asarray(np.clip(green, 0, 255), np.uint8)


def _street(size: tuple[int, int], rng: Rng) -> Image:
    width, height = size
    picture = _slope(size, (150, 180, 215), (205, 210, 215))
    ground = round(height * rng.uniform(0.6, 0.75))
    x = -int(rng.integers(0, 60))
    while x < width:
        wide, top = int(rng.integers(90, 260)), round(ground * rng.uniform(0.05, 0.6))
        cv2.rectangle(picture, (x, top), (x + wide, ground), _dull(rng), -1)
        pane, step = _colour(rng, 20, 120), int(rng.integers(24, 48))
        for wx in range(x + step // 2, x + wide - step, step):
            for wy in range(top + step // 2, ground - step, round(1.3 * step)):
                lit = pane if rng.random() < 0.8 else (235, 220, 160)
                cv2.rectangle(picture, (wx, wy), (wx + step // 2, wy + round(0.8 * step)), lit, -1)
        x += wide
    cv2.rectangle(picture, (0, ground), size, (95, 95, 98), -1)
    for _ in range(int(rng.integers(0, 5))):
        _car(picture, int(rng.integers(0, width)), ground + int(rng.integers(0, 60)), rng)
    return _grained(picture, rng, 6)


def _car(picture: Image, x: int, y: int, rng: Rng) -> None:
    paint, s = _colour(rng), float(rng.uniform(0.6, 1.4))

    def at(dx: float, dy: float) -> tuple[int, int]:
        return round(x + dx * s), round(y + dy * s)

    cv2.rectangle(picture, at(0, -40), at(150, -10), paint, -1)
    roof = np.array([at(25, -40), at(45, -68), at(105, -68), at(130, -40)], np.int32)
    cv2.fillPoly(picture, [roof], paint, cv2.LINE_AA)
    cv2.rectangle(picture, at(50, -63), at(75, -42), (60, 75, 85), -1)
    cv2.rectangle(picture, at(80, -63), at(104, -42), (60, 75, 85), -1)
    for wheel in (32, 118):
        cv2.circle(picture, at(wheel, -10), round(15 * s), (25, 25, 25), -1, cv2.LINE_AA)
        cv2.circle(picture, at(wheel, -10), round(7 * s), (150, 150, 150), -1, cv2.LINE_AA)


def _room(size: tuple[int, int], rng: Rng) -> Image:
    width, height = size
    picture = _slope(size, _dull(rng), _dull(rng))
    floor = round(height * rng.uniform(0.7, 0.85))
    cv2.rectangle(picture, (0, floor), size, (120, 90, 65), -1)
    for _ in range(int(rng.integers(2, 6))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, floor // 2))
        wide, high = (int(v) for v in rng.integers(50, 190, 2))
        cv2.rectangle(picture, (x, y), (x + wide, y + high), _colour(rng, 30, 90), -1)
        inner = _foliage((max(8, wide - 12), max(8, high - 12)), rng)
        part = picture[y + 6 : y + high - 6, x + 6 : x + wide - 6]
        part[:] = inner[: part.shape[0], : part.shape[1]]
    for shelf in range(int(rng.integers(1, 4))):
        y = floor - 40 - 70 * shelf
        x = int(rng.integers(0, width // 2))
        for _ in range(25):
            wide, high = int(rng.integers(8, 22)), int(rng.integers(30, 60))
            cv2.rectangle(picture, (x, y - high), (x + wide, y), _colour(rng), -1)
            x += wide + 1
    return _grained(picture, rng, 4)


def _clutter(size: tuple[int, int], rng: Rng) -> Image:
    """Round warm things, some with a dark spot: lamps, plates, balls."""
    picture = _room(size, rng) if rng.random() < 0.5 else _wall(size, rng)
    for _ in range(int(rng.integers(8, 20))):
        x, y = int(rng.integers(0, size[0])), int(rng.integers(0, size[1]))
        r = int(rng.integers(8, 60))
        base = np.array([210, 160, 125]) + rng.integers(-60, 40, 3)
        axes = r, round(r * rng.uniform(0.8, 1.4))
        for ring in range(6):
            shade = tuple(int(c) for c in np.clip(base * (0.7 + 0.06 * ring), 0, 255))
            inner = round(axes[0] * (1 - ring / 9)), round(axes[1] * (1 - ring / 9))
            middle = x - ring * r // 40, y - ring * r // 30
            cv2.ellipse(picture, middle, inner, 0, 0, 360, shade, -1, cv2.LINE_AA)
        if rng.random() < 0.5:
            dx, dy = rng.uniform(-0.5, 0.5, 2) * r
            mark = max(1, r // int(rng.integers(4, 9)))
            cv2.circle(picture, (round(x + dx), round(y + dy)), mark, (45, 40, 38), -1, cv2.LINE_AA)
    return _grained(picture, rng, 5)


KINDS = {
    "picture": _picture,
    "wall": _wall,
    "foliage": _foliage,
    "street": _street,
    "room": _room,
    "clutter": _clutter,
}


def thing(kind: str, rng: Rng) -> Image:
    """Something that passes before the camera, as premultiplied RGBA.

    Args:
        kind: ``pole`` (high and narrow), ``sign`` or ``car``; 200 pixels at its widest.
        rng: decides colours and marks.
    """
    if kind == "pole":
        picture = np.zeros((1600, 60, 4), np.float32)
        light = 0.55 + 0.45 * np.sin(np.linspace(0.3, 2.8, 60))
        picture[..., :3] = np.array(_dull(rng)) * light[None, :, None]
        picture[..., 3] = 255
    elif kind == "sign":
        picture = np.full((260, 200, 4), 255, np.float32)
        picture[..., :3] = _grained(np.full((260, 200, 3), _colour(rng), np.uint8), rng, 8)
        picture[20:60, 20:180, :3] = _colour(rng)
        picture[90:100, 20:150, :3] = picture[120:130, 20:170, :3] = (30, 30, 30)
    else:
        rgb = np.zeros((110, 200, 3), np.uint8)
        _car(rgb, 20, 100, rng)
        mask = (rgb.max(axis=2) > 0).astype(np.float32) * 255
        picture = np.dstack([rgb.astype(np.float32), mask])
    return np.clip(picture, 0, 255).astype(np.uint8)
