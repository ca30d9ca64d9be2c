"""Timestamps: the good, and one bad one for each thing that is checked."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.signers import NOW, Authority, needs_openssl, usage
from tests.evidence.timestamp.authority import (
    CODE_SIGNING,
    GRANTED,
    METHODS,
    POLICY,
    SHA256_ID,
    TIME,
    TimestampAuthority,
)

from efface.errors import InputError, VerificationError
from efface.evidence import der
from efface.evidence.keys.chain import pem_chain
from efface.evidence.timestamp.check import check, load_roots
from efface.evidence.timestamp.info import read_info
from efface.evidence.timestamp.obtaining import check_answer
from efface.evidence.timestamp.request import nonce_of, request

BODY = b'{"schema":"efface.intake/1"}'
DIGEST = hashlib.sha256(BODY).digest()
ASKED = request(DIGEST)
TSA = TimestampAuthority()
ROOTS = (TSA.root.certificate,)
GOOD = TSA.answers(ASKED)


def test_a_request_holds_the_hash_and_a_number_alone() -> None:
    parts = der.only(ASKED, der.SEQUENCE).children()
    assert parts[0].whole == der.integer(1)
    assert parts[1].content == SHA256_ID + der.element(der.OCTET_STRING, DIGEST)
    assert parts[3].whole == der.TRUE
    assert len(parts) == 4
    assert len({nonce_of(request(DIGEST)) for _ in range(20)}) == 20
    with pytest.raises(ValueError, match="32 bytes"):
        request(b"x")


@pytest.mark.parametrize("method", METHODS)
def test_a_timestamp_of_a_known_authority(method: str) -> None:
    tsa = TimestampAuthority(method)
    stamp = check(tsa.answers(ASKED), DIGEST, (tsa.root.certificate,))
    assert stamp.time == TIME
    assert stamp.authority == "CN=Time signer"
    assert stamp.policy == POLICY
    assert stamp.serial_number == 77
    assert stamp.certificate == tsa.der
    assert stamp.known


def test_a_timestamp_of_an_unknown_authority_holds_and_is_not_known() -> None:
    other = TimestampAuthority()
    for roots in ((), (other.root.certificate,)):
        stamp = check(GOOD, DIGEST, roots)
        assert not stamp.known
        assert stamp.time == TIME


def test_certificates_that_did_not_come_along_can_be_at_hand() -> None:
    alone = TSA.answers(ASKED, chain=[TSA.der])
    assert not check(alone, DIGEST, ROOTS).known
    assert check(alone, DIGEST, (TSA.between.certificate,)).known
    assert check(alone, DIGEST, (TSA.certificate,)).known
    with pytest.raises(VerificationError, match="without its signer's certificate"):
        check(TSA.answers(ASKED, chain=[TSA.root.der]), DIGEST, ROOTS)


def test_certificates_may_come_in_any_order() -> None:
    chain = [TSA.der, TSA.between.der, TSA.root.der]
    for order in (sorted(chain), sorted(chain, reverse=True)):
        assert check(TSA.answers(ASKED, chain=order), DIGEST, ROOTS).known


def test_signed_attributes_may_come_in_any_order() -> None:
    """DigiCert's do: they are signed as they came, not as DER asks of a set."""
    assert check(TSA.answers(ASKED, order=list), DIGEST, ROOTS).known


