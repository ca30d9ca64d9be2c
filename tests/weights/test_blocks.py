"""Weights in blocks: written as rows, they are the same numbers, and backends read them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hatch_blocks import BlocksError, to_rows
from hatch_build import ORIGINALS
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from efface.weights import weight

ROOT = Path(__file__).parents[2]
WIDTH, BLOCK = 12, 4


def model(axis: int = 1, block: int = BLOCK) -> bytes:
    """y = x times a matrix of 3 x 12 that is stored in blocks; one input that nothing reads."""
    random = np.random.default_rng(2)
    shape = (3, WIDTH // block) if axis == 1 else (3 // block, WIDTH)
    constants = [
        numpy_helper.from_array(random.integers(-128, 128, (3, WIDTH)).astype(np.int8), "q"),
        numpy_helper.from_array(random.uniform(0.1, 2, shape).astype(np.float32), "s"),
        numpy_helper.from_array(random.integers(-9, 9, shape).astype(np.int8), "z"),
    ]
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=axis, block_size=block),
        helper.make_node("Gemm", ["x", "w"], ["y"], transB=1),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, WIDTH]),
        helper.make_tensor_value_info("unused", TensorProto.FLOAT, [3, WIDTH]),
    ]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(made.SerializeToString())


def run(content: bytes, **inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """By the reference of the ONNX standard."""
    evaluate = ReferenceEvaluator(onnx.load_from_string(content))
    return np.asarray(next(iter(evaluate.run(None, dict(inputs)))))


def test_rows_are_the_same_numbers_for_any_batch() -> None:
    rows = to_rows(model())
    x = np.random.default_rng(1).normal(size=(5, WIDTH)).astype(np.float32)
    unused = np.zeros((3, WIDTH), np.float32)
    expected = np.concatenate([run(model(), x=x[i : i + 1], unused=unused) for i in range(5)])
    np.testing.assert_allclose(run(rows, x=x), expected, rtol=1e-5, atol=1e-4)
    graph = onnx.load_from_string(rows).graph
    assert [value.name for value in graph.input] == ["x"]
    assert not any(a.name == "block_size" for node in graph.node for a in node.attribute)


def test_blocks_along_another_axis_are_refused() -> None:
    with pytest.raises(BlocksError, match="axis 0"):
        to_rows(model(axis=0, block=3))


def test_a_block_that_does_not_divide_the_axis_is_refused() -> None:
    made = onnx.load_from_string(model())
    made.graph.node[0].attribute[1].i = 5
    with pytest.raises(BlocksError, match="blocks of 5"):
        to_rows(made.SerializeToString())


@pytest.fixture(scope="module")
def published() -> bytes:
    """SFace as OpenCV published it, kept by an editable build."""
    path = ROOT / ORIGINALS / "sface.onnx"
    assert path.is_file(), f"{path} is kept by an editable build: make setup"
    return path.read_bytes()


def test_conversion_gives_the_same_bytes_every_time(published: bytes) -> None:
    assert to_rows(published) == weight("sface").read_bytes()


def test_the_weights_of_sface_are_the_published_ones(
    published: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the reference of the ONNX standard, which knows blocks, for the published file; by
    OpenVINO, which does not, for ours. The network's first part is enough: all weights are stored
    alike, and the reference takes seconds for the whole."""
    monkeypatch.setitem(sys.modules, "openvino_telemetry", None)
    import openvino  # type: ignore[import-untyped]  # noqa: PLC0415 - after the line above

    x = np.random.default_rng(0).uniform(0, 255, (1, 3, 112, 112)).astype(np.float32)
    end = "conv_4_relu"
    theirs, ours = part(published, end), part(weight("sface").read_bytes(), end)
    expected = np.asarray(next(iter(ReferenceEvaluator(theirs).run(None, {"data": x}))))
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(ours.SerializeToString()), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    got = compiled(x)[0]
    assert expected.std() > 0.1
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4)


def part(content: bytes, end: str) -> onnx.ModelProto:
    """What leads from the picture to one tensor."""
    whole = onnx.load_from_string(content)
    makers = {output: node for node in whole.graph.node for output in node.output}
    wanted, found = [end], set()
    while wanted:
        node = makers.get(wanted.pop())
        if node is not None and node.output[0] not in found:
            found.add(node.output[0])
            wanted += node.input
    nodes = [node for node in whole.graph.node if node.output[0] in found]
    read = {name for node in nodes for name in node.input}
    constants = [c for c in whole.graph.initializer if c.name in read]
    inputs = [v for v in whole.graph.input if v.name == "data"]
    outputs = [helper.make_tensor_value_info(end, TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "part", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", 21)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=whole.ir_version)
