"""The people among whom a person is hidden: distractors, and the person at a place drawn by lot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.appearance.attack import NUMBERS as APPEARANCE
from efface.attack.appearance.numbers import model, numbers_of
from efface.attack.gallery import default_distractors, gallery_from, like_photographs
from efface.attack.interface import Candidates
from efface.attack.layered import NUMBERS, CellReader, of_chips
from efface.attack.recognisers.interface import Recogniser
from efface.errors import RefusedError
from efface.measure.gate import DISTRACTORS, smallest_gallery

Describe = Callable[[NDArray[np.uint8]], NDArray[np.float64]]
"""From aligned clear faces, shape (people, CHIP_PX, CHIP_PX, 3), to numbers, shape (people, d)."""

BUILT_IN = "AI-generated portraits that efface carries: templates of no real person"
"""Each is there twice: as it is, and moved to where photographs lie. A photograph is the only one
among portraits, and a portrait among photographs, whoever they show."""


SEED = 20_261_130
"""Of the people who are made up."""


@dataclass(frozen=True, slots=True)
class Distractors:
    """Distractors, and who they are in words."""

    candidates: Candidates
    named: str
    note: str | None = None
    """What the user has to know of the choice."""
    describe: Mapping[str, Describe] = field(default_factory=dict)
    """How a clear face's ``Candidates.numbers`` are made, by their name."""
    kinds: int = 1
    """In how many ways each person is among the candidates, one way after the other. A find has to
    stand against each."""

    def __len__(self) -> int:
        """People."""
        return self.rows // self.kinds

    @property
    def rows(self) -> int:
        return len(next(iter(self.candidates.templates.values())))


@dataclass(frozen=True, slots=True)
class KindOfStrangers:
    """A person among strangers of one kind."""

    members: NDArray[np.intp]
    """Places among the candidates, in their order; the person's is one of them."""
    place: int
    """Of the person among the members."""


@dataclass(frozen=True, slots=True)
class Lineup:
    """A person among strangers."""

    candidates: Candidates
    place: int
    """Of the person."""
    kinds: int = 1
    """Of strangers, as in ``Distractors``."""

    @property
    def by_kind(self) -> tuple[KindOfStrangers, ...]:
        """The person among strangers of each kind."""
        rows = len(next(iter(self.candidates.templates.values())))
        strangers = np.delete(np.arange(rows), self.place)
        out = []
        for some in np.split(strangers, self.kinds):
            place = int(np.searchsorted(some, self.place))
            out.append(KindOfStrangers(np.insert(some, place, self.place), place))
        return tuple(out)


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
    found = _with_appearance(gallery_from(gallery, recognisers), f"faces in {gallery}")
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
    both = {
        name: np.concatenate([rows, like_photographs(name, rows)])
        for name, rows in found.templates.items()
    }
    numbers = {APPEARANCE: np.concatenate([model().portraits, model().photographs])}
    describe = {APPEARANCE: numbers_of}
    return Distractors(Candidates(both, None, numbers), BUILT_IN, describe=describe, kinds=2)


def _with_appearance(known: Candidates, named: str) -> Distractors:
    """A gallery, with the light and dark of its faces."""
    assert known.chips is not None
    numbers = {**known.numbers, APPEARANCE: numbers_of(known.chips)}
    return Distractors(replace(known, numbers=numbers), named, describe={APPEARANCE: numbers_of})


def described(among: Distractors, reader: CellReader) -> Distractors:
    """With what a layered fill tells of faces: of a gallery's, or of people who are made up where
    there are no pictures."""
    known = among.candidates
    describe = partial(of_chips, reader)
    rows = reader.made_up(among.rows, SEED) if known.chips is None else describe(known.chips)
    numbers = {**known.numbers, NUMBERS: rows}
    return replace(
        among,
        candidates=replace(known, numbers=numbers),
        describe={**among.describe, NUMBERS: describe},
    )


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
    place = int(rng.integers(0, among.rows + 1))
    templates = {
        one.name: np.insert(known.templates[one.name], place, one.embed(clear[None])[0], axis=0)
        for one in recognisers
        if one.name in known.templates
    }
    chips = None if known.chips is None else np.insert(known.chips, place, clear, axis=0)
    numbers = {
        name: np.insert(known.numbers[name], place, describe(clear[None])[0], axis=0)
        for name, describe in among.describe.items()
    }
    return Lineup(Candidates(templates, chips, numbers), place, among.kinds)
