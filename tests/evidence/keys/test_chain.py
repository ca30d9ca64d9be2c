"""Chains of certificates: the good, and one bad one for each thing that is checked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.signers import NOW, Authority, ed25519, needs_openssl, signer, usage

from efface.errors import RefusedError, VerificationError
from efface.evidence.keys.certificates import issue, random_label
from efface.evidence.keys.chain import (
    MAX_CERTIFICATE_BYTES,
    Standing,
    check_chain,
    load_pem_chain,
    pem_chain,
)
from efface.evidence.keys.files import KeySigner


@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384"])
def test_a_key_made_here_has_a_chain_of_two(algorithm: str) -> None:
    made = signer("Desk 4", algorithm=algorithm)
    chain = check_chain(made.chain)
    assert len(chain.certificates) == 2
    assert chain.algorithm == made.algorithm == algorithm
    assert chain.key_id == made.key_id
    assert chain.label == "Desk 4"
    assert chain.ders == made.chain
    assert load_pem_chain(pem_chain(made.chain)) == made.chain


def test_a_chain_fits_the_profile_of_content_credentials() -> None:
    """C2PA technical specification 2.1, "Certificate profile"."""
    leaf, root = check_chain(signer().chain).certificates
    assert leaf.version is x509.Version.v3
    assert leaf.subject != leaf.issuer
    value = {extension.oid._name: extension.value for extension in leaf.extensions}
    assert value["basicConstraints"] == x509.BasicConstraints(ca=False, path_length=None)
    assert value["keyUsage"] == usage(digital_signature=True)
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).critical
    purposes = {purpose.dotted_string for purpose in value["extendedKeyUsage"]}
    assert purposes == {"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36"}
    authority = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert value["authorityKeyIdentifier"].key_identifier == authority.digest


def test_a_certificate_tells_no_more_than_the_day_and_the_label() -> None:
    late = datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC).astimezone()
    made = signer("x", now=late)
    found = check_chain(made.chain).certificates
    assert len(found) == 2
    for certificate in found:
        assert certificate.not_valid_before_utc == datetime(2026, 3, 4, tzinfo=UTC)
        assert certificate.not_valid_after_utc == datetime(2031, 3, 4, tzinfo=UTC)
        names = {attribute.value for attribute in certificate.subject}
        assert names in ({"x"}, {f"Root of {made.key_id[:16]}"})


def test_random_labels_differ_and_say_nothing() -> None:
    labels = {random_label() for _ in range(50)}
    assert len(labels) == 50
    assert all(label.startswith("signer-") and len(label) == 15 for label in labels)


@given(st.text(min_size=1, max_size=64))
def test_any_printable_label_can_be_certified(label: str) -> None:
    private = ed25519()
    if label.strip() and label.isprintable() and len(label.encode()) <= 64:
        chain = check_chain(issue(private.public_key(), "ed25519", label, NOW))
        assert chain.label == label
    else:
        with pytest.raises(RefusedError, match="is printable"):
            issue(private.public_key(), "ed25519", label, NOW)


@pytest.mark.parametrize("label", ["", "  ", "a" * 65, "é" * 33, "a\nb", "\x1b[31m"])
def test_a_label_of_no_use_is_refused(label: str) -> None:
    with pytest.raises(RefusedError, match="is printable"):
        issue(ed25519().public_key(), "ed25519", label, NOW)


@pytest.mark.parametrize("years", [0, -1, 31])
def test_a_validity_of_no_use_is_refused(years: int) -> None:
    with pytest.raises(RefusedError, match="1 to 30 years"):
        issue(ed25519().public_key(), "ed25519", "x", NOW, years)


def test_a_chain_of_an_authority_and_one_below_it() -> None:
    root = Authority("Root", path_length=1)
    below = Authority("Below", root, path_length=0)
    key = ed25519()
    chain = check_chain([below.issues("Desk", key), below.der, root.der])
    assert chain.algorithm == "ed25519"
    assert check_chain([below.issues("Desk", key)]).label == "Desk"


def _self_issued() -> list[bytes]:
    return [Authority("Self", ca=False, usage=usage(digital_signature=True)).der]


def _of_an_authority() -> list[bytes]:
    root = Authority("Root")
    return [Authority("Below", root).der, root.der]


def _not_for_signing() -> list[bytes]:
    root = Authority("Root")
    return [root.issues("Desk", ed25519(), usage=usage(key_encipherment=True)), root.der]


def _without_usage() -> list[bytes]:
    root = Authority("Root")
    return [root.issues("Desk", ed25519(), without_usage=True), root.der]


def _of_another_of_that_name() -> list[bytes]:
    return [Authority("Root").issues("Desk", ed25519()), Authority("Root").der]


def _out_of_order() -> list[bytes]:
    root = Authority("Root")
    below = Authority("Below", root)
    return [below.issues("Desk", ed25519()), root.der, below.der]


def _by_no_authority() -> list[bytes]:
    root = Authority("Root", ca=False)
    return [root.issues("Desk", ed25519()), root.der]


def _by_one_that_may_not_sign_certificates() -> list[bytes]:
    root = Authority("Root", usage=usage(crl_sign=True))
    return [root.issues("Desk", ed25519()), root.der]


def _too_long_for_its_root() -> list[bytes]:
    root = Authority("Root", path_length=0)
    below = Authority("Below", root)
    return [below.issues("Desk", ed25519()), below.der, root.der]


def _critical_and_unknown() -> list[bytes]:
    extra = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    root = Authority("Root")
    return [root.issues("Desk", ed25519(), extra=extra), root.der]


def _key_of_another_kind() -> list[bytes]:
    root = Authority("Root")
    return [root.issues("Desk", ec.generate_private_key(ec.SECP256K1())), root.der]


def _key_of_a_kind_that_nobody_uses() -> list[bytes]:
    root = Authority("Root")
    return [root.issues("Desk", dsa.generate_private_key(2048)), root.der]  # type: ignore[arg-type]


def _too_many() -> list[bytes]:
    return [Authority("Root").der] * 9


def _too_large() -> list[bytes]:
    return [bytes(MAX_CERTIFICATE_BYTES + 1)]


def _cut() -> list[bytes]:
    return [signer().chain[0][:-1]]


BAD: dict[Callable[[], list[bytes]], str] = {
    list: "1 to 8 certificates",
    _too_many: "1 to 8 certificates",
    _too_large: "bytes; 16384 is the most",
    _cut: "cannot be read",
    _self_issued: "issued by itself",
    _of_an_authority: "issuer of certificates",
    _not_for_signing: "does not allow its key to sign",
    _without_usage: "does not allow its key to sign",
    _of_another_of_that_name: "not issued by the next",
    _out_of_order: "not issued by the next",
    _by_no_authority: "may not issue certificates",
    _by_one_that_may_not_sign_certificates: "may not sign certificates",
    _too_long_for_its_root: "longer than",
    _critical_and_unknown: "critical extension that is not understood",
    _key_of_another_kind: "expected a key for Ed25519",
    _key_of_a_kind_that_nobody_uses: "expected a key for Ed25519",
}


@pytest.mark.parametrize("made", BAD, ids=lambda made: made.__name__)
def test_a_chain_that_does_not_hold_says_why(made: Callable[[], list[bytes]]) -> None:
    with pytest.raises(VerificationError, match=BAD[made]):
        check_chain(made())


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_chain_with_a_changed_byte_never_passes(at: int, value: int) -> None:
    leaf, root = SIGNER.chain
    at %= len(leaf)
    changed = leaf[:at] + bytes([value]) + leaf[at + 1 :]
    if changed == leaf:
        check_chain([changed, root])
    else:
        with pytest.raises(VerificationError):
            check_chain([changed, root])


SIGNER = signer()


def test_a_certificate_of_another_key_is_refused_for_signing() -> None:
    with pytest.raises(RefusedError, match="another key's"):
        KeySigner(ed25519(), signer().chain)


def test_standing_over_time() -> None:
    chain = check_chain(signer(years=1).chain)
    inside, after = NOW + timedelta(days=100), NOW + timedelta(days=400)
    assert chain.standing(inside) is Standing.VALID
    assert chain.standing(after) is Standing.EXPIRED
    assert chain.standing(after, stamped=inside) is Standing.VALID_WHEN_STAMPED
    assert chain.standing(after, stamped=after - timedelta(days=1)) is Standing.EXPIRED
    assert chain.standing(NOW - timedelta(days=1)) is Standing.NOT_YET


def test_a_chain_is_valid_only_while_all_of_it_is() -> None:
    root = Authority("Root", until=NOW + timedelta(days=1))
    chain = check_chain([root.issues("Desk", ed25519()), root.der])
    assert chain.standing(NOW) is Standing.VALID
    assert chain.standing(NOW + timedelta(days=2)) is Standing.EXPIRED


@needs_openssl
@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384"])
def test_openssl_confirms_the_chain(algorithm: str, tmp_path: Path) -> None:
    leaf, root = check_chain(signer(algorithm=algorithm).chain).certificates
    (tmp_path / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    when = str(int(NOW.timestamp()))
    subprocess.run(
        ["openssl", "verify", "-x509_strict", "-attime", when, "-CAfile", "root.pem", "leaf.pem"],
        cwd=tmp_path,
        check=True,
    )
