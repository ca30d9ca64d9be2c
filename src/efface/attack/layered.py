"""The strongest attack that is known on a layered fill: on the numbers that it tells.

No network is asked. The numbers are read off the fill, with their noise; those of the candidates'
clear faces come without. Weighed by how strong the noise is, and how far the numbers of one picture
vary with what nobody knows of the fill (how its grid lay), the likelihood ratio says who it is. In
a video a face's fill is one in all frames, and its readings are averaged; whoever draws it anew in
each has averaged his noise away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Look, Pixels, Ranking
from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.zones.growth import zone_of

NUMBERS = "layered"
"""Of candidates' numbers, among what is known of them (``Candidates.numbers``)."""

WITHIN = 0.4
"""Variance of a number between an aligned clear face and its fill without noise: grid and box lie
otherwise. Over faces it is 1; measured on 44 people of YouTube Faces, 2 cells."""

CHIP_FACE = (0.5, 0.435, 0.845, 1.10)
"""Where a face's box lies in an aligned chip: its middle, its width and height, in chips. Medians
over pictures with surroundings of 175 people."""

Numbers = NDArray[np.float64]


class CellReader(Protocol):
    """Knows the method, with every parameter but the secret."""

    @property
    def noise(self) -> float:
        """Standard deviation of a number's noise, in deviations over faces in general."""
        ...

    def of_fill(
        self, pixels: Pixels, filled: NDArray[np.bool_], zone: Rect
    ) -> NDArray[np.float64] | None:
        """The numbers of a fill, shape (d,); ``None``: they cannot be read."""
        ...

    def of_face(self, pixels: Pixels, box: Box) -> NDArray[np.float64]:
        """Those of a clear face, without noise."""
        ...

    def made_up(self, count: int, seed: int) -> NDArray[np.float64]:
        """Those of so many people who do not exist, shape (count, d)."""
        ...


def of_chips(reader: CellReader, chips: NDArray[np.uint8]) -> Numbers:
    """The numbers of clear faces.

    Args:
        chips: aligned, shape (people, CHIP_PX, CHIP_PX, 3).

    Returns:
        Shape (people, d).
    """
    x, y, width, height = (CHIP_PX * part for part in CHIP_FACE)
    box = Box(0, x - width / 2, y - height / 2, width, height)
    return np.stack([reader.of_face(one, box) for one in chips])


class LayeredCells(Attack):
    """Compares numbers."""

    name = "layered-cells"
    title = "the cells of the layered fill, weighed by its noise"
    family = "adapted"
    knowledge = Knowledge.EXACT

    def __init__(self, reader: CellReader, zones: ZonePolicy) -> None:
        self._reader, self._zones = reader, zones

    def applies(self, case: Case) -> bool:
        return NUMBERS in case.candidates.numbers and bool(self._read(case))

    def run(self, case: Case) -> Sequence[Evidence]:
        told = self._read(case)
        if not told:
            return ()
        return (Ranking(self._scores(np.mean(told, axis=0), case.candidates.numbers[NUMBERS])),)

    def _read(self, case: Case) -> list[Numbers]:
        read = (self._of(look) for look in case.looks)
        return [numbers for numbers in read if numbers is not None]

    def _of(self, look: Look) -> Numbers | None:
        height, width = look.zone.shape
        zone = zone_of(Track("t", (look.box,)), look.box, self._zones, width, height)
        return self._reader.of_fill(look.pixels, look.zone, zone.outer)

    def _scores(self, told: Numbers, known: Numbers) -> NDArray[np.float64]:
        """Log likelihood ratios of normal distributions, shape (people,).

        Args:
            told: shape (d,); ``known``: of the candidates, shape (people, d).
        """
        rest = WITHIN + self._reader.noise**2
        apart = ((told - known) ** 2).sum(axis=1) / rest
        alone = float((told**2).sum()) / (1 + rest)
        return np.asarray((alone - apart) / 2)
