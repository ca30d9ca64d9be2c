"""Opening videos: containers by content, the coding, orientation, grids, refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.media.video.clips import SIZE, clip

from efface.errors import InputError, RefusedError
from efface.geometry import Grid
from efface.media.families import HEAD_BYTES, kind_of
from efface.media.sniff import check_ending, kind_of_file, open_photo
from efface.media.video import open_video
from efface.media.video.display import orientation_of
from efface.media.video.grids import grid_of
from efface.policy import Limits

CONTAINERS = [
    ("a.mp4", "libx264", "MP4", "mp4"),
    ("a.m4v", "libx264", "MP4", "mp4"),
    ("a.3gp", "libx264", "MP4", "3gp"),
    ("a.mov", "prores_ks", "QuickTime", "mov"),
    ("a.mkv", "libx265", "Matroska", "matroska"),
    ("a.webm", "libvpx-vp9", "WebM", "webm"),
    ("b.webm", "libvpx", "WebM", "webm"),
    ("a.avi", "mpeg4", "AVI", "avi"),
    ("b.avi", "libx264", "AVI", "avi"),
    ("a.ts", "mpeg2video", "MPEG-TS", "mpegts"),
    ("b.mp4", "libsvtav1", "MP4", "mp4"),
    ("b.mkv", "ffv1", "Matroska", "matroska"),
]
NAMES = {"libx264": "h264", "libx265": "hevc", "libvpx": "vp8", "libvpx-vp9": "vp9"} | {
    "libsvtav1": "av1",
    "prores_ks": "prores",
}


@pytest.mark.parametrize(("name", "codec", "form", "muxer"), CONTAINERS)
def test_every_frame_of_every_container(
    tmp_path: Path, name: str, codec: str, form: str, muxer: str
) -> None:
    deep = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    path = clip(tmp_path / name, codec=codec, pixel_format=deep)
    movie = open_video(path, Limits())
    assert (movie.format, movie.container, movie.size) == (form, muxer, SIZE)
    assert movie.coding.codec == NAMES.get(codec, codec)
    assert (movie.coding.pixel_format, movie.coding.bits) == (deep, 10 if "10" in deep else 8)
    assert movie.coding.frame_rate == 25
    frames = list(movie.frames())
    assert [f.index for f in frames] == list(range(20))
    steps = {b.pts - a.pts for a, b in pairwise(frames)}
    assert [step * movie.coding.time_base for step in steps] == [Fraction(1, 25)]
    assert frames[0].key
    assert not any(f.damaged for f in frames)
    assert frames[0].native.pts == frames[0].pts
    assert abs(movie.expected_frames - 20) <= 1
    again = [(f.pts, f.key) for f in movie.frames(allow_damaged=True)]
    assert again == [(f.pts, f.key) for f in frames]
    assert movie.findings() == ()
    assert kind_of_file(path) == "video"


def test_variable_rate_and_a_late_start(tmp_path: Path) -> None:
    times = [500, 540, 555, 700, 710, 1400, 1401, 1500]
    path = clip(tmp_path / "a.mkv", frames=8, pts=times, time_base=Fraction(1, 1000))
    movie = open_video(path, Limits())
    assert [f.pts * movie.coding.time_base for f in movie.frames()] == [
        Fraction(t, 1000) for t in times
    ]


def test_closing_early_does_not_hang(tmp_path: Path) -> None:
    movie = open_video(clip(tmp_path / "a.mp4"), Limits())
    for _ in range(20):
        frames = movie.frames()
        next(frames)
        del frames


@pytest.mark.parametrize(
    ("rotation", "flip", "exif"),
    [
        (0, False, 1),
        (90, False, 8),
        (180, False, 3),
        (-90, False, 6),
        (0, True, 2),
        (180, True, 4),
        (33, False, 1),
    ],
)
def test_the_display_matrix_turns_pictures_upright(
    tmp_path: Path, rotation: int, flip: bool, exif: int
) -> None:
    path = clip(tmp_path / "a.mp4", frames=3, rotation=rotation, flip=flip)
    movie = open_video(path, Limits())
    assert movie.coding.orientation.exif == exif
    width, height = SIZE
    assert movie.size == ((height, width) if exif in (6, 8) else SIZE)
    frame = next(iter(movie.frames()))
    picture = frame.picture()
    stored = frame.native.to_ndarray(format="rgb24")
    assert np.array_equal(movie.coding.orientation.upright(stored), picture)
    assert frame.gray(movie.size[0] // 2, movie.size[1] // 2).shape == (
        movie.size[1] // 2,
        movie.size[0] // 2,
    )


def test_transposing_matrices() -> None:
    one = 1 << 16
    assert orientation_of((0, one, 0, one, 0, 0, 0, 0, 1 << 30)).exif == 5
    assert orientation_of((0, -one, 0, -one, 0, 0, 0, 0, 1 << 30)).exif == 7
    assert orientation_of(None).exif == 1


def test_the_grid_starts_at_the_stored_corner(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", size=(100, 60), frames=3, rotation=180)
    grid, reach = open_video(path, Limits()).grid()
    assert (grid, reach) == (Grid(16, 16, 100 % 16, 60 % 16), 4)
    assert grid_of("ffv1") == (1, 0)
    assert grid_of("mjpeg") == (16, 0)
    assert grid_of("of tomorrow") == (16, 16)


@pytest.mark.parametrize(
    "pixel_format",
    ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "gray", "yuvj420p", "bgr0", "rgb24"],
)
def test_conversions_agree_with_the_whole_picture(tmp_path: Path, pixel_format: str) -> None:
    codec = {"yuvj420p": "mjpeg", "rgb24": "libx264rgb"}.get(pixel_format, "ffv1")
    path = clip(
        tmp_path / "a.mkv", codec=codec, pixel_format=pixel_format, frames=2, size=(101, 67)
    )
    frame = next(iter(open_video(path, Limits()).frames()))
    whole = frame.native.to_ndarray(format="rgb24").astype(int)
    assert np.abs(frame.picture() - whole).mean() < 1
    small = frame.picture(1)
    assert small.shape == (34, 51, 3)
    area = whole[:66, :100].reshape(33, 2, 50, 2, 3).mean((1, 3))
    assert np.abs(small[:33, :50] - area).mean() < 5
    assert np.abs(frame.picture(2).mean((0, 1)) - whole.mean((0, 1))).max() < 3
    luma = whole @ [0.299, 0.587, 0.114]
    assert abs(frame.gray(25, 17).mean() - luma.mean()) < 4


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "gray"])
@pytest.mark.parametrize("size", [(101, 67), (64, 48), (50, 33), (25, 17), (7, 5), (1, 1)])
def test_small_luma_is_the_whole_pictures_at_full_range(
    tmp_path: Path, pixel_format: str, size: tuple[int, int]
) -> None:
    codec = "mjpeg" if pixel_format == "yuvj420p" else "ffv1"
    path = clip(
        tmp_path / "a.mkv", codec=codec, pixel_format=pixel_format, frames=1, size=(101, 67)
    )
    frame = next(iter(open_video(path, Limits()).frames()))
    luma = frame.native.to_ndarray(format="rgb24") @ [0.299, 0.587, 0.114]
    small = frame.gray(*size)
    assert small.shape == size[::-1]
    meant = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    assert np.abs(small - meant).mean() < 4


def test_names_and_contents_must_agree(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=2)
    wrong = path.rename(tmp_path / "a.mkv")
    with pytest.raises(RefusedError, match="the file is MP4"):
        open_video(wrong, Limits())
    with pytest.raises(RefusedError, match="it stays QuickTime"):
        check_ending(Path("out.mkv"), "QuickTime")
    check_ending(Path("out.mov"), "QuickTime")
    with pytest.raises(RefusedError, match="video"):
        open_photo(wrong, Limits())


@pytest.mark.parametrize(
    ("made", "name", "form"),
    [
        ("a.mov", "b.mp4", "QuickTime"),
        ("a.mp4", "b.mov", "MP4"),
        ("a.mkv", "b.webm", "Matroska"),
        ("a.webm", "b.mkv", "WebM"),
    ],
)
def test_the_name_of_a_near_relative_is_kept(
    tmp_path: Path, made: str, name: str, form: str
) -> None:
    codec = "libvpx" if made == "a.webm" else "libx264"
    clip(tmp_path / made, codec=codec, frames=2).rename(tmp_path / name)
    assert open_video(tmp_path / name, Limits()).format == form
    check_ending(tmp_path / name, form)


def test_old_quicktime_files_have_no_first_box(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.mov", codec="mjpeg", pixel_format="yuvj420p").read_bytes()
    size = int.from_bytes(data[:4], "big")
    wide = (size).to_bytes(4, "big") + b"wide" + bytes(size - 8)
    (tmp_path / "b.mov").write_bytes(wide + data[size:])
    movie = open_video(tmp_path / "b.mov", Limits())
    assert (movie.format, len(list(movie.frames()))) == ("QuickTime", 20)


def test_blu_ray_packets(tmp_path: Path) -> None:
    data = clip(tmp_path / "a.ts").read_bytes()
    longer = b"".join(bytes(4) + data[i : i + 188] for i in range(0, len(data), 188))
    (tmp_path / "a.m2ts").write_bytes(longer)
    movie = open_video(tmp_path / "a.m2ts", Limits())
    assert len(list(movie.frames())) == 20


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "image"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84text", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"\0\0\1\xba" + bytes(20), "video"),
        (b"\x47" * HEAD_BYTES, "video"),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_kinds_by_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


def test_refusals(tmp_path: Path) -> None:
    two = clip(tmp_path / "two.mp4", frames=3, video_tracks=2)
    with pytest.raises(RefusedError, match="no video track 3") as refused:
        open_video(two, Limits(), 3)
    assert "from 1 to 2 (1: 96x64 pixels, h264, 2: " in (refused.value.hint or "")
    clear = clip(tmp_path / "clear.mkv", codec="ffv1", pixel_format="yuva420p", frames=3)
    with pytest.raises(RefusedError, match="transparent"):
        open_video(clear, Limits())
    program = clip(tmp_path / "a.mpg", codec="mpeg1video", container="mpeg", frames=3)
    with pytest.raises(RefusedError, match="MPEG program stream"):
        open_video(program, Limits())
    big = clip(tmp_path / "big.mp4", frames=2)
    with pytest.raises(RefusedError, match="limit"):
        open_video(big, replace(Limits(), max_megapixels=0.005))
    long = replace(Limits(), max_frames=2, max_total_megapixels=0.01, max_file_mb=1e-6)
    assert len(list(open_video(big, long).frames())) == 2


def test_what_is_no_video(tmp_path: Path) -> None:
    for name, data in (("a.mp4", b""), ("b.mp4", b"hello"), ("c.mp4", b"\0\0\0\x18ftypisom")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError):
            open_video(tmp_path / name, Limits())
    sound = clip(tmp_path / "s.mkv", video_tracks=0, audio="flac", audio_frames=3)
    with pytest.raises(InputError, match="no video track"):
        open_video(sound, Limits())
    with pytest.raises(InputError):
        open_video(tmp_path, Limits())


def test_encrypted_video_is_refused(tmp_path: Path) -> None:
    data = (
        clip(tmp_path / "a.mp4", frames=3)
        .read_bytes()
        .replace(b"avc1\0\0\0\0\0", b"encv\0\0\0\0\0")
    )
    (tmp_path / "b.mp4").write_bytes(data)
    with pytest.raises(RefusedError, match="encrypted"):
        open_video(tmp_path / "b.mp4", Limits())
