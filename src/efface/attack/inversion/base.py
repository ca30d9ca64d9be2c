"""What inversions have in common: which looks they apply to, and how they learn the operator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from efface.attack.interface import Attack, Case, Evidence, Knowledge, Look, Reconstruction
from efface.attack.operators.blind import guess
from efface.attack.operators.interface import Kind, Operator


class Inversion(Attack):
    """Computes the clear face back from the redacted one.

    A subclass whose ``knowledge`` is below ``EXACT`` is not told the operator and estimates it from
    the redacted pixels.
    """

    family = "inversion"
    kinds: ClassVar[frozenset[Kind]]
    """What it can invert."""

    def applies(self, case: Case) -> bool:
        return any(self.operator(look).kind in self.kinds for look in case.looks)

    def run(self, case: Case) -> Sequence[Evidence]:
        found = []
        for look in case.looks:
            operator = self.operator(look)
            if operator.kind in self.kinds:
                found.append(self.restore(look, operator))
        return found

    def operator(self, look: Look) -> Operator:
        """What was done to a look, as far as this attacker knows.

        Raises:
            ValueError: the attacker is to be told the operator and was not.
        """
        if self.knowledge < Knowledge.EXACT:
            return guess(look)
        if look.operator is None:
            raise ValueError(f"expected a look with its operator for {self.name!r}, got none")
        return look.operator

    @abstractmethod
    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        """The face, from one look and what was done to it.

        Args:
            look: as published.
            operator: of one of ``kinds``, in pixels of the look.
        """
