"""Payloads that a proof carries: within the tolerance, bound by the root, and read with care."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.commitment.contents import KEY, NONCE, Plain, noise

from efface.evidence.commitment import HiddenLeaves, ProofResult, check, commit, prove

TOLERANCE = 3
ORIGINAL = Plain([noise(4, (5, 6))[0] // 2 + 50, noise(5, (2, 2))[0] // 2 + 50], TOLERANCE)
ZONES = np.zeros((5, 6), bool), np.zeros((2, 2), bool)
ZONES[0][1:3, 2:5] = True
HIDDEN = HiddenLeaves(ZONES)
MADE = commit(ORIGINAL, KEY, NONCE)
PROOF = prove(ORIGINAL, KEY, HIDDEN, MADE)
OPEN_BYTES = (5 * 6 - 6 + 4) * 5
START = next(at for at in range(len(PROOF)) if PROOF[at] == 0x78 and len(PROOF) - at < 200)
"""Of the values; a zlib stream begins with 0x78."""


def moved(by: int, at: tuple[int, int, int] = (4, 5, 2)) -> ProofResult:
    """The check of a file in which every payload moved by something, one of them by ``by``."""
    arrays = [array + np.uint8(1) for array in ORIGINAL.arrays]
    arrays[0][ZONES[0]] = 0
    arrays[0][at] = (int(ORIGINAL.arrays[0][at]) + by) % 256
    return check(MADE, PROOF, Plain(arrays, TOLERANCE), HIDDEN)


def test_the_values_are_where_they_are_thought_to_be() -> None:
    assert len(zlib.decompress(PROOF[START:])) == OPEN_BYTES


@pytest.mark.parametrize("by", [-3, 0, 3])
def test_within_the_tolerance(by: int) -> None:
    result = moved(by)
    assert result.ok
    assert result.deviation == max(abs(by), 1)


@pytest.mark.parametrize("by", [-4, 4, 100])
def test_beyond_the_tolerance(by: int) -> None:
    result = moved(by)
    assert (result.failure, result.where) == ("changed", "0: 4-5, 5-6")
    assert result.says.startswith(
        f"Outside the zones the file is up to {abs(by)} of 255 away from what was committed, more "
        "than 3"
    )


def test_in_the_zone_it_is_no_matter() -> None:
    assert moved(90, (2, 4, 0)).ok


@pytest.mark.parametrize(
    "values",
    [
        b"",
        zlib.compress(bytes(OPEN_BYTES - 1)),
        zlib.compress(bytes(OPEN_BYTES + 1)),
        zlib.compress(bytes(50_000_000)),
        zlib.compress(bytes(OPEN_BYTES)) + b"\0",
        zlib.compress(bytes(OPEN_BYTES))[:-1],
        b"x" * 100,
    ],
)
def test_more_fewer_or_damaged_values(values: bytes) -> None:
    result = check(MADE, PROOF[:START] + values, ORIGINAL, HIDDEN)
    assert result.failure == "damaged"


@given(st.integers(0, OPEN_BYTES - 1), st.integers(1, 3))
@settings(max_examples=30)
def test_no_value_can_be_another(at: int, by: int) -> None:
    """Also not one that is nearer to what the file shows."""
    steps = bytearray(zlib.decompress(PROOF[START:]))
    steps[at] = (steps[at] + by) % 256
    forged = PROOF[:START] + zlib.compress(bytes(steps))
    assert check(MADE, forged, ORIGINAL, HIDDEN).failure == "changed"
