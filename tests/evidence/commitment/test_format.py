"""The written format is what is computed: held against a second implementation of it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.commitment import reference
from tests.evidence.commitment.contents import KEY, NONCE, Array, Plain, noise
from tests.evidence.commitment.reference import Whole

from efface.errors import VerificationError
from efface.evidence.commitment import Commitment, HiddenLeaves, check, commit, prove

SHAPES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=4)


def whole(content: Plain) -> Whole:
    context = reference.context(content.kind, content.parameters, NONCE)
    pages = [[[cell.tobytes() for cell in row] for row in page] for page in content.arrays]
    return Whole(context, KEY, pages)


def masks(seed: int, arrays: list[Array], share: float) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.random(array.shape[:2]) < share for array in arrays)


@given(SHAPES, st.integers(0, 99), st.sampled_from([0.0, 0.1, 0.5, 1.0]))
@settings(max_examples=60)
def test_roots_and_proofs_are_those_of_the_text(
    shapes: list[tuple[int, int]], seed: int, share: float
) -> None:
    content = Plain(noise(seed, *shapes))
    hidden = masks(seed, content.arrays, share)
    expected = whole(content)
    made = commit(content, KEY, NONCE)
    assert made.root == expected.root
    proof = prove(content, KEY, HiddenLeaves(hidden), made)
    assert proof == reference.proof(expected, [mask.tolist() for mask in hidden])
    assert check(made, proof, content, HiddenLeaves(hidden)).ok


def test_a_page_with_a_coarser_map() -> None:
    content = Plain(noise(3, (20, 31), (1, 40)))
    mask = np.zeros((20, 31), bool)
    mask[4:17, 9:30] = True
    hidden = mask, np.zeros((1, 40), bool)
    made = commit(content, KEY, NONCE)
    proof = prove(content, KEY, HiddenLeaves(hidden), made)
    assert proof == reference.proof(whole(content), [page.tolist() for page in hidden])


def test_the_format_stays_what_it_is() -> None:
    """Commitments are signed today and checked in years: another root is another format."""
    content = Plain([np.arange(24, dtype=np.uint8).reshape(2, 3, 4)])
    root = commit(content, KEY, NONCE).root.hex()
    assert root == "6262f452e0c7d701297358bc13deb4e2e2fdbe1b85702cea3f2459ef51dfc75b"


def test_the_tree_binds_what_it_is_about() -> None:
    array = noise(0, (2, 4))[0]
    roots = {
        commit(content, KEY, NONCE).root
        for content in (
            Plain([array]),
            Plain([array.reshape(4, 2, -1)]),
            Plain([array[:1], array[1:]]),
            Plain([array[::-1]]),
            Plain([array.reshape(1, 8, -1)]),
        )
    }
    assert len(roots) == 5
    other = Plain([array])
    other.parameters = {**other.parameters, "more": 1}
    assert commit(other, KEY, NONCE).root not in roots


def test_no_two_commitments_share_a_salt() -> None:
    content = Plain(noise(0, (2, 2)))
    once, again = commit(content, KEY), commit(content, KEY)
    assert once.nonce != again.nonce
    assert once.root != again.root
    assert commit(content, KEY, once.nonce) == once


def test_keys_and_nonces_of_another_length_are_bugs() -> None:
    content = Plain(noise(0, (1, 1)))
    with pytest.raises(ValueError, match="key of 32 bytes"):
        commit(content, KEY[:31])
    with pytest.raises(ValueError, match="nonce of 16 bytes"):
        commit(content, KEY, b"short")


def test_json_and_back() -> None:
    made = commit(Plain(noise(0, (2, 2))), KEY)
    assert Commitment.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", "efface.commitment/2"),
        ("kind", "voices"),
        ("kind", ["pixels"]),
        ("root", "00" * 31),
        ("root", "zz" * 32),
        ("root", 7),
        ("nonce", None),
        ("parameters", []),
    ],
)
def test_what_is_no_commitment_is_refused(field: str, value: object) -> None:
    document = commit(Plain(noise(0, (2, 2))), KEY).to_json()
    with pytest.raises(VerificationError, match="commitment cannot be used"):
        Commitment.from_json({**document, field: value})
    others: tuple[object, ...] = (None, [], "text", {})
    for other in others:
        with pytest.raises(VerificationError):
            Commitment.from_json(other)
