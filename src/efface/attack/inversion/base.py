"""What inversions have in common: which looks they apply to, and how they learn the operator."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from efface.attack.interface import Attack, Case, Evidence, Look, Reconstruction
from efface.attack.inversion.forward import Planes, Task, reconstruction, task
from efface.attack.operator import Kind, Operator
from efface.attack.operators.known import known


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
        return known(look, self.knowledge)

    @abstractmethod
    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        """The face, from one look and what was done to it.

        Args:
            look: as published.
            operator: of one of ``kinds``, in pixels of the look.
        """


class LinearInversion(Inversion):
    """Inverts what can be written as a matrix (``forward``)."""

    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        work = task(look, operator)
        clear = self.estimate(work, look.box.width * work.scale)
        return reconstruction(look, work, clear)

    @abstractmethod
    def estimate(self, work: Task, face_px: float) -> Planes:
        """The face.

        Args:
            work: what is to be inverted.
            face_px: width of the face, in pixels of ``work.seen``.
        """
