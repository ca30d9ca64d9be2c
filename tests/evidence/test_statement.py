"""Signed statements: the exact bytes, and every way in which they can be wrong."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.signers import needs_openssl, rsa_signer, signer

from efface.errors import RefusedError, VerificationError
from efface.evidence.forms import MAX_BODY_BYTES
from efface.evidence.keys.chain import check_chain
from efface.evidence.keys.files import KeySigner
from efface.evidence.statement import (
    Signed,
    check,
    decode,
    document_of,
    encode,
    sign,
    sign_document,
)

SIGNERS = {
    "ed25519": signer(algorithm="ed25519"),
    "es256": signer(algorithm="es256"),
    "es384": signer(algorithm="es384"),
    "ps256": rsa_signer(),
}
DESK = SIGNERS["ed25519"]
SIGNED = sign(b'{"a":1}', DESK)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_statement_holds_and_travels_as_json(algorithm: str) -> None:
    signed = sign(b"{}", SIGNERS[algorithm])
    assert check(signed) == SIGNERS[algorithm].key_id
    again = Signed.from_json(json.loads(json.dumps(signed.to_json())))
    assert again == signed
    assert check(again) == SIGNERS[algorithm].key_id


@settings(max_examples=25)
@given(st.dictionaries(st.text().filter(lambda name: name != "key"), ANY_JSON, max_size=4))
def test_any_document_comes_back(document: dict[str, Any]) -> None:
    assert document_of(sign_document(document, DESK)) == {**document, "key": DESK.key_id}


@given(st.integers(0, 6), st.integers(1, 255))
def test_a_changed_byte_is_found(at: int, change: int) -> None:
    body = bytearray(SIGNED.body)
    body[at] ^= change
    with pytest.raises(VerificationError, match="changed after it was signed"):
        check(replace(SIGNED, body=bytes(body)))


def test_another_signature_key_or_algorithm_is_found() -> None:
    other = signer("other")
    with pytest.raises(VerificationError, match="signature does not hold"):
        check(replace(SIGNED, signature=sign(b"{}", DESK).signature))
    with pytest.raises(VerificationError, match="signature does not hold"):
        check(replace(SIGNED, chain=other.chain))
    with pytest.raises(VerificationError, match="said to be es256"):
        check(replace(SIGNED, algorithm="es256"))
    with pytest.raises(VerificationError, match="chain is broken"):
        check(replace(SIGNED, chain=(SIGNED.chain[0], other.chain[1])))


def test_a_signer_that_fails_gives_no_statement() -> None:
    class Broken(KeySigner):
        def sign(self, data: bytes) -> bytes:
            return super().sign(data)[::-1]

    broken = copy.copy(DESK)
    broken.__class__ = Broken
    with pytest.raises(RefusedError, match="gave a signature that does not hold"):
        sign(b"{}", broken)


def test_the_document_names_the_key_that_signed_it() -> None:
    with pytest.raises(VerificationError, match="does not name the key"):
        document_of(SIGNED)
    with pytest.raises(ValueError, match="expected key"):
        sign_document({"key": "0" * 64}, DESK)
    assert document_of(sign_document({"key": DESK.key_id}, DESK)) == {"key": DESK.key_id}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000, b'{"a":01}'],
)
def test_what_is_no_json_object_is_found(body: bytes) -> None:
    with pytest.raises(VerificationError, match="no JSON"):
        decode(body)


def test_a_document_that_is_too_large_is_not_read() -> None:
    with pytest.raises(VerificationError, match="is the most"):
        decode(bytes(MAX_BODY_BYTES + 1))


@pytest.mark.parametrize("document", [{"a": float("nan")}, {"a": b""}, {"a": "\ud800"}])
def test_what_is_not_json_is_not_signed(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        encode(document)


GOOD = SIGNED.to_json()


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {**GOOD, "algorithm": "none"},
        {**GOOD, "algorithm": ["ed25519"]},
        {**GOOD, "body": 1},
        {**GOOD, "body": "*"},
        {**GOOD, "signature": "A" * 3000},
        {**GOOD, "chain": "AAAA"},
        {**GOOD, "chain": [None]},
        {**GOOD, "chain": ["AAAA"] * 9},
    ],
)
def test_what_is_no_statement_is_found(value: object) -> None:
    with pytest.raises(VerificationError, match="no signed statement"):
        Signed.from_json(value)


@settings(max_examples=40)
@given(ANY_JSON)
def test_no_json_whatever_is_a_bug(value: object) -> None:
    with pytest.raises(VerificationError):
        check(Signed.from_json(value))


@given(st.sampled_from(["body", "signature", "chain"]), st.binary(max_size=100))
def test_no_bytes_whatever_pass(part: str, data: bytes) -> None:
    text = base64.b64encode(data).decode()
    value = {**GOOD, part: [text] if part == "chain" else text}
    if value != GOOD:
        with pytest.raises(VerificationError):
            check(Signed.from_json(value))


@needs_openssl
@pytest.mark.parametrize("algorithm", SIGNERS)
def test_openssl_confirms_the_signature(algorithm: str, tmp_path: Path) -> None:
    """With the commands that ``openssl_signature`` names."""
    signed = sign(b'{"who":"anybody"}', SIGNERS[algorithm])
    public = check_chain(signed.chain).public
    (tmp_path / "body").write_bytes(signed.body)
    (tmp_path / "sig").write_bytes(signed.openssl_signature())
    (tmp_path / "key.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    if algorithm == "ed25519":
        command = "pkeyutl -verify -pubin -inkey key.pem -rawin -in body -sigfile sig"
    else:
        digest = "-sha384" if algorithm == "es384" else "-sha256"
        pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
        command = f"dgst {digest} -verify key.pem -signature sig"
        command += f" {pss} body" if algorithm == "ps256" else " body"

    def run() -> int:
        return subprocess.run(
            ["openssl", *command.split()], cwd=tmp_path, capture_output=True, check=False
        ).returncode

    assert run() == 0
    (tmp_path / "body").write_bytes(signed.body + b"\n")
    assert run() != 0


def test_a_signature_of_a_wrong_length_has_no_form_for_openssl() -> None:
    signed = sign(b"{}", SIGNERS["es256"])
    with pytest.raises(VerificationError, match="wrong length"):
        replace(signed, signature=signed.signature[:-1]).openssl_signature()
