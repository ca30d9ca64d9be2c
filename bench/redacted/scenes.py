"""Photographed crowds in which some faces are redacted, for measuring how they are found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from efface.study.faces import read
from redacted.material import Part
from redacted.operators import (
    LEVELS,
    Face,
    Level,
    Pixels,
    bar,
    box,
    deface_blur,
    deface_mosaic,
    gaussian,
    median,
    mosaic,
    sampled,
    solid,
    swirl,
)
from redacted.publishing import STORES, stored

SMALLEST_PX, LARGEST_PX = 20, 200
LONGEST_PX = 1280
MOST = 3
"""Faces of a picture that are redacted."""

RECIPES = (
    gaussian, box, deface_blur, median, mosaic, sampled, deface_mosaic, swirl, solid, bar,
)  # fmt: skip


WITHOUT = ("solid", "bar")
"""Of one strength only."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One face that was redacted."""

    zone: Face
    face: Face
    kind: str
    recipe: str
    level: Level


@dataclass(frozen=True, slots=True)
class Scene:
    """A published picture, and what was redacted in it; nothing in every fourth."""

    name: str
    pixels: Pixels
    hidden: tuple[Hidden, ...]


def scenes(data: Path, part: Part, numbers: Iterable[int], seed: int) -> Iterator[Scene]:
    """The pictures of these numbers: all kinds and strengths in turn."""
    places = json.loads((data / "wider-dev" / "gt.json").read_text(encoding="utf-8"))
    names = sorted(places)[1 if part == "score" else 0 :: 2]
    for index in numbers:
        rng = np.random.default_rng([seed, index])
        name = names[index % len(names)]
        picture = read(data / "wider-dev" / "images" / Path(name).name)
        factor = min(1.0, LONGEST_PX / max(picture.shape))
        size = [round(n * factor) for n in picture.shape[1::-1]]
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        faces = [[v * factor for v in face[:4]] for face in places[name]]
        faces = [f for f in faces if SMALLEST_PX <= f[2] <= LARGEST_PX]
        rng.shuffle(faces)
        hidden: list[Hidden] = []
        turn = index
        for x, y, width, height in faces[: 0 if index % 4 == 3 else MOST]:
            if any(_near(h.zone, (x, y, width, height)) for h in hidden):
                continue
            recipe = RECIPES[turn % len(RECIPES)]
            strong = LEVELS if recipe.__name__ not in WITHOUT else 1
            level = (turn // len(RECIPES)) % strong
            made = recipe(picture, (x, y, width, height), rng, level)
            picture = made.pixels
            hidden.append(Hidden(made.zone, (x, y, width, height), made.kind, made.recipe, level))
            turn += 3
        pixels, _ = stored(picture, str(rng.choice(STORES)), rng)
        yield Scene(name, pixels, tuple(hidden))


def _near(one: Face, other: Face) -> bool:
    return all(
        abs(one[i] + one[i + 2] / 2 - other[i] - other[i + 2] / 2)
        < 1.2 * (one[i + 2] + other[i + 2])
        for i in (0, 1)
    )
