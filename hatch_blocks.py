"""Networks whose weights are stored in blocks of 8-bit numbers, for backends that know no blocks.

Each block of 64 weights or so has its own scale and zero point (ONNX operator DequantizeLinear with
``block_size``, since opset 21). Written as one row for each block, the same numbers are what every
backend reads: a scale and a zero point for each row (since opset 13).
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper


class BlocksError(Exception):
    """The model is not of the form expected."""


def to_rows(model: bytes) -> bytes:
    """The same network with rows for blocks and a free batch; what no node reads is no input.

    Raises:
        BlocksError: a block is not along the last axis, or does not divide it.
    """
    proto = onnx.load_from_string(model)
    graph = proto.graph
    constants = {constant.name: constant for constant in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        size = {a.name: helper.get_attribute_value(a) for a in node.attribute}.get("block_size")
        if node.op_type == "DequantizeLinear" and size:
            nodes += _rows(node, size, constants)
        else:
            nodes.append(node)
    read = {name for node in nodes for name in node.input} - constants.keys()
    inputs = [value for value in graph.input if value.name in read]
    for value in (*inputs, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    kept_nodes = [onnx.NodeProto.FromString(n.SerializeToString()) for n in nodes]
    kept_inputs = [onnx.ValueInfoProto.FromString(i.SerializeToString()) for i in inputs]
    kept_constants = [
        onnx.TensorProto.FromString(c.SerializeToString()) for c in constants.values()
    ]
    del graph.node[:], graph.input[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(kept_nodes)
    graph.input.extend(kept_inputs)
    graph.initializer.extend(kept_constants)
    onnx.checker.check_model(proto)
    return bytes(proto.SerializeToString(deterministic=True))


def _rows(
    node: onnx.NodeProto, size: int, constants: dict[str, onnx.TensorProto]
) -> list[onnx.NodeProto]:
    """Two nodes for the one: dequantise row by row, and put the rows together again."""
    axis = {a.name: helper.get_attribute_value(a) for a in node.attribute}.get("axis", 1)
    numbers, scales, zeros = (numpy_helper.to_array(constants[name]) for name in node.input)
    if axis not in (-1, numbers.ndim - 1) or numbers.shape[-1] % size:
        raise BlocksError(f"{node.input[0]}: blocks of {size} along axis {axis} of {numbers.shape}")
    if not numbers.size == scales.size * size == zeros.size * size:
        raise BlocksError(f"{node.input[0]}: {scales.size} scales for {numbers.size} numbers")
    flat = [numbers.reshape(-1, size), scales.reshape(-1), zeros.reshape(-1)]
    for name, array in zip(node.input, flat, strict=True):
        constants[name] = numpy_helper.from_array(array, name)
    (output,) = node.output
    shape = f"{output}_shape"
    constants[shape] = numpy_helper.from_array(np.array(numbers.shape, np.int64), shape)
    return [
        helper.make_node("DequantizeLinear", node.input, [f"{output}_rows"], axis=0),
        helper.make_node("Reshape", [f"{output}_rows", shape], [output]),
    ]
