"""``efface scan`` from the outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.movies import background, with_portrait, write_clip
from tests.running import Efface

SHOWN = range(20, 40)
"""Frames of the clip, at ten a second, in which the portrait shows."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    empty = background()
    pictures = [
        with_portrait(empty, portrait, 60 + i, 40, 160) if i in SHOWN else empty for i in range(60)
    ]
    return write_clip(tmp_path_factory.mktemp("scan") / "clip.mp4", pictures)


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_a_video_in_json_and_as_a_picture(clip: Path, tmp_path: Path, efface: Efface) -> None:
    picture = tmp_path / "timeline.png"
    run = efface("scan", clip, "--json", "--timeline", picture)
    assert run.code == 0, run.err
    document = run.json()
    assert (document["schema"], document["failed"]) == ("efface.scan/1", [])
    (file,) = document["files"]
    assert (file["file"], file["kind"], file["frames"]) == (str(clip), "video", 60)
    assert (file["width"], file["height"], file["length_s"]) == (320, 240, 6.0)
    assert file["identifiable"] == "yes"
    (shown,) = file["stretches"]
    # a track reaches a little further than the face: it never ends early
    assert 1.2 <= shown["start_s"] <= 2.0
    assert 4.0 <= shown["end_s"] <= 5.0
    free = [(0.0, shown["start_s"]), (shown["end_s"], 6.0)]
    free.sort(key=lambda span: span[0] - span[1])
    assert [(span["start_s"], span["end_s"]) for span in file["without_face"]] == free
    assert shown["best"]["pose"] == "towards"
    assert 30 <= shown["largest_px"] <= 50
    assert shown["faces"] == [face["id"] for face in file["faces"]]
    assert "body, clothes, gait, voice" in " ".join(document["limits"])
    with Image.open(picture) as image:
        assert image.width == 1600
    assert names(clip.parent) == {"clip.mp4"}
    assert names(tmp_path) == {"timeline.png"}
    again = efface("scan", clip, "--timeline", picture)
    assert again.code == 2
    assert "exists" in again.err


def test_people_see_first_where_no_face_was_seen(clip: Path, efface: Efface) -> None:
    run = efface("scan", clip)
    assert run.code == 0, run.err
    free, shown = run.out.index("No face seen, the longest first"), run.out.index("Faces show")
    assert free < shown
    assert "turned towards the camera" in run.out[shown:]
    assert "may have been missed" in run.err


def test_a_photo_names_each_face(photo: Path, efface: Efface) -> None:
    run = efface("scan", photo, "--fast")
    assert run.code == 0, run.err
    assert "t1  yes" in run.out
    assert names(photo.parent) == {"photo.jpg"}
    assert efface("scan", photo, "--timeline", photo.with_name("t.png")).code == 2


def test_a_folder_gets_a_line_a_file_and_totals(photo: Path, efface: Efface) -> None:
    folder = photo.parent
    Image.fromarray(background()).save(folder / "empty.png")
    (folder / "bad.jpg").write_bytes(b"")
    (folder / "notes.txt").write_text("no picture")
    run = efface("scan", folder, "--fast")
    assert run.code == 6
    assert "bad.jpg" in run.err
    lines = run.out.splitlines()
    assert len(lines) == 4
    assert "empty.png" in lines[1]
    assert "no face seen" in lines[1]
    assert "photo.jpg" in lines[2]
    assert "yes" in lines[2]
    assert "1 yes" in lines[3]
    assert "no face seen in 1" in lines[3]
    assert efface("scan", folder, "--timeline", folder / "t.png").code == 2


def test_a_bad_file_is_named_with_its_code(tmp_path: Path, efface: Efface) -> None:
    run = efface("scan", tmp_path / "none.mp4", "--json")
    assert run.code == 5
    assert (run.json()["schema"], run.json()["exit_code"]) == ("efface.error/1", 5)
