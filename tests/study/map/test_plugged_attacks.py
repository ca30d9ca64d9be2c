"""A lab's own attacks, on people of whom each is another shade of grey."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from efface.attack import plugins
from efface.attack.alignment import TEMPLATE
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Ranking
from efface.attack.recognisers import recognisers
from efface.errors import RefusedError
from efface.regions import Box
from efface.study import redactions as made
from efface.study.attackers import Answer
from efface.study.faces import PlacedFace
from efface.study.map.material import SmallDataset, SmallRun
from efface.study.map.plugged_attacks import plugged_answers, plugged_version
from efface.study.people import Part, Role, StudyPicture
from efface.study.rows import CLEAR, StudyRow

PEOPLE = 5
PLACES: tuple[tuple[Part, Role], ...] = (
    ("select", "gallery"), ("select", "probe"), ("test", "gallery"), ("test", "probe"),
)  # fmt: skip
FILLED = StudyRow("fill", "constant fill", made.filled(made.solid(1.0)))
BLURRED = StudyRow("blur", "blur", made.gaussian(0.1))


class Shades(Attack):
    """Compares mean greys."""

    name = "shades"
    title = "shades of grey"
    family = "adapted"
    knowledge = Knowledge.METHOD

    def run(self, case: Case) -> Sequence[Evidence]:
        assert case.looks[0].operator is None
        assert case.candidates.chips is not None
        look = case.looks[0]
        face = look.pixels[int(look.points[:, 1].mean()), int(look.points[:, 0].mean())]
        grey = case.candidates.chips.mean(axis=(1, 2, 3))
        return [Ranking(-np.abs(grey - face.mean()))]


class Told(Shades):
    """Wants to be told the operator."""

    name = "told"
    knowledge = Knowledge.EXACT

    def run(self, case: Case) -> Sequence[Evidence]:
        assert case.looks[0].operator is not None
        return [Ranking(np.arange(PEOPLE, dtype=np.float64))]


class Never(Shades):
    name = "never"

    def applies(self, case: Case) -> bool:
        return False


class Broken(Shades):
    name = "broken"

    def run(self, case: Case) -> Sequence[Evidence]:
        raise ZeroDivisionError("by nothing")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    folder = tmp_path_factory.mktemp("greys")
    pictures, faces = [], []
    for part, role in PLACES:
        for person in range(PEOPLE):
            path = folder / f"{part} {role} {person}.png"
            Image.new("RGB", (64, 64), (40 * person + 20,) * 3).save(path)
            pictures.append(StudyPicture(path, person, part, role))
            faces.append(PlacedFace(Box(0, 16, 16, 32, 32), TEMPLATE * 32 + 16, True))
    made = SmallRun(SmallDataset.of(pictures, faces, 32, mirrored=False), folder / "cache")
    alike = {r.name: np.ones((len(pictures), r.dimensions), np.float32) for r in recognisers()}
    made.__dict__["clear"] = alike  # in place of networks, which are not what is tested
    return made


@pytest.fixture
def answers(run: SmallRun, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Answer]]:
    def found(row: StudyRow, *names: str) -> list[Answer]:
        points = [EntryPoint(name.lower(), f"{__name__}:{name}", plugins.GROUP) for name in names]
        monkeypatch.setattr(plugins, "entry_points", lambda group: points)
        return list(plugged_answers(run, row))

    return found


def hits(answer: Answer, part: Part) -> list[bool]:
    scores = answer.scores[part]
    best = scores.max(axis=1)
    return [scores[p, p] == best[p] and (scores[p] == best[p]).sum() == 1 for p in range(PEOPLE)]


def test_one_that_can_find_people_does(answers: Callable[..., list[Answer]]) -> None:
    (clear,) = answers(CLEAR, "Shades")
    assert (clear.name, clear.family, clear.knowledge) == ("shades", "adapted", Knowledge.METHOD)
    assert all(hits(clear, "select") + hits(clear, "test"))
    (filled,) = answers(FILLED, "Shades")
    assert sum(hits(filled, "test")) <= 1


def test_the_operator_is_told_from_k2_on_where_there_is_one(
    answers: Callable[..., list[Answer]],
) -> None:
    assert [one.name for one in answers(BLURRED, "Shades", "Told")] == ["shades", "told"]
    assert [one.name for one in answers(CLEAR, "Shades", "Told")] == ["shades"]


def test_what_does_not_apply_is_no_attacker(answers: Callable[..., list[Answer]]) -> None:
    assert not answers(CLEAR, "Never")


def test_one_that_fails_stops_the_study_and_is_named(
    answers: Callable[..., list[Answer]], run: SmallRun
) -> None:
    with pytest.raises(RefusedError, match=r"'broken'.*ZeroDivisionError: by nothing") as caught:
        answers(CLEAR, "Broken")
    assert caught.value.path in [Path(picture.path) for picture in run.data.pictures]
    with pytest.raises(RefusedError, match="cannot be loaded"):
        answers(CLEAR, "WhatIsNotThere")


def test_results_with_others_installed_are_other_results(
    answers: Callable[..., list[Answer]],
) -> None:
    answers(CLEAR)
    without = plugged_version()
    answers(CLEAR, "Never")
    assert plugged_version() != without
