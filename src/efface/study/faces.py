"""Where the face is in each clear picture. Attackers know it (oracle alignment), tools draw there.

Boxes come from efface's own detector and points from YuNet, both on the clear picture, once. What
is kept on disk is places, no faces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.interface import Pixels, Points
from efface.attack.landmarks import points_of
from efface.detect.faces import face_detector
from efface.regions import Box

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PlacedFace:
    """One picture's face."""

    box: Box
    points: Points
    found: bool
    """Whether detector and YuNet found it; else box or points are where faces usually have them."""


def read(path: Path) -> Pixels:
    """RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def faces_of(
    paths: Sequence[Path], cache: Path, progress: Progress | None = None
) -> list[PlacedFace]:
    """The face nearest to the middle of each picture.

    Args:
        paths: pictures with one person in the middle.
        cache: file that keeps the places; pictures that are not in it are looked at.
        progress: told how many of how many have been looked at.
    """
    names = [f"{path.parent.name}/{path.name}" for path in paths]
    known: dict[str, NDArray[np.float64]] = {}
    if cache.exists():
        with np.load(cache) as stored:
            known = dict(zip(stored["names"].tolist(), stored["places"], strict=True))
    missing = [(n, p) for n, p in zip(names, paths, strict=True) if n not in known]
    for done, (name, path) in enumerate(missing, start=1):
        known[name] = _look(read(path))
        if progress is not None:
            progress(done, len(missing))
    if missing:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, names=np.array(list(known)), places=np.stack(list(known.values())))
    return [_face(known[name]) for name in names]


def _face(place: NDArray[np.float64]) -> PlacedFace:
    x, y, width, height = (float(v) for v in place[:4])
    return PlacedFace(Box(0, x, y, width, height), place[5:].reshape(-1, 2), bool(place[4]))


def _look(pixels: Pixels) -> NDArray[np.float64]:
    """x, y, width, height, found, then x and y of the points."""
    height, width = pixels.shape[:2]
    boxes = [
        Box(0, f.x, f.y, f.width, f.height)
        for f in face_detector("default").detect(pixels)
        if f.x < width / 2 < f.x + f.width and f.y < height / 2 < f.y + f.height
    ]
    usual = Box(0, 0.13 * width, 0.1 * height, 0.74 * width, 0.8 * height)
    box = max(boxes, key=lambda b: b.width * b.height, default=usual)
    points, seen = points_of(pixels, box)
    place = [box.x, box.y, box.width, box.height, bool(boxes) and seen]
    return np.concatenate([place, points.ravel()])
