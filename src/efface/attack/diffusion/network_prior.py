"""The face prior that efface carries, as a flow prior.

A flow (Lipman et al. 2023) from noise to aligned faces, trained on AI-generated portraits and
faces of FairFace (``training/face_prior.py``). The file also says how far its clear pictures were
off on faces that it was not trained on.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from efface.attack.diffusion.interface import Faces
from efface.detect.batches import ChipNetwork
from efface.detect.network import ready_openvino
from efface.errors import InputError
from efface.weights import weight

WEIGHTS = "face-prior"

ERRORS = "errors"
"""Of the file's properties: root mean square errors at ``TIMES``, as a JSON list."""

TIMES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)


class NetworkPrior:
    """A network that takes ``picture`` and ``time`` and gives ``clear``."""

    def __init__(self, model: Path) -> None:
        """
        Args:
            model: an ONNX file that whoever asks has checked.

        Raises:
            InputError: it does not say how far it is off.
        """
        self._network = ChipNetwork(model)
        self._errors = _errors(model)

    def clear(self, faces: Faces, time: float) -> Faces:
        """As in ``FlowPrior``."""
        times = np.full((len(faces), 1), time, np.float32)
        return self._network.run({"picture": faces, "time": times})["clear"]

    def error(self, time: float) -> float:
        """Between the times that were measured, linear."""
        return float(np.interp(time, TIMES, self._errors))


@cache
def face_prior() -> NetworkPrior:
    """The one that efface carries; compiled once a process.

    Raises:
        WeightError: its file is missing or another one.
    """
    return NetworkPrior(weight(WEIGHTS))


def _errors(model: Path) -> list[float]:
    read = ready_openvino().Core().read_model(model)
    try:
        found = json.loads(read.get_rt_info(["framework", ERRORS]).astype(str))
        values = [float(one) for one in found]
    except (RuntimeError, ValueError, TypeError) as error:
        raise InputError(
            f"the prior does not say how far it is off ({error}).", path=model
        ) from error
    if len(values) != len(TIMES) or not all(value > 0 for value in values):
        raise InputError(f"expected {len(TIMES)} errors above 0, got {values}.", path=model)
    return values
