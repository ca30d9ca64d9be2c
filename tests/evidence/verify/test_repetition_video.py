"""A video's redaction done again, with zones of more than one colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.fillings import MirrorFilling, PictureFilling, soft
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS
from tests.media.video.test_contract import zones

from efface.evidence.finding import CheckResult
from efface.evidence.verify.repetition_video import video_same
from efface.media.video import open_video
from efface.media.video.writing import write_video
from efface.policy import Limits, VideoPolicy
from efface.zones.filling import Filling

ALONE = VideoPolicy(reproducible=True)


def held(folder: Path, name: str, published: Filling, again: Filling) -> tuple[CheckResult, bool]:
    """The second held against the first, and whether both files are the same."""
    clip = replace(CLIPS[name], frames=6, keys=(0,))
    movie = open_video(make(folder, clip), Limits())
    one, other = (folder / f"{which}{clip.suffix}" for which in ("published", "again"))
    write_video(movie, one, zones, published, ALONE)
    write_video(movie, other, zones, again, ALONE)
    result = video_same(other, open_video(one, Limits()), Limits())
    return result, one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("name", ["mp4-h264", "mp4-av1", "mkv-ffv1"])
@pytest.mark.parametrize("filling", [PictureFilling(soft(96, 64)), MirrorFilling()])
def test_done_again_it_is_the_same(name: str, filling: Filling, tmp_path: Path) -> None:
    result, same = held(tmp_path, name, filling, filling)
    assert result.ok, result.says
    assert same


def test_another_filling_is_noticed(tmp_path: Path) -> None:
    result, same = held(
        tmp_path, "mp4-h264", PictureFilling(soft(96, 64)), PictureFilling(soft(96, 64, seed=1))
    )
    assert not result.ok
    assert not same
