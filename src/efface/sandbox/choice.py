"""Which mechanism confines: the strongest that works here, and never less than was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from efface.errors import RefusedError
from efface.sandbox.bubblewrap import BubblewrapConfinement
from efface.sandbox.interface import Mechanism
from efface.sandbox.landlock import LandlockConfinement
from efface.sandbox.limits import LimitsAlone
from efface.words import Confinement, as_strict

MECHANISMS: tuple[Mechanism, ...] = (
    BubblewrapConfinement(),
    LandlockConfinement(),
    LimitsAlone(),
)
"""The strongest first."""


def chosen_mechanism(least: Confinement, mechanisms: Iterable[Mechanism] = MECHANISMS) -> Mechanism:
    """The strongest that works.

    Args:
        least: anything weaker is refused.
        mechanisms: the strongest first.

    Raises:
        RefusedError: none works that is strong enough.
    """
    reasons = []
    for one in mechanisms:
        if not as_strict(one.name, least):
            break
        trouble = one.trouble()
        if trouble is None:
            return one
        reasons.append(f"{one.name}: {trouble}")
    raise RefusedError(
        f"files cannot be read apart here as the policy requires (sandbox.require = {least!r}): "
        f"{'; '.join(reasons)}.",
        hint="docs/sandbox.md says what each mechanism needs.",
    )


def mechanism_named(name: str) -> Mechanism:
    """The mechanism of that name.

    Raises:
        ValueError: there is none.
    """
    for one in MECHANISMS:
        if one.name == name:
            return one
    raise ValueError(f"expected one of {get_args(Confinement)[1:]}, got {name!r:.40}")
