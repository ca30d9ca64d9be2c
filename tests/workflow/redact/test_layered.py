"""A layered fill goes through the whole of a redaction, and is never called a removal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fillings import soft
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.workflow.redact.asking import ask, faces, picture, quick

from efface.media.video import open_video
from efface.policy import Limits, MethodPolicy
from efface.regions import Box, Regions, Track
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.report import FileReport

LAYERED = replace(quick(), method=MethodPolicy("layered"))


def redacted(source: Path, target: Path) -> FileReport:
    report = redact_file(ask(source, target, policy=LAYERED))
    assert report.error is None, report.message
    return report


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "tiff"])
def test_a_photo_shows_a_soft_shape(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one secret: of 40 drawn at random the steepest steps were 20 to 45."""
    monkeypatch.setattr("secrets.token_bytes", bytes)
    source = tmp_path / f"a.{ending}"
    Image.fromarray(soft(160, 200)).save(source)
    report = redacted(source, tmp_path / f"out.{ending}")
    (zone,) = report.zones
    r = zone.rect
    with Image.open(tmp_path / f"out.{ending}") as image:
        shown = np.asarray(image.convert("RGB"))[r.y0 : r.y1, r.x0 : r.x1].astype(float)
    assert np.ptp(shown) > 10
    if ending in ("png", "tiff"):
        assert np.abs(np.diff(shown, axis=0)).max() < 40
    assert any("friction, not protection" in note for note in report.notes)


def test_each_file_has_a_secret_of_its_own(tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png", size=(160, 200))
    files = []
    for number in range(2):
        target = tmp_path / f"out{number}.png"
        redacted(source, target)
        files.append(target.read_bytes())
    assert files[0] != files[1]


def test_with_the_same_secret_scenes_of_the_same_cells_end_in_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1, as far as it goes: what lies in the zone beside the face's oval has no say."""
    monkeypatch.setattr("secrets.token_bytes", bytes)
    shown = soft(160, 200)
    other = shown.copy()
    other[9:21, 8:11] = 255 - other[9:21, 8:11]  # hair, in the zone and beside the face
    outputs = []
    for number, pixels in enumerate((shown, other)):
        folder = tmp_path / str(number)
        folder.mkdir()
        Image.fromarray(pixels).save(folder / "a.png")
        (zone,) = redacted(folder / "a.png", folder / "out.png").zones
        assert zone.rect.x0 <= 8
        outputs.append((folder / "out.png").read_bytes())
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("name", ["mp4-h264", "mkv-ffv1-rgb"])
def test_a_track_of_a_video_has_one_fill(name: str, tmp_path: Path) -> None:
    clip = CLIPS[name]
    source = make(tmp_path, clip)
    boxes = tuple(Box(i, 30.0 + i, 20, 16, 18) for i in range(clip.frames))
    media = open_video(source, Limits()).media(clip.frames)
    regions = Regions(media, (Track("t1", boxes),))
    report = redact_file(ask(source, policy=LAYERED, regions=regions))
    assert report.target is not None, report.message
    middles = [
        frame.picture()[26:32, 35 + frame.index : 41 + frame.index].astype(float)
        for frame in open_video(report.target, Limits()).frames()
    ]
    assert len(middles) == clip.frames
    assert all(np.abs(middle - middles[0]).mean() < 6 for middle in middles)
    assert any("friction" in note for note in report.notes)


def test_several_faces_of_a_photo_are_one_look_each(tmp_path: Path) -> None:
    source = picture(tmp_path / "a.png", size=(160, 200))
    regions = faces(source, [(12, 10, 10, 12), (100, 90, 20, 24)])
    report = redact_file(ask(source, policy=LAYERED, regions=regions))
    assert report.error is None
    assert not any("looks" in note for note in report.notes)
