"""What lies under the zones stays hidden: a proof gives nobody anything to guess by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.commitment import reference
from tests.evidence.commitment.contents import KEY, NONCE, Array, Plain, noise

from efface.evidence.commitment import HiddenLeaves, commit, prove
from efface.evidence.commitment.cover import Cover
from efface.evidence.commitment.proof import Proof

SHAPE = (6, 8)
FACE = np.zeros(SHAPE, bool)
FACE[2:5, 3:6] = True
HIDDEN = HiddenLeaves((FACE,))
SUSPECTS = 50
"""Pictures that somebody who wants to know holds against the proof."""


def scene(suspect: int) -> Plain:
    """The same picture but for who is under the zone."""
    array = noise(0, SHAPE)[0]
    array[FACE] = noise(1000 + suspect, SHAPE)[0][FACE]
    return Plain([array])


Leaf = Callable[[tuple[int, int, int], bytes], bytes]


def guessed(hashes: set[bytes], leaf: Leaf) -> set[int]:
    """Who is under the zone, for somebody who hashes the leaves of every suspect's picture."""
    found = set()
    for suspect in range(SUSPECTS):
        array = scene(suspect).arrays[0]
        for row, column in np.argwhere(FACE).tolist():
            if leaf((0, row, column), array[row, column].tobytes()) in hashes:
                found.add(suspect)
    return found


def shown_hashes(proof: bytes, content: Plain) -> set[bytes]:
    """Every hash that a proof shows, of its map, too."""
    read = Proof.from_bytes(proof, content.pages)
    return {bytes(value) for value in (*read.map, *read.hashes)}


def test_guessing_succeeds_without_salts() -> None:
    """The attack itself: on the same tree with no salts it names the right one of fifty."""
    content = scene(17)
    leaves = [
        [
            reference.sha(b"\1", bytes((row, column)), cell.tobytes())
            for column, cell in enumerate(line)
        ]
        for row, line in enumerate(content.arrays[0])
    ]
    hashes = {leaves[row][column] for row, column in np.argwhere(FACE).tolist()}

    def unsalted(place: tuple[int, int, int], payload: bytes) -> bytes:
        return reference.sha(b"\1", bytes(place[1:]), payload)

    assert guessed(hashes, unsalted) == {17}


def test_guessing_fails_with_salts() -> None:
    content = scene(17)
    made = commit(content, KEY, NONCE)
    proof = prove(content, KEY, HIDDEN, made)
    hashes = shown_hashes(proof, content)
    sealed = salts()
    seeds = {bytes(seed) for seed in Proof.from_bytes(proof, content.pages).seeds}

    def with_sealed_salts(place: tuple[int, int, int], payload: bytes) -> bytes:
        """What only the sealed part can compute: that there is something to guess at all."""
        return reference.leaf(made.context, place, sealed[place[1], place[2]], payload)

    assert guessed(hashes, with_sealed_salts) == {17}
    for salt in (bytes(16), NONCE, *seeds):  # any value that is known outside the seal

        def with_known_salt(
            place: tuple[int, int, int], payload: bytes, salt: bytes = salt
        ) -> bytes:
            return reference.leaf(made.context, place, salt, payload)

        assert guessed(hashes, with_known_salt) == set()


def salts() -> dict[tuple[int, int], bytes]:
    """All salts of the commitment, as the key gives them."""
    made = commit(scene(17), KEY, NONCE)
    pages = [[[b""] * SHAPE[1]] * SHAPE[0]]
    tree = reference.Whole(made.context, KEY, pages).pages[0]
    return {(row, column): tree.seeds[0, row, column] for row, column in reference.places(SHAPE)}


@given(st.integers(0, 2**48 - 1))
@settings(max_examples=40)
def test_no_hidden_salt_follows_from_a_proof(bits: int) -> None:
    """All that can be computed from the seeds that are given, down to every leaf, and up."""
    mask = np.array([bits >> i & 1 for i in range(48)], bool).reshape(SHAPE)
    content = scene(3)
    made = commit(content, KEY, NONCE)
    proof = prove(content, KEY, HiddenLeaves((mask,)), made)
    reachable = {bytes(seed) for seed in Proof.from_bytes(proof, content.pages).seeds}
    fresh = reachable
    for _ in range(8):
        fresh = {half for seed in fresh for half in _halves(hashlib.sha256(b"\6" + seed).digest())}
        reachable |= fresh
    for place, salt in salts().items():
        assert (salt in reachable) != mask[place]
        if mask[place]:
            assert salt not in proof


def _halves(digest: bytes) -> tuple[bytes, bytes]:
    return digest[:16], digest[16:]


def parts(proof: bytes, content: Plain) -> tuple[bytes, Array, Array, Array]:
    read = Proof.from_bytes(proof, content.pages)
    edges = proof[48 : len(proof) - read.map.nbytes - read.seeds.nbytes - read.hashes.nbytes]
    return edges, read.map, read.seeds, read.hashes


def test_a_proof_depends_on_what_is_hidden_in_salted_hashes_only() -> None:
    one, other = scene(1), scene(2)
    proofs = [prove(x, KEY, HIDDEN, commit(x, KEY, NONCE)) for x in (one, other)]
    (edges, mapped, seeds, hashes), theirs = (parts(proof, one) for proof in proofs)
    assert len(proofs[0]) == len(proofs[1])
    assert edges == theirs[0]
    assert np.array_equal(seeds, theirs[2])
    nodes = Cover((FACE,))
    opened = nodes.pages[0].open[nodes.mapped(0)].ravel()
    assert opened.any()
    assert np.array_equal(mapped[opened], theirs[1][opened])
    assert (mapped[~opened] != theirs[1][~opened]).any(axis=1).all()
    assert not hashes.size or (hashes != theirs[3]).any(axis=1).all()


def test_with_fresh_keys_two_proofs_have_nothing_in_common() -> None:
    content = scene(1)
    keys = bytes(32), bytes([1]) * 32
    proofs = [prove(content, key, HIDDEN, commit(content, key, NONCE)) for key in keys]
    (edges, *first), (same, *second) = (parts(proof, content) for proof in proofs)
    assert edges == same
    for ours, theirs in zip(first, second, strict=True):
        assert not {bytes(x) for x in ours} & {bytes(x) for x in theirs}


def test_two_redactions_of_one_original_open_no_more_than_they_show() -> None:
    """Whoever has both proofs has the salts of what either of the files shows, and no others."""
    content = scene(1)
    made = commit(content, KEY, NONCE)
    left, right = FACE.copy(), np.roll(FACE, 1, axis=1)
    both = left & right
    known: set[bytes] = set()
    for mask in (left, right):
        read = Proof.from_bytes(prove(content, KEY, HiddenLeaves((mask,)), made), content.pages)
        fresh = {bytes(seed) for seed in read.seeds}
        for _ in range(8):
            known |= fresh
            fresh = {h for seed in fresh for h in _halves(hashlib.sha256(b"\6" + seed).digest())}
    assert all((salt in known) != both[place] for place, salt in salts().items())
