"""dlib's face recogniser: out of dlib's file format and into ONNX.

The file holds the network ``anet_type`` of dlib's ``dnn_face_recognition_ex.cpp`` (Davis King 2017,
CC0): a residual network of 29 convolutions. Its structure is a C++ type and not in the file, so it
stands here, and what the file says of itself is checked against it. The formats are those of dlib's
``serialize.h``, ``dnn/core.h``, ``dnn/layers.h`` and ``cuda/tensor_tools.h``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

STAGES = (
    (32, 3, False),
    (64, 4, True),
    (128, 3, True),
    (256, 3, True),
    (256, 1, True),
)
"""``alevel4`` to ``alevel0``: channels, residual blocks, and whether the first of them halves."""

SIDE_PX = 150
DIMENSIONS = 128

OPSET, IR_VERSION = 17, 8
"""Fixed, so that the model made does not depend on the onnx package's version."""

VERSION_OF_PASSAGE, VERSION_OF_LAYER, VERSION_ABOVE_INPUT, VERSION_OF_TENSOR = 1, 2, 3, 2
WINDOWS = {
    "max_pool": (3, 3, 2, 2, 0, 0),
    "avg_pool": (2, 2, 2, 2, 0, 0),
    "avg_pool_everything": (0, 0, 1, 1, 0, 0),
}
"""Height, width, strides and padding along y and x; 0 is "everything"."""

Numbers = NDArray[np.float32]


class DlibFormatError(Exception):
    """The file is not the network expected, or not whole."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution, and dlib's affine layer behind it."""

    filters: Numbers
    """Shape (channels out, channels in, height, width)."""
    biases: Numbers
    stride: int
    padding: int
    gamma: Numbers
    """Factor for each channel, applied behind the convolution."""
    beta: Numbers
    """Added for each channel after that."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What the file holds."""

    mean: tuple[float, float, float]
    """Of red, green and blue. Subtracted; the rest is divided by 256."""
    convolutions: tuple[Convolution, ...]
    """From the picture upwards: the first one, then two for each residual block."""
    projection: Numbers
    """Shape (channels, ``DIMENSIONS``)."""


def to_onnx(content: bytes) -> bytes:
    """The recogniser as an ONNX model with a free batch.

    Input ``faces``: RGB, 0 to 255, shape (batch, 3, ``SIDE_PX``, ``SIDE_PX``). Output
    ``descriptors``: shape (batch, ``DIMENSIONS``), of any length, as dlib gives them.

    Args:
        content: of ``dlib_face_recognition_resnet_model_v1.dat``.

    Raises:
        DlibFormatError: it is another network, or not whole.
    """
    return _Graph().model(parse(content))


def parse(content: bytes) -> Recogniser:
    """The network's numbers.

    Args:
        content: of ``dlib_face_recognition_resnet_model_v1.dat``.

    Raises:
        DlibFormatError: it is another network, or not whole.
    """
    return _Reader(content).recogniser()


def _layers() -> Iterator[str]:
    """From the first convolution's affine layer up to the projection. A ``passage`` (dlib's tag and
    skip layers) holds no numbers of its own."""
    yield from ("affine", "relu", "max_pool")
    for _, blocks, halves in STAGES:
        for block in range(blocks):
            yield from ("passage", "con", "affine", "relu", "con", "affine")
            if halves and block == 0:
                yield from ("passage", "passage", "avg_pool")
            yield from ("add_prev", "relu")
    yield from ("avg_pool_everything", "fc")


