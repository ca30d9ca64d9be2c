"""Every method that a policy can name fills zones; a court can have it do so once more."""

from __future__ import annotations

from collections.abc import Collection
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.colour import Colour
from efface.errors import VerificationError
from efface.policy import MethodPolicy
from efface.redact.methods.catalogue import METHODS, method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.regions import Media, Regions
from efface.words import Method
from efface.zones.filling import ConstantFilling

NOBODY = Regions(Media("a.png", "", "image", 8, 6), ())


def never(frames: Collection[int]) -> list[tuple[int, NDArray[np.uint8]]]:
    raise AssertionError("a picture was asked for")


def test_each_name_of_a_policy_has_a_method() -> None:
    assert set(METHODS) == set(get_args(Method))


def test_solid_is_the_colour_of_the_policy_whatever_is_shown_or_drawn() -> None:
    method = method_of(MethodPolicy("solid", Colour(9, 8, 7)))
    prepared = method.prepare(NOBODY, never, bytes(SECRET_BYTES))
    assert prepared.filling == ConstantFilling(Colour(9, 8, 7))
    assert prepared.kept == b""
    assert method.repeat(prepared.kept) == prepared.filling


def test_solid_refuses_what_it_never_kept() -> None:
    with pytest.raises(VerificationError, match="keeps nothing"):
        method_of(MethodPolicy()).repeat(b"drawn")
