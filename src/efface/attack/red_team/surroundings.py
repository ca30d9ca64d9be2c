"""What lies outside the zones, held against other pictures of the person, never the same shot.

In the same shot the surroundings match of themselves; in other pictures they say how far hair,
ears, clothes and place point to the person. They decide nothing: a wider zone is what helps.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.context import FaceContext, described, hidden_alike, likeness, surroundings
from efface.attack.gallery import largest_points, pictures_in
from efface.attack.recognisers.interface import Recogniser
from efface.attack.red_team.outcome import Outside
from efface.attack.red_team.people import Person
from efface.attack.red_team.rank import Rank, standing
from efface.errors import EffaceError, InputError, RefusedError
from efface.files.paths import printable
from efface.media.sniff import open_photo
from efface.policy import Limits

SAME_SHOT = 0.95
"""Correlation of the surroundings of two faces, aligned and at a coarse scale, from which both
pictures are one shot, however cut or scaled."""

_SIDE = 40
"""Pixels of the side of the aligned square, for that."""

_LEAST = 0.05
"""Share of it that has to be seen in both."""

_BESIDE, _SHOULDERS = 0.2, 0.55
"""Of the square's side, about three faces wide: what lies this far from its left and right edge and
down to here shows neither hair nor clothes as a rule."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another picture, by the surroundings of its largest face."""

    name: str
    around: FaceContext


class Others:
    """Other pictures of the person, and pictures of other people."""

    def __init__(
        self,
        same_person: Path,
        gallery: Path | None,
        recognisers: Sequence[Recogniser],
        limits: Limits,
    ) -> None:
        """
        Raises:
            RefusedError: there is no gallery, or a picture shows no face.
            InputError: a picture cannot be read.
        """
        if gallery is None:
            raise RefusedError(
                "what surrounds a face can only be held against what surrounds others, and efface "
                "carries no pictures of others.",
                path=same_person,
                hint="Name a folder of pictures of other people: --gallery DIR.",
            )
        self._recognisers, self._folder = recognisers, same_person
        self._own = others_in(same_person, limits)
        self._strangers = others_in(gallery, limits)

    def of(self, person: Person) -> Outside:
        """How far the surroundings of one person point to them: the middle one of the places that
        their other pictures reach among those of strangers.

        Raises:
            RefusedError: one of these pictures is the same shot.
        """
        start = time.process_time()
        probe = person.best.around
        for other in self._own:
            if same_shot(probe, other.around):
                raise RefusedError(
                    f"{other.name} is the same shot as the redacted one: its surroundings match of "
                    "themselves.",
                    path=self._folder,
                    hint="Give only other pictures of the person, from other days at best.",
                )
        everybody = [hidden_alike(one.around, probe) for one in (*self._own, *self._strangers)]
        found = self._middle(probe, everybody, self._recognisers)
        behind = beside(probe)
        backdrop = None
        if behind.seen.mean() >= _LEAST:
            backdrop = self._middle(behind, [hidden_alike(one, behind) for one in everybody], ())
        spent = time.process_time() - start
        return Outside(person.id, found, len(self._own), spent, backdrop)

    def _middle(
        self,
        probe: FaceContext,
        everybody: Sequence[FaceContext],
        recognisers: Sequence[Recogniser],
    ) -> Rank:
        """The middle one of the places of the person's other pictures, which come first."""
        mine, theirs = described([probe], recognisers), described(everybody, recognisers)
        scores = likeness(mine, theirs)[0]
        own = len(self._own)
        found = sorted(
            (standing(np.concatenate([[score], scores[own:]]), 0) for score in scores[:own]),
            key=_rate,
        )
        return found[own // 2]


def beside(look: FaceContext) -> FaceContext:
    """Only what lies beside the head and above the shoulders: of a portrait, the backdrop."""
    behind = np.zeros_like(look.seen)
    rows = slice(0, round(_SHOULDERS * len(behind)))
    width = round(_BESIDE * len(behind))
    behind[rows, :width] = behind[rows, -width:] = True
    return hidden_alike(look, FaceContext(look.pixels, behind))


def others_in(folder: Path, limits: Limits) -> tuple[Other, ...]:
    """The largest face of each picture of a folder, with what surrounds it.

    Raises:
        RefusedError: there is no picture, or one without a face.
        InputError: a picture cannot be read.
    """
    found = []
    for path in pictures_in(folder):
        name = printable(str(path.relative_to(folder)))
        try:
            picture = open_photo(path, limits).picture(0)
        except EffaceError as error:
            raise InputError(f"{name} cannot be read: {error.message}", path=folder) from error
        points = largest_points(picture)
        if points is None:
            raise RefusedError(
                f"no face is seen in {name}.", path=folder, hint="Take it out, or replace it."
            )
        clear = np.zeros(picture.shape[:2], bool)
        found.append(Other(name, surroundings(picture, clear, points)))
    if not found:
        raise RefusedError("there is no picture in it.", path=folder)
    return tuple(found)


def same_shot(probe: FaceContext, other: FaceContext) -> bool:
    """Whether two pictures show one moment, as far as can be seen outside the zone."""
    both = _coarse(np.where(probe.seen & other.seen, np.uint8(255), np.uint8(0))) == 255
    if both.mean() < _LEAST:
        return False
    luma = [
        _coarse(cv2.cvtColor(one.pixels, cv2.COLOR_RGB2GRAY)).astype(np.float64)[both]
        for one in (probe, other)
    ]
    if min(float(values.std()) for values in luma) < 1.0:
        return False
    return float(np.corrcoef(luma[0], luma[1])[0, 1]) >= SAME_SHOT


def _coarse(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    small = cv2.resize(np.asarray(values, np.uint8), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _rate(found: Rank) -> float:
    return found.fmr
