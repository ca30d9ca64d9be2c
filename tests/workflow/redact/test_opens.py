"""Each file is opened once and hashed once on its way, as far as that is up to efface."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.opens import watching
from tests.workflow.redact.asking import FACE, ask, faces, picture

from efface.files.appearing import TEMPORARY_PREFIX
from efface.media.video import open_video
from efface.policy import Limits, Policy, RescanPolicy, VideoPolicy
from efface.regions import Box, Regions, Track
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.batch import redact_all
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.order import Order

UNSEEN = Policy(rescan=RescanPolicy(enabled=False))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.bmp", "a.tif", "a.webp", "a.avif"])
def test_a_photo(name: str, tmp_path: Path) -> None:
    source, target = picture(tmp_path / name), tmp_path / f"out{Path(name).suffix}"
    regions = faces(source)
    with watching() as seen:
        order = Order(UNSEEN)
        given = {regions.media.sha256: regions}
        report = redact_all([PlannedFile(source, target)], order, given)
    assert report.exit_code == 0
    assert (seen.opened(source), seen.hashed(source)) == (1, 1)
    assert (seen.opened_as(TEMPORARY_PREFIX), seen.hashed(target)) == (1, 1)
    assert seen.opened(target) == 0


def test_a_video(tmp_path: Path) -> None:
    """FFmpeg opens it besides, by its name: once for each time it is gone through."""
    source = make(tmp_path, CLIPS["mp4-h264"])
    box = Box(0, *FACE)
    movie = open_video(source, Limits())
    regions = Regions(movie.media(CLIPS["mp4-h264"].frames), (Track("t1", (box,)),))
    policy = Policy(rescan=RescanPolicy(enabled=False), video=VideoPolicy(preset="ultrafast"))
    with watching() as seen:
        report = redact_file(ask(source, policy=policy, regions=regions))
    assert report.target is not None, report.message
    assert (seen.opened(source), seen.hashed(source)) == (1, 1)
    assert (seen.opened_as(TEMPORARY_PREFIX), seen.hashed(report.target)) == (1, 1)
