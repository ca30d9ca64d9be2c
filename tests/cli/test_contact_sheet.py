"""``efface contact-sheet`` from the outside."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.movies import background, with_portrait, write_clip
from tests.running import Efface


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """A folder with a clip, ``black.mp4``, the same with a black zone, and its regions."""
    folder = tmp_path_factory.mktemp("clips")
    plain = [with_portrait(background(), portrait, 60 + i, 40, 160) for i in range(20)]
    black = [picture.copy() for picture in plain]
    for i, picture in enumerate(black):
        picture[40:120, 90 + i : 180 + i] = 0
    write_clip(folder / "clip.mp4", plain)
    write_clip(folder / "black.mp4", black)
    boxes = [{"frame": i, "box": [115 + i, 57, 29, 37]} for i in (0, 10)]
    document = {
        "schema": "efface.regions/1",
        "media": {
            "file": "clip.mp4",
            "sha256": sha256((folder / "clip.mp4").read_bytes()).hexdigest(),
            "kind": "video",
            "width": 320,
            "height": 240,
            "frames": 20,
        },
        "tracks": [{"id": "t1", "interpolate": True, "boxes": boxes}],
    }
    (folder / "clip.json").write_text(json.dumps(document))
    return folder


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_given_regions_are_drawn(clips: Path, tmp_path: Path, efface: Efface) -> None:
    out = tmp_path / "sheet.png"
    args = ("contact-sheet", clips / "clip.mp4", "--regions", clips / "clip.json", "-o", out)
    run = efface(*args, "--columns", "5")
    assert run.code == 0, run.err
    assert run.out.split() == [str(out)]
    assert "delete it after use" in run.err
    assert pixels(out).shape[1] == 176 + 5 * 134 + 16
    assert efface(*args).code == 2
    assert efface(*args, "--overwrite").code == 0
    assert {p.name for p in tmp_path.iterdir()} == {"sheet.png"}


def test_a_redacted_copy_is_shown_with_the_originals_regions(
    clips: Path, tmp_path: Path, efface: Efface
) -> None:
    given = ("--regions", clips / "clip.json", "-o", tmp_path / "after.png")
    refused = efface("contact-sheet", clips / "black.mp4", *given)
    assert refused.code == 2
    assert "--redacted" in refused.err
    run = efface("contact-sheet", clips / "black.mp4", "--redacted", *given)
    assert run.code == 0, run.err
    # the middle of the first crop is black
    middle = pixels(tmp_path / "after.png")[92 + 54 : 92 + 74, 176 + 54 : 176 + 74]
    assert middle.max() < 30


def test_without_regions_it_looks_itself(clips: Path, tmp_path: Path, efface: Efface) -> None:
    run = efface("contact-sheet", clips / "clip.mp4")
    assert run.code == 0, run.err
    own = clips / "clip.contact-sheet.png"
    assert own.is_file()
    own.unlink()
    none = efface("contact-sheet", clips / "black.mp4", "-o", tmp_path / "left.png")
    assert none.code == 3
    assert not list(tmp_path.iterdir())


def test_a_photo_is_refused(photo: Path, efface: Efface) -> None:
    run = efface("contact-sheet", photo)
    assert run.code == 2
    assert "--preview" in run.err


def test_a_video_that_is_not_there(tmp_path: Path, efface: Efface) -> None:
    assert efface("contact-sheet", tmp_path / "none.mp4").code == 5