class _Reader:
    """Reads from front to back. A layer writes its version, then all that is below it, then itself:
    so versions come from the output down to the picture, and then numbers from there up."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self._filters: list[tuple[Numbers, Numbers, int, int]] = []
        self._affine: list[tuple[Numbers, Numbers]] = []
        self._projection: Numbers = np.zeros((0, DIMENSIONS), np.float32)

    def recogniser(self) -> Recogniser:
        self._expect("version", self._integer(), 1)
        self._expect("loss", self._text(), "loss_metric_2")
        self._real()  # its margin
        self._real()  # its threshold
        layers = list(_layers())
        for layer in reversed(layers):
            passage = layer == "passage"
            wanted = VERSION_OF_PASSAGE if passage else VERSION_OF_LAYER
            self._expect(f"version of {layer}", self._integer(), wanted)
        self._expect("version of con", self._integer(), VERSION_ABOVE_INPUT)
        self._expect("input", self._text(), "input_rgb_image_sized")
        mean = (self._real(), self._real(), self._real())
        self._expect("size", (self._integer(), self._integer()), (SIDE_PX, SIDE_PX))
        self._layer("con")
        self._expect("sample expansion", self._integer(), 1)
        for layer in layers:
            if layer != "passage":
                self._layer(layer)
        self._expect("bytes left over", len(self._content) - self._at, 0)
        pairs = zip(self._filters, self._affine, strict=True)
        convolutions = tuple(Convolution(*filters, *affine) for filters, affine in pairs)
        return Recogniser(mean, convolutions, self._projection)

    def _layer(self, layer: str) -> None:
        self._expect("layer", self._text().rstrip("_0123456789"), layer.removesuffix("_everything"))
        match layer:
            case "con":
                self._convolution()
            case "affine":
                gamma, beta = self._views(self._tensor().ravel())
                self._affine.append((gamma.ravel(), beta.ravel()))
                self._expect("mode of affine", self._integer(), 0)
            case "fc":
                outputs, inputs = self._integers(2)
                weights, biases = self._views(self._tensor().ravel())
                self._projection = weights.reshape(inputs, outputs)
                self._expect("biases of fc", biases.size, 0)
                self._expect("mode of fc", self._integer(), 1)
                self._learning_rates()
            case "max_pool" | "avg_pool" | "avg_pool_everything":
                self._expect(f"windows of {layer}", self._integers(6), WINDOWS[layer])
        self._take(3)  # flags for training
        for _ in range(3):
            self._expect("numbers left over from training", self._tensor().size, 0)

    def _convolution(self) -> None:
        numbers = self._tensor().ravel()
        channels, height, width, stride, _, padding, _ = self._integers(7)
        filters, biases = self._views(numbers)
        self._expect("filters", (filters.shape[0], *filters.shape[2:]), (channels, height, width))
        self._filters.append((filters, biases.ravel(), stride, padding))
        self._learning_rates()

    def _views(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Two parts of a layer's numbers, one behind the other; the file has their shapes."""
        first, second = self._shape(), self._shape()
        size = int(np.prod(first))
        self._expect("numbers of a layer", size + int(np.prod(second)), numbers.size)
        return numbers[:size].reshape(first), numbers[size:].reshape(second)

    def _learning_rates(self) -> None:
        for _ in range(4):  # rate and decay of the weights, then of the biases
            self._real()

    def _tensor(self) -> Numbers:
        self._expect("version of a tensor", self._integer(), VERSION_OF_TENSOR)
        shape = self._integers(4)
        return np.frombuffer(self._take(4 * int(np.prod(shape))), "<f4").reshape(shape)

    def _shape(self) -> tuple[int, ...]:
        self._expect("version of a shape", self._integer(), 1)
        return self._integers(4)

    def _integers(self, count: int) -> tuple[int, ...]:
        return tuple(self._integer() for _ in range(count))

    def _integer(self) -> int:
        """A byte with the sign and the number of bytes that follow, lowest first."""
        control = self._take(1)[0]
        value = int.from_bytes(self._take(control & 0x0F), "little")
        return -value if control & 0x80 else value

    def _real(self) -> float:
        """A mantissa and the power of two it is multiplied by."""
        mantissa, exponent = self._integers(2)
        return math.ldexp(mantissa, exponent)

    def _text(self) -> str:
        return self._take(self._integer()).decode("ascii", "replace")

    def _take(self, count: int) -> bytes:
        taken = self._content[self._at : self._at + count]
        self._expect("bytes", len(taken), count)
        self._at += count
        return taken

    def _expect(self, what: str, got: object, expected: object) -> None:
        if got != expected:
            raise DlibFormatError(
                f"{what}: {got!r} instead of {expected!r}, up to byte {self._at} of the file"
            )


