"""To get a timestamp: ask, and keep only what answers."""

from __future__ import annotations

from efface.errors import VerificationError
from efface.evidence.timestamp.check import Stamp, check
from efface.evidence.timestamp.request import nonce_of, request
from efface.evidence.timestamp.transfer import fetch


def obtain(url: str, digest: bytes) -> bytes:
    """Ask an authority for a timestamp; opens a connection.

    Args:
        digest: SHA-256 of what is to be stamped, 32 bytes.

    Returns:
        The response in DER, as it came: it answers the question, and its signature holds. Whether
        anybody knows the authority is for whoever checks it.

    Raises:
        RefusedError: the address is of no use.
        InputError: there is no answer.
        VerificationError: the authority refuses, answers another question, or its signature does
            not hold.
    """
    asked = request(digest)
    response = fetch(url, asked)
    check_answer(response, asked, digest)
    return response


def check_answer(response: bytes, asked: bytes, digest: bytes) -> Stamp:
    """Check that a response answers this request, and not an earlier one.

    Raises:
        VerificationError: it does not, or does not hold.
    """
    stamp = check(response, digest, ())
    if stamp.nonce != nonce_of(asked):
        raise VerificationError(
            "the timestamp answers another question than ours: it may be an old one.",
            hint="Nothing was kept. Try again, or another server.",
        )
    return stamp
