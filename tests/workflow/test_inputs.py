"""Commands that only read: each input on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.errors import InputError, StoppedError
from efface.events import BatchStarted, Event, FileFinished, FileStarted
from efface.workflow.inputs import over_inputs


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg")]


def test_one_bad_file_does_not_stop_the_others(paths: list[Path]) -> None:
    def work(path: Path) -> str:
        if path.name == "b.jpg":
            raise InputError("it is cut short.")
        return path.name

    events: list[Event] = []
    done, failed = over_inputs(paths, work, events.append)
    assert done == ["a.jpg", "c.jpg"]
    assert [(error.path, error.exit_code) for error in failed] == [(paths[1], 5)]
    assert events[0] == BatchStarted(3)
    assert events[3:5] == [FileStarted(paths[1], 1), FileFinished(paths[1], 1, 5)]


@pytest.mark.parametrize("disguised", [True, False])
def test_an_interruption_ends_the_run_whatever_a_library_makes_of_it(
    paths: list[Path], disguised: bool
) -> None:
    def work(path: Path) -> str:
        if path.name == "b.jpg":
            if disguised:
                raise ImportError("initialization failed") from KeyboardInterrupt()
            raise KeyboardInterrupt
        return path.name

    done, failed = over_inputs(paths, work, lambda event: None)
    assert done == ["a.jpg"]
    assert [error.path for error in failed] == paths[1:]
    assert all(isinstance(error, StoppedError) for error in failed)
