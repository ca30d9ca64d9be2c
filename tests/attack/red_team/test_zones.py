"""What was changed, told from pixels."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import FACE, around, blurred, solid

from efface.attack.leaks.interface import Changed
from efface.attack.red_team.zones import (
    Zones,
    change,
    inner,
    share_of,
    whole,
    zone_about,
)
from efface.geometry import Rect
from efface.regions import Box

Picture = NDArray[np.uint8]


def found(original: Picture, redacted: Picture, box: Box = FACE) -> NDArray[np.bool_]:
    zone = zone_about(box, change(original, redacted, [box]))
    assert zone is not None
    return whole(zone, original.shape[:2])


def as_jpeg(picture: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


def true_zone(portrait: Picture, grow: float = 1.5) -> NDArray[np.bool_]:
    mask = np.zeros(portrait.shape[:2], bool)
    mask[around(FACE, grow, portrait.shape)] = True
    return mask


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_fill_is_found_to_the_pixel_or_next_to_it(portrait: Picture, level: int) -> None:
    zone, true = found(portrait, solid(portrait, level)), true_zone(portrait)
    assert float(zone[true].mean()) > 0.98  # black hair under black
    assert not (zone & ~(cv2.dilate(true.astype(np.uint8), np.ones((3, 3))) > 0)).any()


@pytest.mark.parametrize("quality", [90, 75, 50])
def test_lossy_coding_is_no_zone(portrait: Picture, quality: int) -> None:
    zone = found(portrait, as_jpeg(solid(portrait), quality))
    assert overlap(zone, true_zone(portrait)) > 0.85


@pytest.mark.parametrize("sigma", [1.5, 4, 12])
def test_a_blur_is_one_zone_over_the_face(portrait: Picture, sigma: float) -> None:
    zone = found(portrait, as_jpeg(blurred(portrait, sigma), 90))
    face = true_zone(portrait, 1.0)
    assert float((zone & face).sum() / face.sum()) > 0.9
    assert not (zone & ~true_zone(portrait, 1.7)).any()


def test_nothing_is_found_where_nothing_was_done(portrait: Picture) -> None:
    for redacted in (portrait, as_jpeg(portrait, 80)):
        assert zone_about(FACE, change(portrait, redacted, [FACE])) is None


def test_a_bar_over_the_eyes_covers_a_part(portrait: Picture) -> None:
    redacted = portrait.copy()
    redacted[45:60, 85:130] = 0
    zone = zone_about(FACE, change(portrait, redacted, [FACE]))
    assert 0.1 < share_of(FACE, zone) < 0.35
    assert share_of(FACE, None) == 0.0


def test_the_colour_of_the_fill_in_the_face_leaves_no_hole(portrait: Picture) -> None:
    original = portrait.copy()
    original[50:70, 95:115] = 0
    redacted = solid(original)
    assert found(original, redacted)[50:70, 95:115].all()


def test_the_evidence_leaves_the_edge_out(portrait: Picture) -> None:
    redacted = as_jpeg(solid(portrait), 85)
    zone = zone_about(FACE, change(portrait, redacted, [FACE]))
    assert zone is not None
    inside = whole(inner(zone), portrait.shape[:2])
    assert redacted[inside].max() < 40
    assert inside.sum() > 0.75 * zone.mask.sum()


def test_another_zone_far_away_belongs_to_nobody(portrait: Picture) -> None:
    redacted = solid(portrait)
    redacted[220:250, 10:40] = 255
    zone = found(portrait, redacted)
    assert not zone[220:250, 10:40].any()


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(0, 20), st.integers(0, 20), st.integers(0)
)
def test_zones_come_back_as_they_were_put_in(
    width: int, height: int, x: int, y: int, seed: int
) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < 0.5
    zone, kept = Changed(Rect(x, y, x + width, y + height), mask), Zones()
    kept.add(4, zone)
    (again,) = kept[4]
    assert again.rect == zone.rect
    assert (again.mask == mask).all()
    assert list(kept) == [4]
