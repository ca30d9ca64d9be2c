"""A zone: what of it is filled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from efface.geometry import Rect
from efface.zones.zone import Zone

sides = st.integers(1, 90)


@given(
    st.integers(-40, 60), st.integers(-40, 60), sides, sides, st.sampled_from(["box", "rounded"])
)
def test_what_is_inscribed_is_filled_whole(
    x: int, y: int, width: int, height: int, shape: str
) -> None:
    outer = Rect(x, y, x + width, y + height)
    zone = Zone("t1", 0, outer.clipped(80, 60), outer, "box" if shape == "box" else "rounded")
    inner, r = zone.inscribed, zone.rect
    if r.empty or inner.empty:
        return
    assert r.x0 <= inner.x0 < inner.x1 <= r.x1
    assert r.y0 <= inner.y0 < inner.y1 <= r.y1
    part = zone.mask()[inner.y0 - r.y0 : inner.y1 - r.y0, inner.x0 - r.x0 : inner.x1 - r.x0]
    assert part.all()
    if shape == "box":
        assert inner == r
    elif r == outer:
        assert 2 * inner.area >= outer.area
