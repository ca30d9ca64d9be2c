"""Signatures: of every algorithm, by files and by commands, good and bad."""

from __future__ import annotations

import stat
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.signers import NOW, Authority, needs_openssl, rsa_signer, signer

from efface.errors import InputError, RefusedError
from efface.evidence import der
from efface.evidence.keys import command, pkcs8
from efface.evidence.keys.algorithms import from_openssl, holds, to_openssl, usable
from efface.evidence.keys.certificates import issue, new_key
from efface.evidence.keys.chain import check_chain, pem_chain
from efface.evidence.keys.command import CommandSigner
from efface.evidence.keys.files import KeySigner, load_signer

SIGNERS = {
    "ed25519": signer(algorithm="ed25519"),
    "es256": signer(algorithm="es256"),
    "es384": signer(algorithm="es384"),
    "ps256": rsa_signer(),
}
LENGTHS = {"ed25519": 64, "es256": 64, "es384": 96, "ps256": 256}


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_signature_holds_for_its_bytes_and_its_key_alone(algorithm: str) -> None:
    made = SIGNERS[algorithm]
    public = check_chain(made.chain).public
    signature = made.sign(b"data")
    assert made.algorithm == algorithm
    assert len(signature) == LENGTHS[algorithm]
    assert holds(public, signature, b"data")
    assert not holds(public, signature, b"dat")
    assert not holds(public, signature[:-1], b"data")
    assert not holds(public, bytes(len(signature)), b"data")
    for other in SIGNERS.values():
        assert other is made or not holds(check_chain(other.chain).public, signature, b"data")


@given(st.binary(min_size=64, max_size=64))
def test_both_forms_of_an_ecdsa_signature_say_the_same(signature: bytes) -> None:
    assert from_openssl("es256", to_openssl("es256", signature)) == signature


@given(st.binary(max_size=200))
def test_what_is_no_signature_never_passes_for_one(data: bytes) -> None:
    for made in SIGNERS.values():
        assert not holds(check_chain(made.chain).public, data, b"data")


def test_numbers_that_are_too_large_or_negative_are_no_signature() -> None:
    large = to_openssl("es384", b"\x7f" * 96)
    with pytest.raises(ValueError, match="32 bytes"):
        from_openssl("es256", large)
    with pytest.raises(ValueError):
        from_openssl("es256", bytes.fromhex("30060201ff020101"))


@pytest.mark.parametrize("bits", [1024, 1536])
def test_short_rsa_keys_are_of_no_use(bits: int) -> None:
    with pytest.raises(ValueError, match="2048 to 8192"):
        usable(rsa.generate_private_key(65537, bits).public_key())


# private keys in files


@needs_openssl
def test_openssl_opens_the_encrypted_key(tmp_path: Path) -> None:
    private = new_key("ed25519")
    path = tmp_path / "key.pem"
    path.write_bytes(pkcs8.encrypted(private, "pass word ü"))
    done = subprocess.run(
        ["openssl", "pkey", "-in", path, "-passin", "stdin"],
        input="pass word ü\n".encode(),
        capture_output=True,
        check=True,
    )
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert done.stdout == plain


def test_the_passphrase_is_stretched_by_scrypt() -> None:
    """By far more than the library's own 2048 rounds of PBKDF2."""
    assert pkcs8.SCRYPT_N * pkcs8.SCRYPT_R * 128 == 16 << 20
    assert pkcs8.SCRYPT_P >= 5
    pem = pkcs8.encrypted(new_key("ed25519"), "x")
    parameters = der.only(b64decode(b"".join(pem.splitlines()[1:-1])), der.SEQUENCE)
    scrypt = parameters.child(0, der.SEQUENCE).child(1, der.SEQUENCE).child(0, der.SEQUENCE)
    assert scrypt.child(0, der.OID).whole == der.oid("1.3.6.1.4.1.11591.4.11")
    numbers = [int.from_bytes(n.content) for n in scrypt.child(1, der.SEQUENCE).children()[1:]]
    assert numbers == [pkcs8.SCRYPT_N, pkcs8.SCRYPT_R, pkcs8.SCRYPT_P, 32]


@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384"])
def test_an_encrypted_key_comes_back(algorithm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pkcs8, "SCRYPT_N", 2)
    private = new_key(algorithm)
    again = pkcs8.private_key(pkcs8.encrypted(private, "x"), "x")
    assert again.public_key() == private.public_key()


