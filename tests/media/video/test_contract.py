"""What writing keeps, for every container and codec, by a reading of the files of its own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.fillings import MirrorFilling, PictureFilling, soft
from tests.media.video.contract_clips import make, packets
from tests.media.video.contract_clips_list import CLIPS

from efface.geometry import Rect
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.interface import VideoFidelity, VideoWritten
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling, Filling
from efface.zones.zone import Zone

STORED = Rect(16, 16, 64, 48)
BLACK = ConstantFilling(Colour(0, 0, 0))


def zones(index: int, rect: Rect = STORED) -> tuple[Zone, ...]:
    return (Zone("t", index, rect, rect),)


def written(
    source: Path,
    target: Path,
    settings: VideoPolicy,
    rect: Rect = STORED,
    filling: Filling = BLACK,
) -> tuple[VideoWritten, VideoFidelity]:
    """Write, decode again and check, as the workflow does."""
    movie = open_video(source, Limits())
    done = write_video(movie, target, lambda i: zones(i, rect), filling, settings)
    again = open_video(target, Limits())
    check = Check(movie, done)
    for frame in again.frames():
        check.see(frame)
    return done, check.finish(again)


def described(path: Path) -> dict[str, Any]:
    """Everything about the video stream that must stay."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        frames = list(file.decode(stream))
        first = frames[0]
        base = stream.time_base or Fraction(1)
        data: Any = list(first.side_data)
        side = {
            item.type.name: bytes(item)
            for item in data
            if item.type.name != "SEI_UNREGISTERED"  # the encoder's name
        }
        numbered = file.format.name == "avi"  # no times are stated, and a decoder cannot know them
        return {
            "streams": [s.type for s in file.streams],
            "codec": context.codec.canonical_name,
            "size": (first.width, first.height),
            "format": first.format.name,
            "aspect": (stream.sample_aspect_ratio or 1),
            "colours": [
                (f.color_primaries, f.color_trc, f.colorspace, f.color_range) for f in frames
            ],
            "interlaced": [f.interlaced_frame for f in frames],
            "order": context.field_order if first.interlaced_frame else 0,
            "rotation": first.rotation,
            "times": _chunks(path)
            if numbered
            else [None if f.pts is None else f.pts * base for f in frames],
            "durations": [f.duration * base for f in frames]
            if file.format.name.startswith("matroska")  # others state none
            else [],
            "length": _length(path) or stream.duration,
            "keys": [bool(f.key_frame) for f in frames],
            "time base": base,
            "rate": stream.average_rate if stream.average_rate == stream.base_rate else None,
            "start": stream.start_time,
            "side data": side,
            "chapters": file.chapters(),
        }


def _length(path: Path) -> int:
    """Of the first track's pictures by its edit list, in the movie's ticks (of 1/1000 s here)."""
    data = path.read_bytes()
    at = data.find(b"elst")
    return int.from_bytes(data[at + 12 : at + 16], "big") if at > 0 else 0


def _chunks(path: Path) -> list[int | None]:
    """Numbers of an AVI file's pictures in coding order."""
    with av.open(str(path)) as file:
        return [p.dts for p in file.demux(video=0) if p.size]


def tracks(path: Path) -> list[tuple[str, str, str | None, int]]:
    with av.open(str(path)) as file:
        return [
            (s.type, s.codec_context.name, s.language, int(s.disposition)) for s in file.streams
        ]


@pytest.mark.parametrize("name", CLIPS)
def test_everything_but_the_zones_stays(name: str, tmp_path: Path) -> None:
    source = make(tmp_path, CLIPS[name])
    target = tmp_path / f"out{source.suffix}"
    upright = open_video(source, Limits()).coding.orientation.transposed
    rect = Rect(STORED.y0, STORED.x0, STORED.y1, STORED.x1) if upright else STORED
    done, fidelity = written(source, target, VideoPolicy(), rect)

    before, after = described(source), described(target)
    for what, value in before.items():
        assert after[what] == value, what
    assert tracks(target) == tracks(source)
    assert packets(target) == packets(source)
    assert done.frames == len(before["times"]) == fidelity.frames
    assert fidelity.ssim is not None and fidelity.ssim > 0.98
    _zone_is_black(target, open_video(target, Limits()).coding.orientation.upright, rect)
    assert b"Lavf6" not in target.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        *("mp4-h264", "mp4-h264-turned", "mp4-h264-full-range", "mp4-h264-interlaced"),
        *("mp4-hevc-hdr10", "mp4-av1", "webm-vp9-odd", "webm-vp8", "mp4-mpeg4", "mov-mjpeg"),
        *("mov-prores", "mov-dnxhr", "mov-h264-422", "mkv-h264-odd", "mkv-hevc-444"),
        *("mkv-ffv1", "mkv-ffv1-rgb", "mkv-ffv1-grey", "ts-mpeg2-interlaced"),
    ],
)
def test_a_picture_in_the_zones(name: str, tmp_path: Path) -> None:
    """It is there, and so it is when it is asked for anew; one that is read from the surroundings,
    too."""
    source = make(tmp_path, CLIPS[name])
    movie = open_video(source, Limits())
    x = 8 if movie.coding.orientation.transposed else 16
    rect = Rect(x, 16, x + 48, 48)
    picture = soft(*movie.size)
    target = tmp_path / f"out{source.suffix}"
    written(source, target, VideoPolicy(), rect, PictureFilling(picture))
    inside = np.s_[rect.y0 : rect.y1, rect.x0 : rect.x1]
    wanted = picture[inside].astype(float)
    if name.endswith("grey"):
        wanted = (wanted @ [0.299, 0.587, 0.114])[..., None]
    for frame, before in zip(open_video(target, Limits()).frames(), movie.frames(), strict=True):
        shown, old = frame.picture().astype(float), before.picture().astype(float)
        assert np.abs(shown[inside] - wanted).mean() < 6
        assert np.abs(np.delete(shown - old, np.s_[rect.y0 - 2 : rect.y1 + 2], axis=0)).mean() < 3
    written(source, tmp_path / f"mirror{source.suffix}", VideoPolicy(), rect, MirrorFilling())


def _zone_is_black(path: Path, upright: Any, rect: Rect) -> None:
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            rgb = upright(frame.to_ndarray(format="rgb24"))
            inside = rgb[rect.y0 + 4 : rect.y1 - 4, rect.x0 + 4 : rect.x1 - 4]
            assert inside.max() < 24
            outside = np.delete(rgb, np.s_[rect.y0 : rect.y1], axis=0)
            assert outside.mean() > 60
