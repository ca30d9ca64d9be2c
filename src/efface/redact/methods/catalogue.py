"""Every method, by the name that a policy gives it."""

from __future__ import annotations

from collections.abc import Mapping

from efface.policy import MethodPolicy
from efface.redact.methods.figure import DrawnHead
from efface.redact.methods.interface import Method
from efface.redact.methods.layered.method import Layered
from efface.redact.methods.solid import Solid
from efface.words import Method as MethodName

METHODS: Mapping[MethodName, type[Method]] = {
    "solid": Solid,
    "figure": DrawnHead,
    "layered": Layered,
}


def method_of(policy: MethodPolicy) -> Method:
    """The method that a policy names, with its settings."""
    return METHODS[policy.name](policy)
