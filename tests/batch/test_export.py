"""What became of a batch, as a table, as lines and as a queue."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

import efface
from efface.batch import export as module
from efface.batch.store import BatchStore, Entry
from efface.cli.main import cli
from efface.errors import EffaceError, GateError, InputError, NoFaceError, RefusedError
from efface.files.lists import listed
from efface.regions import Box
from efface.remote.address import address_of
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

ENDS: dict[str, EffaceError | int] = {
    "plain.jpg": 0, "=doubtful.jpg": 2, "broken.jpg": InputError("damaged"),
    "nobody.jpg": NoFaceError("no face"), "caf\udce9.jpg": GateError("still seen"),
    "two\nlines.jpg": NoFaceError("no face"), "s3://box/far.jpg": NoFaceError("no face"),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    found = folder / "out.batch.sqlite"
    with closing(BatchStore(found, write=True)) as store:
        store.begin(Order(), "0")
        places = {
            name: address_of(name) if "://" in name else folder / "in" / name for name in ENDS
        }
        store.add(
            Entry(source, folder / "out" / f"{line}.jpg", line=line, key=f"=id {line}")
            for line, source in enumerate(places.values(), 2)
        )
        for file, end in zip(store.waiting(99), ENDS.values(), strict=True):
            report = FileReport(Path("x"), cpu_seconds={"find faces": 0.5, "write": 0.25}, faces=3)
            if isinstance(end, int):
                box = Box(0, 1.0, 2.0, 3.0, 4.0, 0.5)
                done = replace(
                    report, target=Path("y"), status="redacted", exit_code=0,
                    target_sha256="0" * 64, doubtful=(box,) * end,
                )  # fmt: skip
                store.ended(file, done, "done")
            else:
                store.ended(file, report.failing(end), "failed")
    return found


def test_a_table_has_what_to_look_at_first(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    assert efface.batch_export(place, out) == len(ENDS)
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert [row["exit_code"] for row in rows] == ["5", "3", "4", "3", "3", "0", "0"]
    assert [row["doubtful"] for row in rows[-2:]] == ["2", "0"]
    assert rows[-1]["output"] == str(place.parent / "out" / "2.jpg")
    assert {row["id"][:5] for row in rows} == {"'=id "}  # no spreadsheet runs it
    assert rows[0]["cpu_seconds"] == "0.75"
    assert rows[4]["input"] == "s3://box/far.jpg"
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(RefusedError, match="exists"):
        efface.batch_export(place, out)


def test_parquet_has_the_same_with_types(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_EACH", 3)
    assert efface.batch_export(place, tmp_path / "table.parquet") == len(ENDS)
    file = parquet.ParquetFile(tmp_path / "table.parquet")
    assert file.num_row_groups == 3
    rows = file.read().to_pylist()
    assert [row["exit_code"] for row in rows] == [5, 3, 4, 3, 3, 0, 0]
    assert rows[2]["input"].endswith("caf\\udce9.jpg")
    assert (rows[-1]["id"], rows[-1]["line"], rows[-1]["cpu_seconds"]) == ("=id 2", 2, 0.75)
    assert rows[0]["output"] is None


def test_without_its_package_parquet_is_refused_in_a_sentence(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RefusedError, match=r"pip install 'efface\[parquet\]'"):
        efface.batch_export(place, tmp_path / "table.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_queue_names_what_a_person_can_decide(place: Path, tmp_path: Path) -> None:
    assert efface.batch_export(place, tmp_path / "queue.txt") == 3
    names = [path.name for path in listed(tmp_path / "queue.txt")]
    assert names == ["nobody.jpg", "caf\udce9.jpg", "=doubtful.jpg"]


def test_lines_and_totals(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    efface.batch_export(place, tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert lines[4]["input"] == "s3://box/far.jpg"
    assert (lines[-1]["id"], lines[-1]["tries"]) == ("=id 2", 0)
    with pytest.raises(RefusedError, match=r"ends in \.csv"):
        efface.batch_export(place, tmp_path / "table.xlsx")
    cli.main(["batch", "report", str(place)], standalone_mode=False)
    said = capsys.readouterr().out
    assert "7 files have ended, with 21 faces; of the results, 1 have 2 doubtful places" in said
    assert "s3://box/far.jpg: no-face (exit code 3)" in said
