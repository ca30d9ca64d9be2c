"""The written video is looked at again: now and then, and where a face could have been missed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.walks import FRAMES, Picture, ground, place, walk, write_clip

from efface.detect.interface import Detection
from efface.detect.tracking import rescanning
from efface.detect.tracking.ends import BEYOND
from efface.detect.tracking.rescanning import EVERY_S, Rescanned, rescan_video
from efface.geometry import NO_GRID
from efface.media.video import open_video
from efface.media.video.interface import MovieFrame
from efface.policy import Limits, ZonePolicy
from efface.regions import Action, Box, Media, Regions, Track
from efface.zones.moving import MovingZones


def rescanned(path: Path, tracks: Sequence[Track] = ()) -> Rescanned:
    movie = open_video(path, Limits())
    frames = list(movie.frames())
    media = Media(path.name, "0" * 64, "video", *movie.size, len(frames))
    regions = Regions(media, tuple(tracks))
    zones = MovingZones(regions, ZonePolicy(), NO_GRID, 0)
    return rescan_video(iter(frames), movie, regions, zones)


def on_the_face(first: int, last: int, action: Action = "redact") -> Track:
    """The walking face from one frame to another."""
    boxes = tuple(
        Box(f, place(f)[0] + 20, place(f)[1] + 24, 45, 52) for f in range(first, last + 1)
    )
    return Track("t1", boxes, action=action)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Frames that are looked at; the second detector sees nothing there."""
    out: list[int] = []

    def nothing(frame: MovieFrame, *_: object, **__: object) -> tuple[Detection, ...]:
        out.append(frame.index)
        return ()

    monkeypatch.setattr(rescanning, "_rescan", nothing)
    return out


def still(path: Path, frames: int = 40) -> Path:
    return write_clip(path, [ground()] * frames, sound=False)


def test_any_stretch_is_looked_at_now_and_then_and_the_last_frame_too(
    tmp_path: Path, looked_at: list[int]
) -> None:
    out = rescanned(still(tmp_path / "a.mp4"))
    assert sorted(looked_at) == [*range(0, 39, round(EVERY_S * 20)), 39]
    assert (out.frames, out.looked) == (40, len(looked_at))


def test_frames_beside_the_ends_of_a_track_are_looked_at(
    tmp_path: Path, looked_at: list[int]
) -> None:
    rescanned(still(tmp_path / "a.mp4"), [on_the_face(14, 25)])
    assert {14 - away for away in BEYOND} | {25 + away for away in BEYOND} <= set(looked_at)


def test_both_sides_of_a_cut_are_looked_at(tmp_path: Path, looked_at: list[int]) -> None:
    other: Picture = np.asarray(ground(seed=8) // 3)
    rescanned(write_clip(tmp_path / "a.mp4", [ground()] * 13 + [other] * 13, sound=False))
    assert {12, 13} <= set(looked_at)


def test_a_face_without_a_zone_is_seen(walk_file: Path) -> None:
    out = rescanned(walk_file)
    assert len({frame for frame, _ in out.uncovered}) == out.looked >= 3
    for frame, face in out.uncovered:
        x, y = place(frame)
        assert face.x + face.width / 2 == pytest.approx(x + 42, abs=8)
        assert face.y + face.height / 2 == pytest.approx(y + 50, abs=8)


def test_a_face_that_is_kept_is_not_reported(walk_file: Path) -> None:
    assert rescanned(walk_file, [on_the_face(0, FRAMES - 1, "keep")]).uncovered == []


def test_a_face_in_a_zone_is_not_reported(walk_file: Path) -> None:
    """Here the zone hides nothing: that zones are filled is for another check to say."""
    assert rescanned(walk_file, [on_the_face(0, FRAMES - 1)]).uncovered == []


def test_a_face_that_shows_before_or_after_its_track_is_seen(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    clip = write_clip(tmp_path / "a.mp4", walk(portrait), sound=False)
    out = rescanned(clip, [on_the_face(4, 8)])
    assert {3, 9} <= {frame for frame, _ in out.uncovered}
    assert not {4, 5, 6, 7, 8} & {frame for frame, _ in out.uncovered}
