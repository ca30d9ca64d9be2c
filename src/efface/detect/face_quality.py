"""How a face shows in a picture: how large, turned which way, in what light, how sharp, how hidden.

Standards call that face image quality (ISO/IEC 29794-5). The numbers here were chosen, and are
measured again, by bench/detect/face_quality.py; docs/scan.md has what came out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect import landmarks
from efface.detect.closeup import FACE_PX, TILE_PX, Closeup, closeup
from efface.detect.landmarks import POINTS, Faces, landmark_network
from efface.detect.passes import CENTERFACE
from efface.detect.unbent import close_view, is_bent
from efface.regions import Box
from efface.sphere.picture import Sphere
from efface.zones.extent import FILLING

Pose = Literal["towards", "three-quarter", "profile", "unclear", "away"]
"""From the most telling to the least. ``unclear``: a face is seen, and not which way it is turned;
``away``: none is, so that it is turned away, covered, or a mistake of the search."""

Light = Literal["lit", "dim", "shadow"]
Sharpness = Literal["sharp", "soft", "blurred"]
Hidden = Literal["clear", "partly", "unknown"]
"""``unknown``: no face is seen that could be judged (``away``)."""

YUNET_SEES = 0.7
CENTERFACE_SEES = 0.2
"""Scores in the close-up; when both are lower, the face is turned away or covered. YuNet alone
gives the backs of heads up to 0.7, where CenterFace gives little."""

TURNED_SEES = 0.8
"""YuNet's score from which a face lying on its side, or upside down, counts."""

MARKED = 0.3
"""YuNet's score from which its landmarks say which way a face is turned."""

TOWARDS_DEGREES = 25.0
PROFILE_DEGREES = 40.0
"""``turn_degrees`` below the first is ``towards``, from the second on ``profile``."""

NOSE_REACH = 0.4
MOUTH_TO_EYES = 0.85
"""Of a face as YuNet marks it, in distances from the eyes to the mouth: how far the tip of the nose
stands out in pure profile; and the mouth's width in distances between the eyes."""

HIDDEN_SCORE = {"towards": 0.8, "three-quarter": 0.6, "profile": 0.6}
"""YuNet's score below which something probably covers a part of the face."""

DIM_LUMA = 40
SHADOW_LUMA = 70
SHADOW_RATIO = 0.4
"""``dim``: the face's median luma (0 to 255) is below the first. ``shadow``: it is below the second
and below that share of its surroundings' median. Dark skin is darker too, so that neither may ever
count in favour of a person not being recognised."""

SHARPNESS_PX = 32
BLURRED = 0.01
SOFT = 0.2
"""Variance of the Laplacian over that of the luma, of the face shrunk to ``SHARPNESS_PX``: below
the first it is ``blurred``, below the second ``soft``. The Laplacian's variance as a measure of
focus is Pech-Pacheco et al. 2000; dividing makes it independent of contrast."""

_CANDIDATE = 0.05
_OFF_CENTRE_PX = 30
_SIZES_PX = (FACE_PX / 2, FACE_PX * 2)


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """How one face shows in one picture."""

    height_px: int
    """Of its box, which reaches from the forehead to the chin."""
    pose: Pose
    light: Light
    sharpness: Sharpness
    hidden: Hidden
    fills: bool = False
    """Its box is the picture, or half of it: a part of it is all there is to see."""


def assess_around(
    picture: NDArray[np.uint8], boxes: Sequence[Box], sphere: Sphere
) -> tuple[FaceQuality, ...]:
    """Look closer at each face of an all-round picture, as somebody sees it who looks that way.

    Of a picture that may be flat, faces that are hardly bent are looked at as they are.

    Args:
        picture: RGB, shape (height, width, 3).
        boxes: the faces, in pixels of the picture; their heights are given as they show unbent.
        sphere: where the picture lies on the sphere.
    """
    out: list[FaceQuality] = []
    for box in boxes:
        eye, local = sphere.located((box.x, box.y, box.width, box.height))
        if not sphere.projection.stated and not is_bent(sphere, np.array(local)):
            out += assess(picture, [box])
            continue
        view = close_view(picture, sphere, np.array(local), eye)
        (seen,) = assess(view.pixels, [Box(box.frame, *view.box.tolist())])
        out.append(replace(seen, height_px=round(seen.height_px / view.scale), fills=False))
    return tuple(out)


def assess(picture: NDArray[np.uint8], boxes: Sequence[Box]) -> tuple[FaceQuality, ...]:
    """Look closer at each face of a picture.

    Args:
        picture: RGB, shape (height, width, 3), upright.
        boxes: the faces; each touches the picture.
    """
    height, width = picture.shape[:2]
    closeups = [closeup(picture, box) for box in boxes]
    tiles = [c.pixels for c in closeups]
    upright = _marked(tiles)
    out = []
    for box, view, (score, points) in zip(boxes, closeups, upright, strict=True):
        pose, sure = _pose(view, score, points)
        at_edge = (
            box.x <= 1
            or box.y <= 1
            or box.x + box.width >= width - 1
            or box.y + box.height >= height - 1
        )
        out.append(
            FaceQuality(
                round(box.height),
                pose,
                _light(view),
                _sharpness(view),
                _hidden(pose, sure, at_edge),
                box.width * box.height >= FILLING * width * height,
            )
        )
    return tuple(out)