class _Graph:
    """Writes the network as ONNX."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self, net: Recogniser) -> bytes:
        convolutions = iter(net.convolutions)
        value = self._add("Sub", "faces", self._constant(np.reshape(net.mean, (1, 3, 1, 1))))
        value = self._add("Div", value, self._constant(np.float32(256)))
        side, first = SIDE_PX, next(convolutions)
        value, side = self._convolve(value, side, first)
        value = self._add("Relu", value)
        value = self._add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
        side = (side - 3) // 2 + 1
        channels = first.biases.size
        for wide, blocks, halves in STAGES:
            for block in range(blocks):
                down = halves and block == 0
                value, side = self._block(value, side, wide - channels, down, convolutions)
                channels = wide
        value = self._add("GlobalAveragePool", value)
        value = self._add("Flatten", value, axis=1)
        self._add("MatMul", value, self._constant(net.projection), output="descriptors")
        inside = helper.make_tensor_value_info(
            "faces", TensorProto.FLOAT, ["batch", 3, SIDE_PX, SIDE_PX]
        )
        outside = helper.make_tensor_value_info(
            "descriptors", TensorProto.FLOAT, ["batch", DIMENSIONS]
        )
        graph = helper.make_graph(
            self._nodes, "dlib_face_recognition", [inside], [outside], self._constants
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _block(
        self, value: str, side: int, more: int, down: bool, convolutions: Iterator[Convolution]
    ) -> tuple[str, int]:
        """Two convolutions, added to what went in. Of the two, dlib extends the one that is smaller
        (along height, width or channels) with zeros at the end."""
        shortcut, shortcut_side = value, side
        value, side = self._convolve(value, side, next(convolutions))
        value = self._add("Relu", value)
        value, side = self._convolve(value, side, next(convolutions))
        if down:
            shortcut = self._add("AveragePool", shortcut, kernel_shape=[2, 2], strides=[2, 2])
            shortcut_side //= 2
        whole = max(side, shortcut_side)
        value = self._extend(value, 0, whole - side)
        shortcut = self._extend(shortcut, more, whole - shortcut_side)
        return self._add("Relu", self._add("Add", value, shortcut)), whole

    def _convolve(self, value: str, side: int, layer: Convolution) -> tuple[str, int]:
        """A convolution and its affine layer; returns the side of what comes out, too."""
        value = self._add(
            "Conv",
            value,
            self._constant(layer.filters),
            self._constant(layer.biases),
            kernel_shape=list(layer.filters.shape[2:]),
            strides=[layer.stride] * 2,
            pads=[layer.padding] * 4,
        )
        value = self._add("Mul", value, self._constant(layer.gamma.reshape(1, -1, 1, 1)))
        value = self._add("Add", value, self._constant(layer.beta.reshape(1, -1, 1, 1)))
        return value, (side + 2 * layer.padding - layer.filters.shape[2]) // layer.stride + 1

    def _extend(self, value: str, channels: int, pixels: int) -> str:
        if not channels and not pixels:
            return value
        ends = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self._add("Pad", value, self._constant(ends))

    def _constant(self, numbers: NDArray[np.generic] | np.generic) -> str:
        name = f"constant_{len(self._constants)}"
        array = np.asarray(numbers)
        kept = array if array.dtype == np.int64 else array.astype(np.float32)
        self._constants.append(numpy_helper.from_array(kept, name))
        return name

    def _add(self, operator: str, *inputs: str, output: str = "", **settings: Any) -> str:
        output = output or f"value_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **settings))
        return output
