"""What a tolerance lets pass, and what it never does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.evidence.commitment.figures import SCALE
from efface.evidence.commitment.tolerance import PHOTO, VIDEO, Allowance, Rule

RULE = Rule(2, 1)
OF = RULE.kinds
MOST = [255 * SCALE] * 3 + [243 * SCALE] * 2 + [510 * SCALE]
values = st.integers(0, 510 * SCALE)


def passes(at: int, original: int, shown: int) -> bool:
    row = np.zeros((2, 6), np.uint16)
    row[0, at], row[1, at] = original, shown
    return not RULE.beyond(RULE.committed(row[:1]), row[1:])[0, at]


@given(st.integers(0, 5), values, values)
def test_within_the_tolerance_never_fails(at: int, original: int, shown: int) -> None:
    original, shown = min(original, MOST[at]), min(shown, MOST[at])
    allowed = OF[at].up if shown > original else OF[at].down
    if abs(shown - original) <= allowed * SCALE:
        assert passes(at, original, shown)


@given(st.integers(0, 5), values, values)
def test_a_step_beyond_it_always_fails(at: int, original: int, shown: int) -> None:
    original, shown = min(original, MOST[at]), min(shown, MOST[at])
    rise, fall = OF[at].surely
    share = original * OF[at].share // 100
    fall = max(fall * SCALE, share + OF[at].step * SCALE)
    if shown - original > rise * SCALE or original - shown > fall:
        assert not passes(at, original, shown)


def test_what_is_surely_noticed() -> None:
    """As docs/evidence.md has it."""
    found = [
        [one.surely for one in (each.main, each.other, each.energy, each.rough)]
        for each in (VIDEO, PHOTO)
    ]
    assert found == [
        [(6, 6), (7, 7), (3, 4), (5, 11)],
        [(9, 9), (16, 16), (6, 7), (6, 10)],
    ]


def test_half_of_strong_edges_may_go() -> None:
    assert passes(3, 100 * SCALE, 51 * SCALE)
    assert not passes(3, 100 * SCALE, 48 * SCALE)


@given(st.integers(0, 5), values)
def test_a_byte_holds_what_is_committed(at: int, original: int) -> None:
    original = min(original, MOST[at])
    row = np.zeros((1, 6), np.uint16)
    row[0, at] = original
    committed = int(RULE.committed(row)[0, at])
    assert abs(committed * OF[at].step * SCALE - original) <= OF[at].step * SCALE / 2
    assert RULE.moved(RULE.committed(row), row).tolist() == [[0] * 6]


@pytest.mark.parametrize(("others", "cells"), [(0, 1), (2, 4), (3, 1)])
def test_as_many_figures_as_a_leaf_has(others: int, cells: int) -> None:
    assert Rule(others, cells).figures == (3 + others) * cells + 1


def test_an_allowance_says_what_it_sees() -> None:
    assert Allowance(1, 2, 3).surely == (3, 4)
