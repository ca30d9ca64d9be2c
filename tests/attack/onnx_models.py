"""ONNX files of a laboratory that hardly do anything, with their cards."""

from __future__ import annotations

import hashlib
from pathlib import Path

from onnx import TensorProto, helper

SIZE = 4
CARD = """
name = "ours"
title = "Our model"
file = "ours.onnx"
sha256 = "{sha256}"
licence = "MIT"
training_data = "made up"
dimensions = {dimensions}

[input]
size = {size}
points = "{points}"
channels = "{channels}"
layout = "{layout}"
mean = [10.0, 20.0, 30.0]
scale = [1.0, 0.5, 0.25]
"""


def write(folder: Path, *, pictures: bool = False, **changes: object) -> Path:
    """A network that gives its input back, and its card.

    Args:
        pictures: it gives pictures; otherwise it gives rows of numbers.
    """
    said = {"size": SIZE, "points": "dlib-150", "channels": "rgb", "layout": "nchw"} | changes
    size = int(str(said["size"]))
    shape = [3, size, size] if said["layout"] == "nchw" else [size, size, 3]
    given = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", *shape])
    if pictures:
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", *shape])
        node = helper.make_node("Relu", ["pictures"], ["out"])
    else:
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 3 * size * size])
        node = helper.make_node("Flatten", ["pictures"], ["out"], axis=1)
    graph = helper.make_graph([node], "g", [given], [out])
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    (folder / "ours.onnx").write_bytes(model)
    said = {"sha256": hashlib.sha256(model).hexdigest(), "dimensions": 3 * size * size} | said
    card = folder / "ours.toml"
    card.write_text(CARD.format(**said), encoding="utf-8")
    return card
