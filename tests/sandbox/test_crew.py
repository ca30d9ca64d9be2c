"""Threads end, and processes with them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from efface.sandbox import crew
from efface.sandbox.crew import work_through, workers_here


def test_there_is_a_worker_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_free_mb", lambda: 100.0)
    assert workers_here() == 1


def test_all_threads_work_and_nothing_is_stopped() -> None:
    done: list[int] = []
    assert not work_through(lambda: done.append(1), 3, pytest.fail)
    assert done == [1, 1, 1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_the_waiting_stops_what_works(error: type[BaseException]) -> None:
    stopped = threading.Event()

    def meanwhile() -> None:
        raise error

    def wait() -> None:
        stopped.wait(20)

    def run() -> bool:
        return work_through(wait, 2, stopped.set, meanwhile)

    _ends(run, error)
    assert stopped.is_set()


def _ends(run: Callable[[], bool], error: type[BaseException]) -> None:
    if error is KeyboardInterrupt:
        assert run()
    else:
        with pytest.raises(error):
            run()
