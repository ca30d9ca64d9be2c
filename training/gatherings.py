"""Crowds and sheets of people cut out of AI-generated portraits, over pictures without people.

People keep their own hair, neck and shoulders (``cutouts``), are bent and turned a little, or are a
head of ``bench/video`` seen from far to the side or from behind (``views``); they hide each other,
stand behind things and wear what ``covers`` draws. A sheet shows portraits whole or tightly cut,
side by side, as contact sheets, chats and posters do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from covers import cover
from crowds import XYWH, Crowd, Picture, Rng, Scene, part_of, placed, spoiled
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIZE = 224
BEHIND = -2
"""Whose pixels a thing before people is."""


@dataclass(frozen=True)
class Turned:
    """A head seen from the side or from behind."""

    rgba: Picture
    face: XYWH
    anchor: tuple[float, float]
    yaw: float


@dataclass(frozen=True)
class Company:
    """Who and what is drawn."""

    pictures: NDArray[np.uint8]
    """Portraits, RGB, shape (n, 224, 224, 3)."""
    masks: NDArray[np.uint8]
    """255 on the person, shape (n, 224, 224)."""
    boxes: NDArray[np.float64]
    """Their faces: x, y, width, height; shape (n, 4)."""
    turned: Sequence[Turned]
    grounds: Sequence[Picture]
    """RGB, without people."""
    things: NDArray[np.uint8]
    """RGBA, shape (n, 128, 128, 4)."""


@dataclass(frozen=True)
class Figure:
    """One person, ready to be laid: premultiplied RGBA, the face, and how it is turned."""

    rgba: Floats
    face: XYWH
    anchor: tuple[float, float]
    yaw: float
    kind: str


def gathering(company: Company, rng: Rng) -> Crowd:
    """One picture."""
    return _sheet(company, rng) if rng.random() < 0.3 else _crowd(company, rng)


def ground(company: Company, size: tuple[int, int], rng: Rng) -> Picture:
    """A picture without people, with things in it, of (width, height)."""
    kind = rng.random()
    if kind < 0.75:
        picture = part_of(company.grounds[int(rng.integers(len(company.grounds)))], size, rng)
    elif kind < 0.9:
        few = rng.integers(0, 256, (int(rng.integers(2, 9)), int(rng.integers(2, 9)), 3))
        way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_NEAREST
        picture = cv2.resize(few.astype(np.uint8), size, interpolation=way)
    else:
        picture = np.empty((size[1], size[0], 3), np.uint8)
        picture[:] = rng.integers(0, 256, 3)
    scene = Scene(picture.astype(np.float32), np.full((size[1], size[0]), -1, np.int32))
    for _ in range(int(rng.integers(0, 7))):
        _thing(company, scene, float(np.exp(rng.uniform(np.log(12), np.log(160)))), rng, -1)
    return np.clip(scene.picture, 0, 255).astype(np.uint8)


def _thing(company: Company, scene: Scene, side: float, rng: Rng, owner: int) -> None:
    rgba = company.things[int(rng.integers(len(company.things)))].astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255 * rng.uniform(0.5, 1.1)
    rgba[..., :3] = np.minimum(rgba[..., :3], rgba[..., 3:])
    high, wide = scene.picture.shape[:2]
    to = float(rng.uniform(0, wide)), float(rng.uniform(0, high))
    number, scene.people = scene.people, owner
    scene.lay(rgba, placed(side / 128, float(rng.normal(0, 25)), (64, 64), to))
    scene.people = number


def _crowd(company: Company, rng: Rng) -> Crowd:
    size = int(rng.integers(7, 11)) * 64, int(rng.integers(6, 9)) * 64
    picture = ground(company, size, rng).astype(np.float32)
    scene = Scene(picture, np.full(picture.shape[:2], -1, np.int32))
    base = float(np.exp(rng.uniform(np.log(9), np.log(95))))
    dense = rng.uniform(0.25, 1.3)
    many = int(np.clip(size[0] * size[1] / (base * 3.0) ** 2 * dense, 2, 20))
    heights = np.sort(base * np.exp(rng.normal(0, 0.25, many)))
    with_body = rng.random() < 0.65
    light = float(rng.uniform(0.5, 1.15))
    faces = []
    for height in heights:
        faces.append(
            _person(company, scene, float(height), with_body=with_body, light=light, rng=rng)
        )
        if rng.random() < 0.06:
            _thing(company, scene, float(height * rng.uniform(1, 3)), rng, BEHIND)
    boxes = np.array([box for box, *_ in faces])
    seen = np.array([scene.seen(face[0], number) for number, face in enumerate(faces)])
    seen[[kind == "back" for _, kind in faces]] = 0
    out = spoiled(np.clip(scene.picture, 0, 255).astype(np.uint8), rng)
    return Crowd(out, boxes, seen, tuple(kind for _, kind in faces))


def _person(
    company: Company, scene: Scene, height: float, *, with_body: bool, light: float, rng: Rng
) -> tuple[XYWH, str]:
    """Draw one; returns the face's box, and what hides or turns it."""
    figure = _from_side(company, rng) if rng.random() < 0.3 else _cut_out(company, height, rng)
    scale = height / figure.face[3]
    turned = rng.random()
    roll = rng.normal(0, 8) if turned < 0.75 else rng.uniform(-65, 65)
    roll = float(rng.uniform(-180, 180) if turned > 0.94 else roll)
    high, wide = scene.picture.shape[:2]
    to = float(rng.uniform(0, wide)), float(rng.uniform(0.08, 1) * high)
    canvas = figure.rgba
    tint = light * rng.uniform(0.75, 1.2) * (1 + rng.uniform(-0.1, 0.1, 3))
    slope = 1 + rng.uniform(-0.4, 0.4) * np.linspace(-1, 1, canvas.shape[1])[None, :, None]
    canvas[..., :3] = np.minimum(canvas[..., :3] * tint * slope, canvas[..., 3:])
    if with_body:
        _body(
            company,
            scene,
            figure,
            scale=scale,
            roll=roll if abs(roll) > 40 else 0.0,
            to=to,
            rng=rng,
        )
    matrix = placed(scale, roll, figure.anchor, to)
    scene.lay(canvas, matrix)
    scene.people += 1
    slanted = abs(roll) > 30 and figure.kind == "plain"
    return _moved(figure.face, matrix, scale, roll), "slanted" if slanted else figure.kind