def test_the_library_agrees_where_it_can_read_an_answer() -> None:
    library = pytest.importorskip("rfc3161_client")
    response = TSA.answers(ASKED, chain=sorted([TSA.der, TSA.between.der, TSA.root.der]))
    decoded = library.decode_timestamp_response(response)
    assert library.VerifierBuilder(roots=list(ROOTS)).build().verify(decoded, DIGEST)
    stamp, info = check(response, DIGEST, ROOTS), decoded.tst_info
    assert (stamp.time, stamp.serial_number, stamp.nonce, stamp.policy) == (
        info.gen_time,
        info.serial_number,
        info.nonce,
        info.policy.dotted_string,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": TIME - timedelta(hours=1)},
        {"since": TIME + timedelta(hours=1)},
        {"ca": False},
        {"usage": usage(crl_sign=True)},
        {"purposes": [CODE_SIGNING]},
        {"extra": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), der.NULL)},
    ],
    ids=["expired", "later", "no authority", "no certificates", "other purpose", "unknown"],
)
def test_an_authority_that_may_not_vouch_leaves_it_unknown(wrong: dict[str, Any]) -> None:
    tsa = TimestampAuthority()
    tsa.between = Authority("Time authority", tsa.root, **wrong)
    tsa.certify()
    stamp = check(tsa.answers(ASKED), DIGEST, (tsa.root.certificate,))
    assert stamp.time == TIME
    assert not stamp.known


def test_a_fraction_of_a_second_is_read() -> None:
    info = TSA.info(ASKED, TIME).replace(b"\x18\x0f20260304163012Z", b"\x18\x1220260304163012.25Z")
    whole = der.element(der.SEQUENCE, info[2:])
    assert read_info(whole).time == TIME + timedelta(milliseconds=250)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"\x02\x01\x01\x06", b"\x02\x01\x02\x06", "version 1"),
        (b"163012Z", b"1630+01", "time in UTC"),
        (b"20260304", b"20261304", "unconverted"),
    ],
)
def test_a_timestamp_of_another_form_is_not_read(old: bytes, new: bytes, says: str) -> None:
    info = TSA.info(ASKED, TIME)
    assert old in info
    with pytest.raises(ValueError, match=says):
        read_info(info.replace(old, new))


def test_a_critical_extension_is_not_passed_over() -> None:
    for critical, refused in ((der.TRUE, True), (b"", False)):
        extension = der.element(der.SEQUENCE, der.oid("1.2.3"), critical, der.element(4, b"x"))
        info = der.only(TSA.info(ASKED, TIME), der.SEQUENCE).content
        whole = der.element(der.SEQUENCE, info, der.element(0xA1, extension))
        if refused:
            with pytest.raises(ValueError, match="critical extension"):
                read_info(whole)
        else:
            assert read_info(whole).time == TIME


def test_a_timestamp_outlives_its_signers_certificate() -> None:
    tsa = TimestampAuthority(until=TIME + timedelta(minutes=1))
    assert check(tsa.answers(ASKED), DIGEST, (tsa.root.certificate,)).known


# forgeries


def _of_something_else() -> bytes:
    return TSA.answers(ASKED, digest=hashlib.sha256(b"other").digest())


def _refused() -> bytes:
    words = der.element(der.SEQUENCE, der.element(0x0C, b"bad algorithm\x1b"))
    return der.element(der.SEQUENCE, der.element(der.SEQUENCE, der.integer(2), words))


def _granted_otherwise() -> bytes:
    return TSA.answers(ASKED, status=der.element(der.SEQUENCE, der.integer(1)))


def _changed_time() -> bytes:
    return TSA.answers(ASKED, change=lambda info: info.replace(b"20260304", b"20250304"))


def _signed_by_another_key() -> bytes:
    other = TimestampAuthority()
    other.der, other.certificate = TSA.der, TSA.certificate
    return other.answers(ASKED)


def _not_for_timestamps() -> bytes:
    return TimestampAuthority(purposes=[CODE_SIGNING]).answers(ASKED)


def _for_more_than_timestamps() -> bytes:
    both = [ExtendedKeyUsageOID.TIME_STAMPING, CODE_SIGNING]
    return TimestampAuthority(purposes=both).answers(ASKED)


def _without_purpose() -> bytes:
    return TimestampAuthority(purposes=None).answers(ASKED)


def _after_its_certificate() -> bytes:
    return TSA.answers(ASKED, time=NOW + timedelta(days=1000))


