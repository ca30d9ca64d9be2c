"""The store keeps what it is told, and is told from what is none."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from efface.batch.store import BatchStore, Entry, store_of
from efface.errors import InputError, OutputError, RefusedError
from efface.regions import Box
from efface.remote.address import shown_path
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

NAMES = ("a.jpg", "caf\udce9.jpg", "c\n.jpg")
"""One is no text."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "made" / "out.batch.sqlite"


def filled(place: Path) -> BatchStore:
    store = BatchStore(place, write=True)
    store.begin(Order(), "0")
    store.add([Entry(Path("/in") / name, Path("/out") / name) for name in NAMES])
    return store


def test_files_are_kept_by_their_exact_names_and_once(place: Path) -> None:
    with closing(filled(place)) as store:
        assert store.add([Entry(Path("/in/a.jpg"), Path("/out/b.jpg"))]).new == 0
        assert store.add([Entry(Path("/in/e.jpg"), Path("/out/e"))]).new == 1
        found = store.waiting(9)
    assert [file.source.name for file in found] == [*NAMES, "e.jpg"]
    assert found[0].target == Path("/out/a.jpg")
    assert place.stat().st_mode & 0o077 == 0


def test_a_turn_comes_in_order_and_in_time(place: Path) -> None:
    with closing(filled(place)) as store:
        first, second, third = store.waiting(9)
        failed = FileReport(shown_path(first.source)).failing(OutputError("full"))
        store.ended(first, failed, "waiting", time.time() + 60)
        store.started(third, free=True)
        assert store.left(2) == 2
        assert [(file.id, file.resumed) for file in store.waiting(9)] == [(3, True), (2, False)]
        assert store.waiting(9, without=[2, 3]) == []
        store.put_back(third)
        assert [(file.id, file.resumed) for file in store.waiting(9)] == [(2, False), (3, False)]
        store.ended(second, failed, "failed")
        store.ended(third, failed, "given-up")
        assert store.waiting(9) == []
        assert store.left(9) == 1


def test_what_became_of_a_file_comes_back(place: Path) -> None:
    with closing(filled(place)) as store:
        first, second, third = store.waiting(9)
        doubt = Box(0, 1.0, 2.0, 3.0, 4.0, 0.5)
        done = FileReport(
            shown_path(first.source),
            shown_path(first.target),
            "redacted",
            0,
            target_sha256="0" * 64,
            sandbox="landlock",
        )
        store.ended(first, done, "done")
        other = replace(
            done,
            source=shown_path(second.source),
            target=shown_path(second.target),
            doubtful=(doubt,),
        )
        store.ended(second, other, "done")
        store.ended(
            third,
            FileReport(shown_path(third.source)).failing(InputError("no", hint="h")),
            "failed",
        )
        came = [result.report for result in store.results()]
        assert [report.to_json() for report in came[:1]] == [done.to_json()]
        assert isinstance(came[2].error, InputError)
        order = [Path(result.source).name for result in store.results(doubtful_first=True)]
        assert order == [NAMES[2], NAMES[1], NAMES[0]]
        assert store.statuses() == {"redacted": 2, "failed": 1}
    with closing(BatchStore(place, write=False)) as reader:
        assert len(list(reader.results())) == 3
        with pytest.raises(InputError, match="readonly"):
            reader.add([Entry(Path("x"), Path("y"))])


def test_a_batch_goes_on_only_with_what_it_was_begun_with(place: Path) -> None:
    with closing(BatchStore(place, write=True)) as store:
        assert store.order() is None
        store.begin(Order(), "0.1")
        store.begin(Order(), "0.2")
        with pytest.raises(RefusedError, match="another policy"):
            store.begin(Order(allow_no_face=True), "0.1")


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    text.write_text("these are my notes, and they are long enough to be no store at all")
    with sqlite3.connect(other) as base:
        base.execute("create table mine (a)")
    base.close()
    for path in (text, other, tmp_path / "missing.sqlite"):
        with pytest.raises(InputError):
            BatchStore(path, write=False)
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(InputError):
            BatchStore(path, write=True)
        assert path.read_bytes()[:16] == before[:16]
    with closing(sqlite3.connect(other)) as again:
        assert again.execute("select name from sqlite_master").fetchall() == [("mine",)]


def test_a_store_lies_beside_the_results(tmp_path: Path) -> None:
    assert store_of(tmp_path / "out") == tmp_path / "out.batch.sqlite"
    assert store_of(tmp_path / "my.sqlite") == tmp_path / "my.sqlite"
