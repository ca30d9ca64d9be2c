"""Shares in words."""

from __future__ import annotations

import pytest

from efface.report.shares import percent


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.004, "less than 1 %"), (0.12, "12 %"), (0.999, "99 %"), (1.0, "100 %")],
)
def test_only_all_is_a_hundred(share: float, words: str) -> None:
    assert percent(share) == words
