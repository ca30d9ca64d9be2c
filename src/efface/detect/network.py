"""Running a detection network on the processor, through OpenVINO.

OpenVINO is imported on first use only, since that takes longer than the rest of the start-up.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from efface.detect.compiled import compiled_model
from efface.detect.signal_stack import own_signal_stack
from efface.weights import cards, weight

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]

STRIDE = 32
"""Widths and heights of a network's input must be multiples of this."""

MAX_STREAMS = 4
"""Tiles in flight at most; each holds its own working memory (about 100 MB at 640 x 640)."""

Outputs = Mapping[str, NDArray[np.float32]]
Result = TypeVar("Result")


class Network:
    """One network, compiled once a process; usable from several threads.

    Each tile is computed on one thread, and several are in flight at a time: that costs less
    processor time than many threads on one tile, and the result does not depend on the number of
    threads.
    """

    def __init__(
        self,
        weights: str,
        title: str,
        *,
        outputs: Collection[str],
        reverse_channels: bool = False,
        precision: str | None = None,
    ) -> None:
        """
        Args:
            weights: name in ``efface.weights``, ONNX with free height and width.
            title: the model's name as the report states it.
            outputs: names of those that are read; what only leads to others is not computed.
            reverse_channels: the network was trained on BGR.
            precision: ``f32`` or ``bf16``; left out, the best for this processor.
        """
        self._weights = weights
        self._title = title
        self._outputs = frozenset(outputs)
        self._reverse_channels = reverse_channels
        self._precision = precision
        self._lock = threading.Lock()
        self._requests: SimpleQueue[openvino.InferRequest] | None = None
        self._name = ""

    @property
    def name(self) -> str:
        """Model, backend, device and precision: ``CenterFace (OpenVINO 2026.4.1, CPU, bf16)``."""
        self._pool()
        return self._name

    def run(
        self,
        tiles: Iterable[NDArray[np.uint8]],
        decode: Callable[[Outputs, tuple[int, int]], Result],
    ) -> list[Result]:
        """Decode the outputs for every tile, in the order of the tiles.

        Args:
            tiles: RGB, shape (height, width, 3), both multiples of ``STRIDE``.
            decode: called with the outputs by name (valid during the call only) and the tile's
                (height, width).
        """
        pool = self._pool()
        flying: deque[tuple[openvino.InferRequest, tuple[int, int]]] = deque()
        results: list[Result] = []

        def land() -> None:
            request, shape = flying.popleft()
            try:
                request.wait()
                outputs = {
                    name: request.get_tensor(port).data
                    for port in request.model_outputs
                    for name in port.names
                }
                results.append(decode(outputs, shape))
            finally:
                pool.put(request)

        try:
            for tile in tiles:
                request = None
                while request is None:
                    try:
                        # Who holds a request never waits for another one: no deadlock.
                        request = pool.get(block=not flying)
                    except Empty:
                        land()
                flying.append((request, (tile.shape[0], tile.shape[1])))
                request.start_async({0: np.ascontiguousarray(tile)[None]}, share_inputs=True)
            while flying:
                land()
        finally:
            for request, _ in flying:
                request.wait()
                pool.put(request)
        return results

    def release(self) -> None:
        """Give its memory back until it runs again; not while it runs."""
        with self._lock:
            self._requests = None

    def _pool(self) -> SimpleQueue[openvino.InferRequest]:
        with self._lock:
            if self._requests is None:
                with own_signal_stack():
                    self._requests = self._compile()
            return self._requests

    def _compile(self) -> SimpleQueue[openvino.InferRequest]:
        openvino = ready_openvino()
        core = openvino.Core()
        capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        precision = self._precision or best_precision(capabilities)
        streams = min(processors(), MAX_STREAMS)
        config: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": streams,
            "ENABLE_CPU_PINNING": False,  # several processes would be bound to the same ones
            "NUM_STREAMS": streams,
        }
        path = weight(self._weights)
        compiled = compiled_model(
            core,
            lambda: self._prepared(core.read_model(path)),
            config,
            repr(
                (
                    cards()[self._weights].sha256,
                    sorted(self._outputs),
                    self._reverse_channels,
                    openvino.__version__,
                    core.get_property("CPU", "FULL_DEVICE_NAME"),
                    sorted(capabilities),
                    sorted(config.items()),
                )
            ),
        )
        version = openvino.__version__.split("-")[0]
        self._name = f"{self._title} (OpenVINO {version}, CPU, {precision})"
        requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(streams):
            requests.put(compiled.create_infer_request())
        return requests

    def _prepared(self, model: openvino.Model) -> openvino.Model:
        """With the outputs that are read, taking tiles as they are."""
        from openvino import Layout, Model, Type  # noqa: PLC0415
        from openvino.preprocess import (  # type: ignore[import-untyped]  # noqa: PLC0415
            PrePostProcessor,
        )

        read = [o.get_node() for o in model.outputs if o.get_any_name() in self._outputs]
        steps = PrePostProcessor(Model(read, model.get_parameters()))
        steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
        steps.input().model().set_layout(Layout("NCHW"))
        if self._reverse_channels:
            steps.input().preprocess().reverse_channels()
        built = steps.build()
        built.reshape([1, -1, -1, 3])
        return built


_FIRST_USE = threading.Lock()


def ready_openvino() -> Any:
    """OpenVINO, imported and used once with numpy on one thread.

    Its binding sets numpy up at its first use, in a static initialiser that waits for Python's lock
    while it holds its own: two threads that come to it together wait for each other for ever.
    """
    with _FIRST_USE:
        openvino = _imported()
        openvino.Tensor(np.zeros((1, 1), np.uint8), shared_memory=True).data.sum()
        return openvino


_CONVERTER = "openvino.tools.ovc"


def _imported() -> Any:
    """OpenVINO, without two things that its Python package loads.

    It reports its import to an analytics service where ``openvino_telemetry`` is installed, and
    that comes with it. A module that is ``None`` cannot be imported, and OpenVINO takes its own
    silent stand-in. Its converter of models takes as long to load as all the rest, and efface needs
    none: it is loaded for whoever asks for it.
    """
    first = "openvino" not in sys.modules
    if first:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]
    import openvino  # noqa: PLC0415 - see the module's docstring

    if first:
        del sys.modules[_CONVERTER]
        openvino.__getattr__ = _converter
    return openvino


def _converter(name: str) -> Any:
    """What OpenVINO's package has only when it is asked for."""
    if name == "convert_model":
        return import_module(_CONVERTER).convert_model
    raise AttributeError(f"module 'openvino' has no attribute {name!r}")


def best_precision(capabilities: Iterable[str]) -> str:
    """``bf16`` where the processor computes in it natively, otherwise ``f32``.

    bench/detect/backends.py measures what that saves, and what it does to scores and recall.
    """
    return "bf16" if "BF16" in capabilities else "f32"


def processors() -> int:
    """Processors that this process may use, and no more than ``OMP_NUM_THREADS``: who runs several
    processes side by side says so there."""
    if hasattr(os, "sched_getaffinity"):
        found = max(1, len(os.sched_getaffinity(0)))
    else:
        found = os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(found, max(1, int(told))) if told.isdecimal() else found
