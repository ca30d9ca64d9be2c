"""Zones that are whole on the sphere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection
from efface.sphere.rays import Patch, axes_at, rays_at
from efface.zones.growth import zones_for
from efface.zones.painting import coverage

WIDTH, HEIGHT = 720, 360
WHOLE = Sphere(Projection(), WIDTH, HEIGHT)
POLICY = ZonePolicy()


def covered_by(patch: Patch, sphere: Sphere, policy: ZonePolicy = POLICY) -> np.ndarray:
    box = Box(0, *sphere.chart.box(patch))
    size = sphere.width, sphere.height
    zones = zones_for(Track("t1", (box,)), box, policy, size, sphere)
    return coverage(zones, *size)


def share(patch: Patch, sphere: Sphere, covered: np.ndarray) -> float:
    """How much of an oval's rays are covered, of those that the picture holds."""
    r, angle = np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 2 * np.pi, 48))
    lon, lat = r * patch.across * np.cos(angle), r * patch.along * np.sin(angle)
    x, y = sphere.chart.points(rays_at(lon, lat) @ axes_at(patch.lon, patch.lat))
    x, y = np.floor(x).astype(int), np.floor(y).astype(int)
    there = (x >= 0) & (x < sphere.chart.width) & (y >= 0) & (y < sphere.chart.height)
    return float(covered[y[there], x[there]].mean()) if there.any() else 1.0


def patch_of(lon: float, lat: float, size: float, shape: float) -> Patch:
    """A patch ``shape`` times as wide as high."""
    return Patch(lon, lat, size * min(shape, 1.0), size * min(1 / shape, 1.0))


patches = st.builds(
    patch_of,
    st.floats(-math.pi, math.pi),
    st.floats(-math.pi / 2, math.pi / 2),
    st.floats(0.03, 0.25),
    st.floats(2 / 3, 1.5),
)
"""Faces, upright or lying: no more than half again as long as wide. Of a patch twice as wide as
high beside a pole, the box in the picture says too little to tell how far it reaches."""


@settings(max_examples=60)
@given(patches)
def test_a_grown_face_is_covered_wherever_it_is(patch: Patch) -> None:
    grown = Patch(patch.lon, patch.lat, patch.across * 1.75, patch.along * 1.95)
    assert share(grown, WHOLE, covered_by(patch, WHOLE)) == 1.0


@settings(max_examples=25)
@given(
    st.floats(-math.pi, math.pi),
    st.floats(-math.pi / 2, math.pi / 2),
    st.floats(0.02, 0.25),
    st.sampled_from([Projection("cubemap"), Projection("cubemap", padding=6)]),
)
def test_a_grown_face_is_covered_on_a_cube(
    lon: float, lat: float, size: float, projection: Projection
) -> None:
    patch = Patch(lon, lat, size * 0.8, size)
    sphere = Sphere(projection, 720, 480)
    grown = Patch(patch.lon, patch.lat, patch.across * 1.6, patch.along * 1.8)
    assert share(grown, sphere, covered_by(patch, sphere)) > 0.99


@settings(max_examples=25)
@given(patches)
def test_a_box_is_always_covered_as_it_stands(patch: Patch) -> None:
    x, y, width, height = WHOLE.chart.box(patch)
    covered = covered_by(patch, WHOLE, ZonePolicy(1.0, 1.0, 0))
    columns = np.arange(math.ceil(x), math.floor(x + width)) % WIDTH
    rows = np.arange(max(math.ceil(y), 0), min(math.floor(y + height), HEIGHT))
    assert covered[np.ix_(rows, columns)].all()


