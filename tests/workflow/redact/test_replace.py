"""A drawn head goes through the whole of a redaction, in photos and in videos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fillings import soft
from tests.generate.added import added
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.workflow.redact.asking import ask, faces, quick

from efface.media.sniff import open_photo
from efface.media.video import open_video
from efface.policy import Limits, MethodPolicy, ReplacePolicy
from efface.redact.methods.replace import turning
from efface.regions import Box, Regions, Track
from efface.workflow.redact.file import redact_file

REPLACED = replace(quick(), method=MethodPolicy("replace"), replace=ReplacePolicy(redraw=5))
FACE = (60.0, 70.0, 30.0, 40.0)


@pytest.fixture(autouse=True)
def own_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "m").mkdir()
    with added(tmp_path / "m", monkeypatch) as folder:
        yield folder


def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for every file."""
    monkeypatch.setattr("efface.workflow.redact.methods.secrets.token_bytes", bytes)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif", "tiff"])
def test_scenes_that_differ_inside_the_zone_end_in_one_file(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1, through whole files of every kind, where heads are turned alike."""
    secret(monkeypatch)
    monkeypatch.setattr(turning, "points_in", lambda picture, box: None)
    outputs = []
    for number in range(2):
        picture = soft(160, 200)
        if number:
            picture[75:100, 65:85] = 255 - picture[75:100, 65:85]
        folder = tmp_path / str(number)
        folder.mkdir()
        source = folder / f"a.{ending}"
        image = Image.fromarray(picture)
        if ending == "gif":  # of the same colours, elsewhere in the zone
            image = Image.fromarray(soft(160, 200)).quantize(64)
            image.paste(image.crop((65, 75, 85, 100)).rotate(180 * number), (65, 75))
        image.save(source, lossless=ending == "webp")
        report = redact_file(ask(source, policy=REPLACED, regions=faces(source, [FACE])))
        assert report.target is not None, report.message
        assert any("do not exist" in note for note in report.notes)
        outputs.append(report.target.read_bytes())
    assert outputs[0] == outputs[1]


def test_each_file_has_heads_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(soft(160, 200)).save(source)
    files = []
    for number in range(2):
        target = tmp_path / f"out{number}.png"
        asked = ask(source, target, policy=REPLACED, regions=faces(source, [FACE]))
        assert redact_file(asked).error is None
        files.append(target.read_bytes())
    assert files[0] != files[1]


def test_where_none_can_be_drawn_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.fromarray(soft(160, 200)).save(source)
    strict = replace(REPLACED, replace=ReplacePolicy(fallback="stop", redraw=5))
    report = redact_file(
        ask(source, policy=strict, regions=faces(source, [(60.0, 70.0, 8.0, 10.0)]))
    )
    assert (report.exit_code, report.target) == (2, None)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("name", ["mp4-h264", "mkv-ffv1-rgb"])
def test_a_head_goes_along_with_its_face(name: str, tmp_path: Path) -> None:
    clip = CLIPS[name]
    source = make(tmp_path, clip)
    boxes = tuple(Box(i, 30.0 + i, 14, 16, 20) for i in range(clip.frames))
    media = open_video(source, Limits()).media(clip.frames)
    regions = Regions(media, (Track("t1", boxes),))
    report = redact_file(ask(source, policy=REPLACED, regions=regions))
    assert report.target is not None, report.message
    middles = [
        frame.picture()[20:30, 34 + frame.index : 44 + frame.index].astype(float)
        for frame in open_video(report.target, Limits()).frames()
    ]
    assert len(middles) == clip.frames
    drawn = [middle - middle.mean(axis=(0, 1)) for middle in middles]
    assert np.abs(drawn[0]).mean() > 3
    alike = [np.corrcoef(one.ravel(), drawn[0].ravel())[0, 1] for one in drawn]
    assert min(alike) > 0.8, alike


def test_a_photo_that_was_tampered_with_in_its_zone_is_no_such_file(tmp_path: Path) -> None:
    """A drawn head must not excuse a real one: what stands in a zone is held against the head."""
    source = tmp_path / "a.png"
    Image.fromarray(soft(160, 200)).save(source)
    regions = faces(source, [FACE])
    report = redact_file(ask(source, policy=REPLACED, regions=regions))
    assert report.target is not None, report.message
    with Image.open(report.target) as image:
        shown = np.asarray(image).copy()
    with Image.open(source) as image:
        original = np.asarray(image)
    shown[70:110, 60:90] = original[70:110, 60:90]
    changed = tmp_path / "changed.png"
    Image.fromarray(shown).save(changed)
    from efface.errors import VerificationError  # noqa: PLC0415
    from efface.workflow.redact.methods import prepared  # noqa: PLC0415

    photo = open_photo(source, Limits())
    made = prepared(
        ask(source, policy=REPLACED, regions=regions),
        regions,
        lambda frames: ((n, original) for n in frames),
    )
    with pytest.raises(VerificationError, match="does not show what it was filled with"):
        photo.compare(open_photo(changed, Limits()), report.zones, made.filling)
