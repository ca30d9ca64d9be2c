"""Networks on batches: every row is computed, alone or among others."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from efface.detect.batches import PIECE, ChipNetwork
from efface.errors import InputError

pytestmark = pytest.mark.usefixtures("every_answer_is_computed")


@pytest.fixture
def sum_and_product(tmp_path: Path) -> Path:
    """y = a + b, z = a * b, for rows of three."""
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in "abyz"
    ]
    nodes = [helper.make_node("Add", ["a", "b"], ["y"]), helper.make_node("Mul", ["a", "b"], ["z"])]
    graph = helper.make_graph(nodes, "g", values[:2], values[2:])
    path = tmp_path / "model.onnx"
    opsets = [helper.make_opsetid("", 17)]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    )
    return path


@pytest.mark.parametrize("count", [1, PIECE - 1, PIECE, 5 * PIECE + 3])
def test_every_row_is_computed_in_order(sum_and_product: Path, count: int) -> None:
    a = np.arange(3 * count, dtype=np.float32).reshape(count, 3)
    b = np.ones_like(a) * 2
    found = ChipNetwork(sum_and_product).run({"b": b, "a": a})
    assert found.keys() == {"y", "z"}
    assert (found["y"] == a + 2).all()
    assert (found["z"] == a * 2).all()


def test_eight_bit_weights_are_whole_from_the_first_run_on() -> None:
    """Two streams that begin at once corrupt them, in most processes: the first run counts."""
    rows = np.random.default_rng(4).uniform(0, 255, (2 * PIECE, 3, 112, 112)).astype(np.float32)
    together = ChipNetwork("sface").run({"data": rows})["fc1"]
    alone = ChipNetwork("sface").run({"data": rows[-1:]})["fc1"]
    assert together.std() > 0.1
    np.testing.assert_allclose(together[-1:], alone, rtol=0, atol=1e-4)


def test_results_are_not_overwritten_by_the_next_run(sum_and_product: Path) -> None:
    network = ChipNetwork(sum_and_product)
    a = np.ones((2, 3), np.float32)
    first = network.run({"a": a, "b": a})["y"]
    network.run({"a": a * 9, "b": a})
    assert (first == 2).all()


def test_integers_are_taken_as_numbers(sum_and_product: Path) -> None:
    a = np.full((2, 3), 200, np.uint8)
    assert (ChipNetwork(sum_and_product).run({"a": a, "b": a})["y"] == 400).all()


def test_inputs_that_do_not_go_together_are_refused(sum_and_product: Path) -> None:
    network = ChipNetwork(sum_and_product)
    a = np.ones((2, 3), np.float32)
    with pytest.raises(ValueError, match="one length"):
        network.run({"a": a, "b": a[:1]})
    with pytest.raises(ValueError, match="one length"):
        network.run({"a": a[:0], "b": a[:0]})
    with pytest.raises(ValueError, match=r"expected the inputs \['a', 'b'\]"):
        network.run({"a": a})
    with pytest.raises(ValueError, match="got"):
        network.run({"a": a, "c": a})


def test_what_is_no_model_is_an_error_of_the_input(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(InputError, match="cannot run this model") as caught:
        ChipNetwork(path).run({"a": np.ones((1, 3), np.float32)})
    assert caught.value.path == path


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system does not say")
def test_no_thread_is_bound_to_a_processor() -> None:
    """Several processes would all be bound to the same ones, and wait for each other there."""
    network, rows = ChipNetwork("sface"), np.zeros((PIECE, 3, 112, 112), np.float32)
    whole, done = frozenset(os.sched_getaffinity(0)), threading.Event()
    others = {task for task, places in affinities() if places != whole}  # of other tests' models
    network.run({"data": rows[:1]})
    seen = set[frozenset[int]]()

    def watch() -> None:
        while not done.wait(0.002):
            seen.update(places for task, places in affinities() if task not in others)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        network.run({"data": rows})
    finally:
        done.set()
        watcher.join()
    assert seen == {whole}


def affinities() -> Iterator[tuple[int, frozenset[int]]]:
    """On which processors each thread of this process may run."""
    for entry in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            yield int(entry.name), frozenset(os.sched_getaffinity(int(entry.name)))
