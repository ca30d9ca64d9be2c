"""Random redactions of clear faces: what the trained attackers see."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import warped
from efface.attack.interface import Look, Pixels
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.regions import Box

KINDS = (
    ("gaussian", 0.25),
    ("box", 0.12),
    ("median", 0.06),
    ("mosaic", 0.26),
    ("sampled-mosaic", 0.08),
    ("swirl", 0.07),
    ("solid", 0.04),
    ("deface-blur", 0.06),
    ("deface-mosaic", 0.06),
)
"""What is drawn, and how often."""

MAX_SIGMA_PX = 16.0
"""Wider Gaussians are drawn on smaller faces: the same blur, at less cost."""

DEFACE_GROWTH = 1.6
"""deface's mask scale of 1.3 adds .3 of the box on each side."""

DEFACE_CELL_PX = 20


@dataclass(frozen=True)
class Face:
    """A clear face in a square canvas."""

    pixels: Pixels
    points: NDArray[np.float64]
    box: NDArray[np.float64]
    """x, y, width, height."""


def redacted(face: Face, rng: np.random.Generator) -> tuple[Look, Face]:
    """A look at the face after a random redaction, and the clear face as it was before it.

    The picture's scale, tilt, light and compression are drawn, then the zone and what is done to
    it, then how far the attacker's points are off.
    """
    kind = str(rng.choice([k for k, _ in KINDS], p=[p for _, p in KINDS]))
    strength = float(np.exp(rng.uniform(np.log(0.03), np.log(0.5))))
    width = float(np.exp(rng.uniform(np.log(36), np.log(150))))
    if kind == "gaussian":
        width = min(width, MAX_SIGMA_PX / strength)
    elif kind == "deface-mosaic":
        width = float(np.exp(rng.uniform(np.log(50), np.log(220))))
    clear = _photographed(face, width, rng)
    zone, operator = _redaction(kind, strength, clear, rng)
    pixels = apply(clear.pixels, zone, operator, rng)
    points = clear.points + rng.normal(0, 0.015 * width, (5, 2))
    x, y, w, h = clear.box
    look = Look(pixels, zone, Box(0, x, y, w, h), points, operator)
    return look, clear


def _photographed(face: Face, width: float, rng: np.random.Generator) -> Face:
    """The face in a picture of its own: scaled to ``width``, tilted, in another light."""
    pixels, points, box = face.pixels, face.points, face.box.copy()
    if rng.random() < 0.5:  # mirrored, with right and left swapped
        across = pixels.shape[1]
        pixels = pixels[:, ::-1]
        points = (np.array([across, 0]) + points * (-1, 1))[[1, 0, 2, 4, 3]]
        box[0] = across - box[0] - box[2]
    scale, angle = width / box[2], np.radians(rng.normal(0, 6))
    side = max(8, round(pixels.shape[0] * scale))
    transform = np.zeros((2, 3))
    transform[:, 0] = scale * np.cos(angle), scale * np.sin(angle)
    transform[:, 1] = -transform[1, 0], transform[0, 0]
    centre = moved(np.full((1, 2), pixels.shape[0] / 2), transform)[0]
    transform[:, 2] = side / 2 - centre + rng.uniform(-0.5, 0.5, 2)
    size = box[2:] * scale * rng.normal(1, 0.05, 2)
    middle = moved((box[:2] + box[2:] / 2)[None], transform)[0] + rng.normal(0, 0.03, 2) * size
    return Face(
        _lit(warped(pixels, transform, side), rng),
        moved(points, transform),
        np.concatenate([middle - size / 2, size]),
    )


