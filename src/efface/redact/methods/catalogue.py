"""Every method, by the name that a policy gives it."""

from __future__ import annotations

from collections.abc import Mapping

from efface.policy import MethodPolicy, ReplacePolicy
from efface.redact.methods.figure import DrawnHead
from efface.redact.methods.interface import Method
from efface.redact.methods.layered.method import Layered
from efface.redact.methods.replace.method import Replace
from efface.redact.methods.solid import Solid
from efface.redact.people import NOBODY, NamedPeople
from efface.words import Method as MethodName

METHODS: Mapping[MethodName, type[Method]] = {
    "solid": Solid,
    "figure": DrawnHead,
    "layered": Layered,
    "replace": Replace,
}


def method_of(
    policy: MethodPolicy, replacing: ReplacePolicy | None = None, people: NamedPeople = NOBODY
) -> Method:
    """The method that a policy names, with its settings; as ``Method`` takes them."""
    return METHODS[policy.name](policy, replacing, people)
