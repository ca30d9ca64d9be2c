"""The card of a network that draws heads, of a user's own.

The card is TOML::

    kind = "generator"
    name = "ours"
    title = "Our model"
    file = "ours.onnx"              # beside the card
    sha256 = "..."
    licence = "..."
    training_data = "..."           # whose faces, and whether they were asked
    width = 96                      # of a canvas, in pixels
    height = 128

The network takes and gives 32-bit floats, with a free first axis n: ``condition`` (n, 10, height,
width): what lies around the zone and goes on into it (red, green, blue, -1 to 1; 0 where nothing is
known), 1 where it is known, the light of a face and 1 where that is, and a head seen coarsely (red,
green and blue times how much of a place is head, and that; 0 to 1). It gives ``picture`` (n, 3,
height, width), colours -1 to 1.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from efface.detect.batches import ChipNetwork
from efface.documents.model import Extensible, Positive, Sha256
from efface.documents.reading import as_model
from efface.errors import InputError
from efface.files.paths import read_whole, sha256
from efface.generate.canvas import HEIGHT, WIDTH
from efface.weights import expect
from efface.weights.form import Text


class GeneratorCardDocument(Extensible, frozen=True, kw_only=True):
    """What the card says."""

    kind: Literal["generator"]
    name: Text
    title: Text
    file: Text
    """Beside the card."""
    sha256: Sha256
    licence: Text
    training_data: Text
    width: Positive
    height: Positive


@dataclass(frozen=True, slots=True)
class GeneratorCard:
    """The same, checked."""

    name: str
    title: str
    file: Path
    sha256: str

    def network(self) -> ChipNetwork:
        """The model.

        Raises:
            InputError: it cannot be read.
            WeightError: it is not the one that the card names.
        """
        expect(self.file, sha256(self.file), self.sha256)
        return ChipNetwork(self.file)


def is_generator(text: str) -> bool:
    """Whether a card is one of these.

    Raises:
        ValueError: it is no TOML.
    """
    return tomllib.loads(text).get("kind") == "generator"


def read_generator(path: Path) -> GeneratorCard:
    """
    Raises:
        InputError: the card cannot be read, or something is missing in it or cannot be.
    """
    try:
        said = as_model(tomllib.loads(read_whole(path).decode("utf-8")), GeneratorCardDocument)
        if (said.width, said.height) != (WIDTH, HEIGHT):
            raise ValueError(
                f"expected width {WIDTH} and height {HEIGHT}, got {said.width} and {said.height}"
            )
        file = path.with_name(said.file.strip())
    except ValueError as error:
        raise InputError(f"the card cannot be used: {error}.", path=path) from error
    return GeneratorCard(said.name.strip(), said.title.strip(), file, said.sha256)
