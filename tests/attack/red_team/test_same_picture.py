"""Which files belong together, and what is said of those that do not."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from tests.attack.red_team.fakes import FACE, around, blurred, saved, solid
from tests.walks import walk, write_clip

from efface.attack.pair import Both, open_pair
from efface.attack.red_team.same_picture import SamePicture, areas
from efface.errors import RefusedError
from efface.policy import Policy
from efface.regions import Box

Picture = NDArray[np.uint8]
PATH = Path("redacted.png")


def compare(
    original: Picture, redacted: Picture, boxes: tuple[Box, ...] = (FACE,)
) -> NDArray[np.bool_]:
    both = Both(0, None, (lambda: original, lambda: redacted))
    return SamePicture(PATH).see(both, (original.shape[1], original.shape[0]), boxes)


def as_jpeg(picture: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


def mosaic(picture: Picture, cell: int) -> Picture:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // cell, height // cell), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST))


@pytest.mark.parametrize("quality", [95, 60, 25])
def test_lossy_coding_and_fills_belong_together(portrait: Picture, quality: int) -> None:
    assert not compare(portrait, as_jpeg(portrait, quality)).any()
    compare(portrait, as_jpeg(solid(portrait, grow=2.0), quality))
    compare(portrait, as_jpeg(blurred(portrait, 20, grow=2.0), quality))


def test_the_whole_picture_blurred_or_tiled_belongs(portrait: Picture) -> None:
    compare(portrait, np.asarray(cv2.GaussianBlur(portrait, (0, 0), 5)))
    compare(portrait, mosaic(portrait, 8))


def test_zones_elsewhere_are_named(portrait: Picture) -> None:
    redacted = solid(portrait)
    redacted[200:250, 20:100] = 255
    (found,) = areas(compare(portrait, redacted), (256, 256))
    x, y, width, height = found
    assert abs(x - 20) <= 12
    assert abs(y - 200) <= 12
    assert abs(x + width - 100) <= 12
    assert abs(y + height - 250) <= 12


def test_a_whole_frame_blanked_belongs(portrait: Picture) -> None:
    compare(portrait, np.zeros_like(portrait))


@pytest.mark.parametrize("shift", [6, 40])
def test_a_shifted_picture_does_not_belong(portrait: Picture, shift: int) -> None:
    with pytest.raises(RefusedError, match=r"something else, most at \(\d+, \d+\), by \d+ of 255"):
        compare(portrait, solid(np.roll(portrait, shift, axis=1)))


def test_another_picture_does_not_belong(portrait: Picture) -> None:
    other = cv2.resize(data.brick(), (256, 256))  # type: ignore[no-untyped-call]
    with pytest.raises(RefusedError, match="does not show what the original shows"):
        compare(portrait, np.repeat(other[:, :, None], 3, axis=2))


def test_another_picture_does_not_belong_where_a_face_fills_it(portrait: Picture) -> None:
    tight = portrait[around(FACE, 1.6, portrait.shape)]
    height, width = tight.shape[:2]
    face = Box(0, 10, 10, width - 20.0, height - 20.0)
    compare(tight, np.zeros_like(tight), (face,))
    compare(tight, np.asarray(cv2.GaussianBlur(tight, (0, 0), 8)), (face,))
    other = np.asarray(cv2.resize(data.coffee(), (width, height)), np.uint8)  # type: ignore[no-untyped-call]
    with pytest.raises(RefusedError, match="does not show"):
        compare(tight, other, (face,))


def test_a_part_with_something_else_in_it_does_not_belong(portrait: Picture) -> None:
    redacted = solid(portrait)
    redacted[150:250, 150:250] = portrait[10:110, 70:170]
    with pytest.raises(RefusedError, match="outside the faces"):
        compare(portrait, redacted)


def refused(redacted: Path, original: Path) -> str:
    with pytest.raises(RefusedError) as error:
        for _ in open_pair(redacted, original, Policy()).frames("compare"):
            pass
    return str(error.value)


def test_other_sizes_are_named(portrait: Picture, tmp_path: Path) -> None:
    original = saved(portrait, tmp_path / "a.png")
    redacted = saved(portrait[:200], tmp_path / "b.png")
    assert "256x200 pixels, and the original has 256x256" in refused(redacted, original)


def test_a_turned_picture_is_compared_upright(portrait: Picture, tmp_path: Path) -> None:
    original = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # stored turned by a quarter
    stored = Image.fromarray(portrait[:200]).transpose(Image.Transpose.ROTATE_90)
    stored.save(original, exif=exif, quality=95)
    pair = open_pair(saved(portrait[:200], tmp_path / "b.png"), original, Policy())
    (both,) = pair.frames("compare")
    assert not SamePicture(PATH).see(both, (256, 200), []).any()


def test_other_numbers_of_pages_are_named(portrait: Picture, tmp_path: Path) -> None:
    page = Image.fromarray(portrait)
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page, page])
    page.save(tmp_path / "b.tif", save_all=True, append_images=[page])
    words = refused(tmp_path / "b.tif", tmp_path / "a.tif")
    assert "it has 2 pages, and the original has 3" in words


def test_a_photo_and_a_video_do_not_belong(portrait: Picture, clip: Path, tmp_path: Path) -> None:
    photo = saved(portrait, tmp_path / "a.png")
    assert "this is a photo, and the original is a video" in refused(photo, clip)
    assert "this is a video, and the original is a photo" in refused(clip, photo)


def test_other_numbers_of_frames_are_named(portrait: Picture, clip: Path, tmp_path: Path) -> None:
    short = write_clip(tmp_path / "short.mp4", walk(portrait, 25))
    assert "it has 25 frames, and the original has 30" in refused(short, clip)
    assert "it has 30 frames, and the original has 25" in refused(clip, short)


def test_a_frame_that_shows_something_else_is_named(
    portrait: Picture, clip: Path, tmp_path: Path
) -> None:
    pictures = walk(portrait)
    other = write_clip(tmp_path / "b.mp4", [*pictures[:20], *[p[::-1] for p in pictures[20:]]])
    pair, check = open_pair(other, clip, Policy()), SamePicture(other)
    with pytest.raises(RefusedError, match=r"in frame 20 \(1.000 s\)"):
        for both in pair.frames("compare"):
            check.see(both, pair.media.size(both.index), [])
    assert both.index == 20
