"""A label that says that a face is drawn, as large as its zone allows."""

from __future__ import annotations

import numpy as np
import pytest

from efface.redact.methods.replace.label import LETTERS, SHARE, labelled


@pytest.mark.parametrize(("high", "wide"), [(240, 190), (60, 50), (5, 4), (1, 1)])
def test_it_stands_in_the_corner(high: int, wide: int) -> None:
    grey = np.full((high, wide, 3), 90, np.uint8)
    shown = labelled(grey)
    changed = (shown != grey).any(axis=2)
    assert changed[-1, -1]
    rows, columns = np.nonzero(changed)
    size = max(1, round(SHARE * high / len(LETTERS)))
    assert high - rows.min() == min(high, size * len(LETTERS))
    assert wide - columns.min() == min(wide, size * len(LETTERS[0]))
    assert (grey == 90).all()
    if high >= 60:
        assert set(np.unique(shown[changed])) == {0, 255}
