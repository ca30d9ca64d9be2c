"""A trained inverter: redacted faces in, clear faces out, as a recogniser or a person sees them.

A U-Net (Ronneberger et al. 2015) that is told the operator, trained on AI-generated portraits and
faces of FairFace (training/inverter.py). What it cannot see it draws as the average of what could
have been there, so that strong redactions give a blurred, general face.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from efface.attack.adapted.inputs import batch
from efface.attack.adapted.shipped import covered
from efface.attack.alignment import chip_points
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Look, Reconstruction
from efface.detect.batches import ChipNetwork

WEIGHTS = "inverter"

INVERTER_PX = 96
"""Side of the aligned square that it takes and gives."""


@cache
def inverter_network() -> ChipNetwork:
    """The network; compiled once a process."""
    return ChipNetwork(WEIGHTS)


class Inverter(Attack):
    """Shows the face as it may have been; of several looks, the mean of what each shows."""

    name = "inverter"
    title = "a network trained to undo the redaction"
    family = "inverter"
    knowledge = Knowledge.EXACT

    def applies(self, case: Case) -> bool:
        return any(covered(look) for look in case.looks)

    def run(self, case: Case) -> Sequence[Evidence]:
        faces = self.invert([look for look in case.looks if covered(look)])
        mean = np.rint(faces.mean(axis=0)).astype(np.uint8)
        return (Reconstruction(mean, chip_points(INVERTER_PX)),)

    def invert(self, looks: Sequence[Look]) -> NDArray[np.uint8]:
        """Each look's clear face, aligned, RGB, shape (n, INVERTER_PX, INVERTER_PX, 3).

        Raises:
            ValueError: no look.
        """
        clear = inverter_network().run(batch(looks, INVERTER_PX))["clear"]
        return np.rint(255 * np.clip(clear, 0, 1)).astype(np.uint8).transpose(0, 2, 3, 1)
