"""A laboratory's own restorer: an ONNX file that is given a redacted face and gives a clearer one.

The card is as ``efface.attack.onnx_card`` has it. The model gives pictures of the size, geometry,
order of channels and scale in which it takes them. A package plugs it in with an entry point of the
group ``efface.attacks`` that names a function which returns ``OnnxRestorer(path_of_the_card)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.interface import Attack, Case, Evidence, Knowledge, Reconstruction
from efface.attack.onnx_card import OnnxCardDocument, read_card
from efface.errors import InputError


class OnnxRestorer(Attack):
    """The restorer that a card describes: shows what it makes of each look."""

    family = "inverter"
    knowledge = Knowledge.UNAWARE

    def __init__(self, card: Path) -> None:
        """
        Args:
            card: its TOML file.

        Raises:
            InputError: the card or the model cannot be read.
            WeightError: the model is not the one that the card names.
        """
        self.card, _ = read_card(card, OnnxCardDocument)
        self.name, self.title = self.card.name, self.card.title  # type: ignore[misc]
        self._network = self.card.network()

    def run(self, case: Case) -> Sequence[Evidence]:
        """As in ``Attack``.

        Raises:
            InputError: the model takes or gives something else than its card says.
        """
        chips = np.stack([chip(look.pixels, look.points) for look in case.looks])
        return [Reconstruction(one, self.card.input.points) for one in self.restored(chips)]

    def restored(self, chips: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Clearer faces, of the size and geometry that the card says, RGB.

        Args:
            chips: RGB, shape (n, CHIP_PX, CHIP_PX, 3).

        Raises:
            InputError: the model takes or gives something else than its card says.
        """
        faces = self.card.input.of(chips)
        clear = self._network.run_only(faces)
        if clear.shape != faces.shape or not np.isfinite(clear).all():
            raise InputError(
                f"the model gives an array {clear.shape} for faces {faces.shape}; a restorer gives "
                "pictures of the size that it takes, and numbers only.",
                path=self.card.file,
            )
        return self.card.input.back(clear)
