"""A redacted face as a measurement of the aligned one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.attack.alignment import chip
from efface.attack.diffusion.interface import FACE_PX, Faces
from efface.attack.diffusion.measured import HALF, RedactedFaceMeasurement, measured
from efface.attack.diffusion.proximal import pseudo_inverse
from efface.attack.interface import Look, Pixels
from efface.attack.landmarks import USUAL
from efface.attack.looks import look_at
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.regions import Box

WIDTH = 48.0

OPERATORS = {
    "gaussian": Operator("gaussian", 0.1 * WIDTH),
    "box": Operator("box", 9, size_y_px=14),
    "box cut out": Operator("box", 11, within=(20, 14, 60, 76)),
    "mosaic": Operator("mosaic", 6, (23.5, 20.0)),
    "mosaic with noise": Operator("mosaic", 6.4, (23.0, 20.0), cell_noise=10),
    "sampled mosaic": Operator("sampled-mosaic", 6, (23.0, 20.0), sample=(0.5, 0.5), blended=True),
    "compressed": Operator("gaussian", 3.0, jpeg_quality=60, grid_px=(4, 12)),
}


def smooth(rng: np.random.Generator, side: int) -> Pixels:
    """A picture that FACE_PX pixels show whole."""
    y, x = np.mgrid[:side, :side] / side
    waves = [np.sin(6 * (x * a + y * b) + c) for a, b, c in rng.normal(0, 1, (3, 3))]
    return np.asarray(127 + 100 * np.stack(waves, axis=2), np.uint8)


def looked(
    operator: Operator, seed: int = 0, turn: float = 0.1, scale: float = 1.0
) -> tuple[Look, Pixels]:
    """A redacted face, a little turned, and the clear one as the prior has it."""
    rng = np.random.default_rng(seed)
    side = round(100 * scale)
    picture = smooth(rng, side)
    box = Box(0, 25.0 * scale, 20.0 * scale, WIDTH * scale, 62.0 * scale)
    points = USUAL * (box.width, box.height) + (box.x, box.y)
    middle = points.mean(axis=0)
    c, s = np.cos(turn), np.sin(turn)
    points = (points - middle) @ np.array([[c, s], [-s, c]]) + middle
    zone = np.zeros((side, side), bool)
    zone[round(14 * scale) : round(90 * scale), round(20 * scale) : round(80 * scale)] = True
    redacted = apply(picture, zone, operator, rng)
    return look_at(redacted, zone, box, points, operator), chip(picture, points, FACE_PX)


@cache
def measurement(operator: Operator) -> RedactedFaceMeasurement:
    look, _ = looked(operator)
    assert look.operator is not None
    return measured(look, look.operator)


def random_faces(seed: int, count: int = 2) -> Faces:
    shape = (count, 3, FACE_PX, FACE_PX)
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("name", OPERATORS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_adjoint_is_the_transpose(name: str, seed: int) -> None:
    given_ = measurement(OPERATORS[name])
    faces = random_faces(seed)
    seen = np.random.default_rng(seed + 1).standard_normal((2, *given_.seen.shape))
    left = np.vdot(given_.forward(faces), seen)
    right = np.vdot(faces, given_.adjoint(seen.astype(np.float32)))
    size = np.linalg.norm(given_.forward(faces)) * np.linalg.norm(seen)
    assert abs(left - right) < 1e-4 * size


@pytest.mark.parametrize("name", OPERATORS)
def test_the_pseudo_inverse_explains_all_that_can_be(name: str) -> None:
    """H H+ H = H, up to what is too faint for so many rounds."""
    given_ = measurement(OPERATORS[name])
    faces = random_faces(3, 1)
    made = given_.forward(faces)
    found = pseudo_inverse(given_, made, faces.shape, 150)
    assert np.linalg.norm(given_.forward(found) - made) < 0.03 * np.linalg.norm(made)
    assert np.linalg.norm(found) <= np.linalg.norm(faces) * 1.001


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("name", ["gaussian", "box", "mosaic", "sampled mosaic", "compressed"])
def test_the_clear_face_explains_what_was_published(name: str, scale: float) -> None:
    look, clear = looked(OPERATORS[name].scaled(scale), scale=scale)
    assert look.operator is not None
    given_ = measured(look, look.operator)
    face = clear.astype(np.float32).transpose(2, 0, 1)[None] / HALF - 1
    inside = given_.evidence > 0
    off = (given_.forward(face)[0] - given_.seen)[:, inside]
    assert inside.sum() > 200
    assert off.std() < 0.1 * given_.seen[:, inside].std()