def _before_its_certificate() -> bytes:
    return TSA.answers(ASKED, time=NOW - timedelta(days=1000))


def _two_signers() -> bytes:
    return TSA.answers(ASKED, signers=2)


def _no_signer() -> bytes:
    return TSA.answers(ASKED, signers=0)


def _of_an_old_hash() -> bytes:
    old = der.element(der.SEQUENCE, der.oid("1.3.14.3.2.26"), der.NULL)
    return TSA.answers(ASKED, digest=DIGEST, hashed=old)


def _of_another_content() -> bytes:
    return TSA.answers(ASKED, content_type="1.2.840.113549.1.7.1")


def _too_many_certificates() -> bytes:
    return TSA.answers(ASKED, chain=[TSA.der] * 17)


def _without(name: str) -> Callable[[], bytes]:
    def made() -> bytes:
        return TSA.answers(ASKED, attributes=lambda a: {n: v for n, v in a.items() if n != name})

    return made


def _with(name: str, value: bytes) -> Callable[[], bytes]:
    def made() -> bytes:
        return TSA.answers(ASKED, attributes=lambda a: {**a, name: value})

    return made


def _under_another_certificate() -> bytes:
    """Of the same key and number, by another issuer: it is the one that came along."""
    digest = der.element(der.OCTET_STRING, hashlib.sha256(TSA.root.der).digest())
    value = der.element(der.SEQUENCE, digest)
    for _ in range(2):
        value = der.element(der.SEQUENCE, value)
    return _with("1.2.840.113549.1.9.16.2.47", value)()


SIGNATURE_LACKS = "lacks something, or is by a method"
FORGERIES: list[tuple[str, Callable[[], bytes], str]] = [
    ("of something else", _of_something_else, "is of something else"),
    ("another hash", _of_an_old_hash, "is of something else"),
    ("refused", _refused, r"gave no timestamp \(status 2: bad algorithm\\x1b\)"),
    ("granted with changes", _granted_otherwise, "gave no timestamp .status 1: no reason given"),
    ("changed time", _changed_time, "signature does not hold: it was changed"),
    ("another key", _signed_by_another_key, "signature does not hold: it was changed"),
    ("code signing", _not_for_timestamps, "no certificate to sign timestamps"),
    ("more purposes", _for_more_than_timestamps, "no certificate to sign timestamps"),
    ("no purpose", _without_purpose, "no certificate to sign timestamps"),
    ("too late", _after_its_certificate, "when its signer's certificate was not valid"),
    ("too early", _before_its_certificate, "when its signer's certificate was not valid"),
    ("two signers", _two_signers, "expected one signer"),
    ("no signer", _no_signer, "expected one signer"),
    ("other content", _of_another_content, "expected a timestamp in the signed data"),
    ("many certificates", _too_many_certificates, "at most 16 certificates"),
    ("no content type", _without("1.2.840.113549.1.9.3"), SIGNATURE_LACKS),
    ("no digest", _without("1.2.840.113549.1.9.4"), SIGNATURE_LACKS),
    ("no certificate named", _without("1.2.840.113549.1.9.16.2.47"), SIGNATURE_LACKS),
    ("another certificate", _under_another_certificate, "signed under another certificate"),
    (
        "another type signed",
        _with("1.2.840.113549.1.9.3", der.oid("1.2.840.113549.1.7.1")),
        "expected the signature of a timestamp",
    ),
    ("empty", bytes, "no timestamp that can be read"),
    ("junk", lambda: b"<html>", "no timestamp that can be read"),
    ("cut", lambda: GOOD[:-1], "no timestamp that can be read"),
    ("longer", lambda: GOOD + b"\0", "no timestamp that can be read"),
    ("huge", lambda: bytes(2 << 20), "more than 1048576 bytes"),
    ("granted nothing", lambda: der.element(der.SEQUENCE, GRANTED), "no timestamp that can be"),
]


