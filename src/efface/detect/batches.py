"""Running networks on batches of equal arrays, through OpenVINO: recognisers, attackers, the prior.

In 32 bits on every processor: what is found must not depend on the machine.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from efface.detect.compiled import compiled_model
from efface.detect.network import processors, ready_openvino
from efface.detect.signal_stack import own_signal_stack
from efface.errors import InputError
from efface.weights import weight

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]

PIECE = 16
"""Rows computed at a time."""

MAX_THREADS = 4

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
        self._request: openvino.InferRequest | None = None

    def run_only(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The only output for the only input, whatever their names.

        Raises:
            InputError: there are several, or the network does not take these rows.
        """
        with self._lock:
            request = self._ready()
            names = [port.get_any_name() for port in request.model_inputs]
            outputs = [port.get_any_name() for port in request.model_outputs]
        if len(names) != 1 or len(outputs) != 1:
            raise InputError(
                f"expected a model with one input and one output, got {names} and {outputs}.",
                path=self._path(),
            )
        try:
            return self.run({names[0]: rows})[outputs[0]]
        except RuntimeError as error:
            raise InputError(_said(error), path=self._path()) from error

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
            request = self._ready()
            expected = {name for port in request.model_inputs for name in port.names}
            if not arrays.keys() <= expected or len(arrays) != len(request.model_inputs):
                raise ValueError(f"expected the inputs {sorted(expected)}, got {sorted(arrays)}")
            pieces = [_piece(request, arrays, start) for start in range(0, count, PIECE)]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}

    def _path(self) -> Path:
        return weight(self._weights) if isinstance(self._weights, str) else self._weights

    def _ready(self) -> openvino.InferRequest:
        if self._request is None:
            with own_signal_stack():
                self._request = self._compiled()
        return self._request

    def _compiled(self) -> openvino.InferRequest:
        """One stream on several threads, and not several streams: two that begin at once corrupt a
        network with 8-bit weights for good (seen with OpenVINO 2026.4.1, on SFace: every template
        of the process was wrong, in most processes)."""
        openvino = ready_openvino()
        path = self._path()
        core = openvino.Core()
        config: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": min(processors(), MAX_THREADS),
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # several processes would be bound to the same ones
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
            compiled = compiled_model(core, lambda: core.read_model(path), config, repr(identity))
        except RuntimeError as error:
            raise InputError(_said(error), path=path) from error
        return compiled.create_infer_request()


def _piece(
    request: openvino.InferRequest, arrays: Mapping[str, NDArray[np.float32]], start: int
) -> dict[str, NDArray[np.float32]]:
    request.infer({name: array[start : start + PIECE] for name, array in arrays.items()})
    return {
        port.get_any_name(): np.array(request.get_tensor(port).data, np.float32)
        for port in request.model_outputs
    }


def _said(error: RuntimeError) -> str:
    lines = str(error).strip().splitlines()
    return f"OpenVINO cannot run this model: {lines[-1] if lines else 'no reason given'}"
