"""Luma pictures in which a textured square moves over a textured ground, and what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import no_boxes
from efface.detect.tracking.interface import Look, Path, SeenFrame
from efface.media.file import Gray

Place = NDArray[np.float64]
"""x, y, width, height."""

SIZE = (320, 200)
"""(width, height) of the pictures."""


def place(x: float, y: float, side: float) -> Place:
    return np.array([x, y, side, side], float)


def texture(width: int, height: int, seed: int, blur: float = 2.0) -> Gray:
    """Smooth noise from dark to light."""
    noise = np.random.default_rng(seed).normal(size=(height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return np.asarray(cv2.normalize(smooth, np.empty(0), 20, 235, cv2.NORM_MINMAX), np.uint8)


GROUND = texture(*SIZE, seed=1, blur=4.0)


def shown(*squares: tuple[int, Place], ground: Gray = GROUND) -> Gray:
    """The ground with textured squares pasted in, to fractions of a pixel.

    Args:
        squares: seed of the texture and where it is; later ones lie on top.
    """
    out = ground.copy()
    for seed, (x, y, width, height) in squares:
        patch = texture(64, 64, seed, blur=5.0)
        turn = np.array([[width / 64, 0, x], [0, height / 64, y]])
        size = ground.shape[1], ground.shape[0]
        cv2.warpAffine(
            patch, turn, size, dst=out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        )
    return out


def watched(
    grays: Sequence[Gray],
    seen: Mapping[int, Sequence[Place]],
    *,
    score: float = 0.9,
    cuts: Sequence[int] = (),
) -> list[SeenFrame]:
    """What was seen in each frame: boxes where one was looked at, nothing elsewhere."""
    out = []
    for frame, gray in enumerate(grays):
        look: Look = "full" if frame in seen else "none"
        boxes = [[*box, score] for box in seen.get(frame, ())]
        array = np.array(boxes, float) if boxes else no_boxes()
        cut = frame == 0 or frame in cuts
        out.append(SeenFrame(frame, frame * 40, look, array, cut=cut, gray=gray))
    return out


def apart(path: Path, frame: int, truth: Place) -> float:
    """How far the farthest edge of a path's box is from the true one, in face sizes."""
    x, y, width, height = path.boxes[frame - path.first] - truth
    return float(np.abs([x, y, x + width, y + height]).max() / truth[2])