def turn_degrees(points: NDArray[np.float64]) -> float:
    """About how far a head is turned to its side, 0 to 90, from its five landmarks.

    The tip of the nose leaves the line from between the eyes to the mouth by the sine of the turn,
    while the distances between the eyes and between the corners of the mouth shrink by its cosine
    (weak perspective; the facial model of Gee and Cipolla 1994, "Determining the gaze of faces in
    images"). YuNet guesses the eye that it cannot see, so that a pure profile comes out at 60 or
    so: the number orders heads by their turn, and does not measure an angle.

    Args:
        points: shape (5, 2), in the order of ``landmarks.POINTS``.
    """
    eyes = (points[0] + points[1]) / 2
    mouth = (points[3] + points[4]) / 2
    down = mouth - eyes
    length = float(np.hypot(*down))
    if length < 1e-6:
        return 90.0
    across = np.array([down[1], -down[0]]) / length**2
    nose = abs(float((points[2] - (eyes + mouth) / 2) @ across))
    between_eyes = float((points[1] - points[0]) @ across)
    mouth_width = float((points[4] - points[3]) @ across)
    width = (between_eyes + mouth_width) / (2 * MOUTH_TO_EYES)
    return float(np.degrees(np.arctan2(nose / NOSE_REACH, max(width, 0.0))))


def _pose(view: Closeup, score: float, points: NDArray[np.float64] | None) -> tuple[Pose, float]:
    """Also YuNet's score, of the head turned upright."""
    if score < TURNED_SEES:
        turned = _marked([np.ascontiguousarray(np.rot90(view.pixels, k)) for k in (1, 2, 3)])
        best, turned_points = max(turned, key=lambda found: found[0])
        if best >= TURNED_SEES:
            score, points = best, turned_points
        elif score < YUNET_SEES and not _centerface_sees(view):
            return "away", score
    if points is None or score < MARKED:
        return "unclear", score
    turn = turn_degrees(points)
    if turn < TOWARDS_DEGREES:
        return "towards", score
    return ("three-quarter" if turn < PROFILE_DEGREES else "profile"), score


def _marked(
    tiles: Sequence[NDArray[np.uint8]],
) -> list[tuple[float, NDArray[np.float64] | None]]:
    """Score and landmarks of the face in the middle of each tile."""

    def middle(faces: Faces) -> tuple[float, NDArray[np.float64] | None]:
        best = next((face for face in faces if _central(face)), None)
        return (0.0, None) if best is None else (float(best[4]), best[5:].reshape(POINTS, 2))

    return landmark_network().run(
        tiles, lambda outputs, shape: middle(landmarks.decode(outputs, shape, _CANDIDATE))
    )


def _centerface_sees(view: Closeup) -> bool:
    (found,) = CENTERFACE.network().run(
        [view.pixels], lambda outputs, shape: CENTERFACE.decode(outputs, shape, CENTERFACE_SEES)
    )
    return any(_central(face) for face in found)


def _central(face: NDArray[np.float64]) -> bool:
    centre = face[:2] + face[2:4] / 2
    near = bool((np.abs(centre - TILE_PX / 2) <= _OFF_CENTRE_PX).all())
    return near and _SIZES_PX[0] <= face[2:4].max() <= _SIZES_PX[1]


def _luma(view: Closeup) -> NDArray[np.float64]:
    weights = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
    return np.asarray(view.pixels @ weights)


def _light(view: Closeup) -> Light:
    luma = _luma(view)
    face = float(np.median(luma[view.face]))
    around = luma[view.inside & ~view.face]
    if face < SHADOW_LUMA and around.size and face < SHADOW_RATIO * float(np.median(around)):
        return "shadow"
    return "dim" if face < DIM_LUMA else "lit"


def _sharpness(view: Closeup) -> Sharpness:
    rows, columns = view.face.any(axis=1), view.face.any(axis=0)
    face = Image.fromarray(_luma(view)[rows][:, columns].astype(np.float32))
    factor = SHARPNESS_PX / FACE_PX
    size = (max(3, round(face.width * factor)), max(3, round(face.height * factor)))
    small = np.asarray(face.resize(size, Image.Resampling.BOX), np.float64)
    inner = small[1:-1, 1:-1]
    neighbours = small[:-2, 1:-1] + small[2:, 1:-1] + small[1:-1, :-2] + small[1:-1, 2:]
    detail = float(np.var(neighbours - 4 * inner)) / max(float(np.var(small)), 1e-3)
    if detail < BLURRED:
        return "blurred"
    return "soft" if detail < SOFT else "sharp"


def _hidden(pose: Pose, score: float, at_edge: bool) -> Hidden:
    if pose == "away":
        return "unknown"
    return "partly" if at_edge or score < HIDDEN_SCORE.get(pose, 1.0) else "clear"
