"""One person under every attack: who is found, who is not, and what breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import (
    FACE,
    Blind,
    Broken,
    Coarse,
    Crashing,
    Elsewhere,
    Opinionated,
    Shown,
    Silent,
    Unsure,
    around,
    blurred,
    person,
    solid,
    team,
)

from efface.attack.interface import Attack, Case, Evidence, Knowledge, Prediction
from efface.attack.looks import constant
from efface.attack.red_team.team import attack_person, case_for, filled
from efface.attack.red_team.verdict import verdict_on
from efface.documents.model import plain
from efface.errors import RefusedError

Picture = NDArray[np.uint8]


def test_a_weak_blur_is_found(portrait: Picture) -> None:
    result = attack_person(person(portrait, blurred(portrait, 2.0)), team(Shown()))
    assert result.found
    assert result.strongest is not None
    assert result.strongest.standing is not None
    assert result.strongest.standing.list_length == 1
    assert result.share_of_clear == pytest.approx(1.0)
    assert verdict_on(result).startswith("Found. Do not publish")


def test_a_plain_fill_is_not_found_whatever_its_colour(portrait: Picture) -> None:
    for level in (0, 90, 255):
        result = attack_person(person(portrait, solid(portrait, level)), team(Shown(), Blind()))
        assert not result.fails
        assert result.bits == 0.0
        assert result.kind == "removed"


def test_another_persons_redaction_is_not_found(portrait: Picture) -> None:
    """What is under the zone shows somebody else: a mirrored and turned face will do."""
    other = portrait.copy()
    part = around(FACE, 1.5, portrait.shape)
    other[part] = (
        np.random.default_rng(8)
        .permutation(portrait[part].reshape(-1, 3))
        .reshape(portrait[part].shape)
    )
    result = attack_person(person(portrait, other), team(Shown()))
    assert not result.found


def test_evidence_comes_from_the_zone_alone(portrait: Picture) -> None:
    one = person(portrait, solid(portrait))
    elsewhere = portrait[:, ::-1].copy()
    part = around(FACE, 1.5, portrait.shape)
    elsewhere[part] = portrait[part]
    other = person(elsewhere, solid(elsewhere))
    assert (one.best.only.pixels == other.best.only.pixels).all()
    assert constant(one.best.only)


def test_a_tie_is_no_find(portrait: Picture) -> None:
    result = attack_person(person(portrait, blurred(portrait, 2.0)), team(Blind()))
    assert result.tried[0].standing is not None
    assert result.tried[0].standing.fmr == 1.0
    assert not result.fails


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (Crashing(), "ZeroDivisionError: no such thing"),
        (Broken(), "ValueError"),
        (Unsure(), "what is this"),
    ],
    ids=lambda value: value.name if isinstance(value, Attack) else "",
)
def test_an_attack_that_breaks_is_a_failed_run(
    portrait: Picture, attack: Attack, words: str
) -> None:
    result = attack_person(person(portrait, solid(portrait)), team(attack, Shown()))
    assert result.fails
    assert not result.found
    assert [one.name for one in result.broken] == [attack.name]
    assert words in str(result.broken[0].reason)
    assert "not every attack could run" in verdict_on(result)


def test_no_evidence_is_no_find(portrait: Picture) -> None:
    (tried,) = attack_person(person(portrait, blurred(portrait, 2)), team(Silent())).tried
    assert tried.status == "ran"
    assert tried.standing is not None
    assert tried.standing.fmr == 1.0


def test_what_does_not_apply_is_no_test(portrait: Picture) -> None:
    result = attack_person(person(portrait, solid(portrait)), team(Elsewhere(), Shown()))
    assert result.limit == 0.01
    assert [one.status for one in result.tried] == ["not-applicable", "ran"]
    assert attack_person(person(portrait, solid(portrait)), team(Blind(), Shown())).limit == 0.005


def test_a_gate_that_could_not_fail_is_refused(portrait: Picture) -> None:
    with pytest.raises(RefusedError, match="needs 200 distractors"):
        attack_person(person(portrait, solid(portrait)), team(Blind(), Shown(), number=150))


class Biased(Attack):
    """Says of every zone that it is one certain face."""

    name, title, family = "biased", "always says the same", "adapted"
    knowledge = Knowledge.EXACT

    def __init__(self, face: NDArray[np.float32]) -> None:
        self._face = face

    def run(self, case: Case) -> Sequence[Evidence]:
        return [Prediction({"coarse": self._face})]


def test_what_a_plain_fill_gives_as_well_is_no_find(portrait: Picture) -> None:
    """A recogniser may find plain zones most like this very face: the control takes that away."""
    who = person(portrait, blurred(portrait, 8.0))
    face = Coarse().embed(who.best.clear[None])[0]
    (tried,) = attack_person(who, team(Biased(face))).tried
    assert tried.standing is not None
    assert tried.standing.fmr == 1.0
    assert not tried.fails


def test_what_a_plain_fill_says_of_others_does_not_hide_a_find(portrait: Picture) -> None:
    """A find is held against a plain fill to see whether that finds the person too. Scores of the
    fill that are about nobody must not be taken off: they would push the person down the list."""
    who = person(portrait, blurred(portrait, 4.0))
    attack = Opinionated(Coarse().embed(who.best.clear[None])[0])
    assert attack_person(who, team(attack)).found


def test_a_plain_fill_with_a_little_noise_is_held_against_one_without(portrait: Picture) -> None:
    """The scores of a fill are the same whoever is under it; what lossy coding adds must not turn
    them into a find."""
    noisy = solid(portrait, 90)
    part = around(FACE, 1.5, portrait.shape)
    noise = np.random.default_rng(1).integers(-1, 2, noisy[part].shape)
    noisy[part] = (noisy[part] + noise).astype(np.uint8)
    who = person(portrait, noisy)
    assert not who.constant
    attack = Opinionated(Coarse().embed(who.best.clear[None])[0])
    assert not attack_person(who, team(attack)).found


def test_an_attacker_who_does_not_know_the_operator_is_not_told(portrait: Picture) -> None:
    who = person(portrait, blurred(portrait, 6.0))
    candidates = team(Shown()).distractors.candidates
    assert case_for(Shown(), who, candidates).looks[0].operator is None
    told = case_for(Elsewhere(), who, candidates).looks[0].operator
    assert told is not None
    assert told.kind != "solid"


def test_the_same_files_give_the_same_figures(portrait: Picture) -> None:
    results = [
        attack_person(person(portrait, blurred(portrait, 9.0)), team(Shown())) for _ in range(2)
    ]
    standings = [result.tried[0].standing for result in results]
    assert standings[0] == standings[1]


def test_the_control_has_one_colour(portrait: Picture) -> None:
    look = person(portrait, blurred(portrait, 6.0)).best.only
    assert constant(filled(look))
    assert not constant(look)


def test_no_template_is_in_the_json(portrait: Picture) -> None:
    result = attack_person(person(portrait, blurred(portrait, 2.0)), team(Shown(), Blind()))

    def longest(value: object) -> int:
        if isinstance(value, dict):
            return max(map(longest, value.values()), default=0)
        if isinstance(value, list):
            numbers = sum(isinstance(item, int | float) for item in value)
            return max(numbers, *map(longest, value), 0)
        return 0

    document = plain(result.entry(verdict_on(result)))
    assert longest(document) <= 2
