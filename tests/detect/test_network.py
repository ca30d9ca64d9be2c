"""How many threads networks get."""

from __future__ import annotations

import pytest

from efface.detect.network import processors


@pytest.mark.parametrize("told", ["1", " 1", "1,2"])
def test_who_shares_the_processors_says_so(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert processors() == 1


@pytest.mark.parametrize("told", ["", "0", "many", "64"])
def test_never_more_than_there_are_and_never_none(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert processors() == (1 if told == "0" else 4)
