"""Recipients and identities as users name them, and everything they can get wrong."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.evidence.seal.identities import identities, new_passphrase_key
from efface.evidence.seal.opening import unseal
from efface.evidence.seal.recipients import Recipient, parse_recipients
from efface.evidence.seal.sealing import seal

KEY = pyrage.x25519.Identity.generate()
PUBLIC = str(KEY.to_public())
SSH = Ed25519PrivateKey.generate()
SSH_PUBLIC = SSH.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def no_passphrase() -> str:
    """For files that have none."""
    raise AssertionError("nobody should be asked")


def opens(recipient: Recipient, file: Path, passphrase: str | None = None) -> bool:
    """Whether what is sealed to a recipient opens with the secret keys of a file."""
    sealed, plain = io.BytesIO(), io.BytesIO()
    seal(io.BytesIO(b"content"), sealed, [recipient])
    sealed.seek(0)
    keys = identities(file, (lambda: passphrase) if passphrase is not None else no_passphrase)
    unseal(sealed, plain, keys)
    return plain.getvalue() == b"content"


# recipients


def test_keys_and_files_of_keys_are_taken_each_once(tmp_path: Path) -> None:
    other = str(pyrage.x25519.Identity.generate().to_public())
    path = tmp_path / "court.txt"
    path.write_text(f"# the court\n\n{other}\r\n  {PUBLIC}\n{SSH_PUBLIC} clerk@court\n")
    found = parse_recipients([PUBLIC, str(path), f" {PUBLIC} "])
    assert [recipient.text for recipient in found] == [PUBLIC, other, SSH_PUBLIC]


def test_the_comment_of_an_ssh_key_goes_nowhere() -> None:
    (recipient,) = parse_recipients([f"{SSH_PUBLIC} maria@laptop"])
    assert recipient.text == SSH_PUBLIC
    assert "maria" not in repr(recipient)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither a key nor a file"),
        ("nobody.txt", "'nobody.txt' is no recipient: it is neither a key nor a file"),
        ("a\0b", "neither a key nor a file"),
        pytest.param(PUBLIC[:-1], "a letter is wrong or missing", id="cut"),
        pytest.param(
            PUBLIC[:-1] + ("q" if PUBLIC[-1] != "q" else "p"),
            "a letter is wrong or missing",
            id="mistyped",
        ),
        ("age1yubikey1q2w3e", "a plugin's"),
        ("age1", "a letter is wrong or missing"),
        ("ssh-ed25519", "the SSH key is malformed"),
        ("ssh-ed25519 AAAA", "the SSH key is malformed"),
        ("ssh-rsa AAAAB3Nza", "the SSH key is malformed"),
        ("ecdsa-sha2-nistp256 AAAA", "no SSH keys of that kind"),
        ("\x1b[31mred", "no recipient"),
    ],
)
def test_a_malformed_recipient_is_named(text: str, says: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_recipients([PUBLIC, text])
    assert says in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_malformed_line_of_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "court.txt"
    path.write_text(f"# x\n{PUBLIC}\nage1abc\n")
    with pytest.raises(RefusedError, match="line 3: 'age1abc'") as caught:
        parse_recipients([str(path)])
    assert caught.value.path == path


@pytest.mark.parametrize(
    "secret", [str(KEY), "-----BEGIN OPENSSH PRIVATE KEY-----"], ids=["age", "ssh"]
)
def test_a_secret_key_is_no_recipient_and_is_not_shown(secret: str, tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text(f"# public key: {PUBLIC}\n{secret}\n")
    for text in (secret, str(path)):
        with pytest.raises(RefusedError, match="secret key") as caught:
            parse_recipients([text])
        assert secret not in str(caught.value)


def test_none_and_too_many_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.txt"
    path.write_text("# nobody\n")
    for texts in ([], [str(path)]):
        with pytest.raises(RefusedError, match="1 to 64 recipients"):
            parse_recipients(texts)
    path.write_text(
        "".join(f"{pyrage.x25519.Identity.generate().to_public()}\n" for _ in range(65))
    )
    with pytest.raises(RefusedError, match="here are 65"):
        parse_recipients([str(path)])
    path.write_bytes(bytes(1 << 21))
    with pytest.raises(InputError, match="larger than"):
        parse_recipients([str(path)])
    with pytest.raises(InputError, match="a folder"):
        parse_recipients([str(tmp_path)])


@given(st.text(max_size=100))
def test_no_text_whatever_is_a_bug(text: str) -> None:
    with pytest.raises(EffaceError):
        parse_recipients(["age1" + text])


# identities


def test_a_file_of_age_keys_opens(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text(f"# created: today\n# public key: {PUBLIC}\n{KEY}\n")
    assert opens(parse_recipients([PUBLIC])[0], path)
    assert str(KEY) not in repr(identities(path, no_passphrase))


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_ssh_keys_open(kind: str, tmp_path: Path) -> None:
    key = SSH if kind == "ed25519" else rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    path = tmp_path / "id"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    assert opens(parse_recipients([public])[0], path)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")
def test_ssh_keys_under_a_passphrase_are_left_to_age(tmp_path: Path) -> None:
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", path], check=True)
    with pytest.raises(RefusedError, match="under a passphrase") as caught:
        identities(path, no_passphrase)
    assert caught.value.path == path


def test_ssh_keys_of_another_kind_are_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "id"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    with pytest.raises(RefusedError, match="no SSH key of that kind"):
        identities(path, no_passphrase)


@pytest.mark.parametrize(
    "content",
    ["", "# only this\n", "hello\n", f"{KEY}x\n", f"{PUBLIC}\n"],
    ids=["empty", "comment", "words", "mistyped", "public"],
)
def test_what_is_no_secret_key_is_said_and_not_shown(content: str, tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text(content)
    with pytest.raises(InputError, match="no secret key") as caught:
        identities(path, no_passphrase)
    assert caught.value.path == path
    assert "AGE-SECRET-KEY-1" not in str(caught.value).replace("begins with AGE-SECRET-KEY-1", "")


def test_a_key_that_a_plugin_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    path.write_text("AGE-PLUGIN-YUBIKEY-1QQQ\n")
    with pytest.raises(RefusedError, match="a plugin"):
        identities(path, no_passphrase)


# passphrases


@pytest.fixture(scope="module")
def under_passphrase() -> tuple[Recipient, bytes]:
    """A key under the passphrase ``correct``; making one takes a second."""
    return new_passphrase_key("correct")


def test_a_key_under_a_passphrase_opens(
    under_passphrase: tuple[Recipient, bytes], tmp_path: Path
) -> None:
    recipient, file = under_passphrase
    path = tmp_path / "passphrase.age"
    path.write_bytes(file)
    assert opens(recipient, path, "correct")
    with pytest.raises(RefusedError, match="passphrase does not open it") as caught:
        identities(path, lambda: "incorrect")
    assert caught.value.path == path


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(RefusedError, match="not empty"):
        new_passphrase_key("")


def test_a_damaged_key_under_a_passphrase_is_said(
    under_passphrase: tuple[Recipient, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "passphrase.age"
    whole = under_passphrase[1]
    sealed = io.BytesIO()
    seal(io.BytesIO(b"x"), sealed, parse_recipients([PUBLIC]))
    for content, says in (
        (whole[:-1], "changed or cut short"),
        (whole[:50], "changed or cut short"),
        (sealed.getvalue(), "sealed to keys"),
    ):
        path.write_bytes(content)
        with pytest.raises(VerificationError, match=says) as caught:
            identities(path, lambda: "correct")
        assert caught.value.path == path
