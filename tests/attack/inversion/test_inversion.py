"""Every inversion brings a weak redaction back, and finds nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.draw import ellipse

from efface.attack.interface import Candidates, Case, Knowledge, Look, Reconstruction
from efface.attack.inversion.base import Inversion
from efface.attack.inversion.feedback import Feedback
from efface.attack.inversion.forward import matrices, shrunk, task
from efface.attack.inversion.least_squares import (
    BlindLeastSquares,
    LeastSquares,
    nearest_compressed,
    quantisation,
)
from efface.attack.inversion.richardson_lucy import BlindRichardsonLucy, RichardsonLucy
from efface.attack.inversion.tikhonov import BlindTikhonov, Tikhonov
from efface.attack.inversion.unswirl import Unswirl
from efface.attack.inversion.wiener import BlindWiener, Wiener, fractional, transfer
from efface.attack.looks import look_at, zone_only
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply, through_jpeg
from efface.regions import Box

BOX = Box(0, 84, 36, 52, 64)
"""The portrait's face."""

POINTS = np.array([[98.0, 60], [122, 60], [110, 74], [101, 86], [119, 86]])
X, Y, WIDTH, HEIGHT = 68, 17, 84, 102
"""deface's mask of it."""

RECTANGLE = (X, Y, WIDTH, HEIGHT)
NOBODY = Candidates(templates={})

BLURS: list[type[Inversion]] = [Wiener, Tikhonov, RichardsonLucy, LeastSquares]
BLIND: list[type[Inversion]] = [
    BlindWiener,
    BlindTikhonov,
    BlindRichardsonLucy,
    BlindLeastSquares,
]


