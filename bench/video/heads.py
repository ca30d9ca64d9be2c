"""Heads in three dimensions, made from one portrait each, and pictures of them from any side.

The outline of the portrait is inflated: each row is half an ellipse in front, whose depth follows
the profile of a face (forehead, nose, lips, chin, neck), and half an ellipse behind. Seen from the
front, this is the portrait itself. The sides and the back show hair in the colours at the top of
the portrait, and below the ears what the portrait shows at its edge. Depths are those of a head
15.5 cm wide, 22 cm deep.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from portraits import SIZE, Image, Portrait

Floats = NDArray[np.float32]
XYWH = tuple[float, float, float, float]

PROFILE = (
    (-0.5, 1.20),
    (-0.1, 1.32),
    (0.1, 1.36),
    (0.26, 1.38),
    (0.38, 1.30),
    (0.60, 1.36),
    (0.74, 1.44),
    (0.82, 1.38),
    (0.93, 1.42),
    (1.02, 1.15),
    (1.12, 0.62),
    (1.30, 0.60),
    (1.50, 0.80),
)
"""Depth before the ears, in half head widths, at heights in face heights below the forehead."""

BACK = ((-0.5, 1.15), (0.1, 1.25), (0.5, 1.15), (0.9, 0.8), (1.1, 0.7), (1.5, 0.75))
"""Depth behind the ears."""

BODY_TURN = ((0.0, 50.0, 110.0, 180.0), (0.0, 10.0, 70.0, 180.0))
"""How far the shoulders follow a head turned so many degrees."""

YAW_STEP = 3.0
PITCH_STEP = 5.0

SIDE = 100.0
"""Degrees of yaw from which no face is seen."""


@dataclass(frozen=True)
class View:
    """A head seen from one side: premultiplied RGBA, and boxes in its own pixels."""

    rgba: Image
    scale: float
    """Pixels of this picture a pixel of the portrait."""
    anchor: tuple[float, float]
    """The point about which the head turns: between the ears."""
    face: XYWH
    head: XYWH


def body_yaw(yaw: float) -> float:
    """How far the shoulders are turned below a head, both in degrees from -180 to 180."""
    return float(np.sign(yaw) * np.interp(abs(yaw), *BODY_TURN))


@dataclass
class Head:
    """One person's head, shoulders and a plain body."""

    portrait: Portrait
    _views: dict[tuple[int, int, float], View] = field(default_factory=dict)
    _surfaces: dict[float, Surface] = field(default_factory=dict)

    @property
    def face_height(self) -> float:
        """Height of the face seen from the front, in pixels of the portrait."""
        return self.portrait.box[3]

    def view(self, yaw: float, pitch: float, face_height: float) -> View:
        """The head turned, at about the size at which it is to be drawn.

        Args:
            yaw: degrees, positive to the right of the picture; 180 is the back.
            pitch: degrees, positive downwards.
            face_height: in pixels of the picture to draw.
        """
        wanted = face_height / self.face_height
        scale = 1.0 if wanted > 0.5 else 0.5 if wanted > 0.25 else 0.25
        turn = round(((yaw + 180) % 360 - 180) / YAW_STEP)
        key = turn, round(pitch / PITCH_STEP), scale
        if key not in self._views:
            self._views[key] = self._surface(scale).seen(key[0] * YAW_STEP, key[1] * PITCH_STEP)
        return self._views[key]

    def _surface(self, scale: float) -> Surface:
        if scale not in self._surfaces:
            self._surfaces[scale] = Surface(self.portrait, scale)
        return self._surfaces[scale]


