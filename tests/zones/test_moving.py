"""The zones of a video, frame by frame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import NO_GRID, Grid, Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Media, Regions, Track
from efface.zones.growth import zone_of
from efface.zones.moving import MovingZones
from efface.zones.sweeping import FAST

WIDTH, HEIGHT, FRAMES = 300, 200, 12
MEDIA = Media("a.mp4", "0" * 64, "video", WIDTH, HEIGHT, FRAMES)
POLICY = ZonePolicy()


def regions(*tracks: Track) -> Regions:
    return Regions(MEDIA, tracks)


def zones(
    *tracks: Track, grid: Grid = NO_GRID, reach: int = 0, policy: ZonePolicy = POLICY
) -> MovingZones:
    return MovingZones(regions(*tracks), policy, grid, reach)


def holds(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x0 <= inner.x0
        and outer.y0 <= inner.y0
        and outer.x1 >= inner.x1
        and outer.y1 >= inner.y1
    )


def plain(track: Track, box: Box) -> Rect:
    """The zone of a box by itself."""
    return zone_of(track, box, POLICY, WIDTH, HEIGHT).rect


steps = st.lists(
    st.tuples(st.floats(-60, 60), st.floats(-60, 60), st.floats(10, 60), st.floats(10, 60)),
    min_size=FRAMES,
    max_size=FRAMES,
)


@given(steps, st.sampled_from([NO_GRID, Grid(16, 16), Grid(8, 8, 3, 5)]), st.integers(0, 9))
def test_a_zone_holds_the_face_now_and_if_it_is_fast_before_and_after(
    steps: list[tuple[float, float, float, float]], grid: Grid, reach: int
) -> None:
    boxes, x, y = [], 100.0, 80.0
    for frame, (across, along, width, height) in enumerate(steps):
        x, y = min(max(x + across, 0), WIDTH - 9), min(max(y + along, 0), HEIGHT - 9)
        boxes.append(Box(frame, x, y, width, height))
    track = Track("t1", tuple(boxes))
    moving = zones(track, grid=grid, reach=reach)
    for box in boxes:
        [zone] = moving.at(box.frame)
        assert zone.mask().all()
        assert holds(zone.rect, plain(track, box))
        for near in boxes[max(0, box.frame - 1) : box.frame + 2]:
            edges = (
                abs(near.x - box.x) / box.width,
                abs(near.x + near.width - box.x - box.width) / box.width,
                abs(near.y - box.y) / box.height,
                abs(near.y + near.height - box.y - box.height) / box.height,
            )
            if max(edges) > FAST * 1.001:
                assert holds(zone.rect, plain(track, near))


def line(speed: float, **more: object) -> Track:
    """A face that moves to the right."""
    boxes = tuple(Box(f, 20 + speed * f, 80, 40, 40) for f in range(FRAMES))
    return replace(Track("t1", boxes), **more)  # type: ignore[arg-type]


def test_a_slow_face_has_its_own_zone_and_no_more() -> None:
    slow = line(5)
    for box in slow.boxes:
        assert [zone.rect for zone in zones(slow).at(box.frame)] == [plain(slow, box)]


def test_a_fast_face_has_a_zone_from_where_it_was_to_where_it_will_be() -> None:
    fast = line(20)
    [zone] = zones(fast).at(5)
    before, after = plain(fast, fast.boxes[4]), plain(fast, fast.boxes[6])
    assert (zone.rect.x0, zone.rect.x1) == (before.x0, after.x1)


def test_a_swept_zone_has_no_rounded_corners() -> None:
    moving = zones(line(20), policy=ZonePolicy(shape="rounded"))
    assert moving.at(5)[0].mask().all()
    assert zones(line(2), policy=ZonePolicy(shape="rounded")).at(5)[0].shape == "rounded"


def test_key_frames_are_swept_like_any_other_box() -> None:
    dense = line(20)
    sparse = replace(dense, boxes=(dense.boxes[0], dense.boxes[-1]), interpolate=True)
    for frame in range(FRAMES):
        [a], [b] = zones(dense).at(frame), zones(sparse).at(frame)
        assert a.rect == b.rect


def test_a_zone_ends_on_the_grid_after_the_reach_of_the_filters() -> None:
    track = Track("t1", (Box(0, 100, 80, 40, 40),))
    [zone] = zones(track, grid=Grid(16, 16), reach=4).at(0)
    alone = plain(track, track.boxes[0])
    assert zone.rect.x0 % 16 == zone.rect.y0 % 16 == zone.rect.x1 % 16 == 0
    assert holds(zone.rect, alone.padded(4, 4))
    assert holds(alone.padded(4 + 15, 4 + 15), zone.rect)


def test_a_kept_face_has_no_zone_and_is_named_as_kept() -> None:
    kept = line(20, action="keep")
    moving = zones(kept, replace(line(2), id="t2"))
    for frame in range(FRAMES):
        assert [zone.track for zone in moving.at(frame)] == ["t2"]
        assert moving.kept(frame) == (kept.boxes[frame],)


@pytest.mark.parametrize("speed", [2, 30])
def test_a_zone_drawn_by_a_person_is_taken_as_drawn(speed: float) -> None:
    drawn = line(speed, zone=True, source="person")
    for frame in range(5):
        [zone] = zones(drawn).at(frame)
        assert zone.rect == Rect(20 + int(speed) * frame, 80, 60 + int(speed) * frame, 120)
        [grown] = zones(drawn, grid=Grid(16, 16)).at(frame)
        assert grown.rect == zone.rect.snapped(Grid(16, 16))


def test_frames_without_a_box_have_no_zone_whatever_the_order_of_asking() -> None:
    track = Track("t1", tuple(Box(f, 100, 80, 40, 40) for f in (3, 4, 7)))
    moving = zones(track)
    for frame in (0, 3, 4, 5, 11, 7, 3, 6):
        assert len(moving.at(frame)) == (frame in (3, 4, 7))


def test_zones_lie_inside_the_picture() -> None:
    track = Track("t1", (Box(0, -10, -10, 40, 40), Box(1, 290, 190, 40, 40)))
    for frame in (0, 1):
        [zone] = zones(track, grid=Grid(64, 64), reach=8).at(frame)
        assert zone.rect == zone.rect.clipped(WIDTH, HEIGHT)
        assert not zone.rect.empty