def test_wrong_missing_and_empty_passphrases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pkcs8, "SCRYPT_N", 2)
    pem = pkcs8.encrypted(new_key("ed25519"), "x")
    with pytest.raises(RefusedError, match="does not open the key"):
        pkcs8.private_key(pem, "y")
    for missing in (None, ""):
        with pytest.raises(RefusedError, match="protected by a passphrase"):
            pkcs8.private_key(pem, missing)
    with pytest.raises(RefusedError, match="needs a passphrase"):
        pkcs8.encrypted(new_key("ed25519"), "")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_keys_of_authorities_are_read_as_they_come(form: PrivateFormat, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    root = Authority("Press authority")
    (tmp_path / "chain.pem").write_bytes(pem_chain([root.issues("Desk 4", private), root.der]))
    for passphrase in (None, "secret"):
        guard = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        (tmp_path / "key.pem").write_bytes(private.private_bytes(Encoding.PEM, form, guard))
        made = load_signer(tmp_path / "key.pem", tmp_path / "chain.pem", passphrase)
        assert holds(private.public_key(), made.sign(b"data"), b"data")
    assert made.chain[1] == root.der


def test_a_passphrase_given_for_a_key_without_one_does_no_harm() -> None:
    private = new_key("ed25519")
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert pkcs8.private_key(pem, "not needed").public_key() == private.public_key()


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    key.write_bytes(content)
    chain.write_bytes(pem_chain(SIGNERS["ed25519"].chain))
    with pytest.raises(RefusedError, match="no private key") as caught:
        load_signer(key, chain, None)
    assert caught.value.path == key
    assert "AAAA" not in str(caught.value)


def test_a_key_of_a_kind_that_is_not_used_is_refused() -> None:
    private = ec.generate_private_key(ec.SECP256K1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(RefusedError, match="can be used here"):
        pkcs8.private_key(pem, None)


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    key.write_bytes(
        new_key("ed25519").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(InputError, match="cannot be read"):
        load_signer(key, chain, None)
    chain.write_bytes(b"no certificates")
    with pytest.raises(RefusedError, match="no certificates can be read") as caught:
        load_signer(key, chain, None)
    assert caught.value.path == chain
    chain.write_bytes(pem_chain(SIGNERS["ed25519"].chain))
    with pytest.raises(RefusedError, match="another key's") as caught:
        load_signer(key, chain, None)
    assert caught.value.path == chain


# commands

SIGNING = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key = load_pem_private_key(Path(sys.argv[1]).read_bytes(), None)
data = sys.stdin.buffer.read()
if isinstance(key, ec.EllipticCurvePrivateKey):
    sys.stdout.buffer.write(key.sign(data, ec.ECDSA(SHA256())))
else:
    sys.stdout.buffer.write(key.sign(data))
"""


@pytest.mark.parametrize("algorithm", ["ed25519", "es256"])
def test_a_command_signs(algorithm: str, tmp_path: Path) -> None:
    """As hardware does, also in the form of OpenSSL's signatures; spaces in paths among it."""
    private = new_key(algorithm)
    key = tmp_path / "the key.pem"
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    made = CommandSigner(
        [sys.executable, "-c", SIGNING, str(key)],
        issue(private.public_key(), algorithm, "Card", NOW),
    )
    assert len(made.sign(b"data\0\n")) == 64
    assert holds(private.public_key(), made.sign(b"data\0\n"), b"data\0\n")


@needs_openssl
def test_openssl_is_such_a_command(tmp_path: Path) -> None:
    private = new_key("es256")
    key = tmp_path / "key.pem"
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain = issue(private.public_key(), "es256", "Card", NOW)
    made = CommandSigner(["openssl", "dgst", "-sha256", "-sign", str(key)], chain)
    assert holds(private.public_key(), made.sign(b"data"), b"data")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("pass", "0 bytes that are no signature"),
        ("print('x' * 63)", "64 bytes that are no signature"),
        ("import sys; sys.stdout.buffer.write(bytes(200_000))", "200000 bytes that are no"),
        ("raise SystemExit(3)", "failed with exit status 3"),
        ("import time; time.sleep(60)", "did not end within"),
    ],
)
def test_a_command_that_gives_no_signature_is_refused(
    program: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "sleep" in program:
        monkeypatch.setattr(command, "TIMEOUT_S", 0.2)
    made = CommandSigner([sys.executable, "-c", program], SIGNERS["ed25519"].chain)
    with pytest.raises(RefusedError, match=reason):
        made.sign(bytes(100_000))


def test_a_command_that_signs_with_another_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(
        new_key("ed25519").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    made = CommandSigner([sys.executable, "-c", SIGNING, str(key)], SIGNERS["ed25519"].chain)
    with pytest.raises(RefusedError, match="no signature by the certificate's key"):
        made.sign(b"data")


def test_commands_that_cannot_be_run_are_refused(tmp_path: Path) -> None:
    chain = SIGNERS["ed25519"].chain
    no_program = tmp_path / "file"
    no_program.write_text("")
    no_program.chmod(stat.S_IRUSR)
    for program in (str(tmp_path / "missing"), str(no_program), "a\0b"):
        with pytest.raises(RefusedError, match="cannot be run"):
            CommandSigner([program], chain).sign(b"")
    with pytest.raises(RefusedError, match="no command"):
        CommandSigner([], chain)


def test_a_signer_of_an_authority_is_a_key_signer() -> None:
    assert isinstance(SIGNERS["ps256"], KeySigner)
    assert check_chain(SIGNERS["ps256"].chain).label == "Desk 4"
