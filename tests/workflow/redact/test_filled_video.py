"""A video redacted with a filling that is more than a colour: it passes every gate on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.fillings import PictureFilling, soft
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.workflow.redact.asking import ask, quick

from efface.media.video import open_video
from efface.policy import Limits
from efface.redact.methods.interface import Prepared
from efface.regions import Box, Regions, Track
from efface.workflow.redact import attempt
from efface.workflow.redact.file import redact_file


@pytest.mark.parametrize("name", ["mp4-h264", "mkv-ffv1-rgb"])
def test_it_is_released(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = soft(96, 64)
    monkeypatch.setattr(attempt, "prepared", lambda *_: Prepared(PictureFilling(picture)))
    source = make(tmp_path, CLIPS[name])
    count = CLIPS[name].frames
    boxes = tuple(Box(i, 30.0 + i, 20, 16, 18) for i in range(count))
    media = open_video(source, Limits()).media(count)
    report = redact_file(ask(source, policy=quick(), regions=Regions(media, (Track("t1", boxes),))))
    assert report.target is not None, report.message
    for frame in open_video(report.target, Limits()).frames():
        shown = frame.picture()[24:34, 34 + frame.index : 42 + frame.index].astype(float)
        assert np.abs(shown - picture[24:34, 34 + frame.index : 42 + frame.index]).mean() < 8
