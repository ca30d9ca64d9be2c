"""That the check of a written video notices each way in which it can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.fillings import MirrorFilling, PictureFilling, soft
from tests.media.video.contract_clips import Clip, Sound, make
from tests.media.video.contract_clips_list import CLIPS, MKV, MP4, MS
from tests.media.video.test_contract import BLACK, zones

from efface.errors import InputError, VerificationError
from efface.geometry import Rect
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.interface import Movie, VideoFidelity, VideoWritten
from efface.media.video.writing import write_video
from efface.policy import Limits, VideoPolicy

CLIP = replace(MP4, sounds=(Sound(),), colours=(1, 1, 1, 1), aspect=Fraction(4, 3), frames=12)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("check"), CLIP)


@pytest.fixture(scope="module")
def done(source: Path) -> tuple[Movie, Path, VideoWritten]:
    movie, target = open_video(source, Limits()), source.with_name("out.mp4")
    return movie, target, write_video(movie, target, zones, BLACK, VideoPolicy())


def checked(movie: Movie, written: VideoWritten, path: Path) -> VideoFidelity:
    again = open_video(path, Limits())
    check = Check(movie, written)
    for frame in again.frames():
        check.see(frame)
    return check.finish(again)


def test_what_was_written_passes(done: tuple[Movie, Path, VideoWritten]) -> None:
    movie, path, written = done
    fidelity = checked(movie, written, path)
    assert fidelity.frames == 12
    assert fidelity.sampled == 3
    assert fidelity.ssim_lowest is not None and fidelity.ssim is not None
    assert 0.98 < fidelity.ssim_lowest <= fidelity.ssim
    assert fidelity.psnr_db is not None and fidelity.psnr_db > 40


def _forged(path: Path, out: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The written file encoded once more, with a change to its frames, sound or description."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(stream))
        base = stream.time_base or Fraction(1)
    with av.open(str(path)) as file:
        sound = [bytes(p) for p in file.demux(audio=0) if p.size]
    state: dict[str, Any] = {
        "times": [f.pts for f in frames],
        "frames": frames,
        "sound": sound,
        "colours": (1, 1, 1, 1),
        "aspect": Fraction(4, 3),
        "format": "yuv420p",
        "language": "eng",
        "rotation": 0,
        "size": (96, 64),
    }
    change(state)
    with av.open(str(path)) as template, av.open(str(out), "w") as file:
        made = file.add_stream("libx264", rate=25, options={"crf": "10", "preset": "ultrafast"})
        made.width, made.height = state["size"]
        made.pix_fmt = state["format"]
        made.time_base = made.codec_context.time_base = base
        context = made.codec_context
        context.sample_aspect_ratio = state["aspect"]
        (context.color_primaries, context.color_trc, context.colorspace,
         context.color_range) = state["colours"]  # fmt: skip
        if state["rotation"]:
            made.set_display_rotation(state["rotation"])
        copy: Any = None
        if state["sound"]:
            copy = file.add_stream_from_template(template.streams.audio[0])
            copy.metadata["language"] = state["language"]
            copy.disposition = template.streams.audio[0].disposition
        for frame, pts in zip(state["frames"], state["times"], strict=True):
            frame.pts, frame.pict_type = pts, av.video.frame.PictureType.NONE
            file.mux(made.encode(frame))
        file.mux(made.encode(None))
        packets = [p for p in template.demux(audio=0) if p.size] if copy is not None else []
        for packet, data in zip(packets, state["sound"], strict=True):
            new = av.Packet(data)
            new.time_base, new.pts, new.dts = packet.time_base, packet.pts, packet.dts
            new.duration, new.is_keyframe, new.stream = packet.duration, True, copy
            file.mux(new)
    return out


def _swapped(state: dict[str, Any]) -> None:
    state["frames"][3], state["frames"][8] = state["frames"][8], state["frames"][3]


def _dropped(state: dict[str, Any]) -> None:
    del state["frames"][-1], state["times"][-1]


def _late(state: dict[str, Any]) -> None:
    state["times"][5] += 1


def _altered_sound(state: dict[str, Any]) -> None:
    state["sound"][4] = state["sound"][4][:-1] + bytes([state["sound"][4][-1] ^ 1])


def _face_shows(state: dict[str, Any]) -> None:
    state["frames"][7].make_writable()
    plane = state["frames"][7].planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(64, plane.line_size)
    luma[28:36, 36:44] = 90


def _setting(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        state[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_swapped, "frame 3 of the written video looks like frame 8"),
        (_dropped, "has 11 frames instead of 12"),
        (_late, "frame 5 of the written video is shown at 0.200078 s instead of 0.200000 s"),
        (_face_shows, "a zone in frame 7 of the written video is not the constant fill"),
        (_altered_sound, "content of audio track 1"),
        (_setting("sound", []), "has 0 sound and subtitle tracks instead of 1"),
        (_setting("language", "deu"), "language of audio track 1"),
        (_setting("colours", (9, 1, 1, 1)), "colour primaries of the written video is 9"),
        (_setting("colours", (1, 16, 1, 1)), "transfer characteristic of the written video is 16"),
        (_setting("colours", (1, 1, 6, 1)), "colour matrix of the written video is 6"),
        (_setting("colours", (1, 1, 1, 2)), "colour range of the written video is 2"),
        (_setting("aspect", Fraction(1)), "sample aspect ratio of the written video is 1"),
        (_setting("rotation", 90), "rotation"),
        (_setting("format", "yuv444p"), "another pixel format: yuv444p"),
        (_setting("size", (48, 32)), "size of frame 0 of the written video is 48x32"),
    ],
)
def test_a_deviation_is_named(
    done: tuple[Movie, Path, VideoWritten],
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None],
    message: str,
) -> None:
    movie, path, written = done
    with pytest.raises(VerificationError, match=message):
        checked(movie, written, _forged(path, tmp_path / "forged.mp4", change))


def test_the_forgery_without_a_change_passes(
    done: tuple[Movie, Path, VideoWritten], tmp_path: Path
) -> None:
    movie, path, written = done
    checked(movie, written, _forged(path, tmp_path / "same.mp4", lambda _: None))


FILLINGS = {"colour": BLACK, "picture": PictureFilling(soft(96, 64)), "mirror": MirrorFilling()}
FACE = np.rint(127 + 90 * np.sin(np.arange(256) / 2.5)).astype(np.uint8).reshape(16, 16)
"""Light and dark of a foreign picture."""


def _write(folder: Path, clip: Clip, filling: str) -> tuple[Movie, Path, VideoWritten]:
    movie = open_video(make(folder, clip), Limits())
    target = folder / f"out{clip.suffix}"
    return movie, target, write_video(movie, target, zones, FILLINGS[filling], VideoPolicy())


def _shown(movie: Movie, written: VideoWritten, path: Path, change: Callable[[Any], None]) -> None:
    """Check the written file, with a change to the luma of its fourth frame in the zone."""
    check = Check(movie, written)
    layout = written.proof.pictures.fill.layout
    for frame in open_video(path, Limits()).frames():
        if frame.index == 3:
            frame.native.make_writable()
            change(layout.samples(frame.native, layout.main)[16:48, 16:64])
        check.see(frame)


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize(
    "clip", [MP4, CLIPS["mp4-hevc"], CLIPS["mp4-av1"], CLIPS["webm-vp9-odd"], CLIPS["mov-mjpeg"]]
)
def test_a_foreign_picture_in_a_zone_is_refused(clip: Clip, filling: str, tmp_path: Path) -> None:
    movie, path, written = _write(tmp_path, replace(clip, frames=6, keys=(0,)), filling)

    def painted(part: Any, share: float) -> None:
        inner = part[8:24, 12:28]
        inner[...] = np.rint(inner * (1 - share) + FACE * share)

    _shown(movie, written, path, lambda part: None)
    for share in (1.0, 0.5):
        with pytest.raises(VerificationError, match="a zone in frame 3 of the written video"):
            _shown(movie, written, path, partial(painted, share=share))


@pytest.mark.parametrize("filling", FILLINGS)
def test_of_a_lossless_codec_one_sample_is_enough(filling: str, tmp_path: Path) -> None:
    clip = replace(CLIPS["mkv-ffv1"], frames=5, keys=(0,), sounds=())
    movie, path, written = _write(tmp_path, clip, filling)

    def change(part: Any, at: tuple[int, int]) -> None:
        part[at] += 1

    _shown(movie, written, path, lambda part: None)
    for at in ((0, 0), (20, 30)):
        with pytest.raises(VerificationError, match="a zone in frame 3 of the written video"):
            _shown(movie, written, path, partial(change, at=at))


def test_a_face_in_a_small_zone_is_refused(tmp_path: Path) -> None:
    movie = open_video(make(tmp_path, replace(CLIPS["mov-mjpeg"], frames=5)), Limits())
    rect = Rect(16, 16, 32, 32)
    written = write_video(
        movie, tmp_path / "out.mov", lambda i: zones(i, rect), BLACK, VideoPolicy()
    )
    _shown(movie, written, tmp_path / "out.mov", lambda part: None)
    with pytest.raises(VerificationError, match="a zone in frame 3 of the written video"):
        _shown(movie, written, tmp_path / "out.mov", lambda part: np.copyto(part[:16, :16], FACE))


def test_an_input_that_changed_is_refused(tmp_path: Path) -> None:
    movie, path, written = _write(tmp_path, replace(MP4, frames=6), "picture")
    late = replace(MP4, frames=6, times=(0, 512, 1024, 1600, 2048, 2560))
    other = open_video(make(tmp_path, late, "other"), Limits())
    with pytest.raises(VerificationError, match="other frames than when it was written"):
        _shown(other, written, path, lambda part: None)
    make(tmp_path, late)
    with pytest.raises(InputError, match="changed while it was worked on"):
        _shown(movie, written, path, lambda part: None)


def test_lost_quality_is_refused(source: Path, tmp_path: Path) -> None:
    movie = open_video(source, Limits())
    settings = VideoPolicy(quality=40, min_ssim=0.99)
    written = write_video(movie, tmp_path / "out.mp4", zones, BLACK, settings)
    with pytest.raises(VerificationError, match="lost too much"):
        checked(movie, written, tmp_path / "out.mp4")


def test_too_many_frames(source: Path, tmp_path: Path) -> None:
    movie = open_video(source, Limits())
    written = write_video(movie, tmp_path / "out.mp4", zones, BLACK, VideoPolicy())
    longer = make(tmp_path, replace(CLIP, frames=13), "longer")
    check = Check(movie, written)
    with pytest.raises(VerificationError):
        for frame in open_video(longer, Limits()).frames():
            check.see(frame)


def test_memory_of_samples_is_bounded(tmp_path: Path) -> None:
    clip = Clip(".mkv", "ffv1", "gray", size=(16, 16), frames=1100, time_base=MS)
    movie = open_video(make(tmp_path, clip), Limits())
    written = write_video(movie, tmp_path / "out.mkv", lambda _: (), BLACK, VideoPolicy())
    pictures = written.proof.pictures
    assert 40 <= len(pictures.windows) <= 97
    assert len(pictures.looks) == 1100 * 64


def test_lossless_is_exact(tmp_path: Path) -> None:
    movie = open_video(make(tmp_path, replace(MKV, encoder="ffv1", options={})), Limits())
    written = write_video(movie, tmp_path / "out.mkv", zones, BLACK, VideoPolicy())
    fidelity = checked(movie, written, tmp_path / "out.mkv")
    assert fidelity.ssim == pytest.approx(1)
    assert fidelity.psnr_db is None
