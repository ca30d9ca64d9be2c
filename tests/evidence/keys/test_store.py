"""The user's folder for keys."""

from __future__ import annotations

import getpass
import os
import platform
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.evidence.keys.test_signing import SIGNING
from tests.evidence.signers import NOW, Authority

from efface.errors import InputError, OutputError, RefusedError
from efface.evidence.keys import pkcs8
from efface.evidence.keys.algorithms import holds
from efface.evidence.keys.certificates import issue, new_key
from efface.evidence.keys.chain import pem_chain
from efface.evidence.keys.store import KeyStore, default_folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passphrases are stretched briefly: what is tested here is where things lie."""
    monkeypatch.setattr(pkcs8, "SCRYPT_N", 2)
    yield


def test_a_key_is_made_found_and_signs(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys")
    made = keys.create("pass", label="Desk 4", now=NOW)
    assert keys.keys() == (made,)
    for name in (None, "Desk 4", made.key_id, made.key_id[:8].upper()):
        assert keys.find(name) == made
    signer = keys.signer(made, lambda: "pass")
    assert holds(made.chain.public, signer.sign(b"data"), b"data")
    assert signer.key_id == made.key_id == made.to_json()["key"]
    assert made.to_json() == {
        "key": made.key_id,
        "label": "Desk 4",
        "algorithm": "ed25519",
        "kind": "file",
        "not_before": "2026-03-04T00:00:00Z",
        "not_after": "2031-03-04T00:00:00Z",
    }


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_nobody_else_may_read_the_private_key(tmp_path: Path) -> None:
    made = KeyStore(tmp_path / "keys").create("pass")
    assert stat.S_IMODE((made.folder / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_private_key_is_encrypted_on_disk(tmp_path: Path) -> None:
    made = KeyStore(tmp_path).create("pass")
    content = (made.folder / "key.pem").read_bytes()
    assert content.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    with pytest.raises(RefusedError, match="does not open the key"):
        KeyStore(tmp_path).signer(made, lambda: "passs")


def test_a_key_says_nothing_of_who_made_it_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "maria.sanchez")
    monkeypatch.setenv("LOGNAME", "maria.sanchez")
    for where in (platform, "node"), (socket, "gethostname"):
        monkeypatch.setattr(*where, lambda: "marias-laptop")
    made = KeyStore(tmp_path / "maria").create("pass")
    content = b"".join(path.read_bytes() for path in made.folder.iterdir())
    content += b"".join(made.chain.ders) + made.folder.name.encode()
    for secret in ("maria", platform.node(), getpass.getuser(), str(tmp_path)):
        if len(secret) > 4:  # a shorter one stands in random letters by chance
            assert secret.encode() not in content
    assert made.label.startswith("signer-")


def test_an_empty_passphrase_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="needs a passphrase"):
        KeyStore(tmp_path).create("")
    with pytest.raises(RefusedError, match="are not made here"):
        KeyStore(tmp_path).create("pass", algorithm="rsa")
    assert list(tmp_path.iterdir()) == []


def test_names_that_fit_none_or_several_are_refused(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "none")
    with pytest.raises(RefusedError, match="no key to sign with"):
        keys.find()
    keys = KeyStore(tmp_path / "some")
    first, second = keys.create("a", label="same"), keys.create("b", label="same")
    for name in ("same", None):
        with pytest.raises(RefusedError, match="several keys") as caught:
            keys.find(name)
        assert first.key_id[:16] in str(caught.value)
        assert second.key_id[:16] in str(caught.value)
    for name in ("other", first.key_id[:7], ""):
        with pytest.raises(RefusedError, match="no key"):
            keys.find(name)


def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EFFACE_KEYS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_folder().parts[-2:] == ("efface", "keys")
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path / "stick"))
    assert KeyStore().folder == tmp_path / "stick"
    assert KeyStore(tmp_path).folder == tmp_path


def test_a_key_of_an_authority_is_kept_encrypted_anew(tmp_path: Path) -> None:
    private = new_key("es256")
    root = Authority("Press authority")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain.write_bytes(pem_chain([root.issues("Desk 4", private), root.der]))
    keys = KeyStore(tmp_path / "keys")
    made = keys.adopt(key, chain, key_passphrase=None, passphrase="new")
    key.unlink()
    assert holds(private.public_key(), keys.signer(made, lambda: "new").sign(b"d"), b"d")
    assert made.label == "Desk 4"
    with pytest.raises(RefusedError, match="there already"):
        key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        keys.adopt(key, chain, key_passphrase=None, passphrase="new")
    with pytest.raises(RefusedError, match="needs a passphrase"):
        KeyStore(tmp_path / "others").adopt(key, chain, key_passphrase=None, passphrase="")


def test_a_command_is_kept_once_it_has_signed(tmp_path: Path) -> None:
    private = new_key("ed25519")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain.write_bytes(pem_chain(issue(private.public_key(), "ed25519", "Card", NOW)))
    keys = KeyStore(tmp_path / "keys")
    with pytest.raises(RefusedError, match="no signature"):
        keys.adopt_command([sys.executable, "-c", "pass"], chain)
    made = keys.adopt_command([sys.executable, "-c", SIGNING, str(key)], chain)

    def never() -> str:
        raise AssertionError("a device asks for its own PIN")

    assert keys.keys()[0].kind == "command"
    assert holds(private.public_key(), keys.signer(made, never).sign(b"d"), b"d")
    for content in ("[]", "{", '{"command": [1]}', '{"command": "rm"}'):
        (made.folder / "command.json").write_text(content)
        with pytest.raises(InputError, match="command cannot be read"):
            keys.signer(made, never)


def test_damaged_certificates_are_named_and_other_things_left_alone(tmp_path: Path) -> None:
    keys = KeyStore(tmp_path)
    made = keys.create("pass")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    assert keys.keys() == (made,)
    (made.folder / "certificates.pem").write_bytes(b"junk")
    with pytest.raises(InputError, match="damaged") as caught:
        keys.keys()
    assert caught.value.path == made.folder / "certificates.pem"


@pytest.mark.parametrize(("holder", "failing"), [(Path, "mkdir"), (os, "fsync"), (Path, "rename")])
def test_a_disk_that_fails_leaves_no_half_key(
    holder: object, failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(holder, failing, full)
        with pytest.raises(OutputError, match="disk is full"):
            KeyStore(tmp_path / "keys").create("pass")
    assert not any((tmp_path / "keys").glob("*"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        KeyStore(tmp_path / "file" / "keys").create("pass")
