"""Timestamps of third parties, as findings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from efface.errors import VerificationError
from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.pack.intake import sha256_of
from efface.evidence.statement import Signed
from efface.evidence.timestamp.check import Stamp, check
from efface.evidence.verify.context import Context


@dataclass(frozen=True, slots=True)
class Stamped:
    """One answer of an authority, checked."""

    digest: str
    """SHA-256 of what it is said to be of, hexadecimal."""
    answer: str
    """SHA-256 of the answer itself, hexadecimal: by this, another one renews it."""
    finding: CheckResult
    stamp: Stamp | None = None
    """``None`` where it does not hold."""
    over: str = ""
    """What it is of, in words."""


def check_stamp(answer: bytes, digest: str, what: str | None, context: Context) -> Stamped:
    """
    Args:
        answer: in DER.
        digest: of what it must be of, hexadecimal; whatever somebody wrote there.
        what: that in words; ``None``: nothing that is known here has this hash.
    """
    own = hashlib.sha256(answer).hexdigest()
    if what is None:
        finding = CheckResult(
            names.TIMESTAMP, False, "A timestamp is of nothing that is in the pack."
        )
        return Stamped(digest, own, finding)
    try:
        stamp = check(answer, bytes.fromhex(digest), context.roots)
    except VerificationError as error:
        finding = CheckResult(names.TIMESTAMP, False, f"The timestamp of {what}: {error.message}")
        return Stamped(digest, own, finding, over=what)
    when = f"{stamp.time:%Y-%m-%d %H:%M:%S} UTC"
    if stamp.known:
        finding = CheckResult(
            names.TIMESTAMP,
            True,
            f"{what.capitalize()} was there by {when}: says {stamp.authority}, whom you trust.",
            "When what it shows happened, and since when it was there.",
        )
    else:
        finding = CheckResult(
            names.TIMESTAMP,
            True,
            f"A timestamp says that {what} was there by {when}. Its signature holds, and no root "
            f"that you gave vouches for {stamp.authority}.",
            "The time: anybody can make such a timestamp. Give the authority's root with --roots.",
        )
    return Stamped(digest, own, finding, stamp, what)


def stamp_findings(answers: Sequence[bytes], of: Signed, context: Context) -> tuple[Stamped, ...]:
    """Timestamps over the statement of origin."""
    digest = sha256_of(of)
    return tuple(
        check_stamp(answer, digest, "the statement about the original", context)
        for answer in answers
    )
