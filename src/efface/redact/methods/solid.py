"""``solid``: one constant colour."""

from __future__ import annotations

from efface.errors import VerificationError
from efface.redact.methods.interface import Method, Pictures, Prepared
from efface.regions import Regions
from efface.zones.filling import ConstantFilling, Filling


class Solid(Method):
    """The policy's colour. It depends on the policy alone, never on the picture."""

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        return Prepared(ConstantFilling(self.policy.colour))

    def repeat(self, kept: bytes) -> Filling:
        if kept:
            raise VerificationError(
                "a plain fill keeps nothing under seal, and something is there."
            )
        return ConstantFilling(self.policy.colour)
