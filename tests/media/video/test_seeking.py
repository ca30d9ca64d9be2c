"""A frame that is looked up is the frame that is decoded when all are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import CLIPS, MP4

from efface.media.video import open_video
from efface.media.video.interface import Movie
from efface.media.video.seeking import counted_at, seeker
from efface.policy import Limits

NAMES = (
    "mp4-h264", "mp4-h264-vfr", "mp4-h264-late", "mp4-hevc", "mp4-mpeg4", "mov-mjpeg",
    "mkv-h264-odd", "webm-vp8", "avi-mpeg4", "avi-mpeg4-mp3", "ts-h264", "ts-mpeg2-interlaced",
)  # fmt: skip


def opened(path: Path) -> Movie:
    return open_video(path, Limits())


@pytest.mark.parametrize("name", NAMES)
def test_any_order_gives_the_same_frames(name: str, tmp_path: Path) -> None:
    movie = opened(make(tmp_path, CLIPS[name]))
    whole = [(frame.pts, frame.picture()) for frame in movie.frames()]
    order = [*np.random.default_rng(3).permutation(len(whole)).tolist(), *range(len(whole))]
    seeking = seeker(movie)
    for place in order:
        pts, picture = whole[place]
        found = seeking.at(pts)
        assert found is not None
        assert found.pts == pts
        assert np.array_equal(found.picture(), picture), (place, order)
    seeking.close()


@pytest.mark.parametrize("name", ["mp4-h264", "webm-vp8", "ts-h264"])
def test_a_key_frame_is_there_first(name: str, tmp_path: Path) -> None:
    movie = opened(make(tmp_path, CLIPS[name]))
    whole = [(frame.pts, frame.picture(), frame.key) for frame in movie.frames()]
    seeking = seeker(movie)
    for pts, _, _ in reversed(whole):
        rough = seeking.roughly(pts)
        assert rough is not None
        keys = {one[0]: one[1] for one in whole if one[2] and one[0] <= pts}
        assert rough.pts in keys
        assert rough.pts == max(keys) or name == "ts-h264", "it has no index"
        assert np.array_equal(rough.picture(), keys[rough.pts])
    last = seeking.at(whole[-1][0])
    assert last is not None
    assert np.array_equal(last.picture(), whole[-1][1])
    seeking.close()


def test_between_two_frames_is_the_one_before(tmp_path: Path) -> None:
    movie = opened(make(tmp_path, CLIPS["mp4-h264"]))
    times = movie.schedule.times
    seeking = seeker(movie)
    for pts in (times[7] + 100, times[2] + 1, times[-1] + 9999, times[0] - 50):
        found = seeking.at(pts)
        assert found is not None
        assert found.pts == times[counted_at(times, pts)]
    seeking.close()


@pytest.mark.parametrize("name", ["mp4-h264", "mp4-hevc", "mp4-mpeg4"])
def test_far_from_a_key_frame_nothing_is_missed(name: str, tmp_path: Path) -> None:
    """Pictures on the way are left out, also of seeks that were given up."""
    movie = opened(make(tmp_path, replace(CLIPS[name], frames=70, keys=(0,), sounds=())))
    whole = [(frame.pts, frame.picture()) for frame in movie.frames()]
    lot = np.random.default_rng(5)
    seeking = seeker(movie)
    for _ in range(40):
        pts, picture = whole[lot.integers(len(whole))]
        patience = int(lot.integers(1, 60))
        found = seeking.at(pts, iter([False] * patience + [True] * 99).__next__)
        if found is not None:
            assert found.pts == pts
            assert np.array_equal(found.picture(), picture)
    seeking.close()


def test_who_wants_it_no_more_does_not_wait(tmp_path: Path) -> None:
    movie = opened(make(tmp_path, replace(MP4, frames=40, keys=(0,))))
    seeking = seeker(movie)
    asked = 0

    def given_up() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert seeking.at(movie.schedule.times[-1], given_up) is None
    assert asked == 4
    found = seeking.at(movie.schedule.times[-1])
    assert found is not None
    assert found.pts == movie.schedule.times[-1]
    seeking.close()
