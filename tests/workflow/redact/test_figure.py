"""A drawn head goes through the whole of a redaction, and a court draws it once more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.redact.methods.test_svg import SHAPE, saved, svg
from tests.workflow.evidence import cases
from tests.workflow.redact.asking import ask, picture, quick

from efface import api
from efface.errors import RefusedError
from efface.media.video import open_video
from efface.policy import BEHIND_FIGURE, FIGURE, Limits, MethodPolicy
from efface.regions import Box, Regions, Track
from efface.words import Method
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.records import settings_of
from efface.workflow.redact.video import ONE_THREAD

HEAD = replace(quick(), method=MethodPolicy("figure"))


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp"])
def test_a_photo_shows_it(ending: str, tmp_path: Path) -> None:
    source = picture(tmp_path / f"a.{ending}", size=(160, 200))
    report = redact_file(ask(source, policy=HEAD))
    assert report.error is None, report.message
    (zone,) = report.zones
    with Image.open(report.target or "") as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    o = zone.outer
    middle = shown[(o.y0 + o.y1) // 2 - 1, (o.x0 + o.x1) // 2 - 1]
    assert np.abs(middle - FIGURE.rgb).max() < 70
    assert np.abs(shown[zone.rect.y0, zone.rect.x0] - BEHIND_FIGURE.rgb).max() < 30


def test_frames_of_a_video_show_the_same(tmp_path: Path) -> None:
    clip = CLIPS["mkv-ffv1-rgb"]
    source = make(tmp_path, clip)
    boxes = tuple(Box(i, 30.0 + i, 20, 16, 18) for i in range(clip.frames))
    media = open_video(source, Limits()).media(clip.frames)
    track = Track("t1", boxes)
    report = redact_file(ask(source, policy=HEAD, regions=Regions(media, (track,))))
    assert report.target is not None, report.message
    heads = [
        frame.picture()[16:44, 30 + frame.index : 46 + frame.index]
        for frame in open_video(report.target, Limits()).frames()
    ]
    assert len(heads) == clip.frames
    assert np.ptp(heads[0]) > 30
    assert all(np.abs(head.astype(int) - heads[0]).max() <= 1 for head in heads)


@pytest.mark.parametrize("name", ["figure", "solid"])
def test_a_video_that_is_attacked_is_written_so_that_it_repeats(
    name: Method, tmp_path: Path
) -> None:
    class Passing:
        def attack(self, *_: object, **__: object) -> None:
            pass

    clip = CLIPS["mp4-h264"]
    source = make(tmp_path, clip)
    boxes = tuple(Box(i, 30.0 + i, 20, 16, 18) for i in range(clip.frames))
    regions = Regions(open_video(source, Limits()).media(clip.frames), (Track("t1", boxes),))
    policy = replace(quick(), method=MethodPolicy(name))
    asked = ask(source, policy=policy, regions=regions, ports=Ports(gate=Passing()))
    report = redact_file(asked)
    assert report.target is not None, report.message
    assert (ONE_THREAD in report.notes) == (name == "figure")
    if name == "figure":
        first = Path(report.target).read_bytes()
        redact_file(replace(asked, order=replace(asked.order, overwrite=True)))
        assert Path(report.target).read_bytes() == first


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_court_draws_it_once_more(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "Policy", lambda **_: HEAD)
    case = cases.make_case(tmp_path, picture(tmp_path / f"a.{ending}", size=(160, 200)))
    assert not cases.failing(case.court())
    assert not cases.failing(case.stranger()) or ending == "jpg"


def test_what_is_published_of_settings_names_no_file() -> None:
    own = replace(HEAD, method=MethodPolicy("figure", figure="/home/mara/source.svg"))
    assert "mara" not in str(settings_of(own))
    assert settings_of(HEAD)["method"]["figure"] == "bust"


def test_a_drawing_that_cannot_be_used_is_refused_first(tmp_path: Path) -> None:
    path = saved(tmp_path, svg(SHAPE + "<script/>"))
    policy = {"schema": "efface.policy/1", "method": {"name": "figure", "figure": str(path)}}
    for call in (api.redact, lambda source, policy: api.job([source], policy=policy)):
        with pytest.raises(RefusedError, match="script"):
            call(tmp_path / "missing.png", policy=policy)
