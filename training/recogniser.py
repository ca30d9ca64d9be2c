"""dlib's recogniser in PyTorch, so that a loss can look through it."""

from __future__ import annotations

import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from efface.weights import weight


class DlibResnet(nn.Module):
    """Runs the few operators that ``dlib-resnet`` in ``efface.weights`` is made of."""

    def __init__(self) -> None:
        super().__init__()
        graph = onnx.load(weight("dlib-resnet")).graph
        for constant in graph.initializer:
            values = torch.from_numpy(numpy_helper.to_array(constant).copy())
            self.register_buffer(constant.name, values)
        self.steps = [
            (
                node.op_type,
                list(node.input),
                node.output[0],
                {a.name: helper.get_attribute_value(a) for a in node.attribute},
            )
            for node in graph.node
        ]

    def forward(self, faces: Tensor) -> Tensor:
        """Templates of unit length, shape (n, 128).

        Args:
            faces: RGB from 0 to 255, shape (n, 3, 150, 150).
        """
        known = {**dict(self.named_buffers()), "faces": faces}
        for kind, inputs, output, given in self.steps:
            known[output] = _step(kind, [known[name] for name in inputs], given)
        return functional.normalize(known[self.steps[-1][2]].float(), dim=1)


def _step(kind: str, values: list[Tensor], given: dict[str, list[int]]) -> Tensor:
    first = values[0]
    if kind == "Conv":
        pads = given["pads"][:2]
        return functional.conv2d(first, values[1], values[2], given["strides"], pads)
    if kind == "Pad":
        (_, over, top, left, _, under, bottom, right) = (int(v) for v in values[1])
        return functional.pad(first, (left, right, top, bottom, over, under))
    simple = {
        "Add": lambda: first + values[1],
        "Sub": lambda: first - values[1],
        "Mul": lambda: first * values[1],
        "Div": lambda: first / values[1],
        "MatMul": lambda: first @ values[1],
        "Relu": first.relu,
        "Flatten": lambda: first.flatten(1),
        "GlobalAveragePool": lambda: first.mean(dim=(2, 3), keepdim=True),
        "MaxPool": lambda: functional.max_pool2d(first, given["kernel_shape"], given["strides"]),
        "AveragePool": lambda: functional.avg_pool2d(
            first, given["kernel_shape"], given["strides"]
        ),
    }
    return simple[kind]()
