"""A network that takes and gives what the prior does, small enough to be known by heart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from efface.generate.canvas import HEIGHT, WIDTH


def half_ring(folder: Path) -> Path:
    """It draws half the ring, and the light of the face."""
    shape: list[str | int] = ["n", 10, HEIGHT, WIDTH]
    constants = {
        "zero": np.array([0], np.int64),
        "three": np.array([3], np.int64),
        "four": np.array([4], np.int64),
        "five": np.array([5], np.int64),
        "axis": np.array([1], np.int64),
        "half": np.float32(0.5),
    }
    nodes = [
        helper.make_node("Slice", ["condition", "zero", "three", "axis"], ["ring"]),
        helper.make_node("Slice", ["condition", "four", "five", "axis"], ["light"]),
        helper.make_node("Mul", ["ring", "half"], ["halved"]),
        helper.make_node("Add", ["halved", "light"], ["picture"]),
    ]
    graph = helper.make_graph(
        nodes,
        "half_ring",
        [helper.make_tensor_value_info("condition", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, HEIGHT, WIDTH])],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    path = folder / "prior.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path
