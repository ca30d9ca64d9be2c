"""Frames of a scene, and what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from backgrounds import background, thing
from figures import Boxes, Drawn, Optics, Person, Pose, draw_thing, seen_share, way
from heads import XYWH
from portraits import Image
from scenes import Actor, Rng, Scene, Way, margin, shadow_map
from truth import SHOWN_SHARE, SHOWN_YAW, Face

SHUTTER = 0.5
"""Share of the time between two frames during which light falls on the sensor."""


@dataclass(frozen=True)
class _Part:
    """A person or a thing drawn for one frame."""

    depth: float
    drawn: Drawn
    index: int = -1
    """Of the actor."""
    boxes: Boxes | None = None
    """None for things."""
    pose: Pose | None = None
    blur: float = 0.0


@dataclass(frozen=True)
class _Seen:
    """One face in one frame."""

    part: _Part
    visible: float
    inside: float


class Stage:
    """One scene with its cast."""

    def __init__(self, scene: Scene, cast: list[Person], rng: Rng, first: int) -> None:
        self._scene, self._cast, self._first = scene, cast, first
        width, height = scene.size
        self._margin = margin(scene.camera)
        large = width + 2 * self._margin, height + 2 * self._margin
        self._background = background(scene.background, large, rng)
        self._things = [thing(passer.kind, rng) for passer in scene.passers]
        grain = rng.normal(0, scene.noise, (height + 64, width + 64, 3))
        self._grain = np.rint(grain).astype(np.int16)
        self._rng = rng
        self._faces: list[dict[str, list[object]] | None] = [None] * len(scene.actors)
        self._done: list[Face] = []

    def frames(self) -> Iterator[Image]:
        """The pictures, RGB, in order."""
        for frame in range(self._scene.frames):
            picture, seen = self._frame(frame)
            self._note(frame, seen)
            yield picture

    def faces(self) -> list[Face]:
        """What is true, once all frames were taken."""
        self._note(self._scene.frames, [])
        return self._done

    def _frame(self, frame: int) -> tuple[Image, list[_Seen]]:
        scene = self._scene
        camera = scene.camera[frame]
        swing = SHUTTER * (scene.camera[frame] - scene.camera[max(0, frame - 1)])
        picture = self._behind(frame, camera, swing)
        parts = [
            part
            for index, actor in enumerate(scene.actors)
            if (part := self._person(index, actor, frame, swing)) is not None
        ]
        for passer, sprite in zip(scene.passers, self._things, strict=True):
            before = max(0, frame - 1)
            where = passer.x[frame] - camera[0], passer.y[frame] - camera[1]
            move = SHUTTER * (passer.x[frame] - passer.x[before]) - swing[0], -swing[1]
            drawn = draw_thing(sprite, where, passer.zoom, Optics(move), scene.size)
            parts.append(_Part(passer.depth, drawn))
        parts.sort(key=lambda part: -part.depth)
        seen = []
        for order, part in enumerate(parts):
            part.drawn.over(picture)
            if part.boxes is not None and _touches(part.boxes.head, scene.size):
                over = [other.drawn for other in parts[order + 1 :]]
                seen.append(_Seen(part, *seen_share(part.boxes.face, over, scene.size)))
        return self._lit(picture, frame), seen

    def _person(self, index: int, actor: Actor, frame: int, swing: Way) -> _Part | None:
        """Someone drawn, unless they are not there or far outside."""
        if not actor.there[frame]:
            return None
        pose, optics = _posed(actor, frame, self._scene.camera[frame], swing)
        if not _may_touch(pose, self._scene.size):
            return None
        drawn, boxes = self._cast[index].draw(pose, optics, self._scene.size)
        blur = float(np.hypot(*optics.move)) + 2 * optics.defocus
        depth = actor.depth if np.ptp(actor.height) < 30 else 1 / pose.height
        return _Part(depth, drawn, index, boxes, pose, blur)

    def _behind(self, frame: int, camera: Way, swing: Way) -> Image:
        scene = self._scene
        width, height = scene.size
        zoom = 1 + (scene.zoom - 1) * frame / max(1, scene.frames - 1)
        moving = scene.zoom != 1 or scene.camera.any()
        if not moving:
            return self._background[
                self._margin : self._margin + height, self._margin : self._margin + width
            ].copy()
        middle = np.array([width, height]) / 2
        shift = middle - zoom * (middle + self._margin + camera)
        matrix = np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]], np.float32)
        picture = cv2.warpAffine(
            self._background, matrix, scene.size, borderMode=cv2.BORDER_REFLECT
        )
        if np.abs(swing).max() > 1:
            picture = cv2.filter2D(picture, -1, way((swing[0], swing[1])))
        return np.asarray(picture, np.uint8)

    def _lit(self, picture: Image, frame: int) -> Image:
        scene = self._scene
        if scene.shadow:
            gain = cv2.merge([scene.gain[frame] * shadow_map(scene, frame)] * 3)
            lit = np.asarray(cv2.multiply(picture, gain, dtype=cv2.CV_8U), np.uint8)
        elif scene.gain[frame] != 1:
            lit = np.asarray(cv2.convertScaleAbs(picture, alpha=scene.gain[frame]), np.uint8)
        else:
            lit = picture
        x, y = self._rng.integers(0, 64, 2)
        grain = self._grain[y : y + picture.shape[0], x : x + picture.shape[1]]
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8)

    def _note(self, frame: int, seen: list[_Seen]) -> None:
        """Append to the faces that are there, and close those that are not."""
        here = {one.part.index: one for one in seen}
        for index, noted in enumerate(self._faces):
            one = here.get(index)
            if one is None:
                if noted is not None:
                    self._close(noted)
                    self._faces[index] = None
                continue
            columns = noted or {"first": [self._first + frame]}
            self._faces[index] = columns
            pose, boxes = one.part.pose, one.part.boxes
            assert pose is not None and boxes is not None
            yaw = (pose.yaw + 180) % 360 - 180
            shown = abs(yaw) <= SHOWN_YAW and one.visible >= SHOWN_SHARE
            values: dict[str, object] = {
                "box": tuple(round(v, 1) for v in boxes.face),
                "head": tuple(round(v, 1) for v in boxes.head),
                "height": round(pose.height, 1),
                "yaw": round(yaw),
                "pitch": round(pose.pitch),
                "inside": round(one.inside, 2),
                "visible": round(one.visible, 2),
                "blur": round(one.part.blur, 1),
                "shown": int(shown),
            }
            for key, value in values.items():
                columns.setdefault(key, []).append(value)

    def _close(self, noted: dict[str, list[object]]) -> None:
        (first,) = noted.pop("first")
        name = f"f{self._first}-{len(self._done) + 1}"
        self._done.append(Face(id=name, first=first, **noted))  # type: ignore[arg-type]


def _may_touch(pose: Pose, size: tuple[int, int]) -> bool:
    """Whether any of a person, head or body, may lie in the picture."""
    reach = 2.5 * pose.height
    beside = -reach < pose.x < size[0] + reach
    return beside and -9 * pose.height < pose.y < size[1] + reach


def _touches(box: XYWH, size: tuple[int, int]) -> bool:
    """Whether any of a box lies in the picture."""
    x, y, w, h = box
    return x < size[0] and x + w > 0 and y < size[1] and y + h > 0


def _posed(actor: Actor, frame: int, camera: Way, swing: Way) -> tuple[Pose, Optics]:
    before = frame - 1 if frame and actor.there[frame - 1] else frame
    move = (
        SHUTTER * (actor.x[frame] - actor.x[before]) - swing[0],
        SHUTTER * (actor.y[frame] - actor.y[before]) - swing[1],
    )
    pose = Pose(
        actor.x[frame] - camera[0],
        actor.y[frame] - camera[1],
        actor.height[frame],
        actor.yaw[frame],
        actor.pitch[frame],
        actor.roll[frame],
    )
    return pose, Optics((float(move[0]), float(move[1])), actor.defocus, actor.gain)