@pytest.mark.parametrize(
    ("made", "says"), [f[1:] for f in FORGERIES], ids=[f[0] for f in FORGERIES]
)
@pytest.mark.parametrize("roots", [(), ROOTS], ids=["no-roots", "roots"])
def test_a_forged_timestamp_says_why(made: Callable[[], bytes], says: str, roots: Any) -> None:
    with pytest.raises(VerificationError, match=says):
        check(made(), DIGEST, roots)


def test_a_signer_that_named_itself_into_a_chain_is_not_known() -> None:
    """Certificates that come along are no roots."""
    imposter = TimestampAuthority()
    stamp = check(imposter.answers(ASKED), DIGEST, ROOTS)
    assert not stamp.known
    imposter.between = Authority("Time authority")
    assert not check(imposter.answers(ASKED), DIGEST, ROOTS).known


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_never_gives_another_time(at: int, change: int) -> None:
    """What is not signed may change: certificates that nobody needs, the version of the data."""
    content = bytearray(GOOD)
    content[at % len(content)] ^= change
    try:
        stamp = check(bytes(content), DIGEST, ROOTS)
    except VerificationError:
        return
    assert (stamp.time, stamp.policy, stamp.serial_number) == (TIME, POLICY, 77)
    assert stamp.certificate == TSA.der


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_a_bug(content: bytes) -> None:
    with pytest.raises(VerificationError):
        check(content, DIGEST, ROOTS)
    with pytest.raises(VerificationError):
        check(der.element(der.SEQUENCE, GRANTED, content), DIGEST, ROOTS)


def test_an_answer_to_another_question_is_not_ours() -> None:
    assert check_answer(GOOD, ASKED, DIGEST).time == TIME
    with pytest.raises(VerificationError, match="answers another question"):
        check_answer(GOOD, request(DIGEST), DIGEST)
    with pytest.raises(VerificationError, match="answers another question"):
        check_answer(TSA.answers(ASKED, nonce=b""), ASKED, DIGEST)


def test_roots_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(b"# ours\n" + pem_chain([TSA.root.der, TSA.between.der]))
    assert load_roots(path) == (TSA.root.certificate, TSA.between.certificate)
    for content in (b"", b"junk"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="no certificates can be read") as caught:
            load_roots(path)
        assert caught.value.path == path
    with pytest.raises(InputError, match="cannot be read"):
        load_roots(tmp_path / "none.pem")


# the same with OpenSSL


@needs_openssl
@pytest.mark.parametrize("method", ["ec", "rsa"])
def test_openssl_confirms_it_too(method: str, tmp_path: Path) -> None:
    tsa = TimestampAuthority(method, since=NOW - timedelta(days=1))
    (tmp_path / "x.tsr").write_bytes(tsa.answers(ASKED))
    (tmp_path / "roots.pem").write_bytes(pem_chain([tsa.root.der]))
    when = str(int(TIME.timestamp()))

    def run(digest: bytes) -> subprocess.CompletedProcess[str]:
        command = f"ts -verify -digest {digest.hex()} -in x.tsr -CAfile roots.pem -attime {when}"
        return subprocess.run(
            ["openssl", *command.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run(DIGEST)
    assert "Verification: OK" in done.stdout, done.stderr
    assert "Verification: OK" not in run(bytes(32)).stdout


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_timestamp_that_openssl_made(name: str, openssl_authority: Path) -> None:
    folder = openssl_authority
    (folder / "x.tsq").write_bytes(ASKED)
    command = f"ts -reply -config {name}.cnf -section tsa -queryfile x.tsq -inkey tsa.key"
    command += " -signer tsa.pem -chain root.pem -out x.tsr"
    subprocess.run(
        ["openssl", *command.split()],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    response = (folder / "x.tsr").read_bytes()
    stamp = check(response, DIGEST, load_roots(folder / "root.pem"))
    assert stamp.known
    assert stamp.authority == "CN=TSA"
    assert check_answer(response, ASKED, DIGEST).time == stamp.time