class Surface:
    """Points on a head, dense enough to be drawn one by one at twice a view's size."""

    def __init__(self, portrait: Portrait, scale: float) -> None:
        self._scale = scale
        fx, fy, fw, fh = portrait.box
        self._middle = fx + fw / 2
        self._half = 0.55 * fw
        self._axis_y = fy + 0.45 * fh
        step = 0.5 / scale
        y = np.arange(portrait.top, SIZE - 0.5, step, dtype=np.float32)
        rows = np.arange(portrait.top, SIZE, dtype=np.float32)
        left = np.interp(y, rows, portrait.left).astype(np.float32)
        right = np.interp(y, rows, portrait.right).astype(np.float32)
        t = (y - fy) / fh
        around = round(np.pi * 65 / step)
        angle = np.linspace(-np.pi, np.pi, 2 * around, endpoint=False, dtype=np.float32)
        front = np.abs(angle) <= np.pi / 2
        sine, cosine = np.sin(angle)[None], np.cos(angle)[None]
        crown = np.sqrt(np.clip((y - portrait.top) / 5, 0, 1))
        left = self._middle - (self._middle - left) * crown
        right = self._middle + (right - self._middle) * crown
        wide = np.where(sine < 0, self._middle - left[:, None], right[:, None] - self._middle)
        x = self._middle + wide * sine
        thin = np.minimum(1.0, (right - left) / (2 * self._half))
        depth = self._half * thin * _along(t, PROFILE)
        behind = self._half * thin * _along(t, BACK)
        z = np.where(front[None], depth[:, None], behind[:, None]) * cosine
        nose_y = np.where(t < 0.58, (t - 0.58) / 0.15, (t - 0.58) / 0.045)[:, None]
        nose = np.exp(-0.5 * nose_y**2 - 0.5 * ((x - self._middle) / (0.085 * fw)) ** 2)
        z += np.where(front[None], 0.24 * self._half * nose, 0.0)
        self._points = np.stack([x, np.broadcast_to(y[:, None], x.shape), z]).astype(np.float32)
        self._normals = _normals(self._points)
        self._colours = _colours(portrait, self._points, angle, wide, t)
        self._loose = np.clip((1.25 - t) / 0.2, 0, 1).astype(np.float32)[:, None]
        inside = ((x - self._middle) / (fw / 2)) ** 2 + ((y[:, None] - fy - fh / 2) / (fh / 2)) ** 2
        self._is_face = (inside <= 1.02) & front[None]
        self._is_head = np.broadcast_to((t < 1.0)[:, None], x.shape)
        hair_wide = np.abs(x - self._middle) > 1.25 * self._half
        self._is_head = self._is_head & ~hair_wide
        self._size = fw, fh

    def seen(self, yaw: float, pitch: float) -> View:
        """The view from one side; angles in degrees."""
        body = body_yaw(yaw)
        turn = np.radians(body + (yaw - body) * self._loose)
        nod = np.radians(pitch * self._loose)
        x, y, z = self._turned(self._points, turn, nod, (self._middle, self._axis_y))
        facing = self._turned(self._normals, turn, nod, (0.0, 0.0))[2]
        seen = facing > 0
        zoom = 2 * self._scale
        column, row = np.rint(x[seen] * zoom).astype(np.int32), np.rint(y[seen] * zoom)
        row = row.astype(np.int32)
        corner = int(column.min()) // 2 * 2 - 8, int(row.min()) // 2 * 2 - 8
        column, row = column - corner[0], row - corner[1]
        width, height = (int(column.max()) + 9) // 2 * 2, (int(row.max()) + 9) // 2 * 2
        order = np.argsort(((z[seen] + 200) * 100).astype(np.uint16), kind="stable")
        rgba = self._colours[seen].astype(np.float32)
        rgba[:, :3] *= (0.72 + 0.28 * np.clip(facing[seen] * 1.6, 0, 1))[:, None]
        canvas = np.zeros((height * width, 4), np.float32)
        canvas[(row * width + column)[order]] = rgba[order]
        drawn = _filled(canvas.reshape(height, width, 4))
        rgba8 = np.clip(drawn + 0.5, 0, 255).astype(np.uint8)
        shift = corner[0] / 2, corner[1] / 2
        few = slice(None, None, 4)
        x, y, seen = x[few, few], y[few, few], seen[few, few]
        face = self._box(x, y, self._is_face[few, few] & seen, shift)
        head = self._box(x, y, self._is_head[few, few], shift)
        assert head is not None
        if abs(yaw) > SIDE or face is None:
            fw, fh = self._size[0] * self._scale, self._size[1] * self._scale
            face = (head[0] + (head[2] - fw) / 2, head[1] + (head[3] - fh) * 0.75, fw, fh)
        anchor = self._middle * self._scale - shift[0], self._axis_y * self._scale - shift[1]
        return View(rgba8, self._scale, anchor, face, head)

    def _box(
        self, x: Floats, y: Floats, which: NDArray[np.bool_], shift: tuple[float, float]
    ) -> XYWH | None:
        if which.sum() < 10:
            return None
        xs, ys = x[which] * self._scale - shift[0], y[which] * self._scale - shift[1]
        x0, y0 = float(xs.min()), float(ys.min())
        return x0, y0, float(xs.max()) - x0, float(ys.max()) - y0

    @staticmethod
    def _turned(
        points: Floats, turn: Floats, nod: Floats, axis: tuple[float, float]
    ) -> tuple[Floats, Floats, Floats]:
        x, y, z = points[0] - axis[0], points[1] - axis[1], points[2]
        y, z = y * np.cos(nod) + z * np.sin(nod), z * np.cos(nod) - y * np.sin(nod)
        x, z = x * np.cos(turn) + z * np.sin(turn), z * np.cos(turn) - x * np.sin(turn)
        return x + axis[0], y + axis[1], z


