"""The people among whom a person is hidden: distractors, and the person at a place drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.gallery import default_distractors, gallery_from
from efface.attack.interface import Candidates
from efface.attack.recognisers.interface import Recogniser
from efface.errors import RefusedError
from efface.measure.gate import DISTRACTORS, smallest_gallery

BUILT_IN = "AI-generated portraits that efface carries: templates of no real person"


@dataclass(frozen=True, slots=True)
class Distractors:
    """Distractors, and who they are in words."""

    candidates: Candidates
    named: str
    note: str | None = None
    """What the user has to know of the choice."""

    def __len__(self) -> int:
        return len(next(iter(self.candidates.templates.values())))


@dataclass(frozen=True, slots=True)
class Lineup:
    """A person among strangers."""

    candidates: Candidates
    place: int
    """Of the person."""


def distractors(
    gallery: Path | None, recognisers: Sequence[Recogniser], *, few: bool = False
) -> Distractors:
    """The built-in distractors, or those of a folder of pictures.

    Args:
        few: a gallery may be too small for the gate, since it serves for something else too; then
            the built-in distractors are taken, and a note says so.

    Raises:
        RefusedError: the folder has fewer than ``DISTRACTORS`` people, or unreadable pictures.
        InputError: there is no such folder.
    """
    if gallery is None:
        return _built_in(recognisers)
    found = Distractors(gallery_from(gallery, recognisers), f"faces in {gallery}")
    if len(found) < DISTRACTORS and few:
        return replace(
            _built_in(recognisers),
            note=f"The gallery shows {len(found):,} people, too few for the gate, which takes "
            f"{DISTRACTORS:,}: it served for the surroundings alone.",
        )
    if len(found) < DISTRACTORS:
        raise RefusedError(
            f"the gallery shows {len(found)} people; the gate needs {DISTRACTORS:,} at least: with "
            "fewer it could not tell a find from luck.",
            path=gallery,
            hint="Add pictures, one person each, or leave --gallery out.",
        )
    return found


def _built_in(recognisers: Sequence[Recogniser]) -> Distractors:
    """Distractors that efface carries.

    Raises:
        RefusedError: a recogniser that is plugged in has no templates of them: it would be named
            among those that looked, and never be asked.
    """
    found = default_distractors()
    idle = [one.name for one in recognisers if one.name not in found.templates]
    if idle:
        raise RefusedError(
            f"efface carries no distractors for the recogniser(s) {', '.join(idle)}, which are "
            "plugged in: they could not be used.",
            hint="Give pictures of 2,000 people or more with --gallery DIR (in a policy: "
            "attack.gallery), or remove the package that brings them.",
        )
    return Distractors(found, BUILT_IN)


def check_enough(number: int, tests: int, alpha: float) -> None:
    """Refuse a gate that could never fail.

    Args:
        number: of distractors.
        tests: attacks that apply.

    Raises:
        RefusedError: even the first place among them would pass.
    """
    needed = smallest_gallery(alpha, tests)
    if number < needed:
        raise RefusedError(
            f"{tests} attacks apply: with alpha {alpha:g} the gate needs {needed:,} distractors to "
            f"be able to fail, and there are {number:,}.",
            hint="Give a larger --gallery, or raise attack.alpha in the policy.",
        )


def lineup(
    clear: NDArray[np.uint8],
    among: Distractors,
    recognisers: Sequence[Recogniser],
    rng: np.random.Generator,
) -> Lineup:
    """Put a person's clear face among strangers.

    Args:
        clear: aligned, shape (CHIP_PX, CHIP_PX, 3).
        rng: draws the place.
    """
    known = among.candidates
    place = int(rng.integers(0, len(among) + 1))
    templates = {
        one.name: np.insert(known.templates[one.name], place, one.embed(clear[None])[0], axis=0)
        for one in recognisers
        if one.name in known.templates
    }
    chips = None if known.chips is None else np.insert(known.chips, place, clear, axis=0)
    return Lineup(Candidates(templates, chips), place)
