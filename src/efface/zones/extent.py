"""How much of a picture its zones cover, and what they do to the faces that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from efface.regions import Box
from efface.zones.painting import coverage
from efface.zones.zone import Zone

MOSTLY = 0.6
"""Share of the picture from which there is a warning: what is left tells little."""

CUT = 0.02
"""Share of a kept box from which a zone cuts it; less is the margin of its own box."""


FILLING = 0.45
"""Share of the picture from which a box fills it, or half of it."""


@dataclass(frozen=True, slots=True)
class CoveredShare:
    """Share of the picture that zones cover, 0 to 1, over all pages or frames."""

    mean: float
    largest: float


@dataclass(slots=True)
class Extent:
    """Gathers, page by page or frame by frame, what zones cover and where they meet."""

    _shares: list[float] = field(default_factory=list)
    merging: dict[frozenset[str], int] = field(default_factory=dict)
    """Frames in which the zones of two tracks meet, so that they look like one."""
    cut: dict[str, int] = field(default_factory=dict)
    """Frames in which a zone covers a part of a kept track's box, by the track."""

    filling: set[str] = field(default_factory=set)
    """Tracks of faces that fill the picture, or half of it, somewhere."""

    def see(
        self,
        zones: Sequence[Zone],
        width: int,
        height: int,
        kept: Sequence[tuple[str, Box]] = (),
        faces: Sequence[tuple[str, Box]] = (),
    ) -> None:
        """Take in one frame.

        Args:
            zones: of this frame.
            width: of the picture, pixels.
            height: likewise.
            kept: (track, box) of what stays visible in this frame.
            faces: (track, box) of the faces that are covered, zones drawn by hand left out.
        """
        covered = coverage(zones, width, height) if len(zones) > 1 or (zones and kept) else None
        if covered is not None:
            self._shares.append(float(covered.mean()))
        else:
            self._shares.append(sum(int(z.mask().sum()) for z in zones) / (width * height))
        self.filling |= {t for t, b in faces if b.width * b.height >= FILLING * width * height}
        for pair in _meeting(zones):
            self.merging[pair] = self.merging.get(pair, 0) + 1
        for track, box in kept:
            if covered is not None and _hidden(covered, box) >= CUT:
                self.cut[track] = self.cut.get(track, 0) + 1

    @property
    def share(self) -> CoveredShare:
        """Over all frames that were seen."""
        shares = self._shares or [0.0]
        return CoveredShare(sum(shares) / len(shares), max(shares))


def _meeting(zones: Sequence[Zone]) -> set[frozenset[str]]:
    """Pairs of tracks whose zones' rectangles overlap or touch."""
    if len(zones) < 2:
        return set()
    rects = np.array([(z.rect.x0, z.rect.y0, z.rect.x1, z.rect.y1) for z in zones])
    low, high = rects[:, None, :2], rects[:, None, 2:]
    meet = ((low <= rects[None, :, 2:]) & (rects[None, :, :2] <= high)).all(axis=2)
    first, second = np.nonzero(np.triu(meet, 1))
    pairs = {
        frozenset((zones[a].track, zones[b].track))
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    }
    return {pair for pair in pairs if len(pair) == 2}


def _hidden(covered: NDArray[np.bool_], box: Box) -> float:
    """Share of a box that is covered."""
    x0, y0 = max(0, round(box.x)), max(0, round(box.y))
    x1, y1 = max(x0 + 1, round(box.x + box.width)), max(y0 + 1, round(box.y + box.height))
    part = covered[y0:y1, x0:x1]
    return float(part.mean()) if part.size else 0.0
