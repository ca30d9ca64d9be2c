"""Places of the sphere in pictures and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.sphere.chart import Chart
from efface.sphere.cube import Cube
from efface.sphere.equirect import Equirect
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection, assumed
from efface.sphere.rays import Patch, axes_at, rays_at
from efface.sphere.views import ALL_SIDES, BESIDE_THE_MAP, PerspectiveView

CHARTS = [
    Equirect(1000, 500),
    Equirect(600, 300, left=0.25, right=0.25),
    Equirect(800, 200, top=0.3, bottom=0.2),
    Cube(900, 600),
    Cube(930, 620, padding=5),
]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_point_comes_back_from_the_sphere(chart: Chart) -> None:
    x, y = np.meshgrid(np.arange(9.5, chart.width, 20), np.arange(9.5, chart.height, 20))
    rays = chart.rays(x, y)
    if isinstance(chart, Cube):  # what the padding shows lies on another side, too
        p, side = chart.padding, chart.width / 3
        inside = (np.abs(x % side - side / 2) < side / 2 - p - 1) & (
            np.abs(y % side - side / 2) < side / 2 - p - 1
        )
        x, y, rays = x[inside], y[inside], rays[inside]
    px, py = chart.points(rays)
    np.testing.assert_allclose(px, x, atol=1e-6)
    np.testing.assert_allclose(py, y, atol=1e-6)


def test_ahead_is_in_the_middle_up_is_at_the_top_and_right_is_right() -> None:
    x, y = Equirect(1000, 500).points(np.array([(0, 0, 1), (1, 0, 0), (0, 1, 1e-9)], float))
    np.testing.assert_allclose(x[:2], [500, 750])
    np.testing.assert_allclose(y, [250, 250, 0], atol=1e-3)


def test_the_sides_of_a_cube_lie_as_the_standard_says() -> None:
    rays = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], float)
    x, y = Cube(300, 200).points(rays)
    np.testing.assert_allclose(x, [50, 150, 250, 50, 150, 250])
    np.testing.assert_allclose(y, [50, 50, 50, 150, 150, 150])


@given(st.floats(-3.14, 3.14), st.floats(-1.2, 1.2), st.floats(0.01, 0.3), st.floats(0.01, 0.3))
def test_a_face_comes_back_from_its_box(lon: float, lat: float, a: float, b: float) -> None:
    chart, patch = Equirect(4000, 2000), Patch(lon, lat, a, b)
    back = chart.patch(chart.box(patch))
    if chart.bounds(patch) is None:
        assert back is None
        return
    assert back is not None
    assert np.cos(back.lon - lon) > 1 - 1e-9
    np.testing.assert_allclose([back.lat, back.across, back.along], [lat, a, b], atol=1e-9)


@pytest.mark.parametrize("lat", [-1.56, -1.45, 1.45, 1.57])
def test_the_box_of_a_face_with_a_pole_in_it_goes_all_round(lat: float) -> None:
    chart, patch = Equirect(1000, 500), Patch(2.0, lat, 0.15, 0.2)
    x, y, width, height = chart.box(patch)
    assert (x, width) == (0, 1000)
    assert (y if lat > 0 else 500 - y - height) == pytest.approx(0, abs=1e-6)
    angle = np.linspace(0, 2 * np.pi, 60)
    rim = rays_at(0.15 * np.cos(angle), 0.2 * np.sin(angle)) @ axes_at(2.0, lat)
    assert (chart.points(rim)[1] >= y - 1).all()
    assert (chart.points(rim)[1] <= y + height + 1).all()


@pytest.mark.parametrize(("views", "least"), [(BESIDE_THE_MAP, np.radians(50)), (ALL_SIDES, 0.0)])
def test_faces_away_from_the_horizon_are_whole_in_a_view(
    views: tuple[PerspectiveView, ...], least: float
) -> None:
    """Faces of 12 degrees, everywhere on the sphere."""
    rng = np.random.default_rng(1)
    for ray in rng.normal(size=(400, 3)):
        lon, lat = np.arctan2(ray[0], ray[2]), np.arctan2(ray[1], np.hypot(ray[0], ray[2]))
        if abs(lat) < least:
            continue
        angle = np.linspace(0, 2 * np.pi, 12)
        rim = rays_at(0.1 * np.cos(angle), 0.1 * np.sin(angle)) @ axes_at(float(lon), float(lat))
        whole = []
        for view in views:
            east, up, ahead = axes_at(view.lon, view.lat) @ rim.T
            whole.append(
                (ahead > 0).all()
                and (np.abs(east / ahead) < view.right).all()
                and (np.abs(up / ahead) < view.up).all()
                and view.scale > 0.8
            )
        assert any(whole), (np.degrees(lon), np.degrees(lat))


def test_each_eye_has_its_part() -> None:
    sphere = Sphere(Projection(stereo="left-right", left=0.25, right=0.25), 800, 400)
    assert [(e.x0, e.x1) for e in sphere.eyes] == [(0, 400), (400, 800)]
    assert sphere.shown((10, 20, 30, 40)) == [(10, 20, 30, 40), (410, 20, 30, 40)]
    assert sphere.located((410, 20, 30, 40)) == (1, (10, 20, 30, 40))


@pytest.mark.parametrize(
    ("size", "all_round"), [((2048, 1024), True), ((2048, 1023), True), ((2000, 1100), False),
                            ((400, 200), False)],
)  # fmt: skip
def test_twice_as_wide_as_high_may_be_all_round(size: tuple[int, int], all_round: bool) -> None:
    assert (assumed(*size) is not None) is all_round
