"""What an attacker takes to have been done to a look."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from efface.attack.interface import Knowledge, Look
from efface.attack.operator import Operator
from efface.attack.operators.blind import guess

_guessed: WeakKeyDictionary[Look, Operator] = WeakKeyDictionary()
"""Every blind attack asks of the same looks, and a guess is dear."""


def known(look: Look, knowledge: Knowledge) -> Operator:
    """The operator, given from ``EXACT`` on, and guessed from the redacted pixels below.

    Raises:
        ValueError: the attacker is to be told the operator and was not.
    """
    if knowledge < Knowledge.EXACT:
        if look not in _guessed:
            _guessed[look] = guess(look)
        return _guessed[look]
    if look.operator is None:
        raise ValueError("expected looks with their operators, got one without")
    return look.operator
