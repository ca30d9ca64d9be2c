"""Each way to cheat is caught, with a message of its own."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.commitment.contents import KEY, NONCE, Plain, changed, noise

from efface.errors import VerificationError
from efface.evidence.commitment import Commitment, Failure, HiddenLeaves, check, commit, prove

ORIGINAL = Plain(noise(1, (6, 9), (3, 3)))
ZONES = (np.zeros((6, 9), bool), np.zeros((3, 3), bool))
ZONES[0][2:4, 3:7] = True
HIDDEN = HiddenLeaves(ZONES)
MADE = commit(ORIGINAL, KEY, NONCE)
PROOF = prove(ORIGINAL, KEY, HIDDEN, MADE)
START = 16 + 32
"""Of the length of the corners."""


def redacted() -> Plain:
    """What zones touch is filled."""
    arrays = [array.copy() for array in ORIGINAL.arrays]
    for array, mask in zip(arrays, ZONES, strict=True):
        array[mask] = 0
    return Plain(arrays)


def outcome(
    proof: bytes = PROOF,
    content: Plain | None = None,
    hidden: HiddenLeaves = HIDDEN,
    made: Commitment = MADE,
) -> tuple[Failure | None, str]:
    result = check(made, proof, content or redacted(), hidden)
    assert result.ok == (result.failure is None)
    if not result.ok:
        assert (result.proven, result.hidden) == (0, 0)
    return result.failure, result.says


def zones(change: Callable[[np.ndarray], None]) -> HiddenLeaves:
    first = ZONES[0].copy()
    change(first)
    return HiddenLeaves((first, ZONES[1]))


def test_an_honest_redaction_holds() -> None:
    result = check(MADE, PROOF, redacted(), HIDDEN)
    assert result.ok
    assert (result.proven, result.hidden) == (63 - 8, 8)
    assert (result.says, result.does_not_say) == ("all of it", "nothing else")


@given(st.integers(0, 62), st.integers(0, 4), st.integers(0, 7))
@settings(max_examples=80)
def test_one_bit_outside_the_zones(leaf: int, at: int, bit: int) -> None:
    page, row, column = (0, *divmod(leaf, 9)) if leaf < 54 else (1, *divmod(leaf - 54, 3))
    content = redacted()
    content.arrays[page][row, column, at] ^= 1 << bit
    failure, says = outcome(content=content)
    if ZONES[page][row, column]:
        assert failure is None
    else:
        assert failure == "changed"
        assert says.endswith(f"{page}: {row}-{row + 1}, {column}-{column + 1}.")


def test_the_first_place_is_named() -> None:
    content = redacted()
    content.arrays = [changed(changed(content.arrays[0], 5, 0), 1, 8), content.arrays[1]]
    result = check(MADE, PROOF, content, HIDDEN)
    assert result.where == "0: 1-2, 8-9"


def test_more_was_changed_than_the_zones_cover() -> None:
    content = redacted()
    content.arrays[0][2:4, 3:8] = 0  # a column more
    failure, says = outcome(content=content)
    assert failure == "changed"
    assert "0: 2-3, 7-8" in says


def test_a_zone_widened_after_signing() -> None:
    wider = zones(lambda mask: mask.__setitem__((slice(2, 4), 7), True))
    assert outcome(hidden=wider) == (
        "less-hidden",
        "The proof shows 2 blocks that the signed zones touch or the file lacks, the first at "
        "0: 2-3, 7-8: it was made for another redaction.",
    )


def test_a_proof_that_hides_more_than_the_signed_zones() -> None:
    wider = zones(lambda mask: mask.__setitem__((slice(2, 4), 7), True))
    content = redacted()
    content.arrays[0][2:4, 3:8] = 0
    failure, says = outcome(prove(ORIGINAL, KEY, wider, MADE), content)
    assert failure == "more-hidden"
    assert "hides 2 blocks that no signed zone touches, the first at 0: 2-3, 7-8" in says


def test_a_zone_moved_after_signing() -> None:
    def move(mask: np.ndarray) -> None:
        mask[:] = np.roll(mask, 1, axis=1)

    failure, says = outcome(hidden=zones(move))
    assert failure == "more-hidden"
    assert "the first at 0: 2-3, 3-4" in says


def test_the_proof_of_another_file() -> None:
    other = Plain(noise(2, (6, 9), (3, 3)))
    theirs = commit(other, KEY, NONCE)
    failure, says = outcome(prove(other, KEY, HIDDEN, theirs))
    assert (failure, says) == (
        "another-commitment",
        "The proof belongs to another commitment.",
    )


def test_the_proof_of_another_file_that_says_it_is_of_this_one() -> None:
    other = Plain(noise(2, (6, 9), (3, 3)))
    theirs = prove(other, KEY, HIDDEN, commit(other, KEY, NONCE))
    failure, says = outcome(theirs[:16] + MADE.root + theirs[48:])
    assert (failure, says) == ("not-of-root", "The proof does not lead to the signed root.")


def test_a_proof_replayed_with_another_commitment_to_the_same_file() -> None:
    again = commit(ORIGINAL, KEY, bytes(16))
    assert outcome(made=again)[0] == "another-commitment"
    assert outcome(PROOF[:16] + again.root + PROOF[48:], made=again)[0] == "not-of-root"


def test_a_file_swapped_in() -> None:
    assert outcome(content=Plain(noise(2, (6, 9), (3, 3))))[0] == "changed"


@pytest.mark.parametrize(
    "content",
    [Plain(noise(1, (9, 6), (3, 3))), Plain(noise(1, (6, 9))), Plain(noise(1, (6, 10), (3, 3)))],
)
def test_a_picture_of_another_size(content: Plain) -> None:
    hidden = HiddenLeaves(tuple(np.zeros(array.shape[:2], bool) for array in content.arrays))
    failure, says = outcome(content=content, hidden=hidden)
    assert failure == "another-picture"
    assert "differs from what was committed in its shapes" in says


def test_parameters_that_the_file_does_not_have() -> None:
    more = replace(MADE, parameters={**MADE.parameters, "hats": 2})
    assert outcome(made=more)[0] == "another-picture"
    other = replace(MADE, kind="coefficients")
    assert outcome(made=other) == (
        "another-picture",
        "The commitment is to coefficients, and the file has pixels.",
    )


def test_leaves_swapped() -> None:
    content = redacted()
    array = content.arrays[0]
    array[[0, 5]] = array[[5, 0]]
    assert outcome(content=content)[0] == "changed"
    pages = Plain(noise(1, (3, 3), (3, 3)))
    made = commit(pages, KEY, NONCE)
    nothing = HiddenLeaves((np.zeros((3, 3), bool),) * 2)
    proof = prove(pages, KEY, nothing, made)
    assert check(made, proof, pages, nothing).ok
    pages.arrays.reverse()
    assert check(made, proof, pages, nothing).failure == "changed"


def test_seeds_and_hashes_swapped_in_the_proof() -> None:
    for start in range(START, len(PROOF) - 32, 16):
        swapped = PROOF[:start] + PROOF[start + 16 : start + 32] + PROOF[start : start + 16]
        swapped += PROOF[start + 32 :]
        assert outcome(swapped)[0] is not None or swapped == PROOF


@given(st.integers(0, len(PROOF) - 1), st.integers(0, 7))
@settings(max_examples=150)
def test_no_bit_of_a_proof_can_be_another(at: int, bit: int) -> None:
    data = bytearray(PROOF)
    data[at] ^= 1 << bit
    assert outcome(bytes(data))[0] is not None


@given(st.integers(0, len(PROOF) - 1))
@settings(max_examples=60)
def test_a_truncated_proof(length: int) -> None:
    failure, says = outcome(PROOF[:length])
    assert failure == "damaged"
    assert says.startswith("The proof is damaged or cut: ")


@given(st.binary(min_size=1, max_size=80))
@settings(max_examples=40)
def test_a_proof_with_something_behind_it(tail: bytes) -> None:
    assert outcome(PROOF + tail)[0] == "damaged"


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=200)
def test_whatever_the_bytes_they_are_no_proof(data: bytes, dressed: bool) -> None:
    assert outcome(PROOF[:START] + data if dressed else data)[0] == "damaged"


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFFFFF, len(PROOF), 1 << 20])
def test_absurd_lengths(length: int) -> None:
    failure, says = outcome(PROOF[:START] + struct.pack(">I", length) + PROOF[START + 4 :])
    assert (failure, says) == ("damaged", "The proof is damaged or cut: it ends too early.")


@pytest.mark.parametrize(
    ("edges", "why"),
    [
        (b"\xff\xff\xff\xff\x7f", "a corner lies outside the picture"),
        (b"\x40", "a corner lies outside the picture"),
        (b"\x01\x00", "a corner lies outside the picture"),
        (b"\x80", "a number does not end"),
        (b"\xff" * 40, "a number does not end"),
    ],
)
def test_corners_that_are_none(edges: bytes, why: str) -> None:
    forged = PROOF[:START] + struct.pack(">I", len(edges)) + edges + PROOF[START:]
    assert outcome(forged) == ("damaged", f"The proof is damaged or cut: {why}.")


def test_an_original_that_changed_after_intake() -> None:
    with pytest.raises(VerificationError, match="changed after intake"):
        prove(Plain([changed(ORIGINAL.arrays[0], 3, 3), ORIGINAL.arrays[1]]), KEY, HIDDEN, MADE)
    with pytest.raises(VerificationError, match="changed after intake"):
        prove(Plain(noise(1, (6, 9))), KEY, HIDDEN, MADE)
    with pytest.raises(VerificationError, match="changed after intake"):
        prove(ORIGINAL, KEY[::-1], HIDDEN, MADE)
