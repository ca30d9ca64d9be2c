"""From looks at single faces to stretches of a video: where faces show, and where none does."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from efface.scan.result import JUDGEMENTS, FaceScan, ScanLook, ScanSpan, Stretch

SHORTEST_S = 1.0
"""What lasts less counts as the worse of what is next to it: nobody cuts out half a second of a
face turned away, and a face that is about to come in may show before it is found."""

_NONE = len(JUDGEMENTS)


@dataclass(slots=True)
class _LevelRun:
    """Frames ``first`` to ``last`` of one level (an index of ``JUDGEMENTS``, or ``_NONE``)."""

    first: int
    last: int
    level: int


def stretches(
    faces: Sequence[FaceScan], times_s: Sequence[float]
) -> tuple[tuple[Stretch, ...], tuple[ScanSpan, ...]]:
    """Where faces show, in order, and where none was seen, the longest first.

    Between two looks at a face the worse one counts, and a face counts as there from its first look
    to its last.

    Args:
        faces: with looks at their first and last frame.
        times_s: when each frame begins, and when the last one ends, from the first frame.
    """
    shown: list[Stretch] = []
    free: list[ScanSpan] = []
    runs = _without_short_ones(_runs(_levels(faces, len(times_s) - 1)), times_s)
    by_start = sorted(faces, key=lambda face: face.looks[0].frame)
    for run in runs:
        span = ScanSpan(times_s[run.first], times_s[run.last + 1])
        if run.level == _NONE:
            free.append(span)
            continue
        there = [f for f in by_start if _shows(f, run)]
        looks = [look for face in there for look in _around(face, run)]
        shown.append(
            Stretch(
                span,
                tuple(face.id for face in there),
                max(look.face.height_px for look in looks),
                JUDGEMENTS[run.level],
                min(looks, key=lambda look: look.rank),
            )
        )
    free.sort(key=lambda span: (-span.length_s, span.start_s))
    return tuple(shown), tuple(free)


def _levels(faces: Sequence[FaceScan], frames: int) -> NDArray[np.int8]:
    """The worst level of every frame."""
    levels = np.full(frames, _NONE, np.int8)
    for face in faces:
        ranks = [(look.frame, JUDGEMENTS.index(look.identifiable)) for look in face.looks]
        for (first, before), (last, after) in pairwise([*ranks[:1], *ranks]):
            part = levels[first : last + 1]
            np.minimum(part, min(before, after), out=part)
    return levels


def _runs(levels: NDArray[np.int8]) -> list[_LevelRun]:
    starts = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(levels)]
    return [_LevelRun(a, b - 1, int(levels[a])) for a, b in pairwise(starts)]


def _without_short_ones(runs: list[_LevelRun], times_s: Sequence[float]) -> list[_LevelRun]:
    """Short runs get the level of their less bad worse neighbour, until none is left."""
    changed = True
    while changed:
        changed = False
        for i, run in enumerate(runs):
            if times_s[run.last + 1] - times_s[run.first] >= SHORTEST_S:
                continue
            beside = [other.level for other in (*runs[max(i - 1, 0) : i], *runs[i + 1 : i + 2])]
            worse = [level for level in beside if level < run.level]
            if worse:
                run.level = max(worse)
                changed = True
        runs = _merged(runs)
    return runs


def _merged(runs: Sequence[_LevelRun]) -> list[_LevelRun]:
    """Neighbours of one level as one."""
    groups = [list(group) for _, group in groupby(runs, key=lambda run: run.level)]
    return [_LevelRun(group[0].first, group[-1].last, group[0].level) for group in groups]


def _shows(face: FaceScan, run: _LevelRun) -> bool:
    return face.looks[0].frame <= run.last and face.looks[-1].frame >= run.first


def _around(face: FaceScan, run: _LevelRun) -> Sequence[ScanLook]:
    """The looks in a run, and the ones before and after it."""
    frames = [look.frame for look in face.looks]
    first = bisect_right(frames, run.first) - 1
    return face.looks[max(first, 0) : bisect_left(frames, run.last) + 1]
