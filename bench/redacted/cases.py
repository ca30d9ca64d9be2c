"""Cases of redacted pictures, drawn from one part's material: so many of each kind and strength."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from efface.study.faces import read
from redacted.camera import photographed
from redacted.material import Material, composed
from redacted.operators import KNOWN, LEVELS, Face, Level, Pixels, Redacted
from redacted.publishing import STORES, resized, stored
from redacted.strange import NATURAL, STRANGE

SMALLEST_PX, LARGEST_PX = 16.0, 300.0
LARGER = 1.6
"""How many times its own size a portrait is enlarged at most."""

_WAYS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
_WITHOUT = ("solid", "none", "bar")
"""Of one strength only."""

Recipe = Callable[[Pixels, Face, np.random.Generator, Level], Redacted]


@dataclass(frozen=True, slots=True)
class Case:
    """A published picture and the truth about it."""

    redacted: Redacted
    face: Face
    """In the published picture."""
    level: Level
    factor: float
    """Resized by this after redaction; 1: not."""
    store: str


def turns() -> tuple[tuple[Recipe, Level], ...]:
    """Each kind and strength once."""
    known = (
        (recipe, level)
        for recipe in KNOWN
        for level in ((None,) if recipe.__name__ in _WITHOUT else range(LEVELS))
    )
    return (*known, *((recipe, None) for recipe in (*STRANGE, *NATURAL)))


def cases(
    material: Material,
    numbers: Iterable[int],
    seed: int,
    *,
    resize: float = 0.3,
    camera: bool = False,
) -> Iterator[Case]:
    """The cases of these numbers, all kinds and strengths in turn.

    Args:
        resize: share of those that were resized after redaction.
        camera: put drawn pictures through what cameras do (``photographed``).
    """
    every = turns()
    for index in numbers:
        rng = np.random.default_rng([seed, index])
        portrait = material.portraits[rng.integers(len(material.portraits))]
        scene = read(material.scenes[rng.integers(len(material.scenes))])
        largest = max(SMALLEST_PX + 1, min(LARGEST_PX, LARGER * portrait.box[2]))
        face_px = float(np.exp(rng.uniform(np.log(SMALLEST_PX), np.log(largest))))
        picture, face = composed(portrait, scene, face_px, rng)
        if camera:
            picture = photographed(picture, rng)
        recipe, level = every[index % len(every)]
        made = recipe(picture, face, rng, level)
        factor = 1.0
        if rng.random() < resize:
            factor = float(rng.uniform(0.5, 1.5))
            made = resized(made, factor, int(rng.choice(_WAYS)))
        pixels, store = stored(made.pixels, str(rng.choice(STORES)), rng)
        x, y, width, height = (v * factor for v in face)
        yield Case(replace(made, pixels=pixels), (x, y, width, height), level, factor, store)
