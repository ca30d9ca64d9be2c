"""``solid``: one constant colour. It depends on the policy alone, never on the picture."""

from __future__ import annotations

from efface.policy import MethodPolicy
from efface.zones.filling import ConstantFilling, Filling


def filling(policy: MethodPolicy) -> Filling:
    """The policy's colour."""
    return ConstantFilling(policy.colour)
