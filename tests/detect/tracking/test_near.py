"""A close-up that fills the frames of a video is followed like any face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data
from tests.walks import ground, write_clip

from efface.detect.tracking.faces import find_tracks
from efface.geometry import NO_GRID
from efface.media.video import open_video
from efface.policy import Limits, ZonePolicy
from efface.regions import Media, Regions
from efface.zones.moving import MovingZones
from efface.zones.painting import coverage

EMPTY, FRAMES = 8, 26
SIZE = (320, 160)


def test_every_frame_of_a_close_up_is_covered_and_none_before_it(tmp_path: Path) -> None:
    portrait = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    pictures = [ground(SIZE)] * EMPTY
    for frame in range(EMPTY, FRAMES):
        left = 184 + 0.15 * frame
        part = (left, 86, left + 72, 122)
        eyes = portrait.resize(SIZE, Image.Resampling.BICUBIC, box=part)
        pictures.append(np.asarray(eyes))
    movie = open_video(write_clip(tmp_path / "eyes.mp4", pictures, sound=False), Limits())
    found = find_tracks(movie, "default")
    media = Media("eyes.mp4", "0" * 64, "video", *SIZE, len(found.times))
    zones = MovingZones(Regions(media, tuple(found.tracks)), ZonePolicy(), NO_GRID, 0)
    shares = [float(coverage(zones.at(frame), *SIZE).mean()) for frame in range(FRAMES)]
    assert min(shares[EMPTY:]) > 0.95
    assert max(shares[: EMPTY - 1]) == 0