def moved(points: NDArray[np.float64], transform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points after a transform of shape (2, 3)."""
    return points @ transform[:, :2].T + transform[:, 2]


def _lit(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """In another light and colour, sometimes grey, sometimes noisy."""
    levels = np.linspace(0, 1, 256)
    tables = np.empty((256, 3))
    gamma, gain, lift = (
        np.exp(rng.normal(0, 0.25)),
        np.exp(rng.normal(0, 0.12)),
        rng.normal(0, 0.04),
    )
    for channel in range(3):
        own = np.exp(rng.normal(0, 0.06))
        tables[:, channel] = (levels**gamma - 0.5) * gain * own + 0.5 + lift
    table = np.clip(tables * 255, 0, 255).astype(np.uint8)
    out = cv2.LUT(np.ascontiguousarray(pixels), table[None])
    if rng.random() < 0.1:
        grey = cv2.cvtColor(out, cv2.COLOR_RGB2GRAY)
        out = np.repeat(grey[..., None], 3, axis=2)
    if rng.random() < 0.4:  # light from one side
        side = out.shape[0]
        ramp = np.linspace(-1, 1, side, dtype=np.float32) * rng.normal(0, 25)
        slope = ramp[None, :] if rng.random() < 0.7 else ramp[:, None]
        out = np.clip(out + np.broadcast_to(slope, out.shape[:2])[..., None], 0, 255)
        out = out.astype(np.uint8)
    return np.asarray(out)


def _redaction(
    kind: str, strength: float, face: Face, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], Operator]:
    shape = face.pixels.shape[:2]
    width = float(face.box[2])
    if kind.startswith("deface"):
        return _deface(kind, face, rng)
    zone = _zone(face, rng)
    place = (float(rng.uniform(0, width)), float(rng.uniform(0, width)))
    aspect = None if rng.random() < 0.7 else float(np.exp(rng.normal(0, 0.2)))
    noise = float(rng.uniform(3, 40)) if rng.random() < 0.12 else 0.0
    quality = int(rng.integers(30, 96)) if rng.random() < 0.35 else None
    if kind == "solid":
        colour = tuple(int(c) for c in rng.integers(0, 256, 3)) if rng.random() < 0.5 else (0, 0, 0)
        operator = Operator("solid", colour=colour)
    elif kind == "gaussian":
        operator = Operator("gaussian", strength * width)
    elif kind == "box":
        size = max(1.0, float(np.exp(rng.uniform(np.log(0.05), np.log(0.8)))) * width)
        operator = Operator("box", size, size_y_px=None if aspect is None else size * aspect)
    elif kind == "median":
        operator = Operator("median", max(3.0, strength * width))
    elif kind == "swirl":
        x, y, w, h = face.box
        centre = (x + w * rng.normal(0.5, 0.03), y + h * rng.normal(0.5, 0.03))
        operator = Operator(
            "swirl",
            float(max(w, h) * rng.uniform(0.45, 1.0)),
            (float(centre[0]), float(centre[1])),
            angle=float(rng.uniform(np.pi / 3, 3 * np.pi) * rng.choice([-1, 1])),
        )
    else:
        across = float(np.exp(rng.uniform(np.log(3), np.log(40))))
        side = max(1.0, width / across)
        if rng.random() < 0.5:  # as tools draw it: whole pixels
            side = max(1.0, float(round(side)))
        per_cell = float(rng.uniform(5, 40)) if rng.random() < 0.15 else 0.0
        operator = Operator(
            "mosaic" if kind == "mosaic" else "sampled-mosaic",
            side,
            place if rng.random() < 0.7 else (0.0, 0.0),
            size_y_px=None if aspect is None else max(1.0, side * aspect),
            cell_noise=per_cell,
        )
        if kind == "sampled-mosaic":
            where = (0.5, 0.5) if rng.random() < 0.5 else (0.0, 0.0)
            operator = replace(operator, sample=where, blended=rng.random() < 0.3)
    if rng.random() < 0.3 and kind not in ("solid", "swirl"):
        operator = replace(operator, within=_around(zone))
    assert zone.shape == shape
    return zone, replace(operator, noise=noise, jpeg_quality=quality)


def _zone(face: Face, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A box, an ellipse, everything, a bar over the eyes, or the lower half."""
    height, width = face.pixels.shape[:2]
    x, y, w, h = face.box
    draw = rng.random()
    if draw < 0.12:
        return np.ones((height, width), np.bool_)
    zone = np.zeros((height, width), np.uint8)
    if draw < 0.18:
        eyes = face.points[:2].mean(axis=0)[1]
        bar = h * rng.uniform(0.10, 0.2)
        _rectangle(zone, x, eyes - bar, x + w, eyes + bar)
    elif draw < 0.24:
        _rectangle(zone, x, face.points[2, 1] - h * rng.uniform(-0.05, 0.1), x + w, y + h)
    else:
        growth = rng.uniform(1.0, 1.6)
        across, down = w * growth, h * growth
        left, top = x + (w - across) / 2, y + (h - down) / 2
        if draw < 0.62:
            _rectangle(zone, left, top, left + across, top + down)
        else:
            centre = (round(left + across / 2), round(top + down / 2))
            axes = (max(1, round(across / 2)), max(1, round(down / 2)))
            cv2.ellipse(zone, centre, axes, 0, 0, 360, 1, -1)
    if not zone.any():
        zone[:] = 1
    return zone.astype(np.bool_)


def _rectangle(zone: NDArray[np.uint8], x0: float, y0: float, x1: float, y1: float) -> None:
    rows = slice(max(0, round(y0)), max(0, round(y1)))
    zone[rows, max(0, round(x0)) : max(0, round(x1))] = 1


def _around(zone: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(zone.any(axis=1)), np.flatnonzero(zone.any(axis=0))
    return (
        int(columns[0]),
        int(rows[0]),
        int(columns[-1] - columns[0] + 1),
        int(rows[-1] - rows[0] + 1),
    )


def _deface(kind: str, face: Face, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Operator]:
    """The tool's defaults: an ellipse in the grown box, blurred by half of it or in cells of 20."""
    height, width = face.pixels.shape[:2]
    x, y, w, h = face.box
    middle = np.array([x + w / 2, y + h / 2])
    half = np.array([w, h]) * DEFACE_GROWTH / 2
    x0, y0 = np.maximum(0, middle - half).astype(int)
    x1, y1 = np.minimum([width - 1, height - 1], middle + half).astype(int)
    rect = (int(x0), int(y0), int(x1 - x0), int(y1 - y0))
    zone = np.zeros((height, width), np.uint8)
    quality = int(rng.integers(60, 96)) if rng.random() < 0.5 else None
    if kind == "deface-mosaic":
        zone[y0:y1, x0:x1] = 1
        return zone.astype(np.bool_), Operator(
            "sampled-mosaic",
            DEFACE_CELL_PX,
            (float(x0), float(y0)),
            within=rect,
            jpeg_quality=quality,
        )
    centre = (int((x0 + x1) // 2), int((y0 + y1) // 2))
    cv2.ellipse(zone, centre, (int((x1 - x0) // 2), int((y1 - y0) // 2)), 0, 0, 360, 1, -1)
    operator = Operator(
        "box",
        max(1, (x1 - x0) // 2),
        size_y_px=max(1, (y1 - y0) // 2),
        within=rect,
        jpeg_quality=quality,
    )
    return zone.astype(np.bool_), operator
