"""Networks answer what they were asked before without computing it again.

Most tests look at the same portrait and the same clip. What a network makes of an input follows
from that alone: ``tests/detect/test_answers.py`` holds every network to it, where each answer is
computed, as it is in the tests of what runs them.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from efface.detect.batches import Arrays, ChipNetwork
from efface.detect.network import Network, Outputs, Result

MOST_BYTES = 48 * 2**20
"""Of the answers of one network; those that were asked for longest ago go first."""

Answer = dict[str, NDArray[np.float32]]

_compute = Network.run
_compute_rows = ChipNetwork.run


class _Kept:
    """The answers of one network."""

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: bytes, answer: Answer) -> None:
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = answer
            self._bytes += _size(answer)
            while self._bytes > MOST_BYTES:
                self._bytes -= _size(self._answers.popitem(last=False)[1])


def _size(answer: Answer) -> int:
    return sum(array.nbytes for array in answer.values())


_kept: WeakKeyDictionary[Network | ChipNetwork, _Kept] = WeakKeyDictionary()


def _key(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.shape} {array.dtype};".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()


def _run(
    network: Network,
    tiles: Iterable[NDArray[np.uint8]],
    decode: Callable[[Outputs, tuple[int, int]], Result],
) -> list[Result]:
    kept = _kept.setdefault(network, _Kept())
    results = []
    for tile in tiles:
        key = _key({"": tile})
        answer = kept.get(key)
        if answer is None:
            (answer,) = _compute(network, [tile], copied)
            kept.put(key, answer)
        results.append(decode(answer, (tile.shape[0], tile.shape[1])))
    return results


def copied(outputs: Outputs, _shape: tuple[int, int]) -> Answer:
    """They are valid during the call only; whoever decodes them may not write on them."""
    answer = {name: np.array(array) for name, array in outputs.items()}
    for array in answer.values():
        array.flags.writeable = False
    return answer


def _run_rows(network: ChipNetwork, inputs: Arrays) -> Answer:
    kept = _kept.setdefault(network, _Kept())
    key = _key(inputs)
    answer = kept.get(key)
    if answer is None:
        answer = _compute_rows(network, inputs)
        kept.put(key, answer)
    return {name: array.copy() for name, array in answer.items()}


@contextlib.contextmanager
def kept_answers() -> Iterator[None]:
    """While it lasts, networks keep what they answered."""
    with mock.patch.object(Network, "run", _run), mock.patch.object(ChipNetwork, "run", _run_rows):
        yield


@contextlib.contextmanager
def computed_answers() -> Iterator[None]:
    """While it lasts, every answer is computed."""
    with (
        mock.patch.object(Network, "run", _compute),
        mock.patch.object(ChipNetwork, "run", _compute_rows),
    ):
        yield
