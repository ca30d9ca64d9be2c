"""The card of a laboratory's own ONNX file: what the model is, and how it wants its faces.

The card is TOML::

    name = "ours"
    title = "Our model"
    file = "ours.onnx"              # beside the card; its first axis is free
    sha256 = "..."
    licence = "..."
    training_data = "..."

    [input]
    size = 112                      # side in pixels
    points = "arcface-112"          # or "dlib-150": where eyes, nose and mouth lie, scaled to size
    channels = "rgb"                # or "bgr"
    layout = "nchw"                 # or "nhwc"
    mean = [127.5, 127.5, 127.5]    # taken from 0 to 255, in the order of ``channels``
    scale = [0.0078125, 0.0078125, 0.0078125]    # by which the rest is multiplied
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import ARCFACE, ARCFACE_PX, chip_points, recut
from efface.attack.interface import Points
from efface.detect.batches import ChipNetwork
from efface.documents.model import Extensible, Number, Positive, Sha256
from efface.documents.reading import as_model
from efface.errors import InputError
from efface.files.paths import read_whole, sha256
from efface.weights import expect
from efface.weights.form import Text

Three = tuple[Number, Number, Number]


class InputEntry(Extensible, frozen=True, kw_only=True):
    """How a model wants its faces."""

    size: Positive
    """Side in pixels."""
    points: Literal["arcface-112", "dlib-150"]
    channels: Literal["rgb", "bgr"]
    layout: Literal["nchw", "nhwc"]
    mean: Three
    scale: Three


class OnnxCardDocument(Extensible, frozen=True, kw_only=True):
    """What every card says; that of a recogniser says more."""

    name: Text
    title: Text
    file: Text
    """Beside the card."""
    sha256: Sha256
    licence: Text
    training_data: Text
    input: InputEntry


Said = TypeVar("Said", bound=OnnxCardDocument)


@dataclass(frozen=True, slots=True)
class FaceInput:
    """How a model wants its faces."""

    size: int
    """Side in pixels."""
    points: Points
    """Where the five points lie, in pixels."""
    channels: str
    layout: str
    mean: NDArray[np.float32]
    """Shape (3,)."""
    scale: NDArray[np.float32]
    """Shape (3,), nowhere 0."""

    def of(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Chips as the model takes them, shape (n, 3, size, size) or (n, size, size, 3)."""
        faces = recut(chips, self.points, self.size)
        ordered = faces if self.channels == "rgb" else faces[..., ::-1]
        values = (ordered.astype(np.float32) - self.mean) * self.scale
        return np.asarray(values if self.layout == "nhwc" else values.transpose(0, 3, 1, 2))

    def back(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Pictures that the model gives in the way it takes them: RGB, (n, size, size, 3)."""
        last = values if self.layout == "nhwc" else values.transpose(0, 2, 3, 1)
        pixels = np.clip(np.rint(last / self.scale + self.mean), 0, 255).astype(np.uint8)
        return pixels if self.channels == "rgb" else np.ascontiguousarray(pixels[..., ::-1])


@dataclass(frozen=True, slots=True)
class OnnxCard:
    """What every card says, checked."""

    name: str
    title: str
    file: Path
    sha256: str
    licence: str
    training_data: str
    input: FaceInput

    def network(self) -> ChipNetwork:
        """The model.

        Raises:
            InputError: it cannot be read.
            WeightError: it is not the one that the card names.
        """
        expect(self.file, sha256(self.file), self.sha256)
        return ChipNetwork(self.file)


def read_card(path: Path, model: type[Said]) -> tuple[OnnxCard, Said]:
    """
    Args:
        model: what the card must say.

    Raises:
        InputError: the card cannot be read, or something is missing in it or cannot be.
    """
    try:
        said = as_model(tomllib.loads(read_whole(path).decode("utf-8")), model)
        card = OnnxCard(
            name=said.name.strip(),
            title=said.title.strip(),
            file=path.with_name(said.file.strip()),
            sha256=said.sha256,
            licence=said.licence.strip(),
            training_data=said.training_data.strip(),
            input=_input(said.input),
        )
    except ValueError as error:
        raise InputError(f"the card cannot be used: {error}.", path=path) from error
    return card, said


def _input(given: InputEntry) -> FaceInput:
    dlib = given.points == "dlib-150"
    if 0 in given.scale:
        raise ValueError("expected input.scale without 0")
    return FaceInput(
        size=given.size,
        points=chip_points(given.size) if dlib else ARCFACE * (given.size / ARCFACE_PX),
        channels=given.channels,
        layout=given.layout,
        mean=np.asarray(given.mean, np.float32),
        scale=np.asarray(given.scale, np.float32),
    )
