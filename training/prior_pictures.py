"""Heads in zones without end, for the prior: AI-generated portraits before other backgrounds.

A portrait ends below the chin; what lies farther down is drawn: a neck, a collar, shoulders in the
colour of what is worn, or the picture ends there, as many do. Nothing is learned of what lies
beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import IterableDataset, get_worker_info

from efface.generate.beyond import filled
from efface.generate.canvas import HEIGHT, RING_HEIGHT, RING_WIDTH, WIDTH, ZONE_HEIGHTS, ZONE_WIDTHS
from efface.generate.coarse import COLUMNS, ROWS, CoarseHeads
from efface.generate.prior import faded
from efface.policy import ZonePolicy
from efface.zones.ratio import ratio_of

Floats = NDArray[np.float32]
Rng = np.random.Generator

RATIO = ratio_of(ZonePolicy())
SMALLER = 2
"""Portraits are kept at this part of their size."""
CANVAS = WIDTH, HEIGHT
BRIGHT = 105.0
"""Of grounds in the middle, before heads and grounds are put into one light: so that what lies
around a zone tells something of the light in it."""
TILTED = 0.25
"""Share of samples in which the camera was held aslant."""
PLAIN = 0.06
"""Share of samples without ring: of zones that fill the picture."""


@dataclass(frozen=True)
class Portraits:
    """Cut-out portraits with what the linear model knows of each, at working size."""

    rgba: NDArray[np.uint8]
    """Shape (n, side, side, 4)."""
    guides: NDArray[np.float16]
    covers: NDArray[np.uint8]
    boxes: Floats
    """Of faces, in pixels of ``rgba``."""
    grounds: tuple[NDArray[np.uint8], ...]
    """Pictures without people, RGB."""

    chances: NDArray[np.float64]
    """Of each to be drawn: portraits as they are and turned ones come equally often."""

    @classmethod
    def read(cls, folder: Path, part: str) -> Portraits:
        """From the files of ``cutouts.py``, ``likeness.py`` and ``turned.py`` and a folder of
        pictures, of which every fifth is for the part ``held``."""
        names = [folder / f"{part}{kind}" for kind in ("", ".turned")]
        sets = [_small(name) for name in names if Path(f"{name}.cut.npz").exists()]
        rgba, lights, boxes = (np.concatenate(rows) for rows in zip(*sets, strict=True))
        found = [cv2.imread(str(file)) for file in sorted((folder / "grounds").iterdir())]
        mine = [p for i, p in enumerate(found) if (i % 5 == 4) == (part == "held")]
        return cls(
            rgba,
            lights[..., 0].astype(np.float16),
            (255 * lights[..., 1]).round().astype(np.uint8),
            (boxes / SMALLER).astype(np.float32),
            tuple(np.ascontiguousarray(p[..., ::-1]) for p in mine),
            np.repeat([1 / len(one[2]) for one in sets], [len(one[2]) for one in sets]),
        )


def _small(name: Path) -> tuple[NDArray[np.uint8], Floats, Floats]:
    """Pictures with their masks, guides with their covers, and boxes, of one set."""
    with np.load(f"{name}.faces.npz") as data:
        use, boxes = data["use"], data["boxes"]
        guides, covers = data["guides"], data["covers"]
    with np.load(f"{name}.cut.npz") as data:
        pictures, masks = data["pictures"][use], data["masks"][use]
    side = pictures.shape[1] // SMALLER
    rows = [
        cv2.resize(np.dstack([p, m]), (side, side), interpolation=cv2.INTER_AREA)
        for p, m in zip(pictures, masks, strict=True)
    ]
    lights = [
        cv2.resize(
            np.dstack([g.astype(np.float32) * (c > 0), c.astype(np.float32) / 255]),
            (side, side),
            interpolation=cv2.INTER_AREA,
        )
        for g, c in zip(guides, covers, strict=True)
    ]
    return np.array(rows), np.array(lights), boxes


def sample(of: Portraits, who: int, rng: Rng) -> dict[str, Floats]:
    """One head in a zone: ``picture`` -1 to 1 and ``ring``, what is known of it and goes on from
    there, shape (3, HEIGHT, WIDTH); ``known``,
    ``light``, ``cover`` and ``weight``, shape (1, HEIGHT, WIDTH); ``coarse``, the head alone in
    its own light as ``efface.generate.coarse`` has heads, shape (4, ROWS, COLUMNS)."""
    x, y, w, h = of.boxes[who]
    zone_h = ZONE_HEIGHTS * h * np.exp(rng.normal(0, 0.05))
    zone_w = max(ZONE_WIDTHS * w * np.exp(rng.normal(0, 0.05)), RATIO * zone_h)
    zone_h = max(zone_h, zone_w / RATIO)
    step = max(zone_w * RING_WIDTH / WIDTH, zone_h * RING_HEIGHT / HEIGHT)
    middle = np.array([x + w / 2 + rng.normal(0, 0.025) * w, y + h / 2 + rng.normal(0, 0.025) * h])
    scale, turn = 1 / step, np.deg2rad(rng.normal(0, 15 if rng.random() < TILTED else 4))
    matrix = scale * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    flipped = rng.random() < 0.5
    if flipped:
        matrix = np.diag([-1, 1]) @ matrix
    matrix = np.column_stack([matrix, np.array(CANVAS) / 2 - 0.5 - matrix @ (middle - 0.5)])
    head = _warped(of.rgba[who].astype(np.float32), matrix)
    light = _warped(of.guides[who].astype(np.float32), matrix)
    cover = _warped(of.covers[who].astype(np.float32) / 255, matrix)
    coarse = cv2.resize(_alone(head), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    ground = _ground(of, rng)
    picture, real = _set_before(head, ground, of.rgba[who], matrix, face=scale * h, rng=rng)
    picture = _lit(picture, rng)
    zx, zy = zone_w / step / 2, zone_h / step / 2
    columns, rows = np.arange(WIDTH) + 0.5 - WIDTH / 2, np.arange(HEIGHT) + 0.5 - HEIGHT / 2
    outside = (np.abs(columns)[None] >= zx) | (np.abs(rows)[:, None] >= zy)
    end = _bottom(of.rgba.shape[1], matrix, middle)
    seen = np.ones((HEIGHT, WIDTH), np.float32)
    kind = rng.random()
    if kind < 0.3:
        seen[max(0, int(end)) :] = 0
    elif kind < 0.4:
        seen[:, : int(rng.integers(0, WIDTH // 3))] = 0
    known = (outside * seen).astype(np.float32)
    weight = seen * np.where(outside, 0.1, 1) * (0.3 + 0.7 * real) * (1 + 0.5 * (cover > 0.5))
    if rng.random() < PLAIN:
        known = np.zeros_like(known)
    picture = (picture / 127.5 - 1).astype(np.float32)
    return {
        "picture": picture.transpose(2, 0, 1),
        "ring": np.ascontiguousarray(filled(picture, known).transpose(2, 0, 1)),
        "known": known[None],
        "light": (np.clip(light, -4, 4) / 2 * (cover > 0.3))[None],
        "cover": (cover > 0.3).astype(np.float32)[None],
        "weight": weight.astype(np.float32)[None],
        "coarse": coarse.transpose(2, 0, 1),
    }


def as_told(one: dict[str, Floats], heads: CoarseHeads) -> dict[str, Floats]:
    """A sample with its head as far as the model of coarse heads keeps it, and its face fading."""
    face = faded(one["cover"][0])[None]
    told = {"coarse": heads.kept(one["coarse"]), "light": one["light"] * face, "cover": face}
    return one | told


def _alone(head: Floats) -> Floats:
    """Premultiplied colours and how much of each pixel is head, 0 to 1."""
    share = head[..., 3:] / 255
    return np.asarray(np.dstack([head[..., :3] / 255 * share, share]), np.float32)


def _warped(picture: Floats, matrix: NDArray[np.float64]) -> Floats:
    return cv2.warpAffine(
        picture, matrix, CANVAS, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )


def _bottom(side: int, matrix: NDArray[np.float64], middle: NDArray[np.float64]) -> float:
    """The row of the canvas at which a portrait ends."""
    return float((matrix @ np.array([middle[0], side - 1, 1]))[1])


def _ground(of: Portraits, rng: Rng) -> Floats:
    """A piece of a picture without people, sharp or not; or a wall."""
    if rng.random() < 0.2:
        wall = np.broadcast_to(rng.uniform(20, 240) + rng.normal(0, 18, 3), (HEIGHT, WIDTH, 3))
        slope = rng.normal(0, 0.2) * np.linspace(-1, 1, WIDTH)[None, :, None]
        return (wall * (1 + slope)).astype(np.float32)
    picture = of.grounds[int(rng.integers(len(of.grounds)))]
    high, wide = picture.shape[:2]
    size = int(np.exp(rng.uniform(np.log(60), np.log(min(high, wide * HEIGHT / WIDTH)))))
    across = max(2, size * WIDTH // HEIGHT)
    y, x = int(rng.integers(high - size + 1)), int(rng.integers(max(1, wide - across + 1)))
    piece = picture[y : y + size, x : x + across]
    way = cv2.INTER_AREA if size > HEIGHT else cv2.INTER_CUBIC
    out = cv2.resize(piece, CANVAS, interpolation=way).astype(np.float32)
    if rng.random() < 0.5:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.5, 5)))
    bright = np.exp(rng.normal(np.log(BRIGHT), 0.35))
    return np.clip(out * bright / max(float(out.mean()), 20), 0, 255)


def _set_before(
    head: Floats,
    ground: Floats,
    own: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    *,
    face: float,
    rng: Rng,
) -> tuple[Floats, Floats]:
    """A head before a ground, on shoulders; and 1 where it is more than drawn."""
    side = own.shape[0]
    row = own[side - 4 : side - 1].astype(np.float32).mean(0)
    person = np.flatnonzero(row[:, 3] > 128)
    out, real = ground.copy(), np.ones((HEIGHT, WIDTH), np.float32)
    if len(person) < 8:
        return _laid(out, head), real
    wide = person[-1] - person[0]
    middle = (person[0] + person[-1]) / 2
    sides = np.concatenate([person[: len(person) // 5 + 1], person[-len(person) // 5 :]])
    cloth = np.median(row[sides, :3], 0) * rng.uniform(0.85, 1.1)
    foot = matrix @ np.array([middle, side - 1, 1])
    neck = row[np.abs(np.arange(side) - middle) < 0.1 * side, :3].mean(0)
    half = wide / 2 * float(np.hypot(*matrix[:, 0]))
    shoulder = foot[0] + np.array([-1, 1]) * max(half, rng.uniform(0.75, 1.15) * face)
    down = float(rng.uniform(0.15, 0.5)) * face
    y0, y1 = float(foot[1]) - 1, float(foot[1]) + down
    body = np.array(
        [(foot[0] - half, y0), (foot[0] + half, y0), (shoulder[1], y1), (shoulder[1], 2 * HEIGHT),
         (shoulder[0], 2 * HEIGHT), (shoulder[0], y1)]
    )  # fmt: skip
    shape = _polygon(body)
    texture = (
        cloth
        + cv2.GaussianBlur(
            rng.normal(0, 30, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), float(rng.uniform(1, 4))
        )[..., None]
    )
    out += shape[..., None] * (texture - out)
    below = np.arange(HEIGHT)[:, None] > foot[1] - 1
    if rng.random() < 0.6:
        tall, broad = rng.uniform(0.05, 0.35) * face, rng.uniform(0.22, 0.34) * face
        collar = cv2.ellipse(
            np.zeros((HEIGHT, WIDTH), np.float32),
            ((float(foot[0]), y0), (2 * broad, 2 * tall), 0),
            1,
            -1,
            cv2.LINE_AA,
        )
        collar = cv2.GaussianBlur(collar, (0, 0), 0.6) * below
        out += collar[..., None] * (neck * 0.9 - out)
    real[below & (shape > 0.02)] = 0
    return _laid(out, head), np.where(head[..., 3] > 128, 1, real).astype(np.float32)


def _polygon(points: NDArray[np.float64]) -> Floats:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    return cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32) / 255


def _laid(under: Floats, over: Floats) -> Floats:
    alpha = over[..., 3:] / 255
    return under * (1 - alpha) + over[..., :3] * alpha


def _lit(picture: Floats, rng: Rng) -> Floats:
    """Other light, colour, contrast, softness and grain."""
    tint = np.exp(rng.normal(-0.15, 0.32) + rng.normal(0, 0.07, 3))
    slope = 1 + rng.uniform(-0.35, 0.35) * np.linspace(-1, 1, WIDTH)[None, :, None] * (
        rng.random() < 0.5
    )
    out = 255 * np.clip(picture * tint * slope / 255, 0, 1) ** np.exp(rng.normal(0, 0.15))
    if rng.random() < 0.1:
        out = out.mean(axis=2, keepdims=True) + rng.uniform(0, 0.2) * (
            out - out.mean(axis=2, keepdims=True)
        )
    if rng.random() < 0.3:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.3, 1.2)))
    out = out + rng.normal(0, rng.uniform(0, 6) * (rng.random() < 0.5), out.shape)
    return np.clip(out, 0, 255).astype(np.float32)


class Heads(IterableDataset[dict[str, torch.Tensor]]):
    """Samples without end."""

    def __init__(self, of: Portraits, heads: CoarseHeads, seed: int) -> None:
        self.of, self.heads, self.seed = of, heads, seed

    def __iter__(self):  # type: ignore[no-untyped-def]
        info = get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        ends = np.cumsum(self.of.chances)
        while True:
            who = int(np.searchsorted(ends, rng.random() * ends[-1]))
            one = as_told(sample(self.of, who, rng), self.heads)
            yield {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in one.items()}
