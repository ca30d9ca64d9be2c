"""``efface batch`` and what it says of itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.running import Efface


def test_an_archive_from_its_list_to_its_table(
    efface: Efface, tmp_path: Path, photo: Path, jpeg_bytes: bytes
) -> None:
    (tmp_path / "broken.jpg").write_bytes(jpeg_bytes[:2000])
    (tmp_path / "list.txt").write_text("photo.jpg\nbroken.jpg\n\n")
    out = tmp_path / "out"
    run = efface("batch", tmp_path / "list.txt", "-o", out, "--fast", "--workers", "1", "--json")
    assert run.code == 6
    assert run.json()["states"] == {
        "waiting": 0, "working": 0, "done": 1, "failed": 1, "given-up": 0,
    }  # fmt: skip
    assert "1 done, 1 failed." in run.err
    assert [path.name for path in out.iterdir()] == ["photo.jpg"]

    status = efface("batch", "status", out)
    assert (status.code, status.out.splitlines()[-2:]) == (0, ["  failed: 1", "  redacted: 1"])
    report = efface("batch", "report", out)
    assert "Not written:" in report.out
    assert "broken.jpg: failed (exit code 5)" in report.out
    for name in ("table.csv", "lines.jsonl"):
        assert efface("batch", "export", out, "-o", tmp_path / name).code == 0
        assert efface("batch", "export", out, "-o", tmp_path / name).code == 2
    with (tmp_path / "table.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["status"] for row in rows] == ["failed", "redacted"]
    lines = (tmp_path / "lines.jsonl").read_text().splitlines()
    assert [json.loads(line)["sandbox"] == "none" for line in lines] == [False, False]


def test_what_is_no_batch_is_said_to_be_none(efface: Efface, tmp_path: Path) -> None:
    for command in ("status", "report"):
        assert efface("batch", command, tmp_path).code == 5
    assert efface("batch", "export", tmp_path, "-o", tmp_path / "a.csv").code == 5
    assert not (tmp_path / "a.csv").exists()
    assert efface("batch", tmp_path / "missing").code == 2  # no -o
