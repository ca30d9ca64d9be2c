"""Paths of one face are joined across gaps; what is no face is left out, except where the rescan
would report it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.drawing import dense
from efface.detect.tracking.interface import Path
from efface.detect.tracking.joining import (
    BRIDGE_S,
    BRIEF_BRIDGE_S,
    DENIED,
    MOMENT_S,
    FaceChain,
    chains,
    denied,
    is_face,
    moments,
)

RATE = 25.0


def path(
    first: int,
    scores: Sequence[float],
    *,
    x: float = 100,
    step: float = 0,
    side: float = 40,
    asked: int = 0,
    vouched: int = 0,
    scene: int = 1,
) -> Path:
    """A path that moves by ``step`` a frame; a score of 0 is a frame in which nothing was seen."""
    values = np.array(scores, float)
    values[values == 0] = np.nan
    boxes = np.array([[x + step * i, 60, side, side] for i in range(len(values))], float)
    return Path(first, boxes, values, asked, vouched, scene)


def members(*paths: Path) -> list[list[int]]:
    """First frames of the paths of each chain."""
    return sorted([p.first for p in chain.paths] for chain in chains(paths, RATE))


LONG = [0.8] * 10


def test_a_gap_is_bridged_and_every_frame_of_it_has_a_box() -> None:
    before, after = path(0, LONG, step=1), path(40, LONG, x=140, step=1)
    [chain] = chains([after, before], RATE)
    assert chain.paths == (before, after)
    first, boxes, _ = dense(chain, RATE, 60)
    assert (first, len(boxes)) == (0, 50)
    middles = boxes[:, 0] + boxes[:, 2] / 2
    assert np.abs(middles - (120 + np.arange(50))).max() < 1


def test_a_gap_is_not_bridged_for_ever() -> None:
    assert members(path(0, LONG), path(9 + int(BRIDGE_S * RATE), LONG)) == [
        [0, 9 + int(BRIDGE_S * RATE)]
    ]
    assert len(members(path(0, LONG), path(11 + int(BRIDGE_S * RATE), LONG))) == 2


def test_a_face_seen_a_few_times_only_is_bridged_for_a_short_time() -> None:
    near, far = int(BRIEF_BRIDGE_S * RATE), int(BRIEF_BRIDGE_S * RATE) + 3
    assert len(members(path(0, [0.8]), path(near, LONG))) == 1
    assert len(members(path(0, [0.8]), path(far, LONG))) == 2


def test_a_cut_is_never_bridged() -> None:
    assert len(members(path(0, LONG), path(20, LONG, scene=2))) == 2


def test_what_is_far_off_or_of_another_size_is_another_face() -> None:
    assert len(members(path(0, LONG), path(20, LONG, x=300))) == 2
    assert len(members(path(0, LONG), path(20, LONG, side=90))) == 2


def test_faces_that_show_at_the_same_time_are_two() -> None:
    assert len(members(path(0, LONG), path(5, LONG))) == 2


def test_each_end_joins_the_closest_beginning() -> None:
    left, right = path(0, LONG, x=100), path(0, LONG, x=150)
    later_left, later_right = path(20, LONG, x=104), path(21, LONG, x=146)
    found = chains([left, right, later_left, later_right], RATE)
    pairs = [(chain.paths[0].boxes[0, 0], chain.paths[1].boxes[0, 0]) for chain in found]
    assert sorted(pairs) == [(100, 104), (150, 146)]


def test_a_path_is_denied_once_the_other_network_was_asked_often_enough() -> None:
    assert denied(path(0, LONG, asked=DENIED))
    assert not denied(path(0, LONG, asked=DENIED - 1))
    assert not denied(path(0, LONG, asked=DENIED, vouched=1))
    assert not denied(path(0, [0.97] * 10, asked=DENIED))


def test_a_face_is_what_the_other_network_saw_or_what_was_seen_surely() -> None:
    assert is_face(FaceChain((path(0, [0.4], asked=1, vouched=1),)))
    assert is_face(FaceChain((path(0, [0.95] * 10, asked=2),)))
    assert not is_face(FaceChain((path(0, [0.4] * 10, asked=2),)))
    assert not is_face(FaceChain((path(0, [0.4]),)))


def test_a_path_that_was_vouched_for_vouches_for_its_chain() -> None:
    doubtful, sure = path(0, [0.4], asked=1), path(5, [0.4] * 3, asked=2, vouched=1)
    assert is_face(FaceChain((doubtful, sure)))


def test_moments_are_around_what_the_rescan_would_report() -> None:
    around = round(MOMENT_S * RATE)
    scores = [0.5] * 100
    scores[30] = scores[32] = INCLUDED_THRESHOLD
    scores[80] = 0.95
    parts = [chain.paths[0] for chain in moments(path(7, scores), RATE)]
    assert [(part.first, part.last) for part in parts] == [
        (7 + 30 - around, 7 + 32 + around),
        (7 + 80 - around, 7 + 80 + around),
    ]
    assert moments(path(7, [0.5] * 100), RATE) == []


def test_moments_at_the_ends_of_a_path_stay_inside_it() -> None:
    [chain] = moments(path(7, [0.9, 0.5, 0.9]), RATE)
    assert (chain.paths[0].first, chain.paths[0].last) == (7, 9)
