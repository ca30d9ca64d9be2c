"""Pictures that a near face fills, and pictures in which there is none, drawn at random."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

SHAPES = ((80, 80), (64, 96), (96, 64), (48, 128), (128, 48), (40, 160))
"""(height, width) of the pictures of one batch, all of about the same area."""

KINDS = (
    ("eyes", 0.38, (1.1, 1.7)),
    ("eye", 0.08, (0.7, 1.1)),
    ("mouth", 0.08, (0.9, 1.4)),
    ("middle", 0.14, (1.6, 2.4)),
    ("half", 0.16, (1.4, 2.1)),
    ("upper", 0.06, (1.6, 2.2)),
    ("lower", 0.06, (1.5, 2.2)),
    ("whole", 0.04, (2.4, 3.2)),
)
"""Part of a face, how often it is drawn, and the square root of what is shown, in distances between
the eyes."""

CLEAR = (0.42, 0.42, 0.35, 0.4, 0.4)
"""So far, in distances between the eyes, a part without features stays from each point."""


RIGHT, DOWN = np.array([1.0, 0.0]), np.array([0.0, 1.0])

MOST_BLACK = 0.3
"""Share of an empty picture that may be painted over."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is drawn from; each picture also at half its size."""

    portraits: NDArray[np.uint8]
    points: NDArray[np.float32]
    empty: list[Pixels]


