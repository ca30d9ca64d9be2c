"""A network as a flow prior."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from efface.attack.diffusion.interface import FACE_PX
from efface.attack.diffusion.network_prior import ERRORS, TIMES, NetworkPrior
from efface.errors import InputError


def write(path: Path, errors: object) -> Path:
    """A network that gives its picture times its time."""
    shape: list[str | int | None] = ["n", 3, FACE_PX, FACE_PX]
    nodes = [
        helper.make_node("Unsqueeze", ["time", "axes"], ["wide"]),
        helper.make_node("Mul", ["picture", "wide"], ["clear"]),
    ]
    axes = helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3])
    graph = helper.make_graph(
        nodes,
        "toy",
        [
            helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("time", TensorProto.FLOAT, ("n", 1)),
        ],
        [helper.make_tensor_value_info("clear", TensorProto.FLOAT, shape)],
        [axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    if errors is not None:
        helper.set_model_props(model, {ERRORS: json.dumps(errors)})
    onnx.save(model, path)
    return path


def test_it_asks_the_network_and_reads_how_far_it_is_off(tmp_path: Path) -> None:
    errors = np.linspace(0.5, 0.1, len(TIMES)).tolist()
    prior = NetworkPrior(write(tmp_path / "toy.onnx", errors))
    faces = np.ones((3, 3, FACE_PX, FACE_PX), np.float32)
    assert np.allclose(prior.clear(faces, 0.25), 0.25)
    assert prior.error(0.0) == pytest.approx(0.5)
    assert prior.error(0.05) == pytest.approx((errors[0] + errors[1]) / 2)
    assert prior.error(0.99) == pytest.approx(0.1)


@pytest.mark.parametrize("errors", [None, [], [0.1] * 3, [0.0] * len(TIMES), "x", {"a": 1}])
def test_a_network_that_does_not_say_so_is_refused(tmp_path: Path, errors: object) -> None:
    with pytest.raises(InputError):
        NetworkPrior(write(tmp_path / "toy.onnx", errors))
