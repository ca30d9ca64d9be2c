"""A parrot finds who was blurred among blurred candidates, and nobody behind a solid zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.portraits import clear_chip, looked, other, points_of_portrait

from efface.attack.alignment import chip
from efface.attack.interface import Candidates, Case, Knowledge, Look, Pixels, Ranking
from efface.attack.looks import zone_only
from efface.attack.operator import Operator
from efface.attack.parrot import BlindParrot, Parrot

PEOPLE = 24
PERSON = 5
"""Where the portrait is among the candidates."""


@pytest.fixture(scope="module")
def chips(portrait: Pixels) -> NDArray[np.uint8]:
    faces = [chip(picture, points) for picture, _, points in map(other, range(PEOPLE))]
    faces[PERSON] = clear_chip(portrait)
    return np.stack(faces)


def case(look: Look, chips: NDArray[np.uint8] | None) -> Case:
    return Case((zone_only(look),), Knowledge.EXACT, Candidates({}, chips))


def scores(attack: Parrot, given: Case) -> NDArray[np.float64]:
    (found,) = attack.run(given)
    assert isinstance(found, Ranking)
    return found.scores


@pytest.mark.parametrize(
    "operator",
    [
        Operator("gaussian", 10.0),
        Operator("box", 32.0, size_y_px=40.0, within=(75, 6, 80, 99)),
        Operator("mosaic", 12.0, (83.0, 16.0)),
        Operator("sampled-mosaic", 8.0, (83.0, 16.0)),
        Operator("gaussian", 8.0, noise=6.0),
    ],
    ids=lambda operator: operator.kind,
)
def test_the_person_is_found_among_redacted_faces(
    portrait: Pixels, chips: NDArray[np.uint8], operator: Operator
) -> None:
    look = looked(portrait, operator, points_of_portrait(portrait))
    given = case(look, chips)
    assert Parrot().applies(given)
    assert np.argmax(scores(Parrot(), given)) == PERSON


def test_the_operator_can_be_guessed(portrait: Pixels, chips: NDArray[np.uint8]) -> None:
    look = looked(portrait, Operator("mosaic", 8.0, (83.0, 16.0)), points_of_portrait(portrait))
    given = case(replace(look, operator=None), chips)
    assert BlindParrot().applies(given)
    assert np.argmax(scores(BlindParrot(), given)) == PERSON


def test_someone_else_is_not_taken_for_the_person(chips: NDArray[np.uint8]) -> None:
    """Redactions of people who are not among the candidates fit this person no more often than
    any other."""
    ranks = []
    for index in range(40, 48):
        picture, box, points = other(index)
        look = looked(picture, Operator("gaussian", 6.0), points, box)
        found = scores(Parrot(), case(look, np.delete(chips, PERSON, axis=0)))
        ranks.append(int(np.argmax(found)))
    assert len(set(ranks)) > 3


@pytest.mark.parametrize("attack", [Parrot(), BlindParrot()])
def test_solid_zones_and_templates_alone_are_not_for_a_parrot(
    portrait: Pixels, chips: NDArray[np.uint8], attack: Parrot
) -> None:
    points = points_of_portrait(portrait)
    solid = looked(portrait, Operator("solid"), points)
    assert not attack.applies(case(solid, chips))
    assert attack.run(case(solid, chips)) == ()
    blurred = case(looked(portrait, Operator("gaussian", 6.0), points), None)
    assert not attack.applies(blurred)
    with pytest.raises(ValueError, match="pictures"):
        attack.run(blurred)


def test_an_operator_that_is_not_told_is_an_error(
    portrait: Pixels, chips: NDArray[np.uint8]
) -> None:
    look = looked(portrait, Operator("gaussian", 6.0), points_of_portrait(portrait))
    with pytest.raises(ValueError, match="operator"):
        Parrot().run(case(replace(look, operator=None), chips))


def test_a_large_face_is_read_at_the_size_of_a_chip(portrait: Pixels) -> None:
    large = np.repeat(np.repeat(portrait, 4, axis=0), 4, axis=1)
    points = points_of_portrait(portrait) * 4
    look = looked(portrait, Operator("gaussian", 6.0), points / 4)
    big = replace(look, zone=np.kron(look.zone, np.ones((4, 4), bool)))
    pixels = np.repeat(np.repeat(look.pixels, 4, axis=0), 4, axis=1)
    big = replace(big, pixels=pixels, points=look.points * 4, operator=Operator("gaussian", 24.0))
    faces = np.stack([chip(large, points), *(chip(p, q) for p, _, q in map(other, range(9)))])
    assert np.argmax(scores(Parrot(), case(big, faces))) == 0