def _moved(face: XYWH, matrix: NDArray[np.float64], scale: float, roll: float) -> XYWH:
    middle = matrix @ np.array([face[0] + face[2] / 2, face[1] + face[3] / 2, 1])
    w, h = face[2] * scale, face[3] * scale
    if 45 < abs(roll) < 135:
        w, h = h, w
    return float(middle[0] - w / 2), float(middle[1] - h / 2), w, h


def _from_side(company: Company, rng: Rng) -> Figure:
    view = company.turned[int(rng.integers(len(company.turned)))]
    canvas = view.rgba.astype(np.float32)
    face, anchor, kind = view.face, view.anchor, "turned"
    if abs(view.yaw) > 100:
        kind = "back"
    elif rng.random() < 0.45:
        canvas, face, anchor = _padded(canvas, face, anchor)
        kind = cover(canvas, face, view.yaw, rng)
    return Figure(canvas, face, anchor, view.yaw, kind)


def _cut_out(company: Company, height: float, rng: Rng) -> Figure:
    """From the front, the head turned a little as if it was a cylinder."""
    who = int(rng.integers(len(company.pictures)))
    alpha = company.masks[who].astype(np.float32)
    alpha[-14:] *= np.linspace(1, 0, 14, dtype=np.float32)[:, None]
    picture = company.pictures[who].astype(np.float32)
    rgba = np.dstack([picture * (alpha[..., None] / 255), alpha])
    x, y, w, h = company.boxes[who]
    if rng.random() < 0.5:
        rgba, x = np.ascontiguousarray(rgba[:, ::-1]), SIZE - x - w
    yaw = float(rng.normal(0, 18)) if rng.random() < 0.7 else 0.0
    rgba = _as_cylinder(rgba, (x, y, w, h), float(np.clip(yaw, -45, 45)))
    if height < 0.45 * h:
        rgba = cv2.resize(rgba, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        x, y, w, h = x / 2, y / 2, w / 2, h / 2
    face, anchor, kind = (x, y, w, h), (x + w / 2, y + 0.45 * h), "plain"
    if rng.random() < 0.6:
        rgba, face, anchor = _padded(rgba, face, anchor)
        kind = cover(rgba, face, yaw, rng)
    return Figure(rgba, face, anchor, yaw, kind)


def _padded(
    rgba: Floats, face: XYWH, anchor: tuple[float, float]
) -> tuple[Floats, XYWH, tuple[float, float]]:
    pad = round(0.6 * face[2])
    wide = cv2.copyMakeBorder(rgba, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    x, y, w, h = face
    return wide, (x + pad, y + pad, w, h), (anchor[0] + pad, anchor[1] + pad)


def _as_cylinder(rgba: Floats, face: XYWH, yaw: float) -> Floats:
    """The head's middle moves to a side and its far half shrinks; the shoulders stay."""
    if abs(yaw) < 3:
        return rgba
    x, y, w, h = face
    middle, radius = x + w / 2, 0.62 * w
    rows, columns = np.indices(rgba.shape[:2], np.float32)
    across = np.clip((columns - middle) / radius, -1, 1)
    angle = np.arcsin(across) - np.radians(yaw)
    inside = np.sin(np.clip(angle, -np.pi / 2, np.pi / 2))
    loose = np.clip((y + 1.25 * h - rows) / (0.3 * h), 0, 1) * (1 - across**4)
    source = (columns + loose * (inside - across) * radius).astype(np.float32)
    return cv2.remap(rgba, source, rows, cv2.INTER_LINEAR)


def _body(
    company: Company,
    scene: Scene,
    figure: Figure,
    *,
    scale: float,
    roll: float,
    to: tuple[float, float],
    rng: Rng,
) -> None:
    """Shoulders and trunk below a head, in cloth that is plain, patterned or cut from a picture."""
    unit = 16.0
    """Half a face's height in the body's own picture."""
    wide, high = int(unit * 10), int(unit * 12)
    middle, chin = wide / 2, unit * 2.0
    mask = np.zeros((high, wide), np.uint8)
    slope = rng.uniform(0.25, 0.9)
    half = unit * rng.uniform(1.8, 3.0)
    points = [(0.5, 0.2), (0.7, 0.5), (half / unit * 0.85, slope), (half / unit, slope + 0.7)]
    points += [(half / unit * 1.05, 10), (0, 10)]
    both = [(x, y) for x, y in points] + [(-x, y) for x, y in reversed(points)]
    corners = np.array([(middle + x * unit, chin + y * unit) for x, y in both], np.int32)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA)
    cloth = np.empty((high, wide, 3), np.float32)
    kind = rng.random()
    if kind < 0.35:
        piece = company.grounds[int(rng.integers(len(company.grounds)))]
        cloth[:] = part_of(piece, (wide, high), rng)
    else:
        grey = rng.uniform(5, 235)
        cloth[:] = np.clip(grey + rng.uniform(-50, 50, 3), 0, 255)
        if kind < 0.6:
            rows, columns = np.indices((high, wide)) // int(rng.integers(2, 9))
            which = [rows % 2, columns % 2, (rows + columns) % 2][int(rng.integers(3))] > 0
            cloth[which] = np.clip(grey + rng.uniform(-90, 90, 3), 0, 255)
    folds = cv2.resize(rng.normal(0, 1, (9, 7)).astype(np.float32), (wide, high))
    across = 1 - 0.3 * np.abs(np.linspace(-1, 1, wide)) ** 2
    cloth = np.clip(cloth * (across[None] * (1 + 0.1 * folds))[..., None], 0, 255)
    if rng.random() < 0.5:
        # The neck, and arms or hands before the body, in the skin's colour.
        x, y, w, h = figure.face
        spot = figure.rgba[int(y + 0.6 * h) : int(y + 0.7 * h), int(x + 0.3 * w) : int(x + 0.7 * w)]
        shown = spot[spot[..., 3] > 250][:, :3]
        skin = np.median(shown, axis=0) if len(shown) else np.array([150, 110, 90])
        if rng.random() < 0.5:
            begin = middle + rng.choice([-1, 1]) * half, chin + unit * rng.uniform(3, 5)
            end = middle + rng.uniform(-1, 1) * half, chin + unit * rng.uniform(1, 5)
            pair = [tuple(int(v) for v in p) for p in (begin, end)]
            colour = [float(v) for v in skin]
            cloth = np.ascontiguousarray(cloth, np.float32)
            cv2.line(cloth, pair[0], pair[1], colour, int(unit * 0.6), cv2.LINE_AA)
            cv2.circle(cloth, pair[1], int(unit * rng.uniform(0.4, 0.7)), colour, -1, cv2.LINE_AA)
        neck = np.zeros_like(mask)
        cv2.rectangle(
            neck,
            (int(middle - 0.55 * unit), int(chin - unit)),
            (int(middle + 0.55 * unit), int(chin + 0.6 * unit)),
            255,
            -1,
        )
        cloth[neck > 0] = skin * 0.85
        mask = np.maximum(mask, neck)
    alpha = cv2.GaussianBlur(mask, (3, 3), 0).astype(np.float32)[..., None]
    rgba = np.dstack([cloth * alpha / 255, alpha])
    own = scale * figure.face[3] / (2 * unit)
    scene.lay(rgba, placed(own, roll, (middle, chin - 1.1 * unit), to))


def _sheet(company: Company, rng: Rng) -> Crowd:
    """Portraits before their own wall, each in a square, some of the squares without anybody."""
    height = float(np.exp(rng.uniform(np.log(12), np.log(110))))
    side = int(height * rng.uniform(1.7, 3.2))
    columns = int(np.clip(rng.integers(320, 640) // side, 1, 7))
    rows = int(np.clip(rng.integers(256, 512) // side, 1, 6))
    picture = np.zeros((rows * side, columns * side, 3), np.uint8)
    boxes, seen, kinds = [], [], []
    for row in range(rows):
        for column in range(columns):
            square = picture[row * side : (row + 1) * side, column * side : (column + 1) * side]
            if rng.random() < 0.2:
                square[:] = ground(company, (side, side), rng)
                continue
            drawn, box, kind = _square(company, side, height, rng)
            square[:] = drawn
            boxes.append((box[0] + column * side, box[1] + row * side, box[2], box[3]))
            seen.append(1.0)
            kinds.append(kind)
    edge = [(0, -side % 32) for side in picture.shape[:2]]
    padded = np.pad(picture, (*edge, (0, 0)))
    return Crowd(spoiled(padded, rng), np.array(boxes).reshape(-1, 4), np.array(seen), tuple(kinds))


def _square(company: Company, side: int, height: float, rng: Rng) -> tuple[Picture, XYWH, str]:
    who = int(rng.integers(len(company.pictures)))
    x, y, w, h = company.boxes[who]
    picture = company.pictures[who].astype(np.float32)
    if rng.random() < 0.5:
        picture, x = np.ascontiguousarray(picture[:, ::-1]), SIZE - x - w
    yaw = float(np.clip(rng.normal(0, 15), -40, 40)) if rng.random() < 0.4 else 0.0
    picture = _as_cylinder(picture, (x, y, w, h), yaw)
    if rng.random() < 0.4:
        # Cut tightly: what lies around is the edge, drawn out.
        pad = rng.uniform(0.05, 0.5, 4) * np.array([w, w, h, h])
        x0, y0 = max(0, int(x - pad[0])), max(0, int(y - pad[2]))
        picture = picture[y0 : int(y + h + pad[3]), x0 : int(x + w + pad[1])]
        x, y = x - x0, y - y0
    if height < 0.45 * h:
        picture = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        x, y, w, h = x / 2, y / 2, w / 2, h / 2
    edge = round(1.3 * h)
    wide = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
    canvas = np.dstack([wide, np.full(wide.shape[:2], 255, np.float32)])
    face, kind = (x + edge, y + edge, w, h), "plain"
    if rng.random() < 0.7:
        kind = cover(canvas, face, yaw, rng)
    scale = height / h
    turned = rng.random()
    roll = rng.normal(0, 6) if turned < 0.7 else rng.uniform(-65, 65)
    roll = float(rng.uniform(-180, 180) if turned > 0.93 else roll)
    if abs(roll) > 30 and kind == "plain":
        kind = "slanted"
    middle = face[0] + w / 2, face[1] + h / 2
    to = side / 2 + rng.normal(0, 0.06) * side, side / 2 + rng.normal(0, 0.06) * side
    matrix = placed(scale, roll, middle, (float(to[0]), float(to[1])))
    rgb = canvas[..., :3]
    if scale < 0.6:
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.45 / scale)
    out = cv2.warpAffine(rgb, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return np.clip(out, 0, 255).astype(np.uint8), _moved(face, matrix, scale, roll), kind
