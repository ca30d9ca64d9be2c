"""What a network answers follows from its input alone, whatever it saw before and on which thread.

Elsewhere the tests' networks keep what they answered (``tests/answers.py``): that nothing is lost
by it is held here, where every answer is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.answers import Answer, copied, kept_answers

from efface.detect.batches import ChipNetwork
from efface.detect.centerface import centerface
from efface.detect.headcheck import head_check
from efface.detect.landmarks import landmark_network
from efface.detect.near import near_network
from efface.detect.network import Network
from efface.detect.yunet import yunet

pytestmark = pytest.mark.usefixtures("every_answer_is_computed")

SEARCHERS: dict[str, Callable[[], Network]] = {
    "centerface": centerface,
    "yunet": yunet,
    "near": near_network,
    "headcheck": head_check,
    "landmarks": landmark_network,
}

CHIPS: dict[str, dict[str, tuple[int, ...]]] = {
    "sface": {"data": (3, 112, 112)},
    "dlib-resnet": {"faces": (3, 150, 150)},
    "adapted": {"pixels": (4, 64, 64), "condition": (15,), "seen": (128,)},
    "inverter": {"pixels": (4, 96, 96), "condition": (15,)},
    "face-prior": {"picture": (3, 48, 48), "time": (1,)},
    "prior": {"condition": (10, 128, 96)},
}
"""Inputs of one row."""


def noise(seed: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def same(one: Answer, other: Answer) -> bool:
    return one.keys() == other.keys() and all((one[k] == other[k]).all() for k in one)


def answers_alone(ask: Callable[[int], Answer]) -> None:
    """Asked the same again after something else, and from another thread."""
    first, other = ask(1), ask(2)
    assert not same(first, other)
    assert same(ask(1), first)
    with ThreadPoolExecutor(2) as pool:
        assert all(same(one, first) for one in pool.map(ask, [1, 1]))


@pytest.mark.parametrize("name", SEARCHERS)
def test_of_those_that_look_for_faces(name: str) -> None:
    network = SEARCHERS[name]()
    answers_alone(lambda seed: network.run([noise(seed, (64, 64, 3))], copied)[0])


@pytest.mark.parametrize("name", CHIPS)
def test_of_those_that_take_aligned_faces(name: str) -> None:
    network = ChipNetwork(name)

    def ask(seed: int) -> Answer:
        return network.run(
            {k: noise(seed, (1, *v)).astype(np.float32) / 255 for k, v in CHIPS[name].items()}
        )

    answers_alone(ask)


def test_what_is_kept_is_what_was_answered() -> None:
    tiles = [noise(seed, (64, 96, 3)) for seed in range(3)]
    computed = yunet().run(tiles, copied)
    with kept_answers():
        kept = [yunet().run([tile, tiles[0]], copied)[0] for tile in [*tiles, *reversed(tiles)]]
    assert all(same(a, b) for a, b in zip(kept, [*computed, *reversed(computed)], strict=True))
