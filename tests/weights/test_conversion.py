"""The converted models compute what the published ones compute, at any size and batch."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hatch_build import ORIGINALS, to_free_shape
from numpy.typing import NDArray

from efface.weights import weight

ROOT = Path(__file__).parents[2]
PUBLISHED_SHAPES = {"centerface": (10, 3, 32, 32), "yunet": (1, 3, 640, 640)}


@pytest.fixture(autouse=True)
def no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep OpenVINO's import from reporting itself to an analytics service."""
    monkeypatch.setitem(sys.modules, "openvino_telemetry", None)


def published(name: str) -> Path:
    """The model before conversion, kept by an editable build."""
    path = ROOT / ORIGINALS / f"{name}.onnx"
    assert path.is_file(), f"{path} is kept by an editable build: make setup"
    return path


def run(model: Path, pictures: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Every output by name, computed in 32 bits whatever the processor offers."""
    import openvino  # type: ignore[import-untyped]  # noqa: PLC0415 - after no_telemetry

    core = openvino.Core()
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    result = compiled(pictures)
    return {port.get_any_name(): np.array(result[port]) for port in compiled.outputs}


def noise(*shape: int) -> NDArray[np.float32]:
    """Pictures of shape (batch, 3, height, width), values 0 to 255, from a fixed seed."""
    return np.random.default_rng(7).uniform(0, 255, shape).astype(np.float32)


def assert_same(got: NDArray[np.float32], expected: NDArray[np.float32], output: str) -> None:
    """Equal but for 32-bit rounding: a backend may choose another kernel for another shape."""
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5, err_msg=output)


@pytest.mark.parametrize("name", PUBLISHED_SHAPES)
def test_conversion_gives_the_same_bytes_every_time(name: str) -> None:
    source = published(name).read_bytes()
    converted = to_free_shape(source)
    assert converted == to_free_shape(source)
    assert converted == weight(name).read_bytes()
    assert converted != source


@pytest.mark.parametrize(("name", "shape"), PUBLISHED_SHAPES.items())
def test_outputs_equal_those_of_the_published_model(name: str, shape: tuple[int, ...]) -> None:
    pictures = noise(*shape)
    before, after = run(published(name), pictures), run(weight(name), pictures)
    assert before.keys() == after.keys()
    for output, expected in before.items():
        assert expected.std() > 0, output
        assert_same(after[output], expected, output)


@pytest.mark.parametrize("name", PUBLISHED_SHAPES)
def test_a_batch_of_another_size_gives_what_its_pictures_give_alone(name: str) -> None:
    pictures = noise(2, 3, 64, 96)
    together = run(weight(name), pictures)
    alone = [run(weight(name), pictures[i : i + 1]) for i in range(2)]
    for output, values in together.items():
        apart = np.concatenate([one[output] for one in alone])
        assert values.shape == apart.shape
        assert_same(values, apart, output)
