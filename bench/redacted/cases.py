"""Cases of redacted pictures, drawn at random from one part's material."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from efface.study.faces import read
from redacted.material import Material, composed
from redacted.operators import KNOWN, STRANGE, Face, Redacted
from redacted.publishing import STORES, resized, stored

SMALLEST_PX, LARGEST_PX = 12.0, 300.0
_WAYS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)


@dataclass(frozen=True, slots=True)
class Case:
    """A published picture and the truth about it."""

    redacted: Redacted
    face: Face
    """In the published picture."""
    factor: float
    """Resized by this after redaction; 1: not."""
    store: str


def cases(
    material: Material,
    numbers: Iterable[int],
    seed: int,
    *,
    strange: float = 0.2,
    resize: float = 0.35,
) -> Iterator[Case]:
    """The cases of these numbers; ``strange`` is the share of those of no known kind, ``resize`` of
    those that were resized after redaction."""
    for index in numbers:
        rng = np.random.default_rng([seed, index])
        portrait = material.portraits[rng.integers(len(material.portraits))]
        scene = read(material.scenes[rng.integers(len(material.scenes))])
        face_px = float(np.exp(rng.uniform(np.log(SMALLEST_PX), np.log(LARGEST_PX))))
        picture, face = composed(portrait, scene, face_px, rng)
        recipes = STRANGE if rng.random() < strange else KNOWN
        made = recipes[rng.integers(len(recipes))](picture, face, rng)
        factor = 1.0
        if rng.random() < resize:
            factor = float(rng.uniform(0.5, 1.5))
            made = resized(made, factor, int(rng.choice(_WAYS)))
        pixels, store = stored(made.pixels, str(rng.choice(STORES)), rng)
        x, y, width, height = (v * factor for v in face)
        made = Redacted(pixels, made.zone, made.oval, made.kind, made.strength_px, made.recipe)
        yield Case(made, (x, y, width, height), factor, store)
