"""Zones as regions of interest: they cover every zone, and are few."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.credentials.files import EDIT, desk

from efface.evidence import credentials
from efface.evidence.credentials import Region, photo_regions, video_regions
from efface.evidence.credentials.regions import MAX_REGIONS
from efface.geometry import Rect
from efface.zones.zone import Zone

REGION_BYTES = 300
"""What one takes in a manifest, at most."""


def zone(track: str, frame: int, rect: Rect) -> Zone:
    return Zone(track, frame, rect, rect)


def holds(outer: Rect, inner: Rect) -> bool:
    return outer.intersection(inner) == inner


def covers(region: Region, zone: Zone, starts: Sequence[Fraction]) -> bool:
    assert region.times is not None
    start, end = region.times
    shown = starts[zone.frame]
    gone = starts[zone.frame + 1] if zone.frame + 1 < len(starts) else None
    in_time = start <= shown and (end is None or (gone is not None and gone <= end))
    return in_time and holds(region.rect, zone.rect)


rects = st.builds(
    lambda x, y, w, h: Rect(x, y, x + w, y + h),
    *(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 300), st.integers(1, 300)),
)
zones_of_a_video = st.lists(
    st.builds(zone, st.sampled_from(["t1", "t2", "t3"]), st.integers(0, 30), rects), max_size=60
).map(lambda zones: sorted(zones, key=lambda z: z.frame))


@given(zones_of_a_video, st.lists(st.integers(1, 10**9), min_size=31, max_size=31))
def test_every_zone_lies_in_a_region_for_all_the_time_it_shows(
    zones: list[Zone], nanoseconds: list[int]
) -> None:
    starts, at = [], Fraction(0)
    for step in nanoseconds:
        starts.append(at)
        at += Fraction(step, 10**9)
    regions = video_regions(zones, starts)
    assert all(any(covers(region, z, starts) for region in regions) for z in zones)
    assert len(regions) <= len(zones)


@given(st.lists(st.builds(zone, st.just("t1"), st.integers(0, 4), rects), max_size=20))
def test_every_zone_of_a_photo_lies_in_a_region_of_its_page(zones: list[Zone]) -> None:
    zones = [replace(z, track=f"t{i}") for i, z in enumerate(zones)]
    regions = photo_regions(zones, 5)
    assert {(r.rect, r.frames) for r in regions} == {(z.rect, (z.frame, z.frame)) for z in zones}
    assert all(region.frames is None for region in photo_regions(zones, 1))


def test_thousands_of_zones_become_a_few_regions(jpeg: Path) -> None:
    """Ten people, two minutes, 25 frames a second; each walks, and is gone now and then."""
    luck = random.Random(1)
    zones, starts = [], [Fraction(f, 25) for f in range(3000)]
    for person in range(10):
        x, y = luck.randrange(1500), luck.randrange(900)
        for frame in range(3000):
            if frame % 97 > 90 - person:
                continue
            x, y = abs(x + luck.randrange(-4, 5)), abs(y + luck.randrange(-3, 4))
            zones.append(zone(f"t{person}", frame, Rect(x, y, x + 90, y + 120)))
    zones.sort(key=lambda z: z.frame)
    regions = video_regions(zones, starts)
    assert 10 <= len(regions) <= MAX_REGIONS
    by_frame = [(z, [r for r in regions if covers(r, z, starts)]) for z in zones[::501]]
    assert all(found for _, found in by_frame)
    small = credentials.write(jpeg, jpeg.with_name("a.jpg"), EDIT, desk())
    large = credentials.write(jpeg, jpeg.with_name("b.jpg"), replace(EDIT, regions=regions), desk())
    assert len(large.store) - len(small.store) < REGION_BYTES * len(regions)
    assert large.active.actions[1].regions == regions


def test_a_face_that_stays_is_one_region() -> None:
    zones = [zone("t1", f, Rect(10 + f % 3, 20, 110 + f % 3, 140)) for f in range(1000)]
    (region,) = video_regions(zones, [Fraction(f, 30) for f in range(1000)])
    assert region == Region(Rect(10, 20, 112, 140), times=(Fraction(0), None))


def test_a_face_that_crosses_the_picture_is_several() -> None:
    zones = [zone("t1", f, Rect(10 * f, 20, 10 * f + 100, 140)) for f in range(100)]
    regions = video_regions(zones, [Fraction(f, 30) for f in range(100)])
    assert len(regions) > 5
    assert all(region.rect.area <= 2 * zones[0].rect.area for region in regions)


@pytest.mark.parametrize(
    ("region", "ranges"),
    [
        (Region(Rect(1, 2, 4, 8)), []),
        (
            Region(Rect(1, 2, 4, 8), frames=(3, 5)),
            [{"type": "frame", "frame": {"start": 3, "end": 5}}],
        ),
        (
            Region(Rect(1, 2, 4, 8), times=(Fraction(1, 25), Fraction(2))),
            [{"type": "temporal", "time": {"type": "npt", "start": "0.04", "end": "2"}}],
        ),
        (
            Region(Rect(1, 2, 4, 8), times=(Fraction(0), None)),
            [{"type": "temporal", "time": {"type": "npt", "start": "0"}}],
        ),
    ],
)
def test_the_form_is_that_of_the_specification(region: Region, ranges: list[object]) -> None:
    shape = {
        "type": "rectangle",
        "unit": "pixel",
        "origin": {"x": 1.0, "y": 2.0},
        "width": 3.0,
        "height": 6.0,
    }
    data = region.to_json()
    assert data == {"region": [*ranges, {"type": "spatial", "shape": shape}]}
    assert Region.from_json(json.loads(json.dumps(data))) == region


def changed(path: str, value: object) -> dict[str, object]:
    data = Region(Rect(1, 2, 4, 8), times=(Fraction(0), Fraction(1))).to_json()
    at = {"time": data["region"][0]["time"], "shape": data["region"][1]["shape"]}
    outer, _, inner = path.partition(".")
    at[outer][inner] = value
    return dict(data)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"region": []},
        {"region": None},
        {"region": [1]},
        {"region": [{"type": "textual"}]},
        {"region": Region(Rect(0, 0, 1, 1)).to_json()["region"] * 2},
        changed("shape.type", "circle"),
        changed("shape.unit", "percent"),
        changed("shape.width", -1),
        changed("shape.width", 1e300),
        changed("shape.width", 1.5),
        changed("shape.width", "nan"),
        changed("time.type", "wallClock"),
        changed("time.start", "1e999999999"),
        changed("time.start", "1/0"),
        changed("time.end", 7),
    ],
)
def test_regions_of_another_kind_are_not_understood(data: dict[str, object]) -> None:
    assert Region.from_json(data) is None
