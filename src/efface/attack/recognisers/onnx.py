"""A laboratory's own recogniser: an ONNX file, and a card that says how it wants its faces.

The card is as ``efface.attack.onnx_card`` has it, and also says::

    dimensions = 512
    same = 0.4                      # cosine from which two show one person; may be left out

A package plugs it in with an entry point of the group ``efface.recognisers`` that names a function
which returns ``OnnxRecogniser(path_of_the_card)``. efface carries distractors for its own
recognisers only: others need a gallery of pictures.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX
from efface.attack.onnx_card import OnnxCardDocument, read_card
from efface.attack.recognisers.interface import Recogniser, checked, unit_length
from efface.documents.model import Number, Positive
from efface.errors import InputError


class RecogniserCardDocument(OnnxCardDocument, frozen=True, kw_only=True):
    """What the card of a recogniser says."""

    dimensions: Positive
    """Numbers of a template."""
    same: Number | UnsetType = UNSET
    """Cosine from which two show one person."""


class OnnxRecogniser(Recogniser):
    """The recogniser that a card describes."""

    def __init__(self, card: Path) -> None:
        """
        Args:
            card: its TOML file.

        Raises:
            InputError: the card or the model cannot be read.
            WeightError: the model is not the one that the card names.
        """
        self.card, said = read_card(card, RecogniserCardDocument)
        self.dimensions = said.dimensions
        self.same = None if said.same is UNSET else said.same
        self.name, self.title = self.card.name, self.card.title
        self._network = self.card.network()

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As in ``Recogniser``.

        Raises:
            InputError: the model takes or gives something else than its card says.
        """
        faces = self.card.input.of(checked(chips, CHIP_PX))
        if not len(faces):
            return np.zeros((0, self.dimensions), np.float32)
        rows = self._network.run_only(faces)
        if rows.shape != (len(chips), self.dimensions) or not np.isfinite(rows).all():
            raise InputError(
                f"the model gives an array {rows.shape} for {len(chips)} faces; its card says "
                f"{self.dimensions} numbers a face, all of them finite.",
                path=self.card.file,
            )
        return unit_length(rows)
