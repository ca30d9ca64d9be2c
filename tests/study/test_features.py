"""From pictures to features, with a recogniser that is quick: its template is the mean colours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.portraits import FACE, looked, points_of_portrait

from efface.attack.inversion.wiener import Wiener
from efface.attack.operator import Operator
from efface.attack.recognisers.interface import Recogniser
from efface.study.faces import PlacedFace
from efface.study.features import (
    THUMBNAIL_PX,
    Dataset,
    embedded,
    features,
    restored,
    usual_points,
)
from efface.study.map.design import every_row
from efface.study.people import StudyPicture
from efface.study.rebuilders import Rebuilder, coarse, groups, guesses
from efface.study.rows import CLEAR, ROWS, StudyRow

Picture = NDArray[np.uint8]


class MeanColours(Recogniser):
    """Unit vectors of a chip's mean colours; counts the chips it is asked."""

    name, title, dimensions = "mean", "mean colours", 3

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += len(chips)
        means = chips.mean((1, 2)) + 1e-6
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


@pytest.fixture
def people(portrait: Picture, tmp_path: Path) -> Dataset:
    """The portrait as it is, mirrored, and tinted: three people with a picture each."""
    shown = (portrait, portrait, np.asarray(portrait * [1.0, 0.6, 0.4], np.uint8))
    face = PlacedFace(FACE, points_of_portrait(portrait), True)
    pictures = []
    for person, picture in enumerate(shown):
        path = tmp_path / f"{person}.png"
        Image.fromarray(picture).save(path)
        pictures.append(StudyPicture(path, person, "test", "probe"))
    return Dataset(pictures, [face] * 3)


def row(name: str) -> StudyRow:
    (found,) = (one for one in (CLEAR, *ROWS) if one.name == name)
    return found


def row_of_map(name: str) -> StudyRow:
    (found,) = (one.row for one in every_row() if one.row.name == name)
    return found


def test_clear_people_differ_and_the_same_picture_is_the_same(people: Dataset) -> None:
    ticks: list[int] = []
    found, covered = features(people, CLEAR, [MeanColours()], ticks.append)
    templates = found.templates["mean"]
    assert templates.shape == (3, 3)
    assert np.allclose(np.linalg.norm(templates, axis=1), 1, atol=1e-5)
    assert np.array_equal(templates[0], templates[1])
    assert templates[0] @ templates[2] < 0.999
    assert found.pixels.shape == (3, THUMBNAIL_PX**2 * 3)
    assert 0 <= found.pixels.min() < found.pixels.max() <= 1
    assert covered.tolist() == [0, 0, 0]
    assert sum(ticks) == 3


def test_what_is_filled_is_the_same_for_everybody_and_asked_once(people: Dataset) -> None:
    asked = MeanColours()
    found, covered = features(people, row("solid-2.0"), [asked])
    assert np.ptp(found.templates["mean"], axis=0).max() < 0.05
    assert (covered > 0.1).all()
    chip = np.zeros((150, 150, 3), np.uint8)
    before = asked.asked
    assert len(embedded([chip] * 5, [asked])["mean"]) == 5
    assert asked.asked == before + 1


def test_a_redaction_is_the_same_each_time(people: Dataset) -> None:
    blurred = row("gaussian-0.20")
    one, other = people.redacted(blurred, 2), people.redacted(blurred, 2)
    assert np.array_equal(one.pixels, other.pixels)
    assert one.zone.any()
    assert people.look(blurred, 2).operator is not None


def test_what_is_rebuilt_has_features_of_its_own(people: Dataset) -> None:
    blurred = row("gaussian-0.20")
    looks = [people.look(blurred, index) for index in (0, 2)]
    method = Rebuilder(Wiener())
    assert all(method.fits(look) for look in looks)
    assert method.version(looks[0]) != method.version(looks[1])
    wanted = np.array([0, 2])
    found = restored(method.rebuild(looks), wanted, [MeanColours()])
    assert found.pictures.tolist() == [0, 2]
    assert found.templates["mean"].shape == (2, 3)
    clear, _ = features(people, CLEAR, [MeanColours()])
    plain, _ = features(people, blurred, [MeanColours()])
    nearer = np.abs(found.pixels[0] - clear.pixels[0]).mean()
    assert nearer < np.abs(plain.pixels[0] - clear.pixels[0]).mean()


def test_where_a_method_does_not_apply_the_redacted_face_is_what_it_gives(
    portrait: Picture,
) -> None:
    look = looked(portrait, Operator("solid"), points_of_portrait(portrait))
    method = Rebuilder(Wiener())
    assert not method.fits(look)
    (found,) = method.rebuild([look])
    assert np.array_equal(found.pixels, look.pixels)


def test_one_tool_is_guessed_from_some_of_its_pictures(portrait: Picture) -> None:
    points = points_of_portrait(portrait)
    blurs = [looked(portrait, Operator("gaussian", 5.0), points) for _ in range(2)]
    found = guesses(blurs)
    assert [operator.kind for operator in found] == ["gaussian"] * 2
    assert found[0].size_px == pytest.approx(5.0, rel=0.4)
    fill = looked(portrait, Operator("solid"), points)
    assert guesses([fill]) == [Operator("other")]
    assert [group.guessing for group in groups()][:2] == [True, False]
    names = {method.name for group in groups() for method in group.methods}
    assert "wiener-blind" in names and "wiener" in names


def test_eyes_that_are_not_known_are_taken_from_the_zone(people: Dataset) -> None:
    """A drawn head lies where it lies about its zone, whoever is under it and wherever the eyes."""
    known, unknown = row_of_map("figure"), row_of_map("figure-by-zone")
    points = people.faces[0].points
    moved = Dataset(people.pictures, [replace(people.faces[0], points=points + 5)] * 3)
    for told in (known, unknown):
        before, after = (data.published(told, 0)[1] for data in (people, moved))
        assert np.array_equal(before, after) == (told is unknown)
    usual = people.published(unknown, 0)[1]
    assert np.abs(usual - points).max() < 0.2 * FACE.width
    zone = np.zeros((200, 200), bool)
    zone[100:200, 40:130] = True
    assert usual_points(zone)[2] == pytest.approx([85, 153.7])


def test_the_coarse_map_computes_back_whatever_can_be(people: Dataset) -> None:
    """One method of which nothing is learnt; what says nothing of the operator has none."""
    (group,) = coarse()
    assert not group.fitted and not group.guessing
    for one in every_row():
        if one.quick and one.row.inverted:
            look = people.look(one.row, 0)
            assert any(method.fits(look) for method in group.methods), one.row.name
    assert not any(m.fits(people.look(row_of_map("figure"), 0)) for m in group.methods)
