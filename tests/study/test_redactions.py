"""Rows redact exactly as the tools do, and controls fill exactly the same zone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.draw
from numpy.typing import NDArray

from efface.regions import Box
from efface.study import redactions as made
from efface.study.rows import CLEAR, CONTROLS, ROWS, StudyRow, every_row

BOX = Box(0, 60.3, 50.2, 110.7, 140.1)
POINTS = np.array([[90, 100], [140, 100], [115, 130], [95, 155], [135, 155]], float)
EVERY = every_row()


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    """Smooth colours with some detail, 250 x 231."""
    noise = np.random.default_rng(3).normal(0, 60, (250, 231, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 4) * 8 + 128
    return np.clip(smooth, 0, 255).astype(np.uint8)


def redacted(row: StudyRow, picture: NDArray[np.uint8], box: Box = BOX) -> made.RedactedFace:
    return row.redaction(picture, box, POINTS, np.random.default_rng(0))


def row(name: str) -> StudyRow:
    return next(r for r in EVERY if r.name == name)


@pytest.mark.parametrize("one", EVERY, ids=lambda r: r.name)
def test_only_the_zone_changes(one: StudyRow, picture: NDArray[np.uint8]) -> None:
    before = picture.copy()
    done = redacted(one, picture)
    assert (picture == before).all()
    assert (done.pixels[~done.zone] == picture[~done.zone]).all()
    changed = (done.pixels != picture).any(axis=2)
    if one is CLEAR:
        assert not done.zone.any()
    else:
        assert changed[done.zone].mean() > 0.8


@pytest.mark.parametrize("one", [r for r in ROWS if r.control], ids=lambda r: r.name)
def test_a_control_fills_the_same_zone(one: StudyRow, picture: NDArray[np.uint8]) -> None:
    control = redacted(row(one.control or ""), picture)
    assert np.array_equal(control.zone, redacted(one, picture).zone)
    assert (control.pixels[control.zone] == made.GREY).all()


@pytest.mark.parametrize("one", EVERY, ids=lambda r: r.name)
@pytest.mark.parametrize("box", [Box(0, -3, -8, 240, 270), Box(0, 3, 2, 226, 246)])
def test_faces_that_fill_the_picture(one: StudyRow, box: Box, picture: NDArray[np.uint8]) -> None:
    done = redacted(one, picture, box)
    assert done.pixels.shape == picture.shape
    assert (done.pixels[~done.zone] == picture[~done.zone]).all()


def deface(picture: NDArray[np.uint8], how: str) -> NDArray[np.uint8]:
    """What deface 1.5.0 does, step by step."""
    frame = picture.copy()
    x1, y1, x2, y2 = 60, 50, 171, 190
    w, h = x2 - x1, y2 - y1
    x1, y1, x2, y2 = np.round(
        [x1 - w * 0.3, y1 - h * 0.3, x2 + w * 0.3, y2 + h * 0.3]
    ).astype(int)  # fmt: skip
    y1, y2 = max(0, y1), min(frame.shape[0] - 1, y2)
    x1, x2 = max(0, x1), min(frame.shape[1] - 1, x2)
    if how == "blur":
        blurred = cv2.blur(frame[y1:y2, x1:x2], (abs(x2 - x1) // 2, abs(y2 - y1) // 2))
        half = (y2 - y1) // 2, (x2 - x1) // 2
        rows, columns = skimage.draw.ellipse(*half, *half)  # type: ignore[no-untyped-call]
        frame[y1:y2, x1:x2][rows, columns] = blurred[rows, columns]
    else:
        for y in range(y1, y2, 20):
            for x in range(x1, x2, 20):
                lower = (min(x2, x + 19), min(y2, y + 19))
                colour = tuple(int(c) for c in frame[y, x])
                cv2.rectangle(frame, (x, y), lower, colour, -1)
    return frame


def test_blur_as_deface_draws_it(picture: NDArray[np.uint8]) -> None:
    ours = redacted(row("deface-blur"), picture).pixels.astype(int)
    gap = np.abs(ours - deface(picture, "blur"))
    assert gap.max() <= 1  # halves are rounded another way in bytes
    assert (gap == 0).mean() > 0.99


def test_mosaic_as_deface_draws_it(picture: NDArray[np.uint8]) -> None:
    assert np.array_equal(redacted(row("deface-mosaic"), picture).pixels, deface(picture, "mosaic"))


def test_egoblur_filters_with_the_picture_s_size(picture: NDArray[np.uint8]) -> None:
    done = redacted(row("egoblur"), picture)
    part = cv2.blur(picture[50:190, 60:171], (250 // 2, 231 // 2))
    gap = np.abs(done.pixels[50:190, 60:171].astype(int) - part)[done.zone[50:190, 60:171]]
    assert gap.max() <= 1


def test_a_swirl_is_undone_by_its_opposite(picture: NDArray[np.uint8]) -> None:
    there = made.swirl(1.0)(picture, BOX, POINTS, np.random.default_rng(0))
    back = made.swirl(-1.0)(there.pixels, BOX, POINTS, np.random.default_rng(0))
    inner = there.zone
    before = np.abs(there.pixels[inner].astype(int) - picture[inner]).mean()
    after = np.abs(back.pixels[inner].astype(int) - picture[inner]).mean()
    assert after < before / 10


def test_solids_grow_to_the_whole_picture(picture: NDArray[np.uint8]) -> None:
    shares = [redacted(row(f"solid-{g}"), picture).zone.mean() for g in ("1.0", "1.6", "3.0")]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_stronger_blurs_leave_less(picture: NDArray[np.uint8]) -> None:
    spread = [redacted(r, picture).pixels.std() for r in ROWS if r.name.startswith("gaussian")]
    assert spread == sorted(spread, reverse=True)


def test_names_are_unique_and_controls_exist() -> None:
    names = [r.name for r in EVERY]
    assert len(set(names)) == len(names)
    assert {r.control for r in ROWS if r.control} == {r.name for r in CONTROLS}
