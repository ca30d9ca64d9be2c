"""``efface detect`` from the outside."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.running import Efface

from efface.regions import Regions


def test_it_prints_a_regions_document(photo: Path, efface: Efface) -> None:
    run = efface("detect", photo, "--json")
    assert run.code == 0, run.err
    regions = Regions.from_json(run.json())
    assert regions.media.file == "photo.jpg"
    assert regions.media.sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert (regions.media.width, regions.media.height) == (256, 256)
    (track,) = regions.tracks
    (box,) = track.boxes
    assert track.id == "t1"
    # the astronaut's face: around (112, 57) of 256, some 45 px wide
    assert abs(box.x + box.width / 2 - 112) < 12
    assert abs(box.y + box.height / 2 - 57) < 14
    assert names(photo.parent) == {"photo.jpg"}


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_no_face_is_code_0_and_no_tracks(tmp_path: Path, efface: Efface) -> None:
    plain = tmp_path / "plain.png"
    Image.new("RGB", (90, 70), (200, 190, 180)).save(plain)
    run = efface("detect", plain, "--json")
    assert run.code == 0
    assert run.json()["tracks"] == []


def test_several_files_make_one_document_with_a_list(
    tmp_path: Path, photo: Path, jpeg_bytes: bytes, efface: Efface
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg_bytes)
    (folder / "bad.jpg").write_bytes(b"")
    run = efface("detect", photo, folder, "--json")
    assert run.code == 6
    assert "bad.jpg" in run.err
    document = run.json()
    assert [f["media"]["file"] for f in document["files"]] == ["photo.jpg", "a.jpg"]
    listed = tmp_path / "all.json"
    listed.write_text(run.out)
    (folder / "bad.jpg").unlink()
    # both files have the same bytes, so the same document would serve twice
    assert efface("redact", photo, "--regions", listed).code == 2


def test_a_folder_of_documents_serves_a_folder_of_photos(
    tmp_path: Path, portrait: NDArray[np.uint8], efface: Efface
) -> None:
    folder, documents = tmp_path / "in", tmp_path / "regions"
    folder.mkdir()
    documents.mkdir()
    Image.fromarray(portrait).save(folder / "a.png")
    Image.fromarray(portrait[:, ::-1]).save(folder / "b.png")
    for name in ("a", "b"):
        (documents / f"{name}.json").write_text(
            efface("detect", folder / f"{name}.png", "--json").out
        )
    run = efface("redact", folder, "-o", tmp_path / "out", "--regions", documents, "--json")
    assert run.code == 0, run.err
    assert {f["detector"] for f in run.json()["files"]} == {"none: regions were given"}


def test_the_preview_shows_numbered_boxes(photo: Path, efface: Efface) -> None:
    preview = photo.with_name("preview.png")
    assert efface("detect", photo, "--preview", preview).code == 0
    with Image.open(preview) as image:
        pixels = np.asarray(image).astype(int)
    assert pixels.shape == (256, 256, 3)
    assert (np.abs(pixels - (255, 64, 32)).sum(axis=2) == 0).sum() > 100
    assert efface("detect", photo, "--preview", preview).code == 2
    assert efface("detect", photo, "--preview", photo, "--overwrite").code == 2


def test_people_get_a_table(photo: Path, efface: Efface) -> None:
    run = efface("detect", photo)
    assert run.code == 0
    assert "t1" in run.out
    assert "256x256" in run.out


def test_a_bad_file_is_named_with_its_code(tmp_path: Path, efface: Efface) -> None:
    run = efface("detect", tmp_path / "none.jpg", "--json")
    assert run.code == 5
    error = run.json()
    assert (error["schema"], error["exit_code"]) == ("efface.error/1", 5)
    assert error["file"] == str(tmp_path / "none.jpg")
    assert "none.jpg" in run.err


def test_in_a_folder_the_others_go_on(photo: Path, efface: Efface) -> None:
    (photo.parent / "empty.jpg").write_bytes(b"")
    run = efface("detect", photo.parent, "--json")
    assert run.code == 6
    document = run.json()
    assert [f["media"]["file"] for f in document["files"]] == ["photo.jpg"]
    assert [f["exit_code"] for f in document["failed"]] == [5]
    (photo.parent / "all.json").write_text(run.out, encoding="utf-8")
    given = efface("redact", photo, "--regions", photo.parent / "all.json")
    assert given.code == 0, given.err


def test_one_bad_photo_in_a_folder_ends_with_its_own_code(tmp_path: Path, efface: Efface) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert efface("detect", tmp_path).code == 5


def test_an_empty_folder_is_no_success(tmp_path: Path, efface: Efface) -> None:
    assert efface("detect", tmp_path).code == 2


def test_recall_modes_exclude_each_other(photo: Path, efface: Efface) -> None:
    assert efface("detect", photo, "--fast").code == 0
    assert efface("detect", photo, "--recall", "high").code == 0
    assert efface("detect", photo, "--fast", "--recall", "high").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("command", ["detect", "scan"])
def test_an_interruption_keeps_what_was_found(
    tmp_path: Path, jpeg_bytes: bytes, command: str
) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / name).write_bytes(jpeg_bytes)
    script = (
        "import os, signal, sys\n"
        "from efface.workflow import detect, scan\n"
        "for room, name in ((detect, 'detect_file'), (scan, 'scan_file')):\n"
        "    def first(path, *args, real=getattr(room, name), **options):\n"
        "        if path.name == 'b.jpg':\n"
        "            os.kill(os.getpid(), signal.SIGTERM)\n"
        "        return real(path, *args, **options)\n"
        "    setattr(room, name, first)\n"
        f"sys.argv = ['efface', {command!r}, '.', '--json', '--fast']\n"
        "from efface.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 130, done.stderr
    document = json.loads(done.stdout)
    assert len(document["files"]) == 1
    assert [Path(error["file"]).name for error in document["failed"]] == ["b.jpg", "c.jpg"]
    assert {error["exit_code"] for error in document["failed"]} == {130}
