"""The attack, with a prior whose faces are plain noise: what it shows agrees with the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.attack.diffusion.toys import NormalPrior
from tests.attack.portraits import FACE, looked, points_of_portrait

from efface.attack.diffusion.attack import BlindDiffusion, Diffusion, averaged, middle
from efface.attack.diffusion.interface import FACE_PX, SolverOptions
from efface.attack.diffusion.measured import HALF, measured
from efface.attack.interface import Candidates, Case, Knowledge, Look, Pixels, Prediction
from efface.attack.operator import Kind, Operator
from efface.attack.recognisers import recognisers

BLUR = Operator("gaussian", 0.1 * FACE.width)
PRIOR = NormalPrior(np.zeros((3, FACE_PX, FACE_PX), np.float32), 0.5)
ATTACK = Diffusion(options=SolverOptions(2, 6, 8), prior=PRIOR)


def case_of(*looks: Look, knowledge: Knowledge = Knowledge.EXACT) -> Case:
    return Case(looks, knowledge, Candidates({}))


def test_what_is_drawn_gives_what_was_published(portrait: Pixels) -> None:
    look = looked(portrait, BLUR, points_of_portrait(portrait))
    faces = ATTACK.sampled([(look, BLUR)])
    given = measured(look, BLUR)
    made = given.forward(faces.astype(np.float32).transpose(0, 3, 1, 2) / HALF - 1)
    inside = given.evidence > 0
    off, told = (made - given.seen)[..., inside], given.seen[:, inside]
    assert faces.shape == (2, FACE_PX, FACE_PX, 3)
    assert off.std() < 0.15 * told.std()
    assert not np.array_equal(faces[0], faces[1])


def test_evidence_is_a_template_a_recogniser_and_a_picture(portrait: Pixels) -> None:
    look = looked(portrait, BLUR, points_of_portrait(portrait))
    (found,) = ATTACK.run(case_of(look))
    assert isinstance(found, Prediction)
    assert found.picture is not None
    assert found.picture.pixels.shape == (FACE_PX, FACE_PX, 3)
    assert set(found.templates) == {one.name for one in recognisers()}
    for template in found.templates.values():
        assert np.linalg.norm(template) == pytest.approx(1, abs=1e-4)
    (again,) = ATTACK.run(case_of(look))
    assert isinstance(again, Prediction)
    assert all(np.array_equal(found.templates[n], again.templates[n]) for n in found.templates)


def test_samples_are_shared_out_among_looks(portrait: Pixels) -> None:
    look = looked(portrait, BLUR, points_of_portrait(portrait))
    faces = ATTACK.sampled([(look, BLUR), (look, BLUR)])
    assert len(faces) == 2
    assert not np.array_equal(faces[0], faces[1])
    with pytest.raises(ValueError, match="at least one look"):
        ATTACK.sampled([])


@pytest.mark.parametrize("kind", ["solid", "swirl", "median", "other"])
def test_it_does_not_apply_to_what_is_not_linear(portrait: Pixels, kind: Kind) -> None:
    look = looked(portrait, BLUR, points_of_portrait(portrait))
    told = replace(look, operator=replace(BLUR, kind=kind))
    assert not ATTACK.applies(case_of(told))
    assert ATTACK.applies(case_of(look))


def test_a_zone_of_one_colour_says_nothing(portrait: Pixels) -> None:
    fill = Operator("solid", colour=(9, 9, 9))
    look = replace(looked(portrait, fill, points_of_portrait(portrait)), operator=BLUR)
    assert not ATTACK.applies(case_of(look))


def test_the_blind_one_is_not_told(portrait: Pixels) -> None:
    look = replace(looked(portrait, BLUR, points_of_portrait(portrait)), operator=None)
    blind = BlindDiffusion(options=SolverOptions(1, 2, 2), prior=PRIOR)
    assert blind.applies(case_of(look, knowledge=Knowledge.METHOD))
    with pytest.raises(ValueError, match="with their operators"):
        ATTACK.applies(case_of(look))


def test_the_mean_is_of_templates_and_of_pictures() -> None:
    faces = np.random.default_rng(0).integers(0, 255, (2, FACE_PX, FACE_PX, 3), np.uint8)
    one, other, both = (averaged(some) for some in (faces[:1], faces[1:], faces))
    for name, template in both.items():
        wanted = one[name] + other[name]
        assert np.allclose(template, wanted / np.linalg.norm(wanted), atol=1e-3)
    mean = middle(faces).pixels.astype(float) - faces.mean(axis=0)
    assert np.abs(mean).max() <= 0.5
