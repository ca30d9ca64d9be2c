"""A laboratory's own ONNX file: faces arrive as its card says; wrong cards and files are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.attack.onnx_models import write

from efface.attack.alignment import ARCFACE, ARCFACE_PX, CHIP_PX, chip, chip_points
from efface.attack.recognisers.onnx import OnnxRecogniser
from efface.errors import InputError
from efface.weights import WeightError


def coloured() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """One chip of one colour."""
    return np.broadcast_to(np.array([110, 60, 90], np.uint8), (1, CHIP_PX, CHIP_PX, 3))


@pytest.mark.parametrize(("channels", "expected"), [("rgb", (100, 20, 15)), ("bgr", (80, 20, 20))])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_channels_mean_and_scale_are_the_card_s(
    tmp_path: Path, layout: str, channels: str, expected: tuple[float, float, float]
) -> None:
    ours = OnnxRecogniser(write(tmp_path, channels=channels, layout=layout))
    template = ours.embed(coloured())[0]
    each = template.reshape((3, -1) if layout == "nchw" else (-1, 3))
    values = each[:, 0] if layout == "nchw" else each[0]
    assert np.allclose(values / values[1], np.array(expected) / expected[1], atol=1e-5)
    assert np.linalg.norm(template) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("points", ["arcface-112", "dlib-150"])
def test_faces_are_cut_as_the_card_says(tmp_path: Path, points: str) -> None:
    """A chip with a bright spot on the nose: it lies where the geometry has the nose."""
    size = 56
    face = np.zeros((CHIP_PX, CHIP_PX, 3), np.uint8)
    x, y = chip_points()[2]
    face[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5] = 255
    ours = OnnxRecogniser(write(tmp_path, size=size, points=points))
    plane = ours.embed(face[None])[0].reshape(3, size, size)[0]
    rows, columns = np.nonzero(plane > plane.max() / 2)
    aim = chip_points(size)[2] if points == "dlib-150" else ARCFACE[2] * size / ARCFACE_PX
    assert abs(columns.mean() + 0.5 - aim[0]) < 1
    assert abs(rows.mean() + 0.5 - aim[1]) < 2


def test_the_same_geometry_is_not_cut_again(tmp_path: Path) -> None:
    face = np.random.default_rng(1).integers(0, 256, (CHIP_PX, CHIP_PX, 3), np.uint8)
    ours = OnnxRecogniser(write(tmp_path, size=CHIP_PX))
    values = (face.astype(np.float32) - (10, 20, 30)) * (1, 0.5, 0.25)
    expected = values.transpose(2, 0, 1).ravel()
    got = ours.embed(chip(face, chip_points())[None])[0]
    assert np.allclose(got, expected / np.linalg.norm(expected), atol=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('name = "ours"', "", "has no 'name'"),
        ('name = "ours"', "name = 7", "expected name to be text, got 7"),
        ("[input]", "[inputs]", "has no 'input'"),
        ('"rgb"', '"gray"', "expected input.channels to be one of bgr, rgb"),
        ('"dlib-150"', '"mine"', "expected input.points to be one of arcface-112, dlib-150"),
        ("size = 4", "size = 0", "expected input.size to be a whole number >= 1"),
        ("scale = [1.0, 0.5, 0.25]", "scale = [1.0]", "expected input.scale to be a list of 3"),
        ("scale = [1.0, 0.5, 0.25]", "scale = [1.0, 0.0, 1.0]", "input.scale without 0"),
        ("mean =", "mean", "cannot be used"),
    ],
)
def test_a_wrong_card_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    card = write(tmp_path)
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=why) as caught:
        OnnxRecogniser(card)
    assert caught.value.path == card


def test_a_missing_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        OnnxRecogniser(tmp_path / "none.toml")
    assert caught.value.path == tmp_path / "none.toml"


def test_another_model_than_the_card_s_is_refused(tmp_path: Path) -> None:
    card = write(tmp_path)
    (tmp_path / "ours.onnx").write_bytes(b"another")
    with pytest.raises(WeightError, match="its card expects"):
        OnnxRecogniser(card)


def test_another_length_than_the_card_s_is_refused(tmp_path: Path) -> None:
    ours = OnnxRecogniser(write(tmp_path, dimensions=512))
    with pytest.raises(InputError, match=r"\(1, 48\) for 1 faces; its card says 512"):
        ours.embed(coloured())


def test_another_size_than_the_card_s_is_refused(tmp_path: Path) -> None:
    card = write(tmp_path)
    card.write_text(
        card.read_text(encoding="utf-8").replace("size = 4", "size = 8"), encoding="utf-8"
    )
    # On one processor OpenVINO runs it, and gives nothing.
    with pytest.raises(InputError, match=r"cannot run this model|the model gives an array"):
        OnnxRecogniser(card).embed(coloured())
