"""Whatever is seen, in whatever order: what the rescan would report is covered, and every track is
whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.detect.tracking.pictures import SIZE, Place, place, shown, texture, watched
from tests.movies import ShownMovie

from efface.detect.boxes import clipped
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking import faces, following
from efface.detect.tracking.faces import Found, find_tracks
from efface.detect.tracking.interface import Look, SeenFrame
from efface.geometry import NO_GRID
from efface.policy import ZonePolicy
from efface.regions import Media, Regions
from efface.zones.moving import MovingZones
from efface.zones.painting import coverage

SMALL = (120, 90)
PICTURE = np.zeros((SMALL[1], SMALL[0], 3), np.uint8)
LOOKS: tuple[Look, ...] = ("light", "full", "deep")


class Movie(ShownMovie):
    """Only its size and its rate matter: what is seen is given."""

    def __init__(self, size: tuple[int, int], rate: int) -> None:
        super().__init__([np.zeros((size[1], size[0], 3), np.uint8)], [0])
        self.coding = replace(self.coding, frame_rate=Fraction(rate))


def found(
    seen: list[SeenFrame], size: tuple[int, int], rate: int, vouching: NDArray[np.bool_] | bool
) -> Found:
    """The tracks that follow from what was seen; the other network vouches as told, in turn."""
    answers = iter([vouching] * 10_000 if isinstance(vouching, bool) else vouching.tolist() * 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "watch", lambda *_, **__: iter(seen))
        patch.setattr(following, "vouches", lambda *_: next(answers))
        return find_tracks(Movie(size, rate), "fast")


def regions_of(tracks: Found, size: tuple[int, int]) -> Regions:
    """As a document holds them; ids used twice and frames that do not exist are refused."""
    media = Media("a.mp4", "0" * 64, "video", *size, len(tracks.times))
    regions = Regions(media, tuple(tracks.tracks))
    return Regions.from_json(regions.to_json())


@dataclass(frozen=True)
class Sight:
    """Faces that come, go, flicker and jump, over noise, with looks and cuts anywhere; and what
    the other network says when it is asked."""

    seed: int
    frames: int
    faces: int
    looked: float
    """Share of the frames that are looked at."""
    cut: float
    vouched: float
    still: bool

    def built(self) -> tuple[list[SeenFrame], NDArray[np.bool_]]:
        rng = np.random.default_rng(self.seed)
        n = self.faces
        starts = rng.uniform(-20, 110, (n, 2))
        speeds = rng.normal(size=(n, 2)) * rng.choice([0, 1, 5], (n, 1))
        sides = rng.uniform(8, 60, (n, 2))
        level, shows = rng.uniform(0.2, 0.9, n), rng.uniform(0.2, 1.0, n)
        gray = rng.integers(0, 256, (SMALL[1], SMALL[0]), dtype=np.uint8)
        out = []
        for frame in range(self.frames):
            if not self.still:
                gray = rng.integers(0, 256, gray.shape, dtype=np.uint8)
            cut = bool(rng.random() < self.cut)
            if rng.random() >= self.looked:
                out.append(SeenFrame(frame, frame * 40, "none", cut=cut, gray=gray))
                continue
            places = starts + speeds * frame + rng.normal(size=(n, 2))
            sizes = sides * np.exp(rng.normal(size=(n, 2)) * 0.05)
            scores = np.clip(level + rng.normal(size=n) * 0.15, 0.15, 1.0)
            boxes = np.round(np.column_stack([places, sizes, scores]), 3)
            there = [len(clipped(b[None], *SMALL)) > 0 and rng.random() < s
                     for b, s in zip(boxes, shows, strict=True)]  # fmt: skip
            boxes = boxes[np.array(there, bool)]
            look = LOOKS[int(rng.integers(3))]
            deep = int(rng.integers(len(boxes) + 1)) if look == "deep" else 0
            out.append(SeenFrame(frame, frame * 40, look, boxes, deep, cut, gray, PICTURE))
        return out, rng.random(64) < self.vouched


sights = st.builds(
    Sight,
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(1, 45),
    faces=st.integers(0, 4),
    looked=st.sampled_from([1.0, 0.4, 0.1]),
    cut=st.sampled_from([0.0, 0.1]),
    vouched=st.sampled_from([0.0, 0.3, 1.0]),
    still=st.booleans(),
)


@settings(max_examples=120)
@given(sights, st.sampled_from([10, 25, 60]))
def test_what_the_rescan_would_report_is_covered(sight: Sight, rate: int) -> None:
    seen, vouching = sight.built()
    regions = regions_of(found(seen, SMALL, rate, vouching), SMALL)
    zones = MovingZones(regions, ZonePolicy(width=1.3, height=1.3, min_margin_px=0), NO_GRID, 0)
    for look in seen:
        covered = coverage(zones.at(look.frame), *SMALL)
        for x, y, width, height, score in clipped(look.boxes, *SMALL):
            if score >= INCLUDED_THRESHOLD:
                part = covered[round(y) : round(y + height), round(x) : round(x + width)]
                assert part.all(), (look.frame, x, y, width, height, score)


@settings(max_examples=120)
@given(sights, st.sampled_from([10, 25, 60]))
def test_every_track_is_whole_and_inside_the_picture(sight: Sight, rate: int) -> None:
    seen, vouching = sight.built()
    tracks = found(seen, SMALL, rate, vouching)
    assert list(tracks.times) == [look.pts for look in seen]
    assert tracks.looks.total() == len(seen)
    for track in regions_of(tracks, SMALL).tracks:
        boxes = track.every_box()
        first = boxes[0].frame
        assert [box.frame for box in boxes] == list(range(first, first + len(boxes)))
        for box in boxes:
            assert box.x >= 0 and box.y >= 0
            assert box.x + box.width <= SMALL[0] + 0.02
            assert box.y + box.height <= SMALL[1] + 0.02


@settings(max_examples=40)
@given(sights)
def test_the_same_sights_give_the_same_tracks(
    sight: Sight,
) -> None:
    seen, vouching = sight.built()
    assert found(seen, SMALL, 25, vouching).tracks == found(seen, SMALL, 25, vouching).tracks


def scene(scores: dict[int, float], face: Place, frames: int = 60) -> list[SeenFrame]:
    """One face in one place, looked at in every frame and seen in some."""
    gray = shown((5, face))
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    out = []
    for look in watched([gray] * frames, {i: [] for i in range(frames)}):
        boxes = look.boxes
        if look.frame in scores:
            boxes = np.array([[*face, scores[look.frame]]])
        out.append(replace(look, boxes=boxes, picture=picture))
    return out


FACE = place(100, 60, 40)


def test_a_face_that_the_other_network_sees_is_a_track_from_end_to_end() -> None:
    tracks = found(scene(dict.fromkeys(range(10, 50), 0.6), FACE), SIZE, 25, True)
    [track] = tracks.tracks
    assert (track.id, track.boxes[0].frame, track.boxes[-1].frame) == ("t1", 0, 59)
    assert tracks.gaps == 0


def test_what_the_other_network_denies_is_no_track() -> None:
    assert found(scene(dict.fromkeys(range(60), 0.6), FACE), SIZE, 25, False).tracks == []


def test_of_what_it_denies_only_the_moments_that_the_rescan_would_report_are_tracks() -> None:
    scores = dict.fromkeys(range(60), 0.6) | {30: INCLUDED_THRESHOLD}
    [track] = found(scene(scores, FACE), SIZE, 25, False).tracks
    assert 20 <= track.boxes[0].frame < 30 < track.boxes[-1].frame <= 40


def test_gaps_are_counted_and_the_longest_is_measured() -> None:
    times = [i for i in range(60) if not 10 < i < 20 and not 30 < i < 50]
    tracks = found(scene(dict.fromkeys(times, 0.8), FACE), SIZE, 25, True)
    assert len(tracks.tracks) == 1
    assert tracks.gaps == 2
    assert tracks.longest_gap_s == pytest.approx(20 / 25)
    assert tracks.unseen == [("t1", 11, 19), ("t1", 31, 49)]


def test_tracks_are_numbered_as_they_begin_and_scenes_are_counted() -> None:
    other = texture(*SIZE, seed=99)
    grays = [shown((5, FACE))] * 20 + [shown((6, FACE), ground=other)] * 20
    right = place(220, 60, 40)
    seen = watched(grays, {i: [right, FACE] for i in range(0, 40, 2)}, score=0.95, cuts=[20])
    tracks = found(seen, SIZE, 25, True)
    assert tracks.scenes == 2
    assert [(t.id, t.boxes[0].frame) for t in tracks.tracks] == [
        ("t1", 0), ("t2", 0), ("t3", 20), ("t4", 20),
    ]  # fmt: skip
    assert tracks.tracks[0].boxes[0].x < tracks.tracks[1].boxes[0].x
    assert [t.boxes[-1].frame for t in tracks.tracks] == [19, 19, 39, 39]
