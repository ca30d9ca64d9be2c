"""Which measured redaction is near to one, and what is said where none is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import FACE, blurred, person, solid

from efface.attack.red_team.calibration import calibration
from efface.attack.red_team.strength import Strength, strength_of
from efface.attack.red_team.verdict import power, reach


def test_a_blur_is_as_strong_as_it_was_made(portrait: NDArray[np.uint8]) -> None:
    found = strength_of(person(portrait, blurred(portrait, 0.1 * FACE.width)))
    assert found is not None
    assert found.kind == "gaussian"
    assert found.size == pytest.approx(0.1, rel=0.15)
    fill = strength_of(person(portrait, solid(portrait, grow=1.5)))
    assert fill is not None
    assert fill.kind == "solid"
    assert fill.size == pytest.approx(1.5, rel=0.1)


def test_the_nearest_row_is_of_that_kind() -> None:
    known = calibration()
    deface = known.weak_near(Strength("box", 0.26))
    assert deface is not None
    assert deface.name == "deface 1.5, default blur"
    table = known.stronger_near(Strength("box", 0.26))
    assert table is not None
    assert (table.name, table.rank_1) == ("deface 1.5, default blur", 49.0)
    said = power(Strength("box", 0.26), known)
    assert f"find {deface.failed} of {deface.n} redactions of this kind and strength" in said
    assert "49 %" in reach(Strength("box", 0.26), known)


def test_where_none_is_near_that_is_said() -> None:
    known = calibration()
    assert known.weak_near(Strength("gaussian", 5.0)) is None
    assert "was not measured" in power(Strength("gaussian", 5.0), known)
    assert "was not measured" in reach(None, known)
    assert Strength("mosaic", 8).apart("gaussian", 8) == math.inf
    assert Strength("mosaic", 8).apart("sampled-mosaic", 8) < Strength("mosaic", 8).apart(
        "mosaic", 13
    )
