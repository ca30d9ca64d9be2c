"""Whether the parts of one published file are of one hand, and about this very file."""

from __future__ import annotations

from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.trust import Trust
from efface.evidence.pack.redaction import Redaction


def bare_finding(bare: str | None, redaction: Redaction) -> CheckResult:
    """Whether the statement of redaction is about this file, byte for byte: Content Credentials can
    be put around any file by anybody, the statement not.

    Args:
        bare: SHA-256 of the file without its Content Credentials, hexadecimal; ``None``: they do
            not lie in it as efface puts them there.
    """
    if bare != redaction.bare:
        return CheckResult(
            names.FILE_BARE,
            False,
            "The signed statement of redaction is about another file: this one was changed after "
            "it was redacted, and new Content Credentials were put around it.",
        )
    return CheckResult(
        names.FILE_BARE,
        True,
        "The file is, byte for byte, the one that the signed statement of redaction is about.",
    )


def signers_finding(
    credentials: Chain | None, redaction: Chain, origin: Chain, trust: Trust
) -> CheckResult:
    """Whether who redacted also published, and who they are to whoever sealed the original.

    efface signs a redaction and the Content Credentials around it with one key. The original may
    have been sealed with another: that both may speak for each other, only somebody can say who
    knows both.
    """
    if credentials is None or credentials.key_id != redaction.key_id:
        who = "another key" if credentials is None else _named(credentials, trust)
        return CheckResult(
            names.FILE_SIGNERS,
            False,
            f"The redaction is signed by {_named(redaction, trust)}, and the Content Credentials "
            f"are signed by {who}: somebody else put this evidence around the file.",
        )
    if redaction.key_id == origin.key_id:
        return CheckResult(
            names.FILE_SIGNERS,
            True,
            "One key signed the statement about the original, that about the redaction, and the "
            "Content Credentials.",
        )
    both = (
        f"{_named(origin, trust)} sealed the original, and {_named(redaction, trust)} redacted it"
    )
    if trust.known_as(origin) is None or trust.known_as(redaction) is None:
        return CheckResult(
            names.FILE_SIGNERS,
            False,
            f"Two keys signed: {both}. Whether the one may speak for the other, only who knows "
            "both can say: enter both with 'efface keys trust', if you do.",
        )
    return CheckResult(
        names.FILE_SIGNERS,
        True,
        f"Two keys signed, and you know both: {both}.",
        "That who sealed the original agrees with how it was redacted: ask them.",
    )


def _named(chain: Chain, trust: Trust) -> str:
    name = trust.known_as(chain)
    key = f"key {chain.key_id[:16]}"
    if trust.is_own(chain):
        return f"your {key}"
    return f"{key}, known to you as {name!r}" if name is not None else f"the unknown {key}"