def test_near_the_horizon_it_is_the_zone_of_a_flat_picture() -> None:
    box = Box(0, 300, 170, 24, 30)
    track = Track("t1", (box,))
    (flat,) = zones_for(track, box, POLICY, (WIDTH, HEIGHT), None)
    (zone,) = zones_for(track, box, POLICY, (WIDTH, HEIGHT), WHOLE)
    assert abs(zone.rect.x0 - flat.rect.x0) <= 1
    assert abs(zone.rect.y0 - flat.rect.y0) <= 1
    assert abs(zone.rect.y1 - flat.rect.y1) <= 1


def test_at_the_seam_it_goes_on_at_the_other_side() -> None:
    covered = covered_by(Patch(math.pi - 0.02, 0, 0.1, 0.1), WHOLE)
    middle = covered[HEIGHT // 2]
    assert middle[:10].all() and middle[-10:].all() and not middle[100:-100].any()


def test_near_a_pole_no_more_is_covered_than_lies_about_the_face() -> None:
    """A strip of all rows and columns would be a sound zone, and hide the whole ground."""
    patch = Patch(0, math.radians(-70), 0.08, 0.1)
    covered = covered_by(patch, WHOLE)
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    away = np.arccos(
        np.clip(WHOLE.chart.rays(x, y) @ rays_at(np.array(0.0), np.array(patch.lat)), -1, 1)
    )
    assert away[covered].max() < 0.45
    assert 4 < len(zones_for(Track("t", (b := Box(0, *WHOLE.chart.box(patch)),)), b, POLICY,
                             (WIDTH, HEIGHT), WHOLE)) < 40  # fmt: skip


def test_a_zone_drawn_by_hand_is_taken_as_drawn() -> None:
    box = Box(0, 700, 300, 40, 30)
    zones = zones_for(Track("z1", (box,), zone=True), box, POLICY, (WIDTH, HEIGHT), WHOLE)
    covered = coverage(zones, WIDTH, HEIGHT)
    assert covered[300:330, 700:].all() and covered[300:330, :20].all()
    assert covered.sum() == 30 * 40


def test_what_may_be_flat_is_covered_both_ways() -> None:
    sphere = Sphere(Projection(stated=False), WIDTH, HEIGHT)
    box = Box(0, 300, 320, 60, 20)
    track = Track("t1", (box,))
    (flat,) = zones_for(track, box, POLICY, (WIDTH, HEIGHT), None)
    covered = coverage(zones_for(track, box, POLICY, (WIDTH, HEIGHT), sphere), WIDTH, HEIGHT)
    r = flat.rect
    assert covered[r.y0 : r.y1, r.x0 : r.x1].all()
    assert covered.sum() > r.area


@pytest.mark.parametrize("stereo", ["top-bottom", "left-right"])
def test_a_zone_stays_in_its_eye(stereo: str) -> None:
    sphere = Sphere(Projection(stereo=stereo), WIDTH, HEIGHT)  # type: ignore[arg-type]
    first, second = sphere.eyes
    x, y, width, height = sphere.chart.box(Patch(0.5, -1.2, 0.1, 0.1))
    box = Box(0, x + second.x0, y + second.y0, width, height)
    covered = coverage(
        zones_for(Track("t", (box,)), box, POLICY, (WIDTH, HEIGHT), sphere), WIDTH, HEIGHT
    )
    assert covered[second.y0 : second.y1, second.x0 : second.x1].any()
    assert not covered[first.y0 : first.y1, first.x0 : first.x1].any()


def test_a_narrow_face_s_zone_is_as_wide_as_a_usual_one_s_of_its_height() -> None:
    narrow, usual = (Box(0, 300 - w / 2, 170, w, 40) for w in (20, 0.78 * 40))
    widths = [zones_for(Track("t", (b,)), b, POLICY, (WIDTH, HEIGHT), WHOLE)[0].rect.width
              for b in (narrow, usual)]  # fmt: skip
    assert abs(widths[0] - widths[1]) <= 2
    own = ZonePolicy(one_ratio=False)
    assert zones_for(Track("t", (narrow,)), narrow, own, (WIDTH, HEIGHT), WHOLE)[0].rect.width < 40
