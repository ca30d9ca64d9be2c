"""Every method, by the name that a policy gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from efface.policy import MethodPolicy
from efface.redact.methods import solid
from efface.words import Method
from efface.zones.filling import Filling

METHODS: Mapping[Method, Callable[[MethodPolicy], Filling]] = {"solid": solid.filling}


def filling_of(policy: MethodPolicy) -> Filling:
    """What the policy's method puts into zones. The same policy gives the same filling: a court
    repeats a redaction from its settings."""
    return METHODS[policy.name](policy)
