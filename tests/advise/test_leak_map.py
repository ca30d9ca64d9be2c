"""The map: interpolated between points, with no narrower an interval, and silent beyond them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import efface
from docs import make_map, make_study
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


def test_the_shipped_map_is_what_table_and_study_say() -> None:
    """After one of them has changed: ``python -m docs.make_map``."""
    cells = make_study.cells()
    page = make_map.PAGE.read_text(encoding="utf-8")
    made = make_map.written(page, make_study.for_advice())
    path = Path(efface.__file__).parent / "advise" / "map.toml"
    assert path.read_text(encoding="utf-8") == made
    assert tomllib.loads(made)["card"]["people"] == 250
    leak = shipped_map().leak("mosaic", 8, 120, "K2", 0.0)
    assert leak is not None
    assert (leak.rank1, leak.rank1_interval, leak.people) == (0.40, (0.33, 0.46), 125)
    small = shipped_map().leak("mosaic", 8, 30, "K2", 0.0)
    assert small is not None
    around = [cells[f"cells-8@{px}"].columns["K2"].rank1[0] for px in (28, 40)]
    assert min(around) <= small.rank1 <= max(around)


def test_what_was_measured_at_one_width_is_not_said_of_faces_far_narrower() -> None:
    """32 cells are not in the study; as many show nearly all of a face."""
    assert shipped_map().leak("mosaic", 32, 30, "K2", 0.0) is None
    assert shipped_map().leak("mosaic", 32, 170, "K2", 0.0) is not None


RAGGED = read_map(
    CARD
    + point(width_px=14.0, rank1=[0.2, 0.1, 0.3])
    + point(width_px=80.0, rank1=[0.6, 0.5, 0.7])
    + point(width_px=14.0, strength=0.4, rank1=[0.02, 0.0, 0.05])
    + point(width_px=40.0, strength=0.2, rank1=[0.3, 0.2, 0.4])
    + point(width_px=162.0, strength=0.05, rank1=[0.9, 0.8, 1.0], pooled_px=[83.0, 209.0])
)
"""Not every strength at every width."""


def test_a_strength_measured_at_one_width_counts_there_alone() -> None:
    at = RAGGED.leak("gaussian", 0.2, 40, "K2", 0.0)
    assert at is not None
    assert at.rank1 == 0.3
    assert RAGGED.leak("gaussian", 0.2, 41, "K2", 0.0) is None
    assert RAGGED.leak("gaussian", 0.4, 20, "K2", 0.0) is None


def test_widths_that_were_pooled_count_between_their_ends() -> None:
    for width in (83, 120, 209):
        leak = RAGGED.leak("gaussian", 0.05, width, "K2", 0.0)
        assert leak is not None
        assert leak.rank1 == 0.9
    assert RAGGED.leak("gaussian", 0.05, 82, "K2", 0.0) is None
    assert RAGGED.widths("gaussian") == (14.0, 209.0)


def test_the_nearest_is_of_a_width_where_something_was_measured() -> None:
    near = RAGGED.nearest("gaussian", 0.3, 50, "K2")  # .1 alone reaches across 50 px
    assert near is not None
    assert near.strength == 0.1
    assert (near.narrower, near.wider, near.weaker, near.stronger) == (False, False, False, True)
    near = RAGGED.nearest("gaussian", 0.3, 9, "K2")
    assert near is not None
    assert near.leak.rank1_interval == (0.0, 0.3)  # both neighbours' at 14 px
    assert near.narrower
    near = RAGGED.nearest("gaussian", 0.05, 500, "K2")
    assert near is not None
    assert (near.leak.rank1, near.wider) == (0.9, True)


@given(st.floats(5, 300), st.floats(0.02, 0.9))
def test_there_is_always_a_nearest_of_a_kind_that_was_measured(
    width: float, strength: float
) -> None:
    """And what is told lies within what was measured at all."""
    near = RAGGED.nearest("gaussian", strength, width, "K2")
    assert near is not None
    assert 0.02 <= near.leak.rank1 <= 0.9


def test_pooled_widths_hold_the_points_own() -> None:
    with pytest.raises(InputError, match="pooled"):
        read_map(CARD + point(pooled_px=[120.0, 200.0]))
