"""What an attacker takes to have been done: told, or guessed once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from efface.attack.interface import Knowledge, Look
from efface.attack.operator import Operator
from efface.attack.operators import known as module
from efface.attack.operators.known import known
from efface.regions import Box

BLUR = Operator("gaussian", 3.0)


def look(operator: Operator | None = None) -> Look:
    pixels = np.random.default_rng(4).integers(0, 255, (40, 40, 3)).astype(np.uint8)
    return Look(pixels, np.ones((40, 40), bool), Box(0, 5, 5, 30, 30), np.zeros((5, 2)), operator)


def test_who_is_told_does_not_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "guess", lambda _: pytest.fail("guessed"))
    assert known(look(BLUR), Knowledge.EXACT) is BLUR
    with pytest.raises(ValueError, match="expected looks with their operators"):
        known(look(), Knowledge.EXACT)


def test_of_one_look_it_is_guessed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Look] = []

    def guess(one: Look) -> Operator:
        asked.append(one)
        return BLUR

    monkeypatch.setattr(module, "guess", guess)
    one = look()
    other = replace(one)
    for each in (one, other, one):
        assert known(each, Knowledge.METHOD) is BLUR
    assert len(asked) == 2
    assert asked[0] is one
    assert asked[1] is other
