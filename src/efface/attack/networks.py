"""Running the recognisers' and attackers' networks on batches, through OpenVINO.

In 32 bits on every processor: what an attack finds must not depend on the machine.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from efface.detect.compiled import compiled_model
from efface.detect.network import MAX_STREAMS, processors, ready_openvino
from efface.errors import InputError
from efface.weights import weight

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]

PIECE = 16
"""Rows computed at a time, each piece on one thread: the result does not depend on how many
processors there are."""

Arrays = Mapping[str, NDArray[np.floating] | NDArray[np.integer]]
"""By name; the first axis is the batch."""


class ChipNetwork:
    """One network, compiled once, when it first runs; usable from several threads, one at a time.

    Its inputs and outputs are 32-bit floats, all with a free first axis.
    """

    def __init__(self, weights: str | Path) -> None:
        """
        Args:
            weights: name in ``efface.weights``, or an ONNX file that whoever asks has checked.
        """
        self._weights = weights
        self._lock = threading.Lock()
        self._requests: list[openvino.InferRequest] = []

    def run(self, inputs: Arrays) -> dict[str, NDArray[np.float32]]:
        """Every output by name.

        Args:
            inputs: every input of the network by name.

        Raises:
            ValueError: names or lengths do not go together.
            InputError: the file is no ONNX model that can be run.
            WeightError: the carried file is missing or another one.
        """
        rows = {len(array) for array in inputs.values()}
        if len(rows) != 1 or not min(rows):
            raise ValueError(f"expected inputs of one length above 0, got {sorted(rows)}")
        (count,) = rows
        arrays = {k: np.ascontiguousarray(v, np.float32) for k, v in inputs.items()}
        with self._lock:
            requests = self._compiled()
            expected = {name for port in requests[0].model_inputs for name in port.names}
            if not arrays.keys() <= expected or len(arrays) != len(requests[0].model_inputs):
                raise ValueError(f"expected the inputs {sorted(expected)}, got {sorted(arrays)}")
            return _in_pieces(requests, arrays, count)

    def _compiled(self) -> list[openvino.InferRequest]:
        if not self._requests:
            openvino = ready_openvino()
            path = weight(self._weights) if isinstance(self._weights, str) else self._weights
            core = openvino.Core()
            streams = min(processors(), MAX_STREAMS)
            config: dict[str, Any] = {
                "INFERENCE_PRECISION_HINT": "f32",
                "INFERENCE_NUM_THREADS": streams,
                "NUM_STREAMS": streams,
            }
            identity = (
                "chips",
                hashlib.sha256(path.read_bytes()).hexdigest(),
                openvino.__version__,
                core.get_property("CPU", "FULL_DEVICE_NAME"),
                sorted(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")),
                sorted(config.items()),
            )
            try:
                compiled = compiled_model(
                    core, lambda: core.read_model(path), config, repr(identity)
                )
            except RuntimeError as error:
                raise InputError(
                    f"OpenVINO cannot run this model: {str(error).strip().splitlines()[-1]}",
                    path=path,
                ) from error
            self._requests = [compiled.create_infer_request() for _ in range(streams)]
        return self._requests


def _in_pieces(
    requests: list[openvino.InferRequest], arrays: Arrays, count: int
) -> dict[str, NDArray[np.float32]]:
    free, flying = list(requests), deque[Any]()
    found: list[dict[str, NDArray[np.float32]]] = []

    def land() -> None:
        request = flying.popleft()
        request.wait()
        found.append(
            {
                port.get_any_name(): np.array(request.get_tensor(port).data, np.float32)
                for port in request.model_outputs
            }
        )
        free.append(request)

    try:
        for start in range(0, count, PIECE):
            if not free:
                land()
            request = free.pop()
            request.start_async({k: v[start : start + PIECE] for k, v in arrays.items()})
            flying.append(request)
        while flying:
            land()
    finally:
        for request in flying:
            request.wait()
    return {name: np.concatenate([piece[name] for piece in found]) for name in found[0]}
