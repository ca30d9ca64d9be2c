"""Every method that a policy can name fills zones, the same each time."""

from __future__ import annotations

from typing import get_args

import pytest

from efface.colour import Colour
from efface.policy import MethodPolicy
from efface.redact.methods.catalogue import METHODS, filling_of
from efface.words import Method


def test_each_name_of_a_policy_has_a_method() -> None:
    assert set(METHODS) == set(get_args(Method))


@pytest.mark.parametrize("name", METHODS)
def test_a_policy_gives_the_same_filling_each_time(name: Method) -> None:
    policy = MethodPolicy(name, Colour(1, 2, 3))
    assert filling_of(policy) == filling_of(policy)


def test_solid_is_the_colour_of_the_policy() -> None:
    assert filling_of(MethodPolicy("solid", Colour(9, 8, 7))).constant == Colour(9, 8, 7)
