"""What passes, what fails, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import (
    Blind,
    Crashing,
    Elsewhere,
    Shown,
    blurred,
    person,
    solid,
    team,
)

from efface.attack.interface import Attack, Leak
from efface.attack.pair import OpenedFile
from efface.attack.red_team.calibration import Calibration, parsed
from efface.attack.red_team.outcome import FileTried, Outcome
from efface.attack.red_team.rank import Rank
from efface.attack.red_team.result import PersonResult, Tried
from efface.attack.red_team.team import attack_person
from efface.attack.red_team.verdict import CLOSE, verdict_on

Picture = NDArray[np.uint8]

CALIBRATION = {
    "schema": "efface.calibration/1",
    "date": "2026-11-24",
    "alpha": 0.01,
    "distractors": 2000,
    "people": "125 made-up people",
    "attacks": ["shown"],
    "recognisers": ["coarse"],
    "constant": [{"name": "black", "n": 125, "failed": 0, "low": 0.0, "high": 0.029}],
    "weak": [{"name": "a blur", "n": 125, "failed": 120, "low": 0.91, "high": 0.99}],
}


def outcome(*people: PersonResult, leaks: tuple[Leak, ...] = ()) -> Outcome:
    opened = OpenedFile(Path("a.png"), "0" * 64, "PNG")
    out = Outcome(opened, opened, 0.01, "made-up people", ("coarse",), Calibration())
    out.people = list(people)
    out.file_attacks = [FileTried("carried", "hidden contents", leaks)]
    return out


@pytest.fixture
def passed(portrait: Picture) -> PersonResult:
    return attack_person(person(portrait, solid(portrait)), team(Shown()))


@pytest.fixture
def blurry(portrait: Picture) -> PersonResult:
    """Somebody under a zone that still has more than one colour."""
    return attack_person(person(portrait, blurred(portrait, 20.0)), team(Shown()))


def with_rates(result: PersonResult, *fmrs: float) -> PersonResult:
    """The same person after attacks with these false-match rates."""

    def tried(number: int, fmr: float) -> Tried:
        place = round(fmr * 2001)
        bits = float(np.log2(2001 / place)) - 1.44
        standing = Rank(fmr, place, place, 2001, bits)
        one = result.tried[0]
        return replace(one, name=f"a{number}", standing=standing, limit=0.01 / len(fmrs))

    return replace(result, tried=tuple(tried(i, f) for i, f in enumerate(fmrs)))


def test_all_is_well(passed: PersonResult) -> None:
    fine = outcome(passed)
    assert fine.passed
    assert fine.exit_code == 0
    assert fine.reasons == ()


def test_somebody_found_fails_the_file(portrait: Picture, passed: PersonResult) -> None:
    found = attack_person(person(portrait, blurred(portrait, 2)), team(Shown()))
    bad = outcome(passed, found)
    assert bad.exit_code == 4
    (reason,) = bad.reasons
    assert "found by shown: place 1 of 2,001 people" in reason


def test_an_attack_that_broke_fails_the_file(portrait: Picture) -> None:
    broken = attack_person(person(portrait, solid(portrait)), team(Shown(), Crashing()))
    bad = outcome(broken)
    assert bad.exit_code == 4
    assert "crashing could not run (ZeroDivisionError" in bad.reasons[0]


def test_a_leak_fails_the_file_and_a_warning_does_not(passed: PersonResult) -> None:
    leak = Leak("thumbnail", "IFD1", "a small copy of the picture")
    assert outcome(passed, leaks=(leak,)).exit_code == 4
    assert outcome(passed, leaks=(replace(leak, fails=False),)).exit_code == 0


def test_an_attack_on_the_file_that_broke_fails_it(passed: PersonResult) -> None:
    bad = outcome(passed)
    bad.file_attacks.append(FileTried("traces", "traces", reason="OSError: gone"))
    assert bad.exit_code == 4
    assert "traces on the file could not run (OSError: gone)" in bad.reasons[0]


def test_a_face_of_which_nothing_was_covered_fails_the_file(passed: PersonResult) -> None:
    bad = outcome(passed)
    bad.untouched = ("t2",)
    assert bad.exit_code == 4
    (reason,) = bad.reasons
    assert reason.startswith("t2: nothing of this face was covered.")
    assert "--keep t2" in reason
    assert bad.kind == "not-covered"
    named = Leak("uncovered-face", "the picture", "face t2 is not covered", face="t2")
    bad.file_attacks.append(FileTried("missed", "missed", (named,)))
    assert [reason.split(":")[0] for reason in bad.reasons][:1] == ["uncovered-face"]
    assert "t2 is not covered" in bad.reasons[1]
    assert len(bad.reasons) == 2


def test_luck_among_many_attacks_is_no_bits(blurry: PersonResult) -> None:
    """Of 15 attacks on a plain fill the luckiest is expected at about a fifteenth."""
    rng = np.random.default_rng(6)
    many = [
        with_rates(blurry, *(np.ceil(rng.random(15) * 2001) / 2001).tolist()).bits
        for _ in range(300)
    ]
    assert np.mean(many) < 0.8
    assert np.median(many) < 0.3
    alone = with_rates(blurry, 1 / 2001)
    assert alone.bits == pytest.approx(alone.clear_bits, abs=0.02)
    assert alone.share_of_clear == pytest.approx(1.0, abs=0.01)


def test_the_verdict_says_how_near_it_was(blurry: PersonResult) -> None:
    assert "Do not publish" in verdict_on(with_rates(blurry, 0.001))
    plain = replace(blurry, person=replace(blurry.person))
    near = with_rates(plain, 0.5 * CLOSE * 0.01)
    if not near.person.constant:
        assert "came near" in verdict_on(near)


def test_one_colour_leaves_no_bits_however_lucky_an_attack_is(passed: PersonResult) -> None:
    lucky = with_rates(passed, 0.0015)
    assert lucky.bits == 0.0
    assert lucky.share_of_clear == 0.0


def test_nothing_tried_is_said(portrait: Picture) -> None:
    nothing: Attack = Elsewhere()
    result = attack_person(person(portrait, solid(portrait)), team(nothing))
    assert "Nothing was tried" in verdict_on(result)
    assert result.strongest is None
    assert result.bits == 0.0


def test_the_calibration_is_read_and_held_against_the_run() -> None:
    known = parsed(CALIBRATION)
    assert known.weak[0].share == 0.96
    assert known.beside(["shown"], ["coarse"], 0.01).differs == ()
    differs = known.beside(["shown", "mine"], ["other"], 0.05).differs
    assert "attacks not measured: mine" in differs
    assert "recognisers not measured: other" in differs
    assert "recognisers measured and not used: coarse" in differs
    assert "alpha was 0.01, here it is 0.05" in differs


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "other/1"},
        {"weak": [{"name": "x", "n": 10, "failed": 11, "low": 0.0, "high": 1.0}]},
        {"constant": [{"name": "x", "n": 0, "failed": 0, "low": 0.0, "high": 1.0}]},
    ],
)
def test_an_impossible_calibration_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        parsed({**CALIBRATION, **change})


def test_blind_attacks_give_no_bits(portrait: Picture) -> None:
    result = attack_person(person(portrait, blurred(portrait, 6)), team(Blind()))
    assert result.bits == 0.0
    assert result.share_of_clear == 0.0
