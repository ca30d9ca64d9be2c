"""Attackers find people by what is left of them, and nobody where nothing is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Knowledge
from efface.measure.ranks import places
from efface.study.attackers import Answer, answers, restored_answers
from efface.study.splits import Search, Splits
from efface.study.templates import Features, Restored, unit

TRAIN, PEOPLE, EACH, SIZE = 30, 12, 4, 24
"""People trained on and searched for, pictures of each, and values of a template."""


def splits() -> Splits:
    train = np.arange(TRAIN * EACH)
    people = np.repeat(np.arange(TRAIN), EACH)
    rest = len(train) + np.arange(PEOPLE * EACH).reshape(PEOPLE, EACH)
    search = Search(rest[:, 1:], rest[:, 0], np.arange(PEOPLE))
    return Splits(train, people, {"select": search, "test": search})


def seen(left: float, seed: int = 0) -> tuple[dict[str, NDArray[np.float32]], Features]:
    """Clear templates of everybody, and redacted ones that hold so much of them, turned another
    way, with noise."""
    rng = np.random.default_rng(seed)
    who = rng.normal(size=(TRAIN + PEOPLE, SIZE)).repeat(EACH, axis=0)
    clear = unit(who + 0.3 * rng.normal(size=who.shape)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(SIZE, SIZE)))[0]
    noise = rng.normal(size=(3, *who.shape))
    rows = [np.asarray(left * who @ turn + 0.3 * one, np.float32) for one in noise]
    return {"r": clear}, Features({"r": rows[0]}, rows[1], rows[2], {})


def found(answer: Answer) -> float:
    """Share of probes whose person comes first."""
    return float(places(answer.scores["test"], np.arange(PEOPLE)).hits(1).mean())


def test_who_knows_the_redaction_finds_what_the_unaware_does_not() -> None:
    clear, left = seen(1.0)
    rates = {answer.name: found(answer) for answer in answers(splits(), clear, left)}
    assert rates["off-the-shelf, r"] < 0.5
    for name in ("parrot, r, centred", "linear map, r", "metric", "insider, discriminants"):
        assert rates[name] > 0.9, rates


def test_nobody_is_found_where_nothing_is_left() -> None:
    clear, nothing = seen(0.0)
    rates = [found(answer) for answer in answers(splits(), clear, nothing)]
    assert len(rates) > 8
    assert np.mean(rates) < 0.25


def test_each_level_of_knowledge_has_an_attacker() -> None:
    clear, left = seen(1.0)
    assert {answer.knowledge for answer in answers(splits(), clear, left)} == set(Knowledge)


def test_rebuilt_faces_are_compared_and_an_attacker_fitted_to_them() -> None:
    clear, left = seen(1.0)
    everything = np.arange(len(clear["r"]))
    rebuilt = Restored(everything, {"r": clear["r"]}, left.pixels)
    direct, fitted = restored_answers(
        splits(), clear, rebuilt, name="any", family="inversion", knowledge=Knowledge.EXACT,
        seen=left,
    )  # fmt: skip
    assert (direct.name, fitted.name) == ("any, r", "any + linear map, r")
    assert found(direct) == 1
    assert found(fitted) > 0.9
