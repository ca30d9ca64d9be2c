"""Crowds drawn over pictures without people: AI-generated heads, turned, hidden, small and spoiled.

The heads and bodies are those of ``bench/video``; what hides them is drawn by ``covers``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from covers import cover
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench" / "video"))
from backgrounds import KINDS, background
from bodies import SCALE, body
from heads import XYWH, Head

Picture = NDArray[np.uint8]
Rng = np.random.Generator

VISIBLE = 0.22
"""Share of a face that has to be seen for it to count; less than ``GONE``, and there is none."""
GONE = 0.04
BODIES = 2
"""Drawn for each head; one takes a while."""
BACK = 100.0
"""Degrees of yaw from which no face is seen."""


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


@dataclass(frozen=True)
class Cast:
    """Who and what is drawn."""

    heads: Sequence[Head]
    pictures: Sequence[Picture]
    """RGB, without people."""
    bodies: dict[int, list[tuple[Picture, tuple[float, float]]]] = field(default_factory=dict)
    """Of each head, as far as drawn."""

    def body(self, number: int, rng: Rng) -> tuple[Picture, tuple[float, float]]:
        """One of a few bodies of a head, and where the head's anchor lies in it."""
        drawn = self.bodies.setdefault(number, [])
        if len(drawn) < BODIES:
            drawn.append(body(self.heads[number].portrait, rng))
        return drawn[int(rng.integers(len(drawn)))]

    def ground(self, size: tuple[int, int], rng: Rng) -> Picture:
        """A picture without people of (width, height)."""
        if not self.pictures or rng.random() < 0.35:
            kind = str(rng.choice([k for k in KINDS if k != "picture"]))
            return background(kind, size, rng)
        whole = self.pictures[int(rng.integers(len(self.pictures)))]
        least = max(size[0] / whole.shape[1], size[1] / whole.shape[0])
        zoom = least * float(rng.uniform(1.0, 1.8))
        large = cv2.resize(whole, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        x = int(rng.integers(0, large.shape[1] - size[0] + 1))
        y = int(rng.integers(0, large.shape[0] - size[1] + 1))
        part = large[y : y + size[1], x : x + size[0]]
        return np.ascontiguousarray(part[:, :: int(rng.choice([-1, 1]))])


@dataclass
class _Scene:
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


def _placed(
    scale: float, roll: float, anchor: tuple[float, float], to: tuple[float, float]
) -> NDArray[np.float64]:
    """Turned by ``roll`` degrees about the anchor, which comes to lie at ``to``."""
    matrix = cv2.getRotationMatrix2D(anchor, roll, scale)
    matrix[:, 2] += np.array(to) - anchor
    return matrix


def crowd(cast: Cast, rng: Rng) -> Crowd:
    """One, as random as can be."""
    size = int(rng.integers(10, 15)) * 64, int(rng.integers(7, 11)) * 64
    ground = cast.ground(size, rng).astype(np.float32)
    scene = _Scene(ground, np.full(ground.shape[:2], -1, np.int32))
    base = float(np.exp(rng.uniform(np.log(9), np.log(75))))
    many = int(np.clip(size[0] * size[1] / (base * 3.2) ** 2 * rng.uniform(0.2, 0.9), 2, 22))
    heights = np.sort(base * np.exp(rng.normal(0, 0.25, many)))
    bodies = rng.random() < 0.7
    faces = [_person(cast, scene, float(height), bodies, rng) for height in heights]
    boxes = np.array([box for box, *_ in faces])
    seen = np.array([scene.seen(face[0], number) for number, face in enumerate(faces)])
    seen[[yaw > BACK for *_, yaw in faces]] = 0
    spoiled = _spoiled(np.clip(scene.picture, 0, 255).astype(np.uint8), rng)
    return Crowd(spoiled, boxes, seen, tuple(kind for _, kind, _ in faces))


def _person(
    cast: Cast, scene: _Scene, height: float, with_body: bool, rng: Rng
) -> tuple[XYWH, str, float]:
    """Draw one; returns the face's box, what hides or turns it, and how far it is turned."""
    who = int(rng.integers(len(cast.heads)))
    head = cast.heads[who]
    yaw = float(
        rng.choice(
            [rng.normal(0, 12), rng.uniform(-60, 60), rng.uniform(55, 92), rng.uniform(110, 180)],
            p=[0.42, 0.36, 0.15, 0.07],
        )
        * rng.choice([-1, 1])
    )
    pitch = float(rng.normal(0, 10) if rng.random() < 0.8 else rng.uniform(-35, 35))
    turned = rng.random()
    roll = rng.normal(0, 8) if turned < 0.75 else rng.uniform(-65, 65)
    roll = float(rng.uniform(-180, 180) if turned > 0.93 else roll)
    # Larger views take long to draw, and the judge sees faces of 20 pixels.
    view = head.view(yaw, pitch, min(height, 0.49 * head.face_height))
    canvas = view.rgba.astype(np.float32)
    kind = "turned" if abs(yaw) > 55 else "slanted" if abs(roll) > 30 else "plain"
    if rng.random() < 0.5 and abs(yaw) < BACK:
        pad = round(0.7 * view.face[2])
        canvas = cv2.copyMakeBorder(canvas, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
        x, y, w, h = view.face
        face, anchor = (x + pad, y + pad, w, h), (view.anchor[0] + pad, view.anchor[1] + pad)
        kind = cover(canvas, face, yaw, rng)
    else:
        face, anchor = view.face, view.anchor
    high, wide = scene.picture.shape[:2]
    to = float(rng.uniform(0, wide)), float(rng.uniform(0.1, 1) * high)
    scale = height / (head.face_height * view.scale)
    light = rng.uniform(0.5, 1.15) * (1 + rng.uniform(-0.1, 0.1, 3))
    slope = 1 + rng.uniform(-0.35, 0.35) * np.linspace(-1, 1, canvas.shape[1])[None, :, None]
    canvas[..., :3] = np.minimum(canvas[..., :3] * light * slope, canvas[..., 3:])
    if with_body:
        trunk, from_ = cast.body(who, rng)
        trunk_scale = scale * view.scale / SCALE
        matrix = _placed(trunk_scale, roll if abs(roll) > 40 else 0, from_, to)
        lit = trunk.astype(np.float32)
        lit[..., :3] *= min(1.0, float(light.mean()))
        scene.lay(lit, matrix)
    matrix = _placed(scale, roll, anchor, to)
    scene.lay(canvas, matrix)
    scene.people += 1
    middle = matrix @ np.array([face[0] + face[2] / 2, face[1] + face[3] / 2, 1])
    w, h = face[2] * scale, face[3] * scale
    if 45 < abs(roll) < 135:
        w, h = h, w
    box = float(middle[0] - w / 2), float(middle[1] - h / 2), w, h
    return box, kind, abs(yaw)


def _spoiled(picture: Picture, rng: Rng) -> Picture:
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
