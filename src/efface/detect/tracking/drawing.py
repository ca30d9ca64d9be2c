"""From chains to tracks of the regions: one box in every frame, written down as few key frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect.tracking.circle import FLAT, Circle
from efface.detect.tracking.interface import Path
from efface.detect.tracking.joining import FaceChain
from efface.regions import Box, Track
from efface.sphere.picture import Sphere

BRIEF = 2
"""A face seen no more often than this is followed beyond that for ``BRIEF_S`` only."""
BRIEF_S = 0.4

DOUBT = 0.005
"""A followed box grows by this share for every frame away from where the face was seen, …"""
MOST_DOUBT = 0.15
"""… and by this at most."""

STEADY = 2
"""A box is as large as the largest within so many frames before and after."""

TOLERANCE = 0.03
"""How far a box drawn from key frames may be from the real one, in face sizes."""

REPEAT_SLACK = 0.1
"""A face lies in another's box when none of its edges lies farther out than this share of it."""

Boxes4 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """One face with a box in every frame from ``first`` on."""

    first: int
    boxes: Boxes4
    """Shape (n, 4)."""
    scores: NDArray[np.float64]
    """Not a number where no detector saw it; shape (n,)."""

    @property
    def last(self) -> int:
        """Its last frame."""
        return self.first + len(self.boxes) - 1


def track(name: str, drawn: DrawnFace, times: Sequence[int], sphere: Sphere | None = None) -> Track:
    """A face as a track with key frames.

    Args:
        name: the track's id.
        times: timestamp of every frame, in ticks.
        sphere: whose map its boxes are in. With a view for each eye there is no key frame: each
            frame has a box for each.
    """
    out: list[Box] = []
    eyes = 1 if sphere is None else len(sphere.eyes)
    for k in key_frames(drawn.boxes) if eyes == 1 else range(len(drawn.boxes)):
        frame = drawn.first + k
        x, y, width, height = (float(v) for v in drawn.boxes[k])
        score = float(drawn.scores[k])
        known = None if np.isnan(score) else min(max(score, 0.0), 1.0)
        shown = [(x, y, width, height)] if sphere is None else sphere.shown((x, y, width, height))
        out += [Box(frame, *box, known, times[frame]) for box in shown]
    return Track(name, tuple(out), interpolate=eyes == 1 and len(out) > 1)


def without_repeats(faces: Sequence[DrawnFace]) -> list[DrawnFace]:
    """Faces less those that lie in another's boxes from their first frame to their last."""
    order = sorted(faces, key=lambda face: -len(face.boxes))
    kept: list[DrawnFace] = []
    for face in order:
        if not any(_lies_in(face, other) for other in kept):
            kept.append(face)
    return kept


def _lies_in(face: DrawnFace, other: DrawnFace) -> bool:
    if face.first < other.first or face.last > other.last:
        return False
    around = other.boxes[face.first - other.first : face.last + 1 - other.first]
    slack = around[:, 2:] * REPEAT_SLACK
    low, high = around[:, :2] - slack, around[:, :2] + around[:, 2:] + slack
    inside = (face.boxes[:, :2] >= low) & (face.boxes[:, :2] + face.boxes[:, 2:] <= high)
    return bool(inside.all())


def drawn(
    chain: FaceChain,
    frame_rate: float,
    frames: int,
    size: tuple[int, int],
    circle: Circle = FLAT,
) -> DrawnFace:
    """A chain with a box in every frame, inside the picture.

    Args:
        frame_rate: frames per second.
        frames: how many the video has.
        size: (width, height) of the picture.
        circle: how places across it go on.
    """
    first, boxes, scores = dense(chain, frame_rate, frames)
    return DrawnFace(first, _inside(circle.home(boxes), size, circle), scores)