def _along(t: Floats, knots: tuple[tuple[float, float], ...]) -> Floats:
    at, values = np.array(knots).T
    return np.asarray(np.interp(t, at, values), np.float32)


def _normals(points: Floats) -> Floats:
    """Unit vectors that point outwards."""
    across = np.roll(points, -1, axis=2) - np.roll(points, 1, axis=2)
    along = np.gradient(points, axis=1)
    normal = np.cross(across, along, axis=0)
    return np.asarray(normal / (np.linalg.norm(normal, axis=0) + 1e-6), np.float32)


def _colours(portrait: Portrait, points: Floats, angle: Floats, wide: Floats, t: Floats) -> Image:
    """Premultiplied RGBA of each point."""
    x, y = points[0], points[1]
    middle = portrait.box[0] + portrait.box[2] / 2
    inset = middle + (x - middle) * np.clip((wide - 3.0) / np.maximum(wide, 1), 0.8, 1)
    front = cv2.remap(portrait.picture, inset, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    columns = ((angle / np.pi + 1) / 2 * (SIZE - 1)).astype(np.float32)
    back_x = np.broadcast_to(columns[None], x.shape).astype(np.float32)
    hair = cv2.remap(portrait.hair, back_x, y, cv2.INTER_LINEAR).astype(np.float32)
    side = front[:, np.abs(np.abs(angle) - np.radians(75)) < 0.05].mean(axis=1, dtype=np.float32)
    side = cv2.blur(side[:, None], (1, 15))
    low = np.clip((t - 0.72) / 0.25, 0, 1)[:, None, None]
    behind = hair * (1 - low) + side * low
    begin = np.radians(np.where(t < 0.35, 50, 66))[:, None]
    away = np.clip((np.abs(angle)[None] - begin) / np.radians(16), 0, 1)[..., None]
    rgb = front * (1 - away) + behind * away
    fade = np.clip((SIZE - 2 - y) / 22, 0, 1)
    sides = np.clip(np.minimum(x - 1, SIZE - 2 - x) / 10, 0, 1)
    alpha = (np.minimum(fade, sides) * 255)[..., None]
    return np.concatenate([rgb * alpha / 255, alpha], axis=2).astype(np.uint8)


def _filled(canvas: Floats) -> Floats:
    """Holes between points closed, halved in size, edges a little soft."""
    mask = (canvas[..., 3] > 0).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    share = cv2.blur(mask.astype(np.float32), (5, 5))
    around = cv2.blur(canvas, (5, 5)) / np.maximum(share, 1e-3)[..., None]
    canvas = np.where(((closed > 0) & (mask == 0))[..., None], around, canvas)
    small = cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (3, 3), 0.6).astype(np.float32)
