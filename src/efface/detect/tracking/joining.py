"""From paths to faces: paths of one face are joined across gaps, what is no face is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.circle import FLAT, Circle
from efface.detect.tracking.interface import Path
from efface.detect.tracking.matching import sizes

BRIDGE_S = 2.5
"""Longest gap between two sightings that is bridged."""

BRIEF_BRIDGE_S = 0.5
"""The same where a face was seen ``FEW`` times only before or after."""

BRIDGE_REACH = 1.0
"""How far apart, in face sizes, the ends of a gap may be at once, and farther with its length."""

DASH_S = 0.35
"""A face that dashes off may be too blurred to be seen for so long, …"""

DASH_REACH = 2.0
"""… and go by so many sizes with every frame."""

BRIDGE_RATIO = 1.8
"""Most that the sizes at both ends may differ, as a factor."""

VOUCHED = 1
"""Times that the other network must have seen a face, …"""

SHARE = 0.3
"""… and the share of the times that it was asked."""

DENIED = 3
"""Times that it must have been asked, and seen nothing, for a path to be no face."""

BEST = 5
"""So many of its best scores say how surely the second detector saw a face …"""

FEW = 3
"""… that was seen more often than this."""

CERTAIN = 0.9
"""Mean of the best scores of a face, whatever the other network says."""

BELIEVED = 0.68
"""The same where the other network was asked ``UNSURE`` times at most and did not deny it."""

UNSURE = 1

MOMENT_S = 0.25
"""Seconds that are covered before and after a moment in which the rescan would report a face."""


@dataclass(frozen=True, slots=True)
class FaceChain:
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


def chains(paths: Sequence[Path], frame_rate: float, circle: Circle = FLAT) -> list[FaceChain]:
    """Join paths of the same face; the closest ends first.

    Args:
        paths: in any order.
        frame_rate: frames per second.
        circle: how places across the picture go on.
    """
    order = sorted(paths, key=lambda path: (path.first + int(path.seen[0]), path.boxes[0, 0]))
    starts = np.array([path.first + int(path.seen[0]) for path in order])
    links: list[tuple[float, int, int]] = []
    for i, path in enumerate(order):
        last = path.first + int(path.seen[-1])
        low = np.searchsorted(starts, last, side="right")
        high = np.searchsorted(starts, last + BRIDGE_S * frame_rate, side="right")
        for j in range(int(low), int(high)):
            cost = _apart(path, _beside(order[j], path, circle), frame_rate)
            brief = min(len(path.seen), len(order[j].seen)) <= FEW
            far = starts[j] - last > BRIEF_BRIDGE_S * frame_rate
            if order[j].scene == path.scene and cost <= 1.0 and not (brief and far):
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
        joined = [order[members[0]]]
        for k in members[1:]:
            joined.append(_beside(order[k], joined[-1], circle))
        out.append(FaceChain(tuple(joined)))
    return out


def _beside(path: Path, before: Path, circle: Circle) -> Path:
    """A path moved by whole turns, so that it goes on from another."""
    if circle.turn is None:
        return path
    start, end = path.boxes[int(path.seen[0])], before.boxes[int(before.seen[-1])]
    off = circle.near(start, end)[0] - start[0]
    return replace(path, boxes=path.boxes + np.array([off, 0.0, 0.0, 0.0]))


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


def dashes(faces: Sequence[FaceChain], frame_rate: float, circle: Circle = FLAT) -> list[FaceChain]:
    """Short ways between a face that was last seen and one that is first seen soon after, so far
    off that it takes a dash: whoever they belong to, a blurred face may lie between."""
    paths = sorted((path for chain in faces for path in chain.paths), key=_first_seen)
    starts = np.array([_first_seen(path) for path in paths])
    joined = {(id(a), id(b)) for chain in faces for a, b in pairwise(chain.paths)}
    out = []
    for path in paths:
        last = path.first + int(path.seen[-1])
        low = int(np.searchsorted(starts, last + 1, side="right"))
        high = int(np.searchsorted(starts, last + DASH_S * frame_rate, side="right"))
        for later in paths[low:high]:
            after = _beside(later, path, circle)
            if after.scene == path.scene and (id(path), id(later)) not in joined:
                ends = np.stack([path.boxes[path.seen[-1]], after.boxes[after.seen[0]]])
                size, gap = sizes(ends), _first_seen(after) - last
                near = _distance(ends[0], ends[1]) <= DASH_REACH * gap
                if near and max(size) / min(size) <= BRIDGE_RATIO:
                    out.append(FaceChain((_only(path, -1), _only(after, 0))))
    return out


def _first_seen(path: Path) -> int:
    return path.first + int(path.seen[0])


def _only(path: Path, which: int) -> Path:
    """One sighting of a path, by itself."""
    k = int(path.seen[which])
    return replace(
        path, first=path.first + k, boxes=path.boxes[k : k + 1], scores=path.scores[k : k + 1]
    )


def denied(path: Path) -> bool:
    """Whether the other network was asked often enough and never saw a face there."""
    return path.asked >= DENIED and not path.vouched and _best(path.scores) < CERTAIN


def is_face(chain: FaceChain) -> bool:
    """Whether what was seen adds up to a face: in one of the paths, or in all together."""
    asked = sum(path.asked for path in chain.paths)
    vouched = sum(path.vouched for path in chain.paths)
    scores = np.concatenate([path.scores for path in chain.paths])
    return (
        any(_vouched_for(path) for path in chain.paths)
        or _best(scores) >= CERTAIN
        or (asked <= UNSURE and vouched == asked and _best(scores) >= BELIEVED)
    )


def _vouched_for(path: Path) -> bool:
    """Whether the other network saw it too: both must, in frames of their own or in one."""
    both = bool(len(path.seen) > path.deep or np.nanmax(path.scores) >= INCLUDED_THRESHOLD)
    return both and path.vouched >= VOUCHED and path.vouched >= SHARE * path.asked


def _best(scores: NDArray[np.float64]) -> float:
    """Mean of the best scores; 0 for a face that was hardly seen."""
    seen = np.sort(scores[~np.isnan(scores)])[::-1]
    return float(seen[:BEST].mean()) if len(seen) > FEW else 0.0


def moments(path: Path, frame_rate: float) -> list[FaceChain]:
    """The stretches of a path around the frames in which the rescan would report a face."""
    around = round(MOMENT_S * frame_rate)
    sure = path.seen[path.scores[path.seen] >= INCLUDED_THRESHOLD]
    out = []
    for group in np.split(sure, np.flatnonzero(np.diff(sure) > 2 * around) + 1):
        if len(group):
            part = slice(max(0, int(group[0]) - around), int(group[-1]) + around + 1)
            cut = replace(
                path,
                first=path.first + part.start,
                boxes=path.boxes[part],
                scores=path.scores[part],
            )
            out.append(FaceChain((cut,)))
    return out
