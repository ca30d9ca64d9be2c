"""The committed figures in place of those that a redacted file shows, and how near these are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from efface.evidence.commitment.corrections import CorrectionReader, CorrectionsError
from efface.evidence.commitment.figures import Figures
from efface.evidence.commitment.tolerance import Rule
from efface.evidence.commitment.tree import Bytes, Mask


@dataclass(frozen=True, slots=True)
class TooFar:
    """A figure that is farther off than is accepted."""

    row: int
    column: int
    says: str
    """What moved, by how much."""


class FigureComparison:
    """Goes through a file as its proof's corrections do."""

    def __init__(self, rule: Rule, corrections: bytes, most: int) -> None:
        """
        Args:
            corrections: of all rows.
            most: figures of open leaves.

        Raises:
            CorrectionsError: they are none.
        """
        self._rule = rule
        self._reader = CorrectionReader(rule)
        self._reader.begin(corrections, most)
        self._lost = False
        self.too_far: TooFar | None = None
        """The first of the last ``rows``, to be believed only when the hashes show that the
        committed figures are those that were committed to."""

    def rows(self, shown: Iterator[Figures], opened: Mask) -> Iterator[Bytes]:
        """The committed payloads of some rows of leaves, zero where hidden.

        Another file has other corrections. Where they end too early, zeros come out: hashes tell
        where it differs.

        Args:
            opened: shape (rows, columns).
        """
        self.too_far = None
        for row, (here, figures) in enumerate(zip(opened, shown, strict=False)):
            committed = np.zeros(figures.shape, np.uint8)
            try:
                committed = committed if self._lost else self._reader.take(figures, here)
            except CorrectionsError:
                self._lost = True
            beyond = self._rule.beyond(committed, figures) & here[:, None]
            if self.too_far is None and beyond.any():
                column, figure = np.argwhere(beyond)[0].tolist()
                moved = int(self._rule.moved(committed, figures)[column, figure])
                self.too_far = TooFar(row, column, self._rule.in_words(figure, moved))
            yield committed

    def finish(self) -> None:
        """
        Raises:
            CorrectionsError: there are more corrections than figures.
        """
        self._reader.finish()
