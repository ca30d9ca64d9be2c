"""*Removed* is only said where nothing but a constant is stored: every way to make it say so of a
face that is still there, and every healthy file that must not be refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pillow_heif
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import FACE, around, saved, solid

from efface.attack.pair import open_pair
from efface.attack.red_team.removal import Removal
from efface.attack.red_team.zones import change, zone_about
from efface.media.sniff import open_photo
from efface.policy import Limits, Policy

Picture = NDArray[np.uint8]

GREY = 128
GROWN = 1.7


def why_not(original: Path, redacted: Path) -> str | None:
    """Why it is not proven that the face was removed."""
    removal = Removal()
    for both in open_pair(redacted, original, Policy()).frames("look"):
        found = change(both.original, both.redacted, [FACE])
        removal.see(FACE, zone_about(FACE, found), found, both)
    return removal.why_not


def faint(picture: Picture, steps: float, level: int = GREY, grow: float = GROWN) -> Picture:
    """A fill in which the face is left, by so many steps of 255 up or down."""
    out, part = picture.copy(), around(FACE, grow, picture.shape)
    face = picture[part].astype(np.float64)
    face -= face.mean(axis=(0, 1))
    left = np.round(steps * face / np.abs(face).max())
    out[part] = np.clip(level + left, 0, 255).astype(np.uint8)
    return out


LOSSY: dict[str, dict[str, Any]] = {
    "a.jpg": {"quality": 90},
    "b.jpg": {"quality": 75, "subsampling": 0, "progressive": True},
    "c.webp": {"quality": 90},
    "d.avif": {"quality": 85},
}
EXACT: dict[str, dict[str, Any]] = {
    "a.png": {},
    "b.tif": {"compression": "tiff_lzw"},
    "c.bmp": {},
    "d.webp": {"lossless": True},
}


@pytest.mark.parametrize("name", [*EXACT, *LOSSY])
@pytest.mark.parametrize("level", [0, GREY])
def test_a_constant_is_proven_in_every_format(
    portrait: Picture, tmp_path: Path, name: str, level: int
) -> None:
    options = {**EXACT, **LOSSY}[name]
    original = saved(portrait, tmp_path / "original" / name, **options)
    shown = np.asarray(Image.open(original).convert("RGB"))
    redacted = saved(solid(shown, level, grow=GROWN), tmp_path / name, **options)
    assert why_not(original, redacted) is None


@pytest.mark.parametrize("name", [*EXACT, *LOSSY])
@pytest.mark.parametrize("steps", [1.0, 2.0])
def test_a_faint_face_is_no_constant(
    portrait: Picture, tmp_path: Path, name: str, steps: float
) -> None:
    options = {**EXACT, **LOSSY}[name]
    original = saved(portrait, tmp_path / "original" / name, **options)
    redacted = saved(faint(portrait, steps), tmp_path / name, **options)
    assert why_not(original, redacted) is not None


def two_tones(picture: Picture) -> Picture:
    """A fill in which what was bright is one step brighter: the faintest mask that holds a face."""
    out, part = picture.copy(), around(FACE, GROWN, picture.shape)
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[part]
    out[part] = (GREY + (gray > np.median(gray)))[..., None]
    return out


def half_hidden(picture: Picture) -> Picture:
    """A fill that is clean but for the eyes: most samples are the constant."""
    out, part = solid(picture, GREY, grow=GROWN), around(FACE, GROWN, picture.shape)
    y, x = part[0].start, part[1].start
    band = np.s_[y + 30 : y + 56, x + 16 : x + 66]
    out[band] = faint(picture, 2.0)[band]
    return out


@pytest.mark.parametrize(
    ("ending", "quality"), [("webp", 75), ("webp", 92), ("avif", 60), ("avif", 85), ("heic", 80)]
)
@pytest.mark.parametrize("forge", [two_tones, half_hidden])
def test_a_face_at_the_level_of_a_coders_noise_is_no_constant(
    portrait: Picture,
    tmp_path: Path,
    ending: str,
    quality: int,
    forge: Callable[[Picture], Picture],
) -> None:
    """A lossy coder moves the samples of a fill by as much as these are moved."""
    options: dict[str, Any] = {"quality": quality}
    pillow_heif.register_heif_opener()
    original = saved(portrait, tmp_path / f"original.{ending}", **options)
    redacted = saved(forge(portrait), tmp_path / f"a.{ending}", **options)
    assert why_not(original, redacted) is not None
    clean = saved(solid(portrait, GREY, grow=GROWN), tmp_path / f"b.{ending}", **options)
    assert why_not(original, clean) is None


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "c.webp"])
def test_a_fill_smaller_than_the_face_is_no_removal(
    portrait: Picture, tmp_path: Path, name: str
) -> None:
    """What stays open around it points to people."""
    original = saved(portrait, tmp_path / "original" / name)
    redacted = saved(solid(portrait, grow=1.0), tmp_path / name)
    assert "too small" in (why_not(original, redacted) or "")


def test_a_face_in_colour_only_is_seen(portrait: Picture, tmp_path: Path) -> None:
    """Luma is constant, and a player shows a black square."""
    for name, options in (("a.jpg", {"quality": 95}), ("a.png", {})):
        ycc = np.full((*portrait.shape[:2], 3), GREY, np.uint8)
        ycc[..., 1] += (cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY) // 40).astype(np.uint8)
        hidden = portrait.copy()
        part = around(FACE, GROWN, portrait.shape)
        hidden[part] = cv2.cvtColor(ycc, cv2.COLOR_YCrCb2RGB)[part]
        original = saved(portrait, tmp_path / "original" / name, **options)
        assert why_not(original, saved(hidden, tmp_path / name, **options)) is not None


def test_a_face_in_the_transparency_is_seen(portrait: Picture, tmp_path: Path) -> None:
    for hidden in ("alpha", "colour"):
        rgba = np.dstack([portrait, np.full(portrait.shape[:2], 255, np.uint8)])
        part = around(FACE, GROWN, portrait.shape)
        original = saved(rgba, tmp_path / "original.png")
        if hidden == "alpha":
            rgba[part] = (GREY, GREY, GREY, 255)
            rgba[part][..., 3] = portrait[part][..., 1]
        else:
            rgba[part][..., 3] = 0
        assert why_not(original, saved(rgba, tmp_path / f"{hidden}.png")) is not None


def test_a_face_in_the_low_bits_is_seen(portrait: Picture, tmp_path: Path) -> None:
    """Sixteen bits, of which a screen shows eight."""
    deep = portrait.astype(np.uint16) << 8
    tifffile.imwrite(tmp_path / "original.tif", deep, photometric="rgb")
    part = around(FACE, GROWN, portrait.shape)
    deep[part] = np.uint16(GREY * 257) + portrait[part].astype(np.uint16) // 9
    tifffile.imwrite(tmp_path / "a.tif", deep, photometric="rgb")
    shown = open_photo(tmp_path / "a.tif", Limits()).picture(0)[part]
    assert len(np.unique(shown)) == 1
    assert why_not(tmp_path / "original.tif", tmp_path / "a.tif") is not None


def test_a_face_in_the_indices_of_a_palette_is_seen(portrait: Picture, tmp_path: Path) -> None:
    """Two entries are both black; which of them a pixel has shows the face."""
    gray = cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY)
    whole = Image.fromarray(gray // 2 + 1).convert("P")
    whole.putpalette(bytes(np.repeat(np.arange(256, dtype=np.uint8), 3)))
    whole.save(tmp_path / "original.png")
    indices = np.asarray(whole).copy()
    part = around(FACE, GROWN, gray.shape)
    indices[part] = np.where(gray[part] > GREY, 254, 255)
    colours = np.repeat(np.arange(256, dtype=np.uint8), 3)
    colours[254 * 3 :] = 0
    hidden = Image.fromarray(indices).convert("P")
    hidden.putdata(indices.ravel().tolist())
    hidden.putpalette(bytes(colours))
    hidden.save(tmp_path / "a.png")
    assert why_not(tmp_path / "original.png", tmp_path / "a.png") is not None


def test_a_face_on_the_second_page_is_seen(portrait: Picture, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "original.tif", np.stack([portrait] * 2), photometric="rgb")
    for second in (portrait, faint(portrait, 1)):
        pages = np.stack([solid(portrait, GREY, grow=GROWN), second])
        tifffile.imwrite(tmp_path / "a.tif", pages, photometric="rgb")
        assert "page 2" in (why_not(tmp_path / "original.tif", tmp_path / "a.tif") or "")


def movie(path: Path, frames: list[Picture], paint: Callable[[int, av.VideoFrame], None]) -> Path:
    """A video whose planes are painted before they are coded."""
    height, width = frames[0].shape[:2]
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "14", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            paint(number, frame)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    out = []
    for plane in frame.planes:
        raw = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        out.append(raw[:, : plane.width])
    return out


def test_a_video_is_looked_at_in_every_frame_and_below_black(
    portrait: Picture, tmp_path: Path
) -> None:
    """A fill is proven; a face in one frame, in chroma only, or below black is not."""
    side = [v // 2 * 2 for v in portrait.shape[:2]]
    frames = [np.ascontiguousarray(portrait[: side[0], : side[1]])] * 4
    gray = cv2.cvtColor(frames[0], cv2.COLOR_RGB2GRAY)
    part = around(FACE, GROWN + 0.3, gray.shape)
    half = tuple(slice(one.start // 2, one.stop // 2) for one in part)
    original = movie(tmp_path / "original.mp4", frames, lambda *_: None)

    def filled(frame: av.VideoFrame, level: int) -> list[NDArray[np.uint8]]:
        y, u, v = planes(frame)
        y[part], u[half], v[half] = level, 128, 128
        return [y, u, v]

    def clean(number: int, frame: av.VideoFrame) -> None:
        filled(frame, 16)

    def one_frame(number: int, frame: av.VideoFrame) -> None:
        y, _, _ = filled(frame, 90)
        if number == 2:
            y[part] = 90 + np.round(4.0 * gray[part] / 255).astype(np.uint8)

    def chroma(number: int, frame: av.VideoFrame) -> None:
        _, u, _ = filled(frame, 90)
        small = cv2.resize(gray, (gray.shape[1] // 2, gray.shape[0] // 2))
        u[half] = 126 + np.round(4.0 * small[half] / 255).astype(np.uint8)

    def below_black(number: int, frame: av.VideoFrame) -> None:
        y, _, _ = filled(frame, 16)
        y[part] = 2 + gray[part] // 20

    assert why_not(original, movie(tmp_path / "clean.mp4", frames, clean)) is None
    for number, paint in enumerate((one_frame, chroma, below_black)):
        hidden = movie(tmp_path / f"{number}.mp4", frames, paint)
        assert why_not(original, hidden) is not None, paint.__name__


def test_the_fill_of_a_jpeg_can_hide_coefficients_that_no_decoder_shows(
    portrait: Picture, tmp_path: Path
) -> None:
    """Far below black, whatever varies is cut off: pixels are a constant, and the face is there."""
    from efface.media.jpeg import JpegPhoto, turbo  # noqa: PLC0415

    original = saved(portrait, tmp_path / "original.jpg", quality=95, subsampling=0)
    photo = open_photo(original, Limits())
    assert isinstance(photo, JpegPhoto)
    part = around(FACE, GROWN, portrait.shape)
    rows, columns = (slice(-(-one.start // 8), one.stop // 8) for one in part)
    step = photo._tables[0][0]

    def darkened(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        if rows.start <= row < rows.stop:
            if component:
                blocks[columns] = 0
            else:
                blocks[columns, 0] = -2 * 1024 // step
                blocks[columns, 1:] //= 4

    hidden = tmp_path / "a.jpg"
    hidden.write_bytes(photo._transformed(darkened, turbo.OPTION_COPY_NONE))
    inner = np.asarray(Image.open(io.BytesIO(hidden.read_bytes())))[
        rows.start * 8 : rows.stop * 8, columns.start * 8 : columns.stop * 8
    ]
    assert inner.max() <= 1
    assert "more than one value" in (why_not(original, hidden) or "")
