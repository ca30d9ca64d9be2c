"""Which ways up heads lie in a shot: learnt from what was seen, held for every look after it.

A head can lie any way up: a picture that was turned without a tag, someone lying in a picture that
is upright, a telephone that is turned while it films. YuNet hardly sees a head that is turned by
more than 45 degrees. So a picture is looked at once more, turned, for every quarter turn at which
heads were seen not long ago; the others are tried in turn, every now and then.
"""

from __future__ import annotations

import numpy as np

from efface.detect.tracking.interface import SeenFrame
from efface.detect.turned import QUARTERS

LIVES = 0.5
"""Score, less the discount, from which a sighting shows that heads lie like that."""

LIVES_S = 2.5
"""For so long after it the picture is looked at with that turn: as long as a gap that is
bridged."""

TRIED_S = 0.75
"""One of the turns at which nothing was seen lately is tried so often, in a small copy."""

SUDDEN_TRIED_S = 0.4
"""Where something appears at once, all of them are, unless one was tried so shortly before."""


class Turns:
    """The turns at which heads lie at present, in one shot."""

    def __init__(self, tick: float) -> None:
        """
        Args:
            tick: seconds for each of a timestamp.
        """
        self._tick = tick
        self._seen: dict[int, float] = {}
        self._suspected: set[int] = set()
        self.frames: dict[int, list[int]] = {}
        """By turn: frames in which a head was seen so, in order, in all shots."""

    def begin(self) -> None:
        """A scene begins: nothing is known."""
        self._seen.clear()
        self._suspected.clear()

    def note(self, quarter_turns: int, seen: SeenFrame) -> None:
        """A head was seen in a frame turned like that, counter-clockwise, before looking."""
        self._seen[quarter_turns] = seen.pts * self._tick
        if quarter_turns:
            self.frames.setdefault(quarter_turns, []).append(seen.frame)

    def suspect(self, quarter_turns: int, seen: SeenFrame) -> None:
        """One head seems to lie like that in a frame: the next look is to try."""
        if quarter_turns:
            self._suspected.add(quarter_turns)
            self.frames.setdefault(quarter_turns, []).append(seen.frame)

    def suspected(self) -> tuple[int, ...]:
        """Turns that are to be tried; each is told once."""
        out = tuple(q for q in QUARTERS if q in self._suspected)
        self._suspected.clear()
        return out

    def note_all(self, seen: SeenFrame) -> None:
        """Note what one look saw."""
        for quarter_turns in np.unique(seen.lie[seen.boxes[:, 4] >= LIVES]):
            self.note(int(quarter_turns), seen)

    def living(self, pts: int) -> tuple[int, ...]:
        """Turns at which heads were seen not long before a time, in ticks, but for none."""
        now = pts * self._tick
        return tuple(q for q in QUARTERS if now - self._seen.get(q, -np.inf) <= LIVES_S)
