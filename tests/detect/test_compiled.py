"""The cache of compiled models: used when whole, never when damaged, never in the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.detect import compiled
from efface.detect.boxes import Boxes
from efface.detect.network import Network
from efface.detect.yunet import HEADS, decode


def found(portrait: NDArray[np.uint8]) -> Boxes:
    """What a network compiled, or taken from the cache, just now sees."""
    network = Network("yunet", "YuNet", outputs=HEADS, reverse_channels=True)
    (boxes,) = network.run([portrait], lambda outputs, shape: decode(outputs, shape, 0.3))
    return boxes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)
    return tmp_path


def test_the_second_run_compiles_nothing_and_sees_the_same(
    folder: Path, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found(portrait)
    assert len(first) == 1
    (kept,) = folder.iterdir()
    before = kept.read_bytes()

    def no(self: Network, model: object) -> None:
        raise AssertionError("it was compiled again")

    monkeypatch.setattr(Network, "_prepared", no)
    np.testing.assert_array_equal(found(portrait), first)
    assert kept.read_bytes() == before


@pytest.mark.parametrize("damage", ["zeroed", "cut", "empty", "one bit"])
def test_a_damaged_file_is_made_again(
    folder: Path, portrait: NDArray[np.uint8], damage: str
) -> None:
    first = found(portrait)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    half = len(whole) // 2
    kept.write_bytes(
        {
            "zeroed": whole[:half] + bytes(half),
            "cut": whole[:half],
            "empty": b"",
            "one bit": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
        }[damage]
    )
    np.testing.assert_array_equal(found(portrait), first)
    assert [p.name for p in folder.iterdir()] == [kept.name]
    assert compiled._read(kept) is not None


def test_a_file_of_another_build_is_made_again(
    folder: Path, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found(portrait)
    (kept,) = folder.iterdir()
    compiled._write(kept, b"something else")
    np.testing.assert_array_equal(found(portrait), first)


def test_a_place_that_cannot_be_written_costs_only_time(
    tmp_path: Path, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "missing")
    assert len(found(portrait)) == 1
    monkeypatch.setattr(compiled, "cache_folder", lambda: None)
    assert len(found(portrait)) == 1


def test_a_place_that_can_only_be_read_is_read(
    folder: Path, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    found(portrait)
    (kept,) = folder.iterdir()
    monkeypatch.setattr("os.access", lambda *_: False)
    compiled._write(kept, b"something else")
    monkeypatch.setattr(Network, "_prepared", None)  # it is not compiled again
    assert len(found(portrait)) == 1
