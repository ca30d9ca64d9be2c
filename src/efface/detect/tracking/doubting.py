"""What in a video was nearly taken for a face: seen now and then, and covered nowhere near."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.detect.tracking.drawing import DrawnFace
from efface.detect.tracking.interface import Path
from efface.regions import Box

DOUBTED = 0.4
"""Best score of a path from which it is named: below, the second detector sees something in every
texture."""

_INSIDE = 0.5
"""Share of a sighting that must lie in a face's box for it to count as covered."""


def doubts(
    paths: Sequence[Path], shown: Sequence[DrawnFace], times: Sequence[int]
) -> tuple[Box, ...]:
    """The sighting of each path that is surest and is not covered, the surest path first.

    Args:
        paths: all that were followed, those that became faces too.
        shown: the faces as they are covered.
        times: timestamp of every frame, in ticks.
    """
    out = []
    for path in paths:
        seen = path.seen[path.scores[path.seen] >= DOUBTED]
        for k in seen[np.argsort(-path.scores[seen], kind="stable")]:
            frame = path.first + int(k)
            if not any(_covers(face, frame, path.boxes[k]) for face in shown):
                x, y, width, height = (float(v) for v in path.boxes[k])
                score = min(float(path.scores[k]), 1.0)
                out.append(Box(frame, x, y, width, height, score, times[frame]))
                break
    return tuple(sorted(out, key=lambda box: (-(box.score or 0.0), box.frame, box.x, box.y)))


def _covers(face: DrawnFace, frame: int, box: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    if not face.first <= frame <= face.last:
        return False
    x, y, width, height = face.boxes[frame - face.first].tolist()
    across = min(x + width, box[0] + box[2]) - max(x, box[0])
    along = min(y + height, box[1] + box[3]) - max(y, box[1])
    return bool(across > 0 and along > 0 and across * along >= _INSIDE * box[2] * box[3])
