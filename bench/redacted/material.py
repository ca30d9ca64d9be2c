"""Faces and backgrounds that redacted pictures are made of, split by person and file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.study.faces import faces_of, read

Pixels = NDArray[np.uint8]
Part = Literal["fit", "develop", "score"]
"""``fit``: drawn (AI-generated) people before drawn scenes, for weights that are shipped; choices
are made on ``develop``; ``score`` is looked at once."""

FACES: dict[Part, dict[str, int]] = {
    "fit": {"synthetic-portraits": 200},
    "develop": {"fairface-adults": 70, "london-set": 30},
    "score": {"fairface-adults": 80, "london-set": 30, "utkface-adults": 50},
}
"""How many pictures of each set a part takes."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A clear picture of one face."""

    pixels: Pixels
    box: tuple[float, float, float, float]
    """x, y, width, height."""


@dataclass(frozen=True, slots=True)
class Material:
    """What one part's cases are made of."""

    portraits: tuple[Portrait, ...]
    scenes: tuple[Path, ...]


def material(data: Path, part: Part, cache: Path) -> Material:
    """The pictures of one part: every second file (London set: every second person)."""
    turn = 1 if part == "score" else 0
    chosen: list[Path] = []
    for name, count in FACES[part].items():
        files = sorted((data / name).rglob("*.jpg"))
        if name == "london-set":
            files = [f for f in files if int(f.name.split("_")[0]) % 2 == turn]
        elif name != "synthetic-portraits":
            files = files[turn::2]
        chosen += files[:: max(1, len(files) // count)][:count]
    cache.mkdir(parents=True, exist_ok=True)
    places = faces_of(chosen, cache / f"places-{part}.npz")
    portraits = tuple(
        Portrait(read(path), (p.box.x, p.box.y, p.box.width, p.box.height))
        for path, p in zip(chosen, places, strict=True)
        if p.found
    )
    if part == "fit":
        scenes = sorted((data / "synthetic-portraits").rglob("*.jpg"))[7::40]
    else:
        scenes = sorted((data / "wider-dev" / "images").glob("*.jpg"))[turn::2]
    return Material(portraits, tuple(scenes))


def composed(
    portrait: Portrait, scene: Pixels, face_px: float, rng: np.random.Generator
) -> tuple[Pixels, tuple[float, float, float, float]]:
    """A portrait whose face is so wide, set before a part of a scene.

    Returns:
        The picture, 2 to 4 faces wide, and the face's box in it.
    """
    x, y, width, height = portrait.box
    factor = face_px / width
    size = [max(8, round(n * factor)) for n in portrait.pixels.shape[1::-1]]
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(portrait.pixels, size, interpolation=way)
    wide, tall = size[0] + rng.integers(0, int(face_px) + 8), size[1] + rng.integers(0, 40)
    zoom = max(wide / scene.shape[1], tall / scene.shape[0], float(rng.uniform(0.3, 1.0)))
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    back = cv2.resize(
        scene,
        (max(wide, round(scene.shape[1] * zoom)), max(tall, round(scene.shape[0] * zoom))),
        interpolation=way,
    )
    top = rng.integers(0, back.shape[0] - tall + 1)
    left = rng.integers(0, back.shape[1] - wide + 1)
    picture = np.ascontiguousarray(back[top : top + tall, left : left + wide]).astype(np.uint8)
    dx = int(rng.integers(0, wide - size[0] + 1))
    dy = tall - size[1]
    picture[dy : dy + size[1], dx : dx + size[0]] = small
    return picture, (x * factor + dx, y * factor + dy, width * factor, height * factor)
