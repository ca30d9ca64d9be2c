"""A laboratory's own recogniser: an ONNX file, and a card that says how it wants its faces.

The card is TOML::

    name = "ours"                   # templates are kept under it
    title = "Our recogniser"
    file = "ours.onnx"              # beside the card; its first axis is free
    sha256 = "..."
    licence = "..."
    training_data = "..."
    dimensions = 512
    same = 0.4                      # cosine from which two show one person; may be left out

    [input]
    size = 112                      # side in pixels
    points = "arcface-112"          # or "dlib-150": where eyes, nose and mouth lie, scaled to size
    channels = "rgb"                # or "bgr"
    layout = "nchw"                 # or "nhwc"
    mean = [127.5, 127.5, 127.5]    # taken from 0 to 255, in the order of ``channels``
    scale = [0.0078125, 0.0078125, 0.0078125]    # by which the rest is multiplied

A package plugs it in with an entry point of the group ``efface.recognisers`` that names a function
which returns ``OnnxRecogniser(path_of_the_card)``. efface carries distractors for its own
recognisers only: others need a gallery of pictures.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import ARCFACE, ARCFACE_PX, CHIP_PX, chip_points, recut
from efface.attack.interface import Points
from efface.attack.networks import ChipNetwork
from efface.attack.recognisers.interface import Recogniser, checked, unit_length
from efface.errors import InputError
from efface.paths import read_whole, sha256
from efface.weights import WeightError

CHANNELS = ("rgb", "bgr")
LAYOUTS = ("nchw", "nhwc")
GEOMETRIES = ("arcface-112", "dlib-150")


@dataclass(frozen=True, slots=True)
class OnnxCard:
    """What a card says, checked."""

    name: str
    title: str
    file: Path
    sha256: str
    licence: str
    training_data: str
    dimensions: int
    same: float | None
    """Cosine from which two pictures are taken to show one person."""
    size: int
    """Side of the input in pixels."""
    points: Points
    """Where the five points lie in it, in pixels."""
    channels: str
    layout: str
    mean: NDArray[np.float32]
    """Shape (3,)."""
    scale: NDArray[np.float32]
    """Shape (3,)."""


def read_card(path: Path) -> OnnxCard:
    """
    Raises:
        InputError: the card cannot be read, or something is missing in it or cannot be.
    """
    try:
        entry = tomllib.loads(read_whole(path).decode("utf-8"))
        given = entry["input"]
        size = _positive(given["size"], "input.size")
        geometry = _one_of(given["points"], GEOMETRIES, "input.points")
        return OnnxCard(
            name=_text(entry, "name"),
            title=_text(entry, "title"),
            file=path.with_name(_text(entry, "file")),
            sha256=_text(entry, "sha256"),
            licence=_text(entry, "licence"),
            training_data=_text(entry, "training_data"),
            dimensions=_positive(entry["dimensions"], "dimensions"),
            same=float(entry["same"]) if "same" in entry else None,
            size=size,
            points=chip_points(size) if geometry == "dlib-150" else ARCFACE * (size / ARCFACE_PX),
            channels=_one_of(given["channels"], CHANNELS, "input.channels"),
            layout=_one_of(given["layout"], LAYOUTS, "input.layout"),
            mean=_three(given["mean"], "input.mean"),
            scale=_three(given["scale"], "input.scale"),
        )
    except KeyError as error:
        raise InputError(f"the card does not say {error}.", path=path) from error
    except (TypeError, ValueError) as error:  # no TOML, no text, or a value of another kind
        raise InputError(f"the card cannot be used: {error}.", path=path) from error


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
        self.card = read_card(card)
        got = sha256(self.card.file)
        if got != self.card.sha256:
            raise WeightError(
                f"The model file has the sha256 {got}, its card expects {self.card.sha256}.",
                path=self.card.file,
            )
        self.name, self.title = self.card.name, self.card.title
        self.dimensions, self.same = self.card.dimensions, self.card.same
        self._network = ChipNetwork(self.card.file)

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As in ``Recogniser``.

        Raises:
            InputError: the model takes or gives something else than its card says.
        """
        card = self.card
        faces = recut(checked(chips, CHIP_PX), card.points, card.size)
        if not len(faces):
            return np.zeros((0, self.dimensions), np.float32)
        ordered = faces if card.channels == "rgb" else faces[..., ::-1]
        values = (ordered.astype(np.float32) - card.mean) * card.scale
        rows = self._network.run_only(
            values if card.layout == "nhwc" else values.transpose(0, 3, 1, 2)
        )
        if rows.shape != (len(chips), self.dimensions):
            raise InputError(
                f"the model gives an array {rows.shape} for {len(chips)} faces; its card says "
                f"{self.dimensions} numbers a face.",
                path=card.file,
            )
        return unit_length(rows)


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected text for {key}, got {value!r}")
    return value.strip()


def _positive(value: Any, key: str) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(f"expected a whole number above 0 for {key}, got {value!r}")
    return value


def _one_of(value: Any, choices: tuple[str, ...], key: str) -> str:
    if value not in choices:
        raise ValueError(f"expected one of {', '.join(choices)} for {key}, got {value!r}")
    return str(value)


def _three(values: Any, key: str) -> NDArray[np.float32]:
    numbers = np.asarray(values, np.float32)
    if numbers.shape != (3,) or not np.isfinite(numbers).all():
        raise ValueError(f"expected three numbers for {key}, got {values!r}")
    return numbers
