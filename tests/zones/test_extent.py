"""How much zones cover, where they meet, and what of a kept face they hide."""

from __future__ import annotations

import pytest

from efface.geometry import Rect
from efface.regions import Box
from efface.zones.extent import CoveredShare, Extent
from efface.zones.zone import Zone


def zone(track: str, *rect: int, shape: str = "box") -> Zone:
    where = Rect(*rect)
    return Zone(track, 0, where, where, "rounded" if shape == "rounded" else "box")


def test_what_two_zones_both_cover_counts_once() -> None:
    extent = Extent()
    extent.see([zone("t1", 0, 0, 50, 100), zone("t2", 25, 0, 75, 100)], 100, 100)
    assert extent.share == CoveredShare(0.75, 0.75)
    assert extent.merging == {frozenset(("t1", "t2")): 1}


def test_the_corners_of_a_rounded_zone_are_not_covered() -> None:
    extent = Extent()
    extent.see([zone("t1", 0, 0, 100, 100, shape="rounded")], 100, 100)
    assert 0.9 < extent.share.mean < 0.95


def test_frames_without_a_zone_count_in_the_mean() -> None:
    extent = Extent()
    extent.see([zone("t1", 0, 0, 80, 100)], 100, 100)
    for _ in range(3):
        extent.see([], 100, 100)
    assert extent.share == CoveredShare(0.2, 0.8)
    assert not extent.merging


def test_zones_of_one_track_do_not_merge() -> None:
    extent = Extent()
    extent.see([zone("t1", 0, 0, 50, 50), zone("t1", 40, 0, 90, 50)], 100, 100)
    extent.see([zone("t1", 0, 0, 50, 50), zone("t2", 52, 0, 90, 50)], 100, 100)
    assert not extent.merging


@pytest.mark.parametrize(("left", "frames"), [(30, 1), (50, 0)])
def test_a_kept_face_is_cut_where_a_zone_lies_on_it(left: int, frames: int) -> None:
    extent = Extent()
    kept = [("t2", Box(0, 10, 10, 30, 30))]
    extent.see([zone("t1", left, 0, 90, 90)], 100, 100, kept)
    assert extent.cut.get("t2", 0) == frames
