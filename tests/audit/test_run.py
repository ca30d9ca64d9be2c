"""A run ends, whatever becomes of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.audit.sights import place, sight

from efface.audit import run
from efface.audit.journal import JOURNAL, BeginLine, Journal
from efface.audit.run import TRIES, AuditRun
from efface.errors import InputError, RefusedError, StoppedError
from efface.events import Event, FileFinished
from efface.policy import Policy
from efface.sandbox.apart import NotStartedError
from efface.sandbox.redactor import ReaderLostError
from efface.workflow.sight_form import SightEntry

BEGIN = BeginLine(schema=JOURNAL, made_by="0", thumbnails=False, limits={}, track=0)
Looks = Callable[[Path, int], SightEntry]
"""What a file shows at its n-th try, from 1."""


class Scripted:
    """Stands in for a confined process."""

    looks: Looks
    tries: dict[str, int]
    confinement = "limits"

    def __init__(self, files: Sequence[Path], policy: Policy, home: Path, **_: Any) -> None:
        assert home.is_dir()

    def look(self, path: Path) -> SightEntry:
        self.tries[path.name] = self.tries.get(path.name, 0) + 1
        return type(self).looks(path, self.tries[path.name])

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Looks], dict[str, int]]:
    def script(looks: Looks) -> dict[str, int]:
        tries: dict[str, int] = {}
        own = type("Own", (Scripted,), {"looks": staticmethod(looks), "tries": tries})
        monkeypatch.setattr(run, "ConfinedLooker", own)
        return tries

    return script


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{n}.jpg" for n in range(5)]
    for path in paths:
        path.write_bytes(b"a picture")
    return paths


def ran(folder: Path, files: list[Path]) -> tuple[Journal, list[Event]]:
    told: list[Event] = []
    with closing(Journal(folder / "journal.jsonl", BEGIN)) as journal:
        AuditRun(journal, Policy(), folder, listen=told.append).run(files, 2)
    return journal, told


def test_each_file_is_looked_through_once_and_failures_stop_nothing(
    scripted: Callable[[Looks], dict[str, int]], tmp_path: Path, files: list[Path]
) -> None:
    def looks(path: Path, turn: int) -> SightEntry:
        if path.name == "1.jpg":
            raise InputError("it is broken.", path=path)
        if path.name == "2.jpg" and turn == 1:
            raise ReaderLostError("what read it crashed.")
        if path.name == "3.jpg":
            raise ReaderLostError("what read it crashed.")
        return sight(place())

    tries = scripted(looks)
    files[4].unlink()
    journal, told = ran(tmp_path, files)
    assert tries == {"0.jpg": 1, "1.jpg": 1, "2.jpg": 2, "3.jpg": TRIES}
    codes = {e.path.name: e.exit_code for e in told if isinstance(e, FileFinished)}
    assert codes == {"0.jpg": 0, "1.jpg": 5, "2.jpg": 0, "3.jpg": 5, "4.jpg": 5}
    seen = {path.name: line.sight is not None for path, line in journal.lines(files)}
    assert seen == {"0.jpg": True, "1.jpg": False, "2.jpg": True, "3.jpg": False, "4.jpg": False}


def test_where_no_process_starts_nobody_goes_on(
    scripted: Callable[[Looks], dict[str, int]], tmp_path: Path, files: list[Path]
) -> None:
    def looks(path: Path, turn: int) -> SightEntry:
        raise NotStartedError("it does not start.")

    scripted(looks)
    with pytest.raises(RefusedError, match="does not start"):
        ran(tmp_path, files)


def test_an_interruption_keeps_what_was_seen(
    scripted: Callable[[Looks], dict[str, int]],
    tmp_path: Path,
    files: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripted(lambda path, turn: sight())
    monkeypatch.setattr(run, "work_through", lambda work, workers, stop: work() is None)
    with pytest.raises(StoppedError, match="kept"):
        ran(tmp_path, files)
    again = Journal(tmp_path / "journal.jsonl", BEGIN)
    again.close()
    assert all(again.known(path) is not None for path in files)
