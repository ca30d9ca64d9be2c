"""What a proof tells of the original's figures: where they differ from those that the file shows.

Whoever checks computes the figures of the redacted file and rounds them. Nearly always that is what
was committed to; where not, the proof tells. So the figures themselves come from the file, and what
has to be told is small (as Slepian and Wolf 1973 have it), while the hashes bind every one of them.

Figures are gone through in the order of the leaves (in a video: of the groups, and of the leaves in
each); those of hidden leaves are left out. For each there is a *guess* and an *alternative*. Be k
the rounded figure that the file shows, s the neighbouring step on the nearer side of where it lies
in its own. If the call before had a committed figure in the same place, no more than one from k,
and the file showed no more than ``STILL`` away from now, then that one is the guess, and the
alternative is k, or s if that is the same; else the guess is k and the alternative s.

Whether the guess is wrong is written as ``gaps``, a row for each class. Classes are numbered by
figure of a cell (roughness last), then by how far the file's figure lies from the nearer edge of
its step (how many of ``_EDGES`` it reaches), then by which guess it was (none before; before and
the same as k; before and another). One row more, over all wrong guesses in their order, says
whether the alternative is wrong, too; then follow the figures of which both were, as bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment import gaps
from efface.evidence.commitment.figures import Figures
from efface.evidence.commitment.tolerance import Rule
from efface.evidence.commitment.tree import Bytes, Mask

STILL = 24
"""In parts of ``SCALE``."""
_EDGES = (2, 5, 9, 15, 24, 40)
"""Parts of ``SCALE`` from the edge of a step."""
_GUESSES = 3


class CorrectionsError(ValueError):
    """The bytes are no corrections of such figures."""


@dataclass(frozen=True, slots=True)
class _Guesses:
    """For the open figures of one call, in order."""

    classes: Bytes
    guess: Bytes
    alternative: Bytes


class _Guesser:
    """What both sides know before a figure is told."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        kinds = len(rule.kinds)
        self.classes = kinds * (len(_EDGES) + 1) * _GUESSES
        self._kinds = np.array([rule.kind(n) for n in range(rule.figures)], np.uint8)
        self._before: tuple[Bytes, Figures, Mask] | None = None

    def guesses(self, shown: Figures, opened: Mask) -> _Guesses:
        step = self._rule.step
        rounded = self._rule.committed(shown).astype(np.int32)
        into = shown - (rounded * step - step // 2)
        high = 2 * into >= step
        from_edge = np.where(high, step - 1 - into, into)
        near = np.searchsorted(_EDGES, from_edge, side="right")
        beside = np.where(high, rounded + 1, np.maximum(rounded - 1, 0))
        guess, alternative = rounded, beside
        which = np.zeros(shown.shape, np.uint8)
        if self._before is not None and self._before[0].shape == shown.shape:
            committed, seen, known = self._before
            still = np.abs(shown.astype(np.int32) - seen) <= STILL
            usable = still & known[:, None] & (np.abs(rounded - committed) <= 1)
            same = usable & (rounded == committed)
            other = usable & ~same
            which = same.astype(np.uint8) + 2 * other
            guess = np.where(other, committed, rounded)
            alternative = np.where(other, rounded, beside)
        classes = (self._kinds * (len(_EDGES) + 1) + near) * _GUESSES + which
        return _Guesses(
            classes[opened].ravel().astype(np.uint8),
            guess[opened].ravel().astype(np.uint8),
            alternative[opened].ravel().astype(np.uint8),
        )

    def told(self, committed: Bytes, shown: Figures, opened: Mask) -> None:
        """What the next call can look back at."""
        self._before = committed.copy(), shown.copy(), opened.copy()


class CorrectionWriter:
    """One chunk after the other; what one call may look back at goes on from chunk to chunk."""

    def __init__(self, rule: Rule) -> None:
        self._guesser = _Guesser(rule)
        self._classes: list[Bytes] = []
        self._wrong: list[Mask] = []
        self._again: list[Mask] = []
        self._plain: list[Bytes] = []

    def add(self, committed: Bytes, shown: Figures, opened: Mask) -> None:
        """
        Args:
            committed: of the original, shape (leaves, figures).
            shown: of the redacted file, likewise.
            opened: which leaves are, shape (leaves,).
        """
        guesses = self._guesser.guesses(shown, opened)
        meant = committed[opened].ravel()
        wrong = meant != guesses.guess
        again = meant[wrong] != guesses.alternative[wrong]
        self._classes.append(guesses.classes)
        self._wrong.append(wrong)
        self._again.append(again)
        self._plain.append(meant[wrong][again])
        self._guesser.told(committed, shown, opened)

    def finish(self) -> bytes:
        """The chunk of what was added since the last one."""
        classes = np.concatenate([np.zeros(0, np.uint8), *self._classes])
        wrong = np.concatenate([np.zeros(0, bool), *self._wrong])
        order = np.argsort(classes, kind="stable")
        ends = np.cumsum(np.bincount(classes, minlength=self._guesser.classes))
        parts = [gaps.encoded(row) for row in np.split(wrong[order], ends[:-1])]
        parts.append(gaps.encoded(np.concatenate([np.zeros(0, bool), *self._again])))
        parts += [plain.tobytes() for plain in self._plain]
        self._classes, self._wrong, self._again, self._plain = [], [], [], []
        return b"".join(parts)


class CorrectionReader:
    """Reads chunks, which are a stranger's."""

    def __init__(self, rule: Rule) -> None:
        self._guesser = _Guesser(rule)
        self._rows: list[_Row] = []
        self._plain = b""

    def begin(self, data: bytes, most: int) -> None:
        """Read the next chunk.

        Args:
            most: figures of open leaves in it.

        Raises:
            CorrectionsError: it is none.
        """
        rows, at = [], 0
        try:
            for _ in range(self._guesser.classes + 1):
                positions, at = gaps.decoded(data, at, most)
                rows.append(_Row(positions))
        except gaps.GapsError as error:
            raise CorrectionsError(str(error)) from error
        self._rows, self._plain = rows, data[at:]

    def take(self, shown: Figures, opened: Mask) -> Bytes:
        """What was committed to, shape (leaves, figures); zero in hidden leaves.

        Raises:
            CorrectionsError: the chunk has not so many figures.
        """
        guesses = self._guesser.guesses(shown, opened)
        order = np.argsort(guesses.classes, kind="stable")
        counts = np.bincount(guesses.classes, minlength=self._guesser.classes)
        starts = np.cumsum(counts) - counts
        found = [
            order[starts[number] + self._rows[number].next(int(counts[number]))]
            for number in np.flatnonzero(counts).tolist()
        ]
        wrong = np.sort(np.concatenate([np.zeros(0, np.int64), *found]))
        again = wrong[self._rows[-1].next(len(wrong))]
        if len(again) > len(self._plain):
            raise CorrectionsError("its corrections end too early")
        meant = guesses.guess
        meant[wrong] = guesses.alternative[wrong]
        meant[again] = np.frombuffer(self._plain, np.uint8, len(again))
        self._plain = self._plain[len(again) :]
        out = np.zeros(shown.shape, np.uint8)
        out[opened] = meant.reshape(-1, shown.shape[1])
        self._guesser.told(out, shown, opened)
        return out

    def finish(self) -> None:
        """At the end of a chunk.

        Raises:
            CorrectionsError: it tells of more figures than there were.
        """
        if self._plain or any(row.left for row in self._rows):
            raise CorrectionsError("it tells of more corrections than there are figures")


class _Row:
    """Where yes stands in a row, of which a part is taken at a time."""

    def __init__(self, positions: NDArray[np.int64]) -> None:
        self._positions = positions
        self._taken = self._start = 0

    @property
    def left(self) -> int:
        return len(self._positions) - self._taken

    def next(self, count: int) -> NDArray[np.int64]:
        """Where yes stands in the next so many."""
        end = int(np.searchsorted(self._positions, self._start + count))
        out = self._positions[self._taken : end] - self._start
        self._taken, self._start = end, self._start + count
        return out
