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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import ARCFACE, ARCFACE_PX, chip_points, recut
from efface.attack.interface import Points
from efface.attack.networks import ChipNetwork
from efface.errors import InputError
from efface.files.paths import read_whole, sha256
from efface.weights import WeightError

CHANNELS = ("rgb", "bgr")
LAYOUTS = ("nchw", "nhwc")
GEOMETRIES = ("arcface-112", "dlib-150")

Entry = dict[str, Any]
Read = TypeVar("Read")


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
        got = sha256(self.file)
        if got != self.sha256:
            raise WeightError(
                f"The model file has the sha256 {got}, its card expects {self.sha256}.",
                path=self.file,
            )
        return ChipNetwork(self.file)


def read_card(path: Path, more: Callable[[Entry], Read]) -> tuple[OnnxCard, Read]:
    """
    Args:
        more: reads what only some cards say.

    Raises:
        InputError: the card cannot be read, or something is missing in it or cannot be.
    """
    try:
        entry = tomllib.loads(read_whole(path).decode("utf-8"))
        card = OnnxCard(
            name=_text(entry, "name"),
            title=_text(entry, "title"),
            file=path.with_name(_text(entry, "file")),
            sha256=_text(entry, "sha256"),
            licence=_text(entry, "licence"),
            training_data=_text(entry, "training_data"),
            input=_input(entry["input"]),
        )
        return card, more(entry)
    except KeyError as error:
        raise InputError(f"the card does not say {error}.", path=path) from error
    except (TypeError, ValueError) as error:  # no TOML, no text, or a value of another kind
        raise InputError(f"the card cannot be used: {error}.", path=path) from error


def _input(given: Entry) -> FaceInput:
    size = positive(given["size"], "input.size")
    geometry = _one_of(given["points"], GEOMETRIES, "input.points")
    scale = _three(given["scale"], "input.scale")
    if not scale.all():
        raise ValueError("expected input.scale without 0")
    return FaceInput(
        size=size,
        points=chip_points(size) if geometry == "dlib-150" else ARCFACE * (size / ARCFACE_PX),
        channels=_one_of(given["channels"], CHANNELS, "input.channels"),
        layout=_one_of(given["layout"], LAYOUTS, "input.layout"),
        mean=_three(given["mean"], "input.mean"),
        scale=scale,
    )


def positive(value: Any, key: str) -> int:
    """
    Raises:
        ValueError: it is no whole number above 0.
    """
    if type(value) is not int or value < 1:
        raise ValueError(f"expected a whole number above 0 for {key}, got {value!r}")
    return value


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected text for {key}, got {value!r}")
    return value.strip()


def _one_of(value: Any, choices: tuple[str, ...], key: str) -> str:
    if value not in choices:
        raise ValueError(f"expected one of {', '.join(choices)} for {key}, got {value!r}")
    return str(value)


def _three(values: Any, key: str) -> NDArray[np.float32]:
    numbers = np.asarray(values, np.float32)
    if numbers.shape != (3,) or not np.isfinite(numbers).all():
        raise ValueError(f"expected three numbers for {key}, got {values!r}")
    return numbers
