"""From a trained network to the ONNX file that efface carries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17
SMALL = 64
"""Constants with fewer numbers stay in single precision."""


class Named(nn.Module):
    """A network whose outputs are given in order, as ONNX wants them."""

    def __init__(self, network: nn.Module, names: list[str]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        found = self.network(*inputs)
        return tuple(found[n] for n in self.names) if isinstance(found, dict) else (found,)


def export(
    network: nn.Module,
    inputs: Mapping[str, tuple[int, ...]],
    outputs: list[str],
    out: Path,
    *,
    folded: bool = True,
) -> None:
    """Write the network, its batch free, its weights in half precision.

    Args:
        network: takes ``inputs`` in their order.
        inputs: their shapes by name.
        outputs: names, in the order of the network's outputs.
        out: the ONNX file.
        folded: compute what depends on weights alone now; otherwise every weight keeps its name.
    """
    network = network.to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]
    torch.onnx.export(
        Named(network, outputs).eval(),
        tuple(torch.rand(shape) for shape in inputs.values()),
        str(out),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes={name: {0: "batch"} for name in (*inputs, *outputs)},
        opset_version=OPSET,
        do_constant_folding=folded,
        dynamo=False,
    )
    model = onnx.load(out)
    halve(model.graph)
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString(deterministic=True))


def halve(graph: onnx.GraphProto) -> None:
    """Keep the weights in half precision; they are computed with in single precision."""
    casts = []
    for constant in graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < SMALL:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), f"{constant.name}_half")
        casts.append(helper.make_node("Cast", [half.name], [constant.name], to=TensorProto.FLOAT))
        constant.CopyFrom(half)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
