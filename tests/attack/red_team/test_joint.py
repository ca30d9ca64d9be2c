"""Families together: they find who none finds alone, and nobody by luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import Coarse, Shown, blurred, person, solid, team

from efface.attack.interface import Attack, Case, Evidence, Family, Knowledge, Ranking
from efface.attack.looks import constant
from efface.attack.red_team.result import PersonResult
from efface.attack.red_team.team import attack_person

Picture = NDArray[np.uint8]


class Guessing(Attack):
    """Gives everybody a score by lot, and the person so much on top; a plain fill gives nothing."""

    knowledge = Knowledge.EXACT

    def __init__(self, family: Family, seed: int, on_top: float, face: NDArray[np.float32]) -> None:
        self.name = self.title = f"{family} {seed}"  # type: ignore[misc]
        self.family = family  # type: ignore[misc]
        self._seed, self._on_top, self._face = seed, on_top, face

    def applies(self, case: Case) -> bool:
        return not constant(case.looks[0])

    def run(self, case: Case) -> Sequence[Evidence]:
        rows = case.candidates.templates["coarse"]
        scores = np.random.default_rng(self._seed).normal(size=len(rows))
        place = int((rows @ self._face).argmax())
        scores[place] = self._on_top
        return [Ranking(scores)]


def attacked(portrait: Picture, *guessing: tuple[Family, int, float]) -> PersonResult:
    who = person(portrait, blurred(portrait, 8.0))
    face = Coarse().embed(who.best.clear[None])[0]
    return attack_person(who, team(*(Guessing(*one, face) for one in guessing)))


def test_families_find_together_whom_none_finds_alone(portrait: Picture) -> None:
    result = attacked(portrait, ("appearance", 1, 2.6), ("inversion", 2, 2.6), ("fusion", 3, 2.6))
    *alone, joint = result.tried
    assert not any(one.fails for one in alone)
    assert joint.name == "together"
    assert joint.fails
    assert joint.standing is not None
    assert joint.standing.rank == 1


def test_together_gets_half_of_alpha(portrait: Picture) -> None:
    *alone, joint = attacked(portrait, ("appearance", 1, 0.0), ("inversion", 2, 0.0)).tried
    assert joint.limit == pytest.approx(0.005)
    assert [one.limit for one in alone] == pytest.approx([0.0025, 0.0025])


def test_the_strongest_is_nearest_to_its_limit(portrait: Picture) -> None:
    """Both stand second; the limit is what makes one of them the nearer find."""
    result = attacked(portrait, ("appearance", 1, 2.9), ("inversion", 2, 2.9))
    strongest = result.strongest
    assert strongest is not None
    assert result.limit == strongest.limit
    assert strongest.nearness == min(one.nearness for one in result.ran)


def test_by_luck_every_place_is_as_likely(portrait: Picture) -> None:
    """Scores of the person are drawn like all others: the joint rates are spread over 0 to 1."""
    rng = np.random.default_rng(4)
    rates = []
    for seed in range(24):
        result = attacked(
            portrait,
            ("appearance", 2 * seed, float(rng.normal())),
            ("inversion", 2 * seed + 1, float(rng.normal())),
        )
        standing = result.tried[-1].standing
        assert standing is not None
        rates.append(standing.fmr)
    assert 0.3 < np.mean(rates) < 0.7
    assert min(rates) > 0.001
    assert sum(rate < 0.25 for rate in rates) in range(1, 13)


def test_a_family_counts_once_however_many_attacks_it_has(portrait: Picture) -> None:
    """Five attacks of one family that say the same weigh as much as one."""
    few = attacked(portrait, ("appearance", 1, 3.0), ("inversion", 2, 0.5))
    again: list[tuple[Family, int, float]] = [("inversion", 2, 0.5)] * 5
    many = attacked(portrait, ("appearance", 1, 3.0), *again)
    one, other = few.tried[-1].standing, many.tried[-1].standing
    assert one is not None
    assert other is not None
    assert one.rank == other.rank


@pytest.mark.parametrize(
    "families", [("appearance",), ("inversion", "inversion"), ("appearance", "adapted", "inverter")]
)
def test_one_family_has_nobody_to_join(portrait: Picture, families: tuple[Family, ...]) -> None:
    result = attacked(portrait, *((family, seed, 0.0) for seed, family in enumerate(families)))
    assert [one.name for one in result.tried if one.name == "together"] == []


def test_a_plain_fill_has_nothing_to_join(portrait: Picture) -> None:
    who = person(portrait, solid(portrait))
    face = Coarse().embed(who.best.clear[None])[0]
    attacks = [Guessing("appearance", 1, 9.0, face), Guessing("inversion", 2, 9.0, face), Shown()]
    result = attack_person(who, team(*attacks))
    assert [one.status for one in result.tried] == ["not-applicable", "not-applicable", "ran"]
    assert not result.found
