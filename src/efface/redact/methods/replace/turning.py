"""How the head of a face is turned from frame to frame of a video, and which drawn heads show that.

The turn is read in every ``EVERY``-th frame, smoothed and told in steps. A head is drawn for each
step that a track comes to, and between two of them one fades into the other: steps are so small
that the two lie almost on each other. A turn that lasts for less than a fade is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.detect.face_points import points_in
from efface.generate.pose import FRONTAL, STEP, Pose, pose_of
from efface.redact.methods.interface import Pictures
from efface.redact.methods.layered.moment import FaceLook
from efface.regions import Box, Media

EVERY = 3
"""Frames from one look at a face to the next."""

SPREAD = 1.5
"""Of a normal distribution, in such looks: how far turns are smoothed over time."""

STAYS = 0.8
"""Steps that a head turns before another one is drawn: what trembles between two keeps one."""

FADE = 6
"""Frames that a fade from one turn to the next may take, on each side of the middle."""

MOST = 400
"""HeadTurns that are drawn for a file; where more would be, steps are twice as wide."""

WHOLE = 256
"""Parts of a mixture."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TurnMix:
    """Two turns of a head in one frame."""

    first: int
    second: int
    """By their numbers."""
    share: int
    """Of the second, in ``WHOLE``."""


STILL = TurnMix(0, 0, 0)


@dataclass(frozen=True)
class HeadTurns:
    """Of one head."""

    poses: tuple[Pose, ...]
    at: Mapping[int, TurnMix]
    """By frame; ``STILL`` where nothing is said."""
    far: bool = False
    """It is turned farther somewhere than heads are drawn."""

    def in_frame(self, frame: int) -> TurnMix:
        """What is shown there."""
        return self.at.get(frame, STILL)


FRONT = HeadTurns((FRONTAL,), {})


def turns_of(
    looks: Sequence[FaceLook], pictures: Pictures, media: Media
) -> Iterator[tuple[FaceLook, HeadTurns]]:
    """How each head is turned, as far as its points show; otherwise it looks ahead."""
    boxes = [_watched(look, media) for look in looks]
    wanted: dict[int, list[tuple[int, Box]]] = {}
    for number, own in enumerate(boxes):
        for box in own:
            wanted.setdefault(box.frame, []).append((number, box))
    seen: list[list[tuple[int, Pose]]] = [[] for _ in looks]
    if wanted:
        for frame, picture in pictures(sorted(wanted)):
            for number, box in wanted[frame]:
                points = points_in(picture, box)
                if points is not None:
                    seen[number].append((frame, pose_of(points)))
    if media.kind != "video":
        for look, poses in zip(looks, seen, strict=True):
            pose = poses[0][1] if poses else FRONTAL
            yield look, HeadTurns((pose,), {}, pose.far)
        return
    ways = [_way(look, poses) for look, poses in zip(looks, seen, strict=True)]
    step = STEP
    while True:
        turns = [_in_steps(frames, way, step) for frames, way in ways]
        if sum(len(one.poses) for one in turns) <= MOST or step > 4 * STEP:
            break
        step *= 2
    yield from zip(looks, turns, strict=True)


def _watched(look: FaceLook, media: Media) -> list[Box]:
    """Boxes at which the turn of a head is looked for."""
    if media.kind != "video":
        return [look.box]
    size = media.width, media.height
    boxes = {
        box.frame: box for track in look.tracks for box in track.every_box() if box.touches(*size)
    }
    ends = {min(boxes, default=0), max(boxes, default=0), look.box.frame}
    return [box for frame, box in boxes.items() if frame % EVERY == 0 or frame in ends]


def _way(look: FaceLook, seen: Sequence[tuple[int, Pose]]) -> tuple[NDArray[np.int64], Floats]:
    """Frames of a head, and its yaw, pitch and roll in each, smoothed, shape (frames, 3)."""
    first, last = look.span
    frames = np.arange(first, last + 1)
    if not seen:
        return frames, np.zeros((len(frames), 3))
    looked = np.array([frame for frame, _ in seen])
    found = np.array([(pose.yaw, pose.pitch, pose.roll) for _, pose in seen])
    ticks = np.arange(first, last + EVERY, EVERY)
    rows = np.stack([np.interp(ticks, looked, column) for column in found.T], axis=1)
    ends = np.pad(rows, ((1, 1), (0, 0)), mode="edge")
    middle = np.median([ends[:-2], ends[1:-1], ends[2:]], axis=0)
    reach = round(3 * SPREAD)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SPREAD) ** 2)
    wide = np.pad(middle, ((reach, reach), (0, 0)), mode="edge")
    parts = [w * wide[n : n + len(middle)] for n, w in enumerate(weights)]
    smooth = np.sum(parts, axis=0) / weights.sum()
    way = np.stack([np.interp(frames, ticks, column) for column in smooth.T], axis=1)
    return frames, np.asarray(way)


def _in_steps(frames: NDArray[np.int64], way: Floats, step: int) -> HeadTurns:
    """The turns that a way comes to, and how they are mixed on it."""
    places, switches = [], []
    here = np.rint(way[0] / step)
    places.append(here)
    for number, row in enumerate(way[1:], 1):
        if (np.abs(row / step - here) > STAYS).any():
            here = np.rint(row / step)
            places.append(here)
            switches.append(number)
    known: dict[tuple[float, ...], int] = {}
    order = [known.setdefault(tuple(place), len(known)) for place in places]
    at = {int(frame): STILL for frame in frames}
    bounds = [0, *switches, len(frames)]
    for stay, number in enumerate(order):
        for n in range(bounds[stay], bounds[stay + 1]):
            at[int(frames[n])] = TurnMix(number, number, 0)
    for stay, n in enumerate(switches):
        before, after = n - bounds[stay], bounds[stay + 2] - n
        half = min(FADE, max(1, before // 2), max(1, after // 2))
        for near in range(n - half, min(n + half, len(frames))):
            share = round(WHOLE * (near - (n - half) + 1) / (2 * half + 1))
            at[int(frames[near])] = TurnMix(order[stay], order[stay + 1], share)
    poses = tuple(Pose(*(step * float(v) for v in place)) for place in known)
    return HeadTurns(poses, at, any(pose.far for pose in poses))
