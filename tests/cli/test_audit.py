"""``efface audit``: from a folder of published pictures to its list."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.running import Efface


@pytest.fixture
def published(tmp_path: Path, portrait: NDArray[np.uint8], jpeg_bytes: bytes) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    large = cv2.resize(portrait, (512, 512), interpolation=cv2.INTER_CUBIC)
    Image.fromarray(portrait).save(folder / "clear.png")
    hidden = large.copy()
    cells = cv2.resize(hidden[40:240, 150:310], (16, 20), interpolation=cv2.INTER_AREA)
    hidden[40:240, 150:310] = cv2.resize(cells, (160, 200), interpolation=cv2.INTER_NEAREST)
    Image.fromarray(hidden).save(folder / "hidden.png")
    (folder / "broken.jpg").write_bytes(jpeg_bytes[:2000])
    return folder


def test_from_a_folder_to_a_list_that_goes_on(
    efface: Efface, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "audit"
    asked = ("audit", published, "-o", out, "--thumbnails", "--workers", "1")
    run = efface(*asked, "--json")
    assert run.code == 6
    document = run.json()
    assert document["schema"] == "efface.audit/1"
    assert (document["files_looked_at"], document["files_without"]) == (3, 1)
    (file,) = document["files"]
    assert Path(file["file"]).name == "hidden.png"
    assert file["action"] == "take down"
    (found,) = file["found"]
    assert "mosaic" in found["face"]["redaction"]["kind"]
    assert found["face"]["redaction"]["strength_px"] == pytest.approx(10, rel=0.15)
    picture = Image.open(out / found["thumbnail"])
    assert max(picture.size) <= 128
    assert json.loads((out / "audit.json").read_text()) == document
    assert "hidden.png" in (out / "index.html").read_text()
    assert len((out / "audit.csv").read_text().splitlines()) == 3
    assert {path.stat().st_mode & 0o77 for path in (out, out / "index.html")} == {0}

    journal = (out / "journal.jsonl").read_bytes()
    again = efface(*asked)
    assert again.code == 6
    assert (out / "journal.jsonl").read_bytes() == journal
    assert again.out.startswith(f"take down: {published / 'hidden.png'} (")
    assert "3 files looked through: 1 to take down." in again.err
    assert efface("audit", published, "-o", out).code == 2  # begun with thumbnails


def test_a_folder_of_something_else_is_left_alone(
    efface: Efface, published: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear reader")
    run = efface("audit", published, "-o", tmp_path / "other")
    assert run.code == 2
    assert "no audit's" in run.err
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter.txt"]
