"""What an attacker takes to have been done to a look."""

from __future__ import annotations

from efface.attack.interface import Knowledge, Look
from efface.attack.operators.blind import guess
from efface.attack.operators.interface import Operator


def known(look: Look, knowledge: Knowledge) -> Operator:
    """The operator, given from ``EXACT`` on, and guessed from the redacted pixels below.

    Raises:
        ValueError: the attacker is to be told the operator and was not.
    """
    if knowledge < Knowledge.EXACT:
        return guess(look)
    if look.operator is None:
        raise ValueError("expected looks with their operators, got one without")
    return look.operator
