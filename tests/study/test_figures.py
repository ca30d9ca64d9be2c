"""Figures of one attacker, and the choice among several."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.attack.interface import Knowledge
from efface.study.attackers import Answer, together
from efface.study.choice import bits, choices
from efface.study.context import _best
from efface.study.figures import another_person, figures, rate, unsaid
from efface.study.metric import Metric
from efface.study.splits import Search, Splits

PEOPLE, EACH = 12, 2
PERSON = np.repeat(np.arange(PEOPLE), EACH)


def scores(strength: float, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(len(PERSON), PEOPLE)) + strength * np.eye(PEOPLE)[PERSON]


def test_certainty() -> None:
    found = figures(scores(100), PERSON)
    assert found.rank1.value == found.rank10.value == found.tpir.value == 1
    assert (found.half, found.most) == (1, 1)
    assert found.rank1.interval.low < 1


def test_chance() -> None:
    found = figures(scores(0), PERSON)
    assert found.rank1.value < 0.4
    assert 0 in found.bits.interval
    assert found.chance == 1 / PEOPLE


def test_a_fill_that_says_the_same_of_everybody_is_never_a_hit() -> None:
    same = np.tile(np.random.default_rng(1).normal(size=PEOPLE), (len(PERSON), 1))
    assert unsaid(same, PERSON).all()
    assert unsaid(3 * same + 1e-6, PERSON).all()
    found = figures(same, PERSON)
    assert found.rank1.value == 0
    assert found.bits.value == pytest.approx(0)
    assert found.rank1.interval.high == pytest.approx(0.2646, abs=5e-5)


def test_two_pictures_of_one_person_may_be_the_same() -> None:
    table = np.repeat(scores(5)[::EACH], EACH, axis=0)
    assert not unsaid(table, PERSON).any()


def test_another_person_s_redaction_finds_nobody() -> None:
    found = figures(another_person(scores(100), PERSON), PERSON)
    assert found.rank1.value == 0


def test_intervals_are_over_people() -> None:
    few = rate(np.array([0.0, 1.0] * 5))
    many = rate(np.array([0.0, 1.0] * 50))
    assert many.interval.high - many.interval.low < few.interval.high - few.interval.low


def study() -> Splits:
    search = Search(np.zeros((PEOPLE, 1), int), np.arange(len(PERSON)), PERSON)
    return Splits(np.zeros(0, int), np.zeros(0, int), {"select": search, "test": search})


def answer(name: str, level: Knowledge, select: float, test: float, family: str = "") -> Answer:
    return Answer(
        name, family or None, level, {"select": scores(select, 1), "test": scores(test, 2)}  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_choice_does_not_look_at_the_test() -> None:
    found = choices(
        study(),
        [
            answer("a", Knowledge.UNAWARE, select=0.5, test=0.0, family="off-the-shelf"),
            answer("b", Knowledge.UNAWARE, select=3.0, test=0.0, family="off-the-shelf"),
            answer("c", Knowledge.UNAWARE, select=0.0, test=50.0, family="off-the-shelf"),
        ],
    )
    family = next(c for c in found if c.column == "off-the-shelf")
    assert family.answer.name == "b"
    assert "c" not in next(c for c in found if c.column == "K0").answer.name.split(" & ")[:1]


def test_of_attackers_as_strong_the_order_of_names_decides() -> None:
    """Each is wrong of one person, and another one each; together they are right."""
    names = ("a", "b", "c", "d", "e", "f")
    given = []
    for who, name in enumerate(names):
        right = 9 * np.eye(PEOPLE)[PERSON]
        right[who == PERSON] = np.roll(right[who == PERSON], 1, axis=1)
        given.append(Answer(name, None, Knowledge.UNAWARE, {"select": right, "test": right}))
    for order in (given, given[::-1]):
        (chosen,) = (c for c in choices(study(), order) if c.column == "K0")
        assert chosen.answer.name == " & ".join(names)


def test_a_level_never_uses_what_needs_more() -> None:
    found = choices(
        study(),
        [
            answer("k0", Knowledge.UNAWARE, 0.3, 0.3, "off-the-shelf"),
            answer("k2", Knowledge.EXACT, 9, 9, "adapted"),
        ],
    )
    by_column = {c.column: c.answer.name for c in found}
    assert by_column["K0"] == by_column["K1"] == "k0"
    assert "k2" in by_column["K2"]


def test_together_is_better_than_each_alone() -> None:
    one, other = (Answer(str(s), None, Knowledge.EXACT, {"test": scores(1.5, s)}) for s in (1, 2))
    joint = together("both", [one, other])
    assert bits(joint.scores["test"], PERSON) > max(
        bits(a.scores["test"], PERSON) for a in (one, other)
    )


def test_a_metric_finds_what_people_keep() -> None:
    rng = np.random.default_rng(0)

    def block(people: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        own = np.random.default_rng(seed).normal(size=(people, 3))
        who = np.repeat(np.arange(people), 4)
        noise = 3 * rng.normal(size=(len(who), 20))  # most of what varies says nothing
        values = np.concatenate([own[who] + 0.5 * rng.normal(size=(len(who), 3)), noise], axis=1)
        return values.astype(np.float32), who

    train, who = block(60, 1)
    test, whose = block(20, 2)

    def found(features: NDArray[np.floating]) -> float:
        unit = features / np.linalg.norm(features, axis=1, keepdims=True)
        return bits(unit[1::4] @ unit[::4].T, whose[::4])

    learnt = Metric.fit({"all": train}, who)
    assert found(learnt({"all": test})) > found(test) + 0.5


def test_a_metric_of_nothing_says_nothing() -> None:
    constant = np.ones((8, 5), np.float32)
    learnt = Metric.fit({"all": constant}, np.repeat(np.arange(4), 2))
    assert np.ptp(learnt({"all": constant})) == 0


def test_a_picture_is_not_compared_with_its_own_video() -> None:
    person = np.repeat(np.arange(3), 2)
    alike = np.zeros((6, 6))
    alike[0, [0, 2, 4]] = 9  # of the same video
    alike[0, 1] = 1
    assert _best(alike, person, 2)[0].tolist() == [1, 0, 0]
