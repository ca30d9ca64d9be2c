"""A face that is cut by the border, dashes, or turns back is covered as far as it may reach."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from efface.geometry import NO_GRID, Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Media, Regions, Track
from efface.zones.moving import MovingZones
from efface.zones.sweeping import moved, uncut

SIZE = (300, 200)
POLICY = ZonePolicy(1.2, 1.2, min_margin_px=0)


def track(xs: Sequence[float], width: float = 40.0) -> Track:
    return Track("t1", tuple(Box(f, x, 80.0, width, 50.0) for f, x in enumerate(xs)))


def zone(of: Track, frame: int) -> Rect:
    media = Media("a.mp4", "0" * 64, "video", *SIZE, 12)
    [found] = MovingZones(Regions(media, (of,)), POLICY, NO_GRID, 0).at(frame)
    return found.rect


def test_half_a_face_at_the_border_has_the_zone_of_the_whole_one() -> None:
    """It comes in at the left: what shows of it in frame 0 is 14 pixels wide."""
    coming = Track("t1", tuple(Box(f, 0.0, 80.0, 14.0 + 2 * f, 50.0) for f in range(12)))
    whole = uncut(coming, coming.boxes[0], SIZE)
    assert (whole.x + whole.width, whole.width) == pytest.approx((14.0, 50.0 / 1.3))
    assert zone(coming, 0).x1 >= 14 + 0.1 * 38


@pytest.mark.parametrize(
    ("box", "side"),
    [
        (Box(0, 0, 80, 14, 50), "x"),
        (Box(0, 286, 80, 14, 50), "x"),
        (Box(0, 100, 0, 40, 14), "y"),
        (Box(0, 100, 186, 40, 14), "y"),
    ],
)
def test_a_cut_box_grows_past_the_border_that_cuts_it_alone(box: Box, side: str) -> None:
    whole = uncut(Track("t1", (box,)), box, SIZE)
    if side == "x":
        assert (whole.y, whole.height) == (box.y, box.height)
        assert whole.width > 2 * box.width
        assert whole.x < 0 or whole.x + whole.width > SIZE[0]
    else:
        assert (whole.x, whole.width) == (box.x, box.width)
        assert whole.height > 2 * box.height
        assert whole.y < 0 or whole.y + whole.height > SIZE[1]
    inner = max(min(whole.x + whole.width, SIZE[0]) - max(whole.x, 0), 0)
    assert inner == box.width


def test_a_box_away_from_the_border_is_as_it_is() -> None:
    of = track([100.0] * 5)
    assert uncut(of, of.boxes[2], SIZE) == of.boxes[2]


def test_the_first_frame_of_a_dash_reaches_back_and_the_last_one_on() -> None:
    dash = track([100.0, 130.0, 160.0])
    assert zone(dash, 0).x0 <= 100 - 30
    assert zone(dash, 2).x1 >= 160 + 40 + 30


def test_where_a_dash_turns_back_the_zone_reaches_beyond() -> None:
    back = track([100.0, 130.0, 128.0, 100.0])
    assert zone(back, 1).x1 >= 160 + 40


def test_a_slow_face_is_covered_as_it_is_wherever_it_begins_and_ends() -> None:
    slow = track([100.0, 103.0, 101.0])
    assert [zone(slow, f).width for f in range(3)] == [49, 49, 49]
    assert moved(slow.boxes[0], slow.boxes[1]) < 0.15
