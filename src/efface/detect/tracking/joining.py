"""From paths to faces: paths of one face are joined across gaps, what is no face is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.interface import Path
from efface.detect.tracking.matching import sizes

BRIDGE_S = 2.5
"""Longest gap between two sightings that is bridged."""

BRIDGE_REACH = 1.0
"""How far apart, in face sizes, the ends of a gap may be at once, and farther with its length."""

BRIDGE_RATIO = 1.8
"""Most that the sizes at both ends may differ, as a factor."""

DEEP_SHARE = 0.3
"""Share of the deep looks that must have seen a face for them to vouch for it."""

OFTEN = 3
"""Times that a face must be seen to be believed on the second detector's word alone."""

BELIEVED = 0.5
"""Mean of its best scores from which it is believed then."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One face through time: its paths, in order."""

    paths: tuple[Path, ...]

    @property
    def first_seen(self) -> int:
        """First frame in which a detector saw it."""
        return self.paths[0].first + int(self.paths[0].seen[0])

    @property
    def last_seen(self) -> int:
        """Last frame in which one did."""
        return self.paths[-1].first + int(self.paths[-1].seen[-1])


def chains(paths: Sequence[Path], frame_rate: float) -> list[Chain]:
    """Join paths of the same face; the closest ends first.

    Args:
        paths: in any order.
        frame_rate: frames per second.
    """
    order = sorted(paths, key=lambda path: (path.first + int(path.seen[0]), path.boxes[0, 0]))
    starts = np.array([path.first + int(path.seen[0]) for path in order])
    links: list[tuple[float, int, int]] = []
    for i, path in enumerate(order):
        last = path.first + int(path.seen[-1])
        low = np.searchsorted(starts, last, side="right")
        high = np.searchsorted(starts, last + BRIDGE_S * frame_rate, side="right")
        for j in range(int(low), int(high)):
            cost = _apart(path, order[j], frame_rate)
            if order[j].scene == path.scene and cost <= 1.0:
                links.append((cost, i, j))
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for _, i, j in sorted(links):
        if i not in after and j not in before:
            after[i], before[j] = j, i
    out = []
    for i in range(len(order)):
        if i in before:
            continue
        members = [i]
        while members[-1] in after:
            members.append(after[members[-1]])
        out.append(Chain(tuple(order[k] for k in members)))
    return out


def _apart(a: Path, b: Path, frame_rate: float) -> float:
    """How unlikely it is that ``b`` goes on where ``a`` ends: 1 at the limit of what is bridged."""
    gone, back = int(a.seen[-1]), int(b.seen[0])
    gap = (b.first + back) - (a.first + gone)
    ends = np.stack([a.boxes[gone], b.boxes[back]])
    size = sizes(ends)
    if max(size) / min(size) > BRIDGE_RATIO:
        return np.inf
    meeting = [_distance(ends[0], ends[1])]
    common = range(max(a.first + gone, b.first), min(a.last, b.first + back) + 1)
    meeting += [_distance(a.boxes[f - a.first], b.boxes[f - b.first]) for f in common]
    reach = BRIDGE_REACH * (1 + gap / frame_rate)
    return float(min(meeting) / reach)


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Between centres, in face sizes."""
    apart = np.linalg.norm(a[:2] + a[2:] / 2 - b[:2] - b[2:] / 2)
    return float(apart / max(sizes(np.stack([a, b]))))


def is_face(chain: Chain) -> bool:
    """Whether what was seen adds up to a face."""
    scores = np.concatenate([path.scores[path.seen] for path in chain.paths])
    best = np.sort(scores)[::-1]
    hits = sum(path.deep_hits for path in chain.paths)
    looks = sum(path.deep_looks for path in chain.paths)
    if best[0] >= INCLUDED_THRESHOLD:
        return True
    if hits and hits >= DEEP_SHARE * looks:
        return True
    if hits == 0 and looks >= 2:
        return False
    return len(best) >= OFTEN and float(best[:5].mean()) >= BELIEVED