def drawn(material: Material, count: int, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
    """Pictures of one shape, (count, height, width, 3), and whether a face fills them, (count,)."""
    shape = SHAPES[int(rng.integers(len(SHAPES)))]
    pictures, labels = [], []
    for k in range(count):
        turns = int(rng.integers(4)) if rng.random() < 0.35 else 0
        upright = shape if turns % 2 == 0 else shape[::-1]
        near = k % 5 < 2
        tile = _near(material, upright, rng) if near else _empty(material, upright, rng)
        tile = np.rot90(tile, turns)
        if rng.random() < 0.5:
            tile = tile[:, ::-1]
        pictures.append(spoiled(np.ascontiguousarray(tile), rng))
        labels.append(near)
    return np.stack(pictures), np.array(labels, np.uint8)


def _near(material: Material, shape: tuple[int, int], rng: np.random.Generator) -> Pixels:
    one = int(rng.integers(len(material.portraits)))
    points = material.points[one]
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    unit = _unit(points)
    wide = shape[1] / shape[0]
    while True:
        kind, _, (least, most) = KINDS[int(rng.choice(len(KINDS), p=[k[1] for k in KINDS]))]
        if kind in ("eyes", "upper") and wide < 1:
            continue
        if kind in ("middle", "whole") and not 0.4 < wide < 2:
            continue
        if kind == "half" and wide > 1.2:
            continue
        break
    size = float(rng.uniform(least, most)) * unit
    middle = (eyes + mouth) / 2
    side = float(rng.choice((-1, 1)))
    centre = {
        "eyes": eyes - 0.05 * unit * DOWN,
        "eye": points[int(rng.integers(2))],
        "mouth": mouth,
        "middle": middle,
        "half": middle + side * rng.uniform(0.5, 0.85) * unit * RIGHT,
        "upper": eyes - rng.uniform(0.1, 0.5) * unit * DOWN,
        "lower": mouth + rng.uniform(-0.3, 0.2) * unit * DOWN,
        "whole": middle,
    }[kind]
    centre = centre + rng.normal(0, 0.08, 2) * unit
    return _cut(material.portraits[one], centre, size, shape, rng)


def _empty(material: Material, shape: tuple[int, int], rng: np.random.Generator) -> Pixels:
    what = rng.random()
    if what < 0.6:
        picture = material.empty[int(rng.integers(len(material.empty)))]
        for _ in range(10):
            tile = _anywhere(picture, float(rng.uniform(0.15, 1.0)), shape, rng)
            if (tile.max(axis=2) == 0).mean() < MOST_BLACK:
                break
        return tile
    if what < 0.75:
        return _made(shape, rng)
    one = int(rng.integers(len(material.portraits)))
    picture, points = material.portraits[one], material.points[one]
    return (
        _featureless(picture, points, shape, rng)
        if what < 0.88
        else _redacted(picture, points, shape, rng)
    )


def _anywhere(
    picture: Pixels, share: float, shape: tuple[int, int], rng: np.random.Generator
) -> Pixels:
    height, width = picture.shape[:2]
    longer = math.sqrt(shape[1] / shape[0])
    size = share * min(width / longer, height * longer)
    across, along = size * longer, size / longer
    centre = np.array(
        [
            rng.uniform(across / 2, max(width - across / 2, across / 2 + 1e-3)),
            rng.uniform(along / 2, max(height - along / 2, along / 2 + 1e-3)),
        ]
    )
    return _cut(picture, centre, size, shape, rng)


def _featureless(
    picture: Pixels, points: NDArray[np.float32], shape: tuple[int, int], rng: np.random.Generator
) -> Pixels:
    """Skin, hair, neck, clothes or ground: no eye, nose or mouth."""
    unit = _unit(points)
    high, wide = (math.sqrt(shape[i] / shape[1 - i]) / 2 for i in (0, 1))
    height, width = picture.shape[:2]
    for _ in range(200):
        size = float(rng.uniform(0.4, 1.8)) * unit
        centre = np.array([rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height])
        away = np.abs(points - centre) - size * np.array([wide, high])
        if (away.max(axis=1) > np.array(CLEAR) * unit).all():
            return _cut(picture, centre, size, shape, rng, slant=8.0)
    return _made(shape, rng)


def _redacted(
    picture: Pixels, points: NDArray[np.float32], shape: tuple[int, int], rng: np.random.Generator
) -> Pixels:
    """A portrait whose face is covered."""
    unit = _unit(points)
    x, y = points.mean(axis=0)
    across, along = rng.uniform(1.0, 1.8) * unit, rng.uniform(1.4, 2.4) * unit
    filled = picture.copy()
    black = rng.random() < 0.6
    colour = (0, 0, 0) if black else tuple(int(v) for v in rng.integers(0, 256, 3))
    if rng.random() < 0.5:
        corners = ((round(x - across), round(y - along)), (round(x + across), round(y + along)))
        cv2.rectangle(filled, *corners, colour, -1)
    else:
        cv2.ellipse(
            filled, (round(x), round(y)), (round(across), round(along)), 0, 0, 360, colour, -1
        )
    return _cut(
        filled, np.array([x, y]) + rng.normal(0, 0.5, 2) * unit, rng.uniform(1.8, 4.5) * unit,
        shape, rng,
    )  # fmt: skip


def _made(shape: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Clouds of any grain in a few colours, with shapes on them."""
    high, wide = shape
    spectrum = np.fft.rfft2(rng.standard_normal((high, wide, 3)), axes=(0, 1))
    fy, fx = np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide)[None]
    spectrum /= np.maximum(np.hypot(fy, fx), 1 / max(shape))[..., None] ** rng.uniform(0, 2.2)
    cloud = np.fft.irfft2(spectrum, s=shape, axes=(0, 1))
    cloud = (cloud - cloud.mean()) / (cloud.std() + 1e-9)
    if rng.random() < 0.7:
        cloud = cloud[..., :1] + 0.2 * cloud
    if rng.random() < 0.25:
        cloud = _stripes(shape, cloud, rng)
    base = (
        np.array([210, 160, 130]) * rng.uniform(0.3, 1.1)
        if rng.random() < 0.4
        else rng.uniform(0, 255, 3)
    )
    tile = np.clip(base + cloud * rng.uniform(5, 60), 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 7))):
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        at = (int(rng.integers(wide)), int(rng.integers(high)))
        size = int(rng.integers(3, max(4, min(shape) // 2)))
        what = rng.random()
        if what < 0.3:
            cv2.circle(tile, at, size, colour, int(rng.choice((-1, 1, 2, 4))))
            if rng.random() < 0.5:
                cv2.circle(tile, at, max(1, size // 2), (0, 0, 0), -1)
        elif what < 0.5:
            axes = (size, max(1, size // int(rng.integers(1, 5))))
            cv2.ellipse(tile, at, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
        elif what < 0.7:
            end = (int(rng.integers(wide)), int(rng.integers(high)))
            cv2.line(tile, at, end, colour, int(rng.integers(1, 8)))
        elif what < 0.85:
            cv2.rectangle(tile, at, (at[0] + size, at[1] + size), colour, -1)
        else:
            cv2.putText(tile, "Abg8", at, 0, float(rng.uniform(0.3, 1.5)), colour, 1)
    return tile


def _stripes(
    shape: tuple[int, int], cloud: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Waves that a cloud bends."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    turn = rng.uniform(0, np.pi)
    along = (x * np.cos(turn) + y * np.sin(turn)) / rng.uniform(4, 60)
    waves = np.sin(2 * np.pi * (along[..., None] + rng.uniform(0, 0.4) * cloud))
    return np.asarray(waves * rng.uniform(0.7, 1.4))


def _cut(
    picture: Pixels,
    centre: NDArray[np.float64],
    size: float,
    shape: tuple[int, int],
    rng: np.random.Generator,
    *,
    slant: float = 14.0,
) -> Pixels:
    """What lies around ``centre``, ``size`` pixels squared of it, slanted a little."""
    high, wide = shape
    step = size / math.sqrt(high * wide)
    while step > 1.6 and min(picture.shape[:2]) > 8:
        picture = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        centre, step = centre / 2, step / 2
    angle = math.radians(rng.normal(0, slant) if rng.random() < 0.6 else 0.0)
    turn = step * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    shift = centre - turn @ np.array([wide / 2, high / 2])
    return np.asarray(
        cv2.warpAffine(
            picture,
            np.column_stack([turn, shift]),
            (wide, high),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def spoiled(tile: Pixels, rng: np.random.Generator) -> Pixels:
    """The same in other light, softer, noisier, coded."""
    values = tile.astype(np.float32)
    if rng.random() < 0.4:
        small = cv2.resize(values, None, fx=(f := rng.uniform(0.35, 1.0)), fy=f, interpolation=3)
        values = cv2.resize(small, tile.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.15:
        values = np.repeat(values.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.7:
        mean = values.mean()
        values = (values - mean) * rng.uniform(0.5, 1.4) + mean * rng.uniform(0.4, 1.3)
        values *= rng.uniform(0.85, 1.15, 3)
        values = 255 * (np.clip(values, 0, 255) / 255) ** rng.uniform(0.6, 1.6)
    if rng.random() < 0.3:
        values = values + rng.normal(0, rng.uniform(2, 16), values.shape)
    out = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 90))])
        out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return out


def _unit(points: NDArray[np.float32]) -> float:
    """Distance between the eyes; of a turned head, as it would be turned back."""
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    return float(max(np.hypot(*(points[1] - points[0])), 0.8 * np.hypot(*(mouth - eyes))))