def dense(
    chain: FaceChain, frame_rate: float, frames: int
) -> tuple[int, Boxes4, NDArray[np.float64]]:
    """First frame, boxes of shape (n, 4) and scores of shape (n,) for every frame of a chain."""
    first = max(0, min(path.first for path in chain.paths))
    last = min(frames - 1, max(path.last for path in chain.paths))
    boxes = np.full((last - first + 1, 4), np.nan)
    scores = np.full(len(boxes), np.nan)
    for path in chain.paths:
        seen = path.seen
        own = slice(path.first + int(seen[0]) - first, path.first + int(seen[-1]) + 1 - first)
        boxes[own] = path.boxes[int(seen[0]) : int(seen[-1]) + 1]
        scores[own] = path.scores[int(seen[0]) : int(seen[-1]) + 1]
    for before, after in zip(chain.paths, chain.paths[1:], strict=False):
        _bridge(boxes, before, after, first)
    head, tail = chain.paths[0], chain.paths[-1]
    lead = head.boxes[: int(head.seen[0])]
    boxes[head.first - first : chain.first_seen - first] = lead
    rest = boxes[chain.last_seen + 1 - first :]
    if len(rest):
        follow = tail.boxes[int(tail.seen[-1]) + 1 :]
        rest[: len(follow)] = follow[: len(rest)]
    known = np.flatnonzero(~np.isnan(boxes[:, 0]))
    boxes, scores, first = (
        boxes[known[0] : known[-1] + 1],
        scores[known[0] : known[-1] + 1],
        first + int(known[0]),
    )
    if int((~np.isnan(scores)).sum()) <= BRIEF:
        seen = np.flatnonzero(~np.isnan(scores))
        most = round(BRIEF_S * frame_rate)
        low, high = max(0, int(seen[0]) - most), int(seen[-1]) + most + 1
        boxes, scores, first = boxes[low:high], scores[low:high], first + low
    return first, _steady(_doubted(boxes, scores)), scores


def _bridge(boxes: Boxes4, before: Path, after: Path, first: int) -> None:
    """Fill the gap between two paths: from what was followed at both ends, the nearer end counting
    more, and straight on where nothing was followed."""
    gone, back = before.first + int(before.seen[-1]), after.first + int(after.seen[0])
    start, end = boxes[gone - first].copy(), boxes[back - first].copy()
    for frame in range(gone + 1, back):
        t = (frame - gone) / (back - gone)
        straight = (1 - t) * start + t * end
        ahead = before.boxes[frame - before.first] if frame <= before.last else straight
        behind = after.boxes[frame - after.first] if frame >= after.first else straight
        boxes[frame - first] = (1 - t) * ahead + t * behind


def _doubted(boxes: Boxes4, scores: NDArray[np.float64]) -> Boxes4:
    """Boxes grown with the distance in time from where the face was seen."""
    seen = np.flatnonzero(~np.isnan(scores))
    at = np.arange(len(boxes))
    place = np.searchsorted(seen, at)
    after = np.abs(seen[np.minimum(place, len(seen) - 1)] - at)
    before = np.abs(at - seen[np.maximum(place - 1, 0)])
    grow = 1 + np.minimum(MOST_DOUBT, DOUBT * np.minimum(after, before))[:, None]
    centre = boxes[:, :2] + boxes[:, 2:] / 2
    return np.concatenate([centre - boxes[:, 2:] * grow / 2, boxes[:, 2:] * grow], axis=1)


def _steady(boxes: Boxes4) -> Boxes4:
    """Boxes as large as the largest near in time, about their own centres."""
    most = boxes[:, 2:].copy()
    for shift in range(1, STEADY + 1):
        most[shift:] = np.maximum(most[shift:], boxes[:-shift, 2:])
        most[:-shift] = np.maximum(most[:-shift], boxes[shift:, 2:])
    centre = boxes[:, :2] + boxes[:, 2:] / 2
    return np.concatenate([centre - most / 2, most], axis=1)


def _inside(boxes: Boxes4, size: tuple[int, int], circle: Circle) -> Boxes4:
    """The parts inside the picture, at least a pixel wide and high; one that goes on all round has
    no edges at its sides."""
    low = np.clip(boxes[:, :2], 0, np.array(size) - 1.0)
    high = np.clip(boxes[:, :2] + boxes[:, 2:], low + 1.0, np.array(size, float))
    inside = np.concatenate([low, high - low], axis=1)
    if circle.turn is not None:
        inside[:, 2] = np.clip(boxes[:, 2], 1.0, circle.turn)
        inside[:, 0] = boxes[:, 0] + (boxes[:, 2] - inside[:, 2]) / 2
    return inside


def key_frames(boxes: Boxes4) -> list[int]:
    """Offsets of the boxes from which the others follow within ``TOLERANCE`` (Douglas and
    Peucker)."""
    tolerance = TOLERANCE * np.sqrt(boxes[:, 2] * boxes[:, 3])
    keep = {0, len(boxes) - 1}
    spans = [(0, len(boxes) - 1)]
    while spans:
        low, high = spans.pop()
        if high - low < 2:
            continue
        t = ((np.arange(low, high + 1) - low) / (high - low))[:, None]
        off = np.abs(boxes[low : high + 1] - ((1 - t) * boxes[low] + t * boxes[high]))
        excess = off.max(axis=1) / tolerance[low : high + 1]
        worst = int(excess.argmax())
        if excess[worst] > 1:
            keep.add(low + worst)
            spans += [(low, low + worst), (low + worst, high)]
    return sorted(keep)
