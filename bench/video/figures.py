"""Drawing people and things into a frame, and how much of a face is seen there."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from bodies import SCALE, body
from heads import XYWH, Floats, Head, body_yaw
from portraits import Image

SAMPLES = 12
"""Points a side at which it is asked whether a face is seen."""


@dataclass(frozen=True)
class Pose:
    """One person in one frame."""

    x: float
    """Where the point between the ears lies, pixels."""
    y: float
    height: float
    """Face height seen from the front, pixels."""
    yaw: float = 0.0
    """Degrees; 180 is the back of the head."""
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True)
class Optics:
    """What camera and light do to one thing in one frame."""

    move: tuple[float, float] = (0.0, 0.0)
    """Way during the exposure, pixels."""
    defocus: float = 0.0
    """Standard deviation of the blur, pixels."""
    gain: float = 1.0


@dataclass(frozen=True)
class Drawn:
    """A part of a frame to lay over it."""

    x: int
    y: int
    rgba: Image
    """Premultiplied; empty where nothing falls into the frame."""

    def over(self, frame: Image) -> None:
        """Lay it over a frame, in place."""
        height, width = self.rgba.shape[:2]
        if not height or not width:
            return
        lay(self.rgba, frame[self.y : self.y + height, self.x : self.x + width])

    def alpha(self, x: Floats, y: Floats) -> Floats:
        """How opaque it is at points of the frame, 0 to 1."""
        height, width = self.rgba.shape[:2]
        column = np.floor(x).astype(int) - self.x
        row = np.floor(y).astype(int) - self.y
        hit = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        out = np.zeros(x.shape, np.float32)
        out[hit] = self.rgba[row[hit], column[hit], 3] / np.float32(255)
        return out


@dataclass(frozen=True)
class Boxes:
    """Face and head of a drawn person, in pixels of the frame."""

    face: XYWH
    head: XYWH


class Person:
    """A head with its body."""

    def __init__(self, head: Head) -> None:
        self.head = head

    @cached_property
    def _body(self) -> tuple[Image, tuple[float, float]]:
        seed = zlib.crc32(self.head.portrait.name.encode())
        return body(self.head.portrait, np.random.default_rng(seed))

    def draw(self, pose: Pose, optics: Optics, size: tuple[int, int]) -> tuple[Drawn, Boxes]:
        """Draw into a frame of ``size`` (width, height) pixels."""
        view = self.head.view(pose.yaw, pose.pitch, pose.height)
        zoom = pose.height / self.head.face_height
        to_frame = _affine(view.anchor, (pose.x, pose.y), zoom / view.scale, pose.roll)
        boxes = Boxes(
            _moved(view.face, to_frame, pose.roll), _moved(view.head, to_frame, pose.roll)
        )
        picture, anchor = self._body
        lean = float(np.interp(abs(pose.roll), (0, 20, 60, 180), (0, 5, 60, 180)))
        turned = np.radians(body_yaw(pose.yaw))
        narrow = float(np.hypot(np.cos(turned), 0.5 * np.sin(turned)))
        below = _affine(anchor, (pose.x, pose.y), zoom / SCALE, lean * np.sign(pose.roll))
        below[:, 0] *= narrow
        below[:, 2] += below[:, 0] * anchor[0] * (1 / narrow - 1)
        drawn = _layers([(picture, below), (view.rgba, to_frame)], optics, size)
        return drawn, boxes


def draw_thing(
    picture: Image, where: tuple[float, float], zoom: float, optics: Optics, size: tuple[int, int]
) -> Drawn:
    """Draw a premultiplied RGBA picture with its middle at a place of the frame."""
    middle = picture.shape[1] / 2, picture.shape[0] / 2
    return _layers([(picture, _affine(middle, where, zoom, 0.0))], optics, size)


def seen_share(box: XYWH, before: list[Drawn], size: tuple[int, int]) -> tuple[float, float]:
    """Shares of a face that are seen, and that lie in the frame.

    Args:
        box: the face.
        before: what is drawn over it.
        size: of the frame.
    """
    x, y, w, h = box
    at = (np.arange(SAMPLES, dtype=np.float32) + 0.5) / SAMPLES
    u, v = (a.ravel() for a in np.meshgrid(at, at))
    oval = (u - 0.5) ** 2 + (v - 0.5) ** 2 <= 0.25
    xs, ys = (x + w * u[oval]).astype(np.float32), (y + h * v[oval]).astype(np.float32)
    inside = (xs >= 0) & (xs < size[0]) & (ys >= 0) & (ys < size[1])
    seen = inside.astype(np.float32)
    for drawn in before:
        seen *= 1 - drawn.alpha(xs, ys)
    return float(seen.mean()), float(inside.mean())


def _affine(
    anchor: tuple[float, float], to: tuple[float, float], zoom: float, roll: float
) -> Floats:
    matrix = np.asarray(cv2.getRotationMatrix2D(anchor, -roll, zoom), np.float32)
    return np.column_stack([matrix[:, :2], matrix[:, 2] + np.subtract(to, anchor)])


def _moved(box: XYWH, matrix: Floats, roll: float) -> XYWH:
    """The box around the oval in a box, once it is moved and rolled."""
    x, y, w, h = box
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    cx, cy = matrix @ np.array([x + w / 2, y + h / 2, 1], np.float32)
    cosine, sine = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    across = zoom * float(np.hypot(w * cosine, h * sine))
    along = zoom * float(np.hypot(w * sine, h * cosine))
    return float(cx) - across / 2, float(cy) - along / 2, across, along


def _layers(layers: list[tuple[Image, Floats]], optics: Optics, size: tuple[int, int]) -> Drawn:
    """Layers from back to front, moved into the frame, lit and blurred together."""
    corners = []
    for picture, matrix in layers:
        h, w = picture.shape[:2]
        corners.append(matrix @ np.array([[0, w, 0, w], [0, 0, h, h], [1, 1, 1, 1]], np.float32))
    around = np.concatenate(corners, axis=1)
    pad = 2 + max(abs(optics.move[0]), abs(optics.move[1])) + 3 * optics.defocus
    x0, y0 = np.floor(np.maximum(around.min(axis=1) - pad, -pad)).astype(int)
    x1, y1 = np.ceil(np.minimum(around.max(axis=1) + pad, np.array(size) + pad)).astype(int)
    if x1 <= x0 or y1 <= y0 or x1 <= 0 or y1 <= 0 or x0 >= size[0] or y0 >= size[1]:
        return Drawn(0, 0, np.zeros((0, 0, 4), np.uint8))
    rgba = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)
    for (picture, matrix), corner in zip(layers, corners, strict=True):
        low = np.maximum(np.floor(corner.min(axis=1)).astype(int) - (x0, y0) - 1, 0)
        high = np.ceil(corner.max(axis=1)).astype(int) - (x0, y0) + 1
        part = rgba[low[1] : max(0, high[1]), low[0] : max(0, high[0])]
        if part.size:
            source, local = picture, matrix.copy()
            local[:, 2] -= (x0 + low[0], y0 + low[1])
            while np.hypot(local[0, 0], local[1, 0]) < 0.6 and min(source.shape[:2]) > 8:
                source = np.asarray(cv2.pyrDown(source), np.uint8)
                local[:, :2] *= 2
            size_here = part.shape[1], part.shape[0]
            lay(np.asarray(cv2.warpAffine(source, local, size_here), np.uint8), part)
    gain = np.array([optics.gain, optics.gain, optics.gain, 1.0])
    blurred = cv2.multiply(rgba, gain, dtype=cv2.CV_8U) if optics.gain != 1 else rgba
    if optics.defocus > 0.3:
        blurred = cv2.GaussianBlur(blurred, (0, 0), optics.defocus)
    if max(abs(optics.move[0]), abs(optics.move[1])) > 1:
        blurred = cv2.filter2D(blurred, -1, way(optics.move))
    x, y = max(0, -x0), max(0, -y0)
    rgba = np.asarray(blurred, np.uint8)[y : size[1] - y0, x : size[0] - x0]
    return Drawn(int(max(0, x0)), int(max(0, y0)), rgba)


def lay(rgba: Image, below: Image) -> None:
    """Lay premultiplied RGBA over RGB or premultiplied RGBA of the same size, in place."""
    channels = below.shape[2]
    kept = cv2.bitwise_not(rgba[..., 3])
    dimmed = cv2.multiply(below, cv2.merge([kept] * channels), scale=1 / 255)
    cv2.add(dimmed, rgba[..., :channels], dst=below)


def way(move: tuple[float, float]) -> Floats:
    """The kernel that smears a picture along a straight way of so many pixels."""
    half = int(np.ceil(max(abs(move[0]), abs(move[1])) / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for at in np.linspace(-0.5, 0.5, 4 * half + 1):
        x, y = half + at * move[0], half + at * move[1]
        column, row = int(x), int(y)
        dx, dy = x - column, y - row
        kernel[row, column] += (1 - dx) * (1 - dy)
        kernel[row, column + 1] += dx * (1 - dy)
        kernel[row + 1, column] += (1 - dx) * dy
        kernel[row + 1, column + 1] += dx * dy
    return kernel / float(kernel.sum())