def rectangle(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    zone = np.zeros(picture.shape[:2], bool)
    zone[Y : Y + HEIGHT, X : X + WIDTH] = True
    return zone


def oval(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    zone = np.zeros(picture.shape[:2], bool)
    rows, columns = ellipse(HEIGHT // 2, WIDTH // 2, HEIGHT // 2, WIDTH // 2)  # type: ignore[no-untyped-call]
    zone[Y : Y + HEIGHT, X : X + WIDTH][rows, columns] = True
    return zone


def look_of(
    picture: NDArray[np.uint8],
    operator: Operator,
    zone: Callable[[NDArray[np.uint8]], NDArray[np.bool_]] = rectangle,
) -> Look:
    """Nothing but the zone."""
    redacted = apply(picture, zone(picture), operator, np.random.default_rng(0))
    return zone_only(look_at(redacted, zone(picture), BOX, POINTS, operator))


def likeness(
    found: NDArray[np.uint8],
    look: Look,
    picture: NDArray[np.uint8],
    zone: Callable[[NDArray[np.uint8]], NDArray[np.bool_]] = rectangle,
) -> float:
    """Correlation with the clear face, in the zone."""
    clear = look_at(picture, zone(picture), BOX, POINTS).pixels
    return float(np.corrcoef(found[look.zone].ravel(), clear[look.zone].ravel())[0, 1])


def unexplained(found: float) -> float:
    return 1 - found**2


def restored(attack: Inversion, look: Look) -> Reconstruction:
    (evidence,) = attack.run(Case((look,), attack.knowledge, NOBODY))
    assert isinstance(evidence, Reconstruction)
    assert (evidence.points == look.points).all()
    return evidence


@pytest.mark.parametrize("attack", BLURS)
@pytest.mark.parametrize(
    "operator", [Operator("gaussian", 3.0), Operator("box", 12.0), Operator("box", 9.0)]
)
def test_a_weak_blur_is_undone(
    portrait: NDArray[np.uint8], attack: type[Inversion], operator: Operator
) -> None:
    look = look_of(portrait, operator)
    before = likeness(look.pixels, look, portrait)
    after = likeness(restored(attack(), look).pixels, look, portrait)
    assert unexplained(after) < 0.55 * unexplained(before)


@pytest.mark.parametrize("attack", [Wiener, Tikhonov, LeastSquares])
def test_defaces_blur_is_undone(portrait: NDArray[np.uint8], attack: type[Inversion]) -> None:
    operator = Operator("box", WIDTH // 2, size_y_px=HEIGHT // 2, within=RECTANGLE)
    look = look_of(portrait, operator, oval)
    before = likeness(look.pixels, look, portrait, oval)
    after = likeness(restored(attack(), look).pixels, look, portrait, oval)
    assert unexplained(after) < 0.5 * unexplained(before)


@pytest.mark.parametrize(
    "operator", [Operator("box", 147), Operator("gaussian", 41.0), Operator("mosaic", 33.0)]
)
def test_a_large_picture_is_redacted_as_it_is(operator: Operator) -> None:
    """Made small, redacted there, it is what the large one is redacted to and made small."""
    rng = np.random.default_rng(0)
    coarse = cv2.GaussianBlur(rng.normal(120, 900, (150, 120)).astype(np.float32), (0, 0), 6)
    large = cv2.resize(coarse, (480, 600), interpolation=cv2.INTER_LINEAR)
    down, across = shrunk(large.shape, operator, coarse.shape)
    full = matrices(large.shape, operator)
    seen = cv2.resize(full[0] @ large @ full[1].T, (120, 150), interpolation=cv2.INTER_AREA)
    off = down @ coarse @ across.T - seen
    assert np.abs(off).max() < 0.01 * seen.std()


def test_a_window_of_no_whole_number_of_pixels_passes_what_its_neighbours_do() -> None:
    shape = (64, 90)
    whole = [fractional(Operator("box", side, size_y_px=7.0), shape) for side in (9.0, 9.5, 10.0)]
    told = transfer(Operator("box", 9.0, size_y_px=7.0), shape, [])
    assert np.abs(whole[0] - told).max() < 1e-5
    first = whole[0][0].real, whole[1][0].real, whole[2][0].real
    half = shape[1] // 10 - 1  # before the first zero, a wider window passes less
    assert (first[0][1:half] > first[1][1:half]).all() and (
        first[1][1:half] > first[2][1:half]
    ).all()


@pytest.mark.parametrize("attack", [Tikhonov, LeastSquares])
@pytest.mark.parametrize("side", [4.0, 6.5])
def test_the_cells_of_a_mosaic_are_joined(
    portrait: NDArray[np.uint8], attack: type[Inversion], side: float
) -> None:
    operator = Operator("mosaic", side, (X, Y), within=RECTANGLE)
    look = look_of(portrait, operator)
    found = restored(attack(), look)
    before = likeness(look.pixels, look, portrait)
    assert unexplained(likeness(found.pixels, look, portrait)) < 0.75 * unexplained(before)
    # and their averages are those published
    again = apply(found.pixels, look.zone, look.operator or operator)
    assert np.abs(again.astype(int) - look.pixels)[look.zone].mean() < 3


def test_a_sampled_mosaic_is_smoothed(portrait: NDArray[np.uint8]) -> None:
    look = look_of(portrait, Operator("sampled-mosaic", 5, (X, Y), within=RECTANGLE))
    before = likeness(look.pixels, look, portrait)
    after = likeness(restored(Tikhonov(), look).pixels, look, portrait)
    assert unexplained(after) < 0.8 * unexplained(before)


def test_a_swirl_is_turned_back(portrait: NDArray[np.uint8]) -> None:
    operator = Operator("swirl", 42, (110.0, 68.0), angle=4.0)
    look = look_of(portrait, operator)
    assert likeness(look.pixels, look, portrait) < 0.9
    assert likeness(restored(Unswirl(), look).pixels, look, portrait) > 0.98


def test_a_median_is_undone_in_part(portrait: NDArray[np.uint8]) -> None:
    look = look_of(portrait, Operator("median", 9))
    before = likeness(look.pixels, look, portrait)
    assert likeness(restored(Feedback(), look).pixels, look, portrait) > before


@pytest.mark.parametrize("attack", BLIND)
def test_a_weak_blur_is_undone_without_being_told(
    portrait: NDArray[np.uint8], attack: type[Inversion]
) -> None:
    told = look_of(portrait, Operator("gaussian", 3.0))
    look = Look(told.pixels, told.zone, told.box, told.points)
    before = likeness(look.pixels, look, portrait)
    after = likeness(restored(attack(), look).pixels, look, portrait)
    assert unexplained(after) < 0.9 * unexplained(before)


@pytest.mark.parametrize("attack", [*BLURS, *BLIND, Unswirl, Feedback])
def test_a_solid_zone_is_left_alone(portrait: NDArray[np.uint8], attack: type[Inversion]) -> None:
    look = look_of(portrait, Operator("solid"))
    assert not attack().applies(Case((look,), Knowledge.EXACT, NOBODY))


@pytest.mark.parametrize("attack", BLURS)
def test_a_constant_comes_back_constant(
    portrait: NDArray[np.uint8], attack: type[Inversion]
) -> None:
    grey = np.full_like(portrait, 90)
    found = restored(attack(), look_of(grey, Operator("box", 20)))
    assert np.abs(found.pixels.astype(int) - 90).max() <= 1


@pytest.mark.parametrize("attack", BLURS)
def test_another_picture_does_not_turn_into_this_face(
    portrait: NDArray[np.uint8], attack: type[Inversion]
) -> None:
    look = look_of(np.ascontiguousarray(portrait[::-1]), Operator("box", 12))
    before = abs(likeness(look.pixels, look, portrait))
    after = abs(likeness(restored(attack(), look).pixels, look, portrait))
    assert after < before + 0.1
    assert after < 0.6


@pytest.mark.parametrize("attack", BLURS)
def test_what_lies_outside_the_zone_does_not_matter(
    portrait: NDArray[np.uint8], attack: type[Inversion]
) -> None:
    operator = Operator("box", 11, within=RECTANGLE)
    zone = rectangle(portrait)
    first = apply(portrait, zone, operator)
    second = np.where(zone[..., None], first, 255 - first)
    found = [
        restored(attack(), zone_only(look_at(picture, zone, BOX, POINTS, operator))).pixels
        for picture in (first, second)
    ]
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize(
    "operator",
    [
        Operator("gaussian", 4.0, within=RECTANGLE),
        Operator("box", 12.0, size_y_px=31.0, within=RECTANGLE),
        Operator("box", 200.0, within=RECTANGLE),
        Operator("mosaic", 6.3, (X, Y), within=RECTANGLE),
        Operator("sampled-mosaic", 9.0, (X, Y), within=RECTANGLE),
    ],
    ids=str,
)
def test_the_matrices_redact_as_the_tool_did(
    portrait: NDArray[np.uint8], operator: Operator
) -> None:
    look = look_of(portrait, operator)
    assert look.operator is not None
    work = task(look, look.operator)
    clear = portrait[Y : Y + HEIGHT, X : X + WIDTH].transpose(2, 0, 1).astype(np.float32)
    assert np.abs(work.redacted(clear) - work.seen).max() < 1.01


def test_an_operator_must_be_given(portrait: NDArray[np.uint8]) -> None:
    look = look_of(portrait, Operator("gaussian", 3.0))
    with pytest.raises(ValueError, match="operator"):
        Wiener().operator(Look(look.pixels, look.zone, look.box, look.points))


def test_large_faces_are_shrunk_first(portrait: NDArray[np.uint8]) -> None:
    large = np.ascontiguousarray(portrait.repeat(6, 0).repeat(6, 1))
    zone = rectangle(portrait).repeat(6, 0).repeat(6, 1)
    operator = Operator("gaussian", 18.0)
    box = Box(0, BOX.x * 6, BOX.y * 6, BOX.width * 6, BOX.height * 6)
    look = zone_only(look_at(apply(large, zone, operator), zone, box, POINTS * 6, operator))
    assert look.operator is not None
    found = Wiener().restore(look, look.operator)
    factor = found.pixels.shape[1] / look.pixels.shape[1]
    assert factor < 0.5
    assert found.points == pytest.approx(look.points * factor, rel=0.02)


def test_what_a_jpeg_shows_contains_what_it_was_made_of(portrait: NDArray[np.uint8]) -> None:
    blurred = apply(portrait, np.ones(portrait.shape[:2], bool), Operator("gaussian", 5.0))
    true = blurred.transpose(2, 0, 1).astype(np.float32)
    seen = through_jpeg(blurred, 50).transpose(2, 0, 1).astype(np.float32)
    luma = np.array([0.299, 0.587, 0.114])
    nearest = nearest_compressed(true, seen, 50, (0, 0))
    gap = np.tensordot(luma, true - seen, (0, 0))
    left = np.tensordot(luma, true - nearest, (0, 0))
    assert np.abs(left).mean() < 0.25 * np.abs(gap).mean()


def test_quantisation_is_libjpegs() -> None:
    assert quantisation(50)[0, 0] == 16
    assert quantisation(100).max() == 1
    assert quantisation(10)[7, 7] == 255
