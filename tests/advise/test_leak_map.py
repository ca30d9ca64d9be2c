"""The map: interpolated between points, with no narrower an interval, and silent beyond them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import efface
from docs import make_map
from efface.advise.leak_map import read_map, shipped_map
from efface.errors import InputError

CARD = """
schema = "efface.map/1"
[card]
run = "r"
page = "p"
data = "d"
people = 10
intervals = "95 %"
lower_bounds = true
face_px = [50, 200]
"""


def point(**changes: object) -> str:
    fields = {
        "kind": "gaussian", "strength": 0.1, "width_px": 100.0, "knowledge": "K2",
        "rank1": [0.5, 0.4, 0.6], "bits": [4.0, 3.0, 5.0], "n": 10, "chance": 0.1, **changes,
    }  # fmt: skip
    lines = [f"{k} = {f'{v!r}'.replace(chr(39), chr(34))}" for k, v in fields.items()]
    return "\n".join(["[[point]]", *lines, ""])


MAP = read_map(CARD + point() + point(strength=0.4, rank1=[0.1, 0.02, 0.2], bits=[1, 0, 2]))


def test_a_point_is_told_as_it_was_measured() -> None:
    leak = MAP.leak("gaussian", 0.1, 100, "K2", 0.0)
    assert leak is not None
    assert (leak.rank1, leak.rank1_interval) == (0.5, (0.4, 0.6))
    assert (leak.bits, leak.bits_interval, leak.people) == (4.0, (3.0, 5.0), 10)


@given(st.floats(0.1001, 0.3999), st.floats(0, 0.3))
def test_between_points_the_interval_holds_those_of_both(strength: float, error: float) -> None:
    leak = MAP.leak("gaussian", strength, 100, "K2", error)
    assert leak is not None
    assert 0.1 <= leak.rank1 <= 0.5
    assert leak.rank1_interval == (0.02, 0.6)
    assert leak.bits_interval == (0, 5)


@pytest.mark.parametrize(
    ("kind", "strength", "width", "knowledge"),
    [
        ("gaussian", 0.09, 100, "K2"),
        ("gaussian", 0.41, 100, "K2"),
        ("gaussian", 0.2, 49, "K2"),
        ("gaussian", 0.2, 201, "K2"),
        ("gaussian", 0.2, 100, "K0"),
        ("gaussian", None, 100, "K2"),
        ("median", 0.2, 100, "K2"),
    ],
)
def test_beyond_what_was_measured_there_is_no_figure(
    kind: str, strength: float | None, width: float, knowledge: str
) -> None:
    assert MAP.leak(kind, strength, width, knowledge) is None  # type: ignore[arg-type]


def test_the_nearest_says_how_it_differs() -> None:
    near = MAP.nearest("gaussian", 0.05, 30, "K2")
    assert near is not None
    assert (near.strength, near.leak.rank1) == (0.1, 0.5)
    assert (near.narrower, near.wider, near.weaker, near.stronger) == (True, False, True, False)
    near = MAP.nearest("gaussian", 0.9, 300, "K2")
    assert near is not None
    assert (near.narrower, near.wider, near.weaker, near.stronger) == (False, True, False, True)
    assert MAP.nearest("median", 0.3, 100, "K2") is None


def test_more_cells_hide_less() -> None:
    known = read_map(CARD + point(kind="mosaic", strength=8.0))
    near = known.nearest("mosaic", 20, 100, "K2")
    assert near is not None
    assert (near.weaker, near.stronger) == (True, False)


def test_widths_are_interpolated_where_several_were_measured() -> None:
    known = read_map(CARD + point(width_px=20.0, rank1=[0.1, 0.0, 0.2]) + point(width_px=80.0))
    leak = known.leak("gaussian", 0.1, 40, "K2")
    assert leak is not None
    assert leak.rank1 == pytest.approx(0.3)
    assert leak.rank1_interval == (0.0, 0.6)
    assert known.leak("gaussian", 0.1, 81, "K2") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "schema"),
        (CARD + point() + point(), "second point"),
        (CARD + point(rank1=[0.9, 0.1, 0.5]), "within its interval"),
        (CARD + point(knowledge="K7"), "knowledge"),
        (CARD + point(width_px=0.0), "above 0"),
        ("[", "map"),
    ],
)
def test_a_map_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_map(text)


def test_the_shipped_map_is_what_the_leak_table_says() -> None:
    """After the table has changed: ``python docs/make_map.py``."""
    page = make_map.PAGE.read_text(encoding="utf-8")
    path = Path(efface.__file__).parent / "advise" / "map.toml"
    assert path.read_text(encoding="utf-8") == make_map.written(page)
    assert tomllib.loads(make_map.written(page))["card"]["people"] == 250
    leak = shipped_map().leak("mosaic", 8, 120, "K2", 0.0)
    assert leak is not None
    assert (leak.rank1, leak.rank1_interval, leak.people) == (0.40, (0.33, 0.46), 125)
