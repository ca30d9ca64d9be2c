"""Which nodes of a tree a proof opens and which it hides, by the leaves that are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from efface.evidence.commitment.format import MAP_NODES
from efface.evidence.commitment.tree import Mask, Shape, axis_of, pairs, shapes


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """One tree: its nodes by level, leaves first."""

    hidden: tuple[Mask, ...]
    """All leaves below are hidden."""
    open: tuple[Mask, ...]
    """All leaves below are open."""

    @classmethod
    def over(cls, hidden: Mask, opened: Mask) -> Levels:
        """From the states of level 0."""
        closed, free = [hidden], [opened]
        while closed[-1].size > 1:
            closed.append(_all_below(closed[-1]))
            free.append(_all_below(free[-1]))
        return cls(tuple(closed), tuple(free))

    @property
    def top(self) -> int:
        """Number of the last level."""
        return len(self.hidden) - 1

    def outermost(self, state: tuple[Mask, ...], level: int) -> Mask:
        """Nodes of a level in a state (``hidden`` or ``open``) whose parent is not."""
        here = state[level]
        if level == self.top:
            return here
        above = state[level + 1].repeat(2, axis=axis_of(here.shape))
        return np.asarray(here & ~above[tuple(map(slice, here.shape))])


def _all_below(states: Mask) -> Mask:
    """Whether all children that are there have a state."""
    first, second = pairs(states, missing=True)
    return np.asarray(first & second)


class Cover:
    """The nodes whose seeds and hashes a proof consists of."""

    def __init__(self, hidden: Sequence[Mask]) -> None:
        """
        Args:
            hidden: for each page, which leaves are.
        """
        self.pages = tuple(Levels.over(page, ~page) for page in hidden)
        self.over = Levels.over(
            np.array([[page.hidden[-1][0, 0] for page in self.pages]]),
            np.array([[page.open[-1][0, 0] for page in self.pages]]),
        )
        self._map_level = map_level([page.hidden[0].shape for page in self.pages])

    def mapped(self, page: int) -> int:
        """The level at which a page is mapped."""
        return min(self._map_level, self.pages[page].top)

    def seeds_over(self) -> Iterator[tuple[int, Mask]]:
        """Levels of the tree over the pages from the top, and which seeds of them are given."""
        for level in range(self.over.top, -1, -1):
            yield level, self.over.outermost(self.over.open, level)

    def seeds_in(self, page: int) -> Iterator[tuple[int, Mask]]:
        """Likewise in a page; its last node's seed is one of those over the pages."""
        levels = self.pages[page]
        for level in range(levels.top - 1, -1, -1):
            yield level, levels.outermost(levels.open, level)

    def hashes_in(self, page: int) -> Iterator[tuple[int, Mask]]:
        """Levels of a page below the map from the highest, and which hashes of them are given."""
        levels = self.pages[page]
        for level in range(self.mapped(page) - 1, -1, -1):
            yield level, levels.outermost(levels.hidden, level)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many hashes of the map, seeds and other hashes there are."""
        numbers = range(len(self.pages))
        mapped = sum(self.pages[n].hidden[self.mapped(n)].size for n in numbers)
        seeds = sum(int(mask.sum()) for _, mask in self.seeds_over())
        seeds += sum(int(mask.sum()) for n in numbers for _, mask in self.seeds_in(n))
        hashes = sum(int(mask.sum()) for n in numbers for _, mask in self.hashes_in(n))
        return mapped, seeds, hashes


def map_level(pages: Sequence[Shape]) -> int:
    """The lowest level of which the pages have at most ``MAP_NODES`` nodes, or the highest."""
    levels = [shapes(*page) for page in pages]
    highest = max(len(page) for page in levels) - 1
    for level in range(highest):
        nodes = [page[min(level, len(page) - 1)] for page in levels]
        if sum(rows * columns for rows, columns in nodes) <= MAP_NODES:
            return level
    return highest
