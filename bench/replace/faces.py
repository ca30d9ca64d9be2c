"""Real faces to put drawn heads over: each the largest of its picture, at a wanted size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.landmarks import points_in
from efface.detect.boxes import Boxes
from efface.detect.centerface import centerface
from efface.detect.centerface import decode as decode_centerface
from efface.detect.landmarks import decode as decode_yunet
from efface.detect.landmarks import landmark_network
from efface.generate.pose import Pose, pose_of
from efface.regions import Box

Picture = NDArray[np.uint8]
FLOORS = {"CenterFace": 0.4, "YuNet": 0.6}
SIZES = (24, 32, 48, 64, 96, 128, 192, 256)
"""Heights of faces, in pixels, that are gone through in turn."""


@dataclass(frozen=True)
class Face:
    """One face in a picture."""

    picture: Picture
    box: Box
    pose: Pose


def seen(picture: Picture) -> dict[str, Boxes]:
    """Faces by each detector: x, y, width, height, score."""
    height, width = picture.shape[:2]
    tile = np.zeros((-(-height // 32) * 32, -(-width // 32) * 32, 3), np.uint8)
    tile[:height, :width] = picture
    (one,) = centerface().run(
        [tile], lambda out, shape: decode_centerface(out, shape, FLOORS["CenterFace"])
    )
    (two,) = landmark_network().run(
        [tile], lambda out, shape: decode_yunet(out, shape, FLOORS["YuNet"])[:, :5]
    )
    return {"CenterFace": one, "YuNet": two}


def faces_of(folders: list[Path], count: int, least_yaw: float) -> Iterator[Face]:
    """Faces of pictures spread evenly over each folder, the folders in turn.

    Args:
        folders: of JPEG files.
        count: of faces.
        least_yaw: degrees; faces turned less are left out.
    """
    names = [sorted(folder.rglob("*.jpg")) for folder in folders]
    found = 0
    for turn in range(max(len(one) for one in names)):
        for own in names:
            if found == count:
                return
            if turn >= len(own):
                continue
            face = _face(own[turn * 7919 % len(own)], SIZES[found % len(SIZES)])
            if face is not None and abs(face.pose.yaw) >= least_yaw:
                found += 1
                yield face


def _face(path: Path, size: int) -> Face | None:
    """The largest face of a picture, so high; smaller where the picture has it smaller."""
    bgr = cv2.imread(str(path))
    if bgr is None:
        return None
    picture = np.ascontiguousarray(bgr[..., ::-1], np.uint8)
    longest = max(picture.shape[:2])
    if longest > 1200:
        picture = _shrunk(picture, 1200 / longest)
    box = _largest(picture)
    if box is None:
        return None
    points = points_in(picture, box)
    if points is None:
        return None
    scale = min(1.0, size / box.height)
    own = Box(0, box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    return Face(_shrunk(picture, scale), own, pose_of(points))


def _shrunk(picture: Picture, scale: float) -> Picture:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _largest(picture: Picture) -> Box | None:
    found = seen(picture)["CenterFace"]
    if not len(found):
        return None
    x, y, w, h = (float(v) for v in found[np.argmax(found[:, 2] * found[:, 3]), :4])
    return Box(0, x, y, w, h)
