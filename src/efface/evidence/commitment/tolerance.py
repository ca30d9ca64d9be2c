"""How figures are rounded before they are committed to, and how far those of a redacted file may be
from them.

A figure v of the original is committed to as the number k of its step of width q, k = (v + q // 2)
// q: it lay between k q - q // 2 and q - 1 above that. A file holds when its figure need not have
moved by more than the tolerance from there: up by ``up``, down by ``down``, or by ``share`` per
cent of what it was at least, whichever is more. So a figure that moved by no more than the
tolerance never fails, and one that moved by a whole step more always does.

Encoders take edges and grain away and hardly add any, hence energies may fall farther than rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.figures import ENERGIES, SCALE, Figures
from efface.evidence.commitment.tree import Bytes, Mask

Signed = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Allowance:
    """For one figure of a cell, in steps of 255 (``share`` in per cent)."""

    step: int
    up: int
    down: int
    share: int = 0

    @property
    def surely(self) -> tuple[int, int]:
        """What is always noticed: a rise by more than the first, a fall by more than the second
        (where no share allows more)."""
        return self.up + self.step, self.down + self.step


@dataclass(frozen=True, slots=True)
class Allowances:
    """For the figures of a cell, and for the roughness of a leaf."""

    main: Allowance
    other: Allowance
    energy: Allowance
    rough: Allowance

    def of_a_cell(self, others: int) -> tuple[Allowance, ...]:
        """In the order of ``figures``.

        Args:
            others: components besides the main one.
        """
        return (self.main, *[self.other] * others, *[self.energy] * ENERGIES)


VIDEO = Allowances(
    Allowance(2, 4, 4), Allowance(3, 4, 4), Allowance(1, 2, 3, 50), Allowance(3, 2, 8, 60)
)
PHOTO = Allowances(
    Allowance(2, 7, 7), Allowance(4, 12, 12), Allowance(1, 5, 6, 50), Allowance(2, 4, 8, 60)
)
"""Of a group of frames, and of a single picture in smaller cells, where less averages out. What
encoders do is measured by ``bench/evidence/figures.py``; docs/evidence.md has the results."""


@dataclass(frozen=True)
class Rule:
    """The tolerances of all figures of a leaf."""

    others: int
    """Components besides the main one."""
    cells: int
    """In a leaf."""
    allowances: Allowances = VIDEO

    @property
    def of_a_cell(self) -> tuple[Allowance, ...]:
        return self.allowances.of_a_cell(self.others)

    @cached_property
    def step(self) -> Signed:
        """Of each figure of a leaf, in parts of ``SCALE``."""
        return self._column([one.step * SCALE for one in self.kinds])

    @cached_property
    def _up(self) -> Signed:
        return self._column([one.up * SCALE for one in self.kinds])

    @cached_property
    def _down(self) -> Signed:
        return self._column([one.down * SCALE for one in self.kinds])

    @cached_property
    def _share(self) -> Signed:
        return self._column([one.share for one in self.kinds])

    def _column(self, values: Sequence[int]) -> Signed:
        *of_a_cell, rough = values
        return np.array([*of_a_cell * self.cells, rough], np.int32)

    @property
    def kinds(self) -> tuple[Allowance, ...]:
        """Of the figures of a cell, then of roughness."""
        return (*self.of_a_cell, self.allowances.rough)

    def kind(self, figure: int) -> int:
        """Which of the kinds a figure of a leaf is."""
        own = len(self.of_a_cell)
        return figure % own if figure < own * self.cells else own

    def to_json(self) -> list[list[int]]:
        """For the parameters of a commitment: step, up, down and share of each kind."""
        return [[one.step, one.up, one.down, one.share] for one in self.kinds]

    @property
    def figures(self) -> int:
        """Of a leaf."""
        return len(self.step)

    def committed(self, figures: Figures) -> Bytes:
        """As they are hashed, one byte each.

        Args:
            figures: shape (…, figures).
        """
        return np.asarray((figures + self.step // 2) // self.step, np.uint8)

    def moved(self, committed: Bytes, shown: Figures) -> Signed:
        """By how much figures must have risen at least (fallen: negative), in parts of ``SCALE``.

        Args:
            committed: shape (…, figures).
            shown: of the redacted file, likewise.
        """
        low = committed * self.step - self.step // 2
        high = low + self.step - 1
        shown = shown.astype(np.int32)
        return np.asarray(np.maximum(shown - high, 0) - np.maximum(low - shown, 0))

    def beyond(self, committed: Bytes, shown: Figures) -> Mask:
        """Which figures moved farther than is accepted, shape (…, figures)."""
        moved = self.moved(committed, shown)
        low = np.maximum(committed * self.step - self.step // 2, 0)
        down = np.maximum(self._down, low * self._share // 100)
        return np.asarray((moved > self._up) | (-moved > down))

    def in_words(self, figure: int, moved: int) -> str:
        """What is wrong with one that moved too far.

        Args:
            figure: of a leaf.
            moved: as ``moved`` has it.
        """
        figure = self.kind(figure)
        by = f"{abs(moved) / SCALE:.1f} of 255"
        if figure <= self.others:
            what = "the mean brightness" if figure == 0 else "the mean of a colour component"
            return f"{what} moved by at least {by}, more than the {self.of_a_cell[figure].up} that"
        if figure == len(self.of_a_cell):
            what = "a pattern was put in" if moved > 0 else "a pattern was taken out"
            return f"{what}: roughness moved by {by}, more than"
        what = "edges were put in" if moved > 0 else "edges were taken out"
        return f"{what}, such as things and letters have: their energy moved by {by}, more than"
