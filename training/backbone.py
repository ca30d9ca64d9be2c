"""The first layers of CenterFace as a module, to start from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn


class Backbone(nn.Module):
    """Layers of an ONNX graph of convolutions, ReLU and sums, between two of its values.

    Args:
        path: of the ONNX file.
        begin: name of the value that comes in.
        ends: names of the values that come out, in the graph's order.
    """

    def __init__(self, path: Path, begin: str, ends: tuple[str, ...]) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        known = {t.name: numpy_helper.to_array(t).astype(np.float32) for t in graph.initializer}
        for node in graph.node:  # halved weights are cast back in the graph
            if node.op_type == "Cast" and node.input[0] in known:
                known[node.output[0]] = known[node.input[0]]
        self.begin, self.ends = begin, ends
        self.steps: list[tuple[str, tuple[str, ...], str]] = []
        self.layers = nn.ModuleDict()
        here = {begin}
        for node in graph.node:
            inputs = tuple(name for name in node.input if name not in known)
            if not inputs or not set(inputs) <= here:
                continue
            (output,) = node.output
            if node.op_type == "Conv":
                self.layers[output] = _convolution(node, known)
            elif node.op_type not in ("Relu", "Add"):
                continue
            self.steps.append((node.op_type, inputs, output))
            here.add(output)
            if output == ends[-1]:
                break

    def forward(self, value: Tensor) -> tuple[Tensor, ...]:
        """From the first value to the last ones."""
        values = {self.begin: value}
        for kind, inputs, output in self.steps:
            first = values[inputs[0]]
            if kind == "Conv":
                values[output] = self.layers[output](first)
            elif kind == "Relu":
                values[output] = torch.relu(first)
            else:
                values[output] = first + values[inputs[1]]
        return tuple(values[name] for name in self.ends)


def _convolution(node: onnx.NodeProto, known: dict[str, np.ndarray]) -> nn.Conv2d:
    given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    weights = known[node.input[1]]
    out, into, *size = weights.shape
    pads, groups = given.get("pads", [0, 0, 0, 0]), given.get("group", 1)
    layer = nn.Conv2d(
        into * groups, out, tuple(size), tuple(given["strides"]), tuple(pads[:2]), groups=groups
    )
    assert pads[:2] == pads[2:]
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights.copy()))
        layer.bias.copy_(torch.from_numpy(known[node.input[2]].copy()))
    return layer
