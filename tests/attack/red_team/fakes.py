"""A recogniser, strangers and attacks that take no time, and pictures to try them on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.interface import (
    Attack,
    Candidates,
    Case,
    Evidence,
    Family,
    Knowledge,
    Prediction,
    Ranking,
    Reconstruction,
)
from efface.attack.looks import constant
from efface.attack.recognisers.interface import Recogniser
from efface.attack.red_team.distractors import Distractors
from efface.attack.red_team.people import Person, person_in
from efface.attack.red_team.team import Team
from efface.regions import Box

Picture = NDArray[np.uint8]

FACE = Box(0, 82, 25, 52, 70)
"""The face in the fixture ``portrait``."""

POINTS = np.array([[97.0, 52], [118, 52], [107, 65], [99, 76], [116, 76]])
"""About where its landmarks are."""


class Coarse(Recogniser):
    """Looks at 8 x 8 means of the chip's luma: enough to tell pictures apart."""

    name = "coarse"
    title = "means of squares"
    dimensions = 64

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        rows = [cv2.resize(c.mean(axis=2), (8, 8), interpolation=cv2.INTER_AREA) for c in chips]
        flat = np.stack(rows).reshape(len(chips), -1).astype(np.float32)
        flat += np.linspace(0, 1e-3, 64, dtype=np.float32)  # a plain chip has a direction, too
        flat -= flat.mean(axis=1, keepdims=True)
        unit = flat / np.linalg.norm(flat, axis=1, keepdims=True)
        return np.asarray(unit, np.float32)


def distractors(number: int = 2000, seed: int = 3) -> Distractors:
    """People who look like nobody."""
    rows = np.random.default_rng(seed).normal(size=(number, 64)).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Distractors(Candidates({"coarse": rows}), "made-up people")


def team(*attacks: Attack, number: int = 2000, alpha: float = 0.01) -> Team:
    """These attacks with the fast recogniser."""
    return Team(attacks, (Coarse(),), distractors(number), alpha)


def around(box: Box, grow: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of the box grown about its centre."""
    across, along = box.width * (grow - 1) / 2, box.height * (grow - 1) / 2
    top, left = max(0, round(box.y - along)), max(0, round(box.x - across))
    bottom = min(shape[0], round(box.y + box.height + along))
    return slice(top, bottom), slice(left, min(shape[1], round(box.x + box.width + across)))


def blurred(picture: Picture, sigma: float, box: Box = FACE, grow: float = 1.5) -> Picture:
    """The face under a Gaussian blur."""
    out, part = picture.copy(), around(box, grow, picture.shape)
    out[part] = cv2.GaussianBlur(picture, (0, 0), sigma)[part]
    return out


def solid(picture: Picture, level: int = 0, box: Box = FACE, grow: float = 1.5) -> Picture:
    """The face under a fill."""
    out = picture.copy()
    out[around(box, grow, picture.shape)] = level
    return out


def person(original: Picture, redacted: Picture) -> Person:
    """The one in the portrait."""
    found = person_in(original, redacted, FACE, POINTS)
    assert found is not None
    return found


def saved(picture: Picture, path: Path, **options: Any) -> Path:
    """A file of the picture; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, **options)
    return path


class Shown(Attack):
    """Shows the zone as it is."""

    name, title = "shown", "the zone as it is"
    family: ClassVar[Family] = "off-the-shelf"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        return [Reconstruction(look.pixels, look.points) for look in case.looks]


class Blind(Attack):
    """Gives the same evidence of everybody."""

    name, title, family = "blind", "looks at nothing", "inversion"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        return [Ranking(np.zeros(len(case.candidates.templates["coarse"])))]


class Crashing(Attack):
    """Breaks."""

    name, title, family = "crashing", "breaks", "inversion"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        raise ZeroDivisionError("no such thing")


class Silent(Attack):
    """Finds nothing, and says so by giving nothing."""

    name, title, family = "silent", "gives nothing", "inversion"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        return []


class Broken(Attack):
    """Gives numbers that are none."""

    name, title, family = "broken", "gives NaN", "inversion"
    knowledge = Knowledge.UNAWARE

    def run(self, case: Case) -> Sequence[Evidence]:
        return [Prediction({"coarse": np.full(64, np.nan, np.float32)})]


class Elsewhere(Attack):
    """Never applies."""

    name, title, family = "elsewhere", "does not apply", "fusion"
    knowledge = Knowledge.EXACT

    def applies(self, case: Case) -> bool:
        return False

    def run(self, case: Case) -> Sequence[Evidence]:
        raise AssertionError("it does not apply")


class Unsure(Elsewhere):
    """Breaks when it is asked whether it applies."""

    name = "unsure"

    def applies(self, case: Case) -> bool:
        raise KeyError("what is this")


class Opinionated(Shown):
    """Just makes the person out in whatever is no plain fill, and shows a plain fill as somebody
    else: what a recogniser says of a plain fill is about nobody, and is not weak."""

    name = "opinionated"

    def __init__(self, face: NDArray[np.float32]) -> None:
        self._face = face

    def run(self, case: Case) -> Sequence[Evidence]:
        other = np.random.default_rng(16).normal(size=64)
        other = (other - other.mean()) / np.linalg.norm(other - other.mean())
        if all(constant(look) for look in case.looks):
            return [Prediction({"coarse": np.asarray(other, np.float32)})]
        noise = np.random.default_rng(8).normal(size=64)
        noise /= np.linalg.norm(noise)
        return [Prediction({"coarse": np.asarray(0.45 * self._face + 0.89 * noise, np.float32)})]
