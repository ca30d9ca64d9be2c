"""Files under a passphrase, as age has them (https://age-encryption.org/v1, recipients of scrypt).

The library that seals to keys (``pyrage``) has these, too, but times the computer to choose how
much work guessing is to cost. On a busy one that came to a sixteenth of the usual, or to so much
that it refused its own file when it was busier still. Here the work is fixed, and what a file asks
for is done however long it takes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from efface.errors import RefusedError, VerificationError

WORK = 18
"""Logarithm of scrypt's N: 256 MiB of memory and about a second; what ``age`` itself takes."""

MAX_WORK = 22
"""That a file may ask for, as in ``age``: 4 GiB of memory."""

HEADER = b"age-encryption.org/v1\n"
ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ARMOUR_END = b"-----END AGE ENCRYPTED FILE-----"

_BLOCK_SIZE = 8
"""scrypt's r."""
_LABEL = b"age-encryption.org/v1/scrypt"
_SALT_BYTES = _KEY_BYTES = _NONCE_BYTES = 16
_CHUNK_BYTES = 64 << 10
_TAG_BYTES = 16
_FORM = re.compile(
    rb"age-encryption\.org/v1\n"
    rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n"
    rb"([A-Za-z0-9+/]{43})\n"
    rb"--- ([A-Za-z0-9+/]{43})\n"
)


def under_passphrase(plain: bytes, passphrase: str) -> bytes:
    """What only the passphrase opens again; takes about a second, and 256 MiB of memory."""
    salt, key = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_KEY_BYTES)
    wrapping = ChaCha20Poly1305(_stretched(passphrase, salt, WORK))
    wrapped = wrapping.encrypt(bytes(12), key, None)
    signed = HEADER + b"-> scrypt %b %d\n%b\n---" % (_text(salt), WORK, _text(wrapped))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
    chunks = [cipher.encrypt(place, part, None) for place, part in _chunks(plain, _CHUNK_BYTES)]
    return b"%b %b\n" % (signed, _text(_mac(key, signed))) + nonce + b"".join(chunks)


def opened(content: bytes, passphrase: str) -> bytes:
    """What lies under the passphrase.

    Args:
        content: the whole file, as bytes or in age's armour of letters.

    Raises:
        RefusedError: the passphrase is wrong.
        VerificationError: the file is no such file, was changed or cut short, or asks for more work
            than ``MAX_WORK``.
    """
    content = _without_armour(content)
    form = _FORM.match(content)
    if form is None:
        if content.startswith(HEADER + b"-> scrypt "):
            raise _changed()
        raise VerificationError("this is sealed to keys, not under a passphrase.")
    salt, work, wrapped, mac = _bytes(form[1]), int(form[2]), _bytes(form[3]), _bytes(form[4])
    if work > MAX_WORK:
        raise VerificationError("the file asks for more memory than a passphrase may cost.")
    try:
        wrapping = ChaCha20Poly1305(_stretched(passphrase, salt, work))
        key = wrapping.decrypt(bytes(12), wrapped, None)
    except InvalidTag as error:
        raise RefusedError("the passphrase does not open it.", hint="Type it again.") from error
    except MemoryError as error:
        raise VerificationError(
            f"this computer has too little memory for the work that the file asks for (2^{work}).",
            hint="Open it on a larger one, or with: age --decrypt.",
        ) from error
    signed, start = content[: form.start(4) - 1], form.end() + _NONCE_BYTES
    if not hmac.compare_digest(_mac(key, signed), mac) or len(content) < start + _TAG_BYTES:
        raise _changed()
    cipher = ChaCha20Poly1305(_derived(key, content[form.end() : start], b"payload"))
    parts = _chunks(content[start:], _CHUNK_BYTES + _TAG_BYTES)
    try:
        found = [cipher.decrypt(place, part, None) for place, part in parts]
    except InvalidTag as error:
        raise _changed() from error
    if len(found) > 1 and not found[-1]:
        raise _changed()
    return b"".join(found)


def _changed() -> VerificationError:
    return VerificationError("the key under its passphrase was changed or cut short.")


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    stretching = Scrypt(_LABEL + salt, 32, n=1 << work, r=_BLOCK_SIZE, p=1)
    return stretching.derive(passphrase.encode("utf-8", "surrogateescape"))


def _derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(_derived(key, None, b"header"), signed, "sha256")


def _chunks(content: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each with its nonce: its number, and whether it is the last."""
    starts = range(0, max(len(content), 1), size)
    for number, start in enumerate(starts):
        last = number == len(starts) - 1
        yield number.to_bytes(11, "big") + bytes([last]), content[start : start + size]


def _text(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    found = base64.b64decode(text + b"=" * (-len(text) % 4))
    if _text(found) != text:  # bits that nobody reads
        raise _changed()
    return found


def _without_armour(content: bytes) -> bytes:
    if not content.startswith(ARMOUR):
        return content
    lines = content.split()
    text = content.strip().removeprefix(ARMOUR)
    if not text.endswith(_ARMOUR_END) or len(lines) < 2:
        raise _changed()
    try:
        return base64.b64decode(b"".join(text.removesuffix(_ARMOUR_END).split()), validate=True)
    except binascii.Error as error:
        raise _changed() from error
