"""Judging Content Credentials: each thing that can be wrong with them has a sentence of its own.

The library checks signatures and hashes. It does not mind a redaction without its action, a
thumbnail of what was covered, or data that no signature covers; those are looked for here.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime

from efface.evidence import names
from efface.evidence.credentials.edit import REDACTED
from efface.evidence.credentials.manifest import Ingredient, Manifest
from efface.evidence.credentials.reading import Credentials, Status
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Standing
from efface.files.paths import printable
from efface.media.metadata.credentials import BINDING_PREFIX, OWN_LABELS

_BY_CODE: tuple[tuple[str, str], ...] = (
    ("assertion.dataHash.", names.CREDENTIALS_FILE),
    ("assertion.bmffHash.", names.CREDENTIALS_FILE),
    ("assertion.boxesHash.", names.CREDENTIALS_FILE),
    ("assertion.multiAssetHash.", names.CREDENTIALS_FILE),
    ("claim.hardBindings.", names.CREDENTIALS_FILE),
    ("claimSignature.outsideValidity", names.CREDENTIALS_CERTIFICATE),
    ("claimSignature.", names.CREDENTIALS_SIGNATURE),
    ("assertion.hashedURI.", names.CREDENTIALS_CONTENT),
    ("assertion.missing", names.CREDENTIALS_CONTENT),
    ("assertion.notRedacted", names.CREDENTIALS_REDACTIONS),
    ("assertion.selfRedacted", names.CREDENTIALS_REDACTIONS),
    ("assertion.action.redact", names.CREDENTIALS_REDACTIONS),
    ("signingCredential.untrusted", names.CREDENTIALS_TRUST),
    ("signingCredential.", names.CREDENTIALS_CERTIFICATE),
    ("timeStamp.", names.CREDENTIALS_CERTIFICATE),
)
"""The specification's codes (2.4, 15.2), by how they begin; all others are of its rules."""
_OUT_OF_TIME = ("signingCredential.expired", "claimSignature.outsideValidity")
"""Codes for what ``Chain.standing`` judges with the timestamp that is known here."""
_SIGNED = "claimSignature.validated"
_BOUND = ("assertion.dataHash.match", "assertion.bmffHash.match", "assertion.boxesHash.match")


def check(
    credentials: Credentials,
    *,
    now: datetime,
    stamped: datetime | None = None,
    known: Container[str] = (),
) -> tuple[CheckResult, ...]:
    """Everything that was looked at, what holds and what does not.

    Args:
        now: with a time zone.
        stamped: by when the signature was there, as far as a trusted timestamp outside says so.
        known: key ids of the signers that are trusted.
    """
    failed: dict[str, list[Status]] = {
        name: [] for _, name in (*_BY_CODE, ("", names.CREDENTIALS_RULES))
    }
    for status in credentials.failed:
        failed[_name(status)].append(status)
    return (
        _signature(credentials, failed[names.CREDENTIALS_SIGNATURE]),
        _file(credentials, failed[names.CREDENTIALS_FILE]),
        _content(failed[names.CREDENTIALS_CONTENT]),
        _certificate(credentials, failed[names.CREDENTIALS_CERTIFICATE], now, stamped),
        _trust(credentials, known),
        _redactions(credentials, failed[names.CREDENTIALS_REDACTIONS]),
        _pictures(credentials),
        _others(credentials),
        _unsigned(credentials),
        _rules(failed[names.CREDENTIALS_RULES]),
    )


def _name(status: Status) -> str:
    return next(
        (name for start, name in _BY_CODE if status.code.startswith(start)), names.CREDENTIALS_RULES
    )


def _signature(credentials: Credentials, failed: list[Status]) -> CheckResult:
    if failed or not any(status.code == _SIGNED for status in credentials.passed):
        return CheckResult(
            names.CREDENTIALS_SIGNATURE, False, "The signature of the Content Credentials is wrong."
        )
    return CheckResult(
        names.CREDENTIALS_SIGNATURE,
        True,
        "The Content Credentials are as the holder of the key signed them.",
        "Not that what they say is true, nor who holds the key.",
    )


def _file(credentials: Credentials, failed: list[Status]) -> CheckResult:
    bound = any(status.code in _BOUND for status in credentials.passed)
    if any(status.code.startswith("claim.hardBindings.") for status in failed) or (
        not failed and not bound
    ):
        return CheckResult(
            names.CREDENTIALS_FILE, False, "The Content Credentials are bound to no file."
        )
    if failed:
        text = "The Content Credentials are of another file, or the file was changed afterwards."
        return CheckResult(names.CREDENTIALS_FILE, False, text)
    return CheckResult(
        names.CREDENTIALS_FILE,
        True,
        "The file is the one that was signed.",
        "Nothing about the bytes in which the Content Credentials lie or, in MP4, QuickTime, AVIF "
        "and HEIC, about the box that names the file's type: look at it with inspect.",
    )


def _content(failed: list[Status]) -> CheckResult:
    if failed:
        text = f"A part of the Content Credentials was changed or taken out ({_codes(failed)})."
        return CheckResult(names.CREDENTIALS_CONTENT, False, text)
    return CheckResult(
        names.CREDENTIALS_CONTENT,
        True,
        "Every part of the Content Credentials is as it was signed.",
    )


def _certificate(
    credentials: Credentials, failed: list[Status], now: datetime, stamped: datetime | None
) -> CheckResult:
    chain = credentials.chain
    if chain is None:
        return CheckResult(
            names.CREDENTIALS_CERTIFICATE,
            False,
            f"The signer's certificate is wrong: {credentials.broken}",
        )
    others = [status for status in failed if status.code not in _OUT_OF_TIME]
    if others:
        text = f"The signer's certificate or its timestamp does not hold ({_codes(others)})."
        return CheckResult(names.CREDENTIALS_CERTIFICATE, False, text)
    until = f"{chain.not_after:%Y-%m-%d}"
    match chain.standing(now, stamped):
        case Standing.NOT_YET:
            text = f"The signer's certificate is valid only from {chain.not_before:%Y-%m-%d} on."
            return CheckResult(names.CREDENTIALS_CERTIFICATE, False, text)
        case Standing.EXPIRED:
            text = (
                f"The signer's certificate expired on {until}, and no trusted timestamp shows that "
                "the signature is older."
            )
            return CheckResult(names.CREDENTIALS_CERTIFICATE, False, text)
        case Standing.VALID_WHEN_STAMPED:
            text = (
                f"The signer's certificate expired on {until}; a timestamp shows that the "
                "signature is older."
            )
            return CheckResult(names.CREDENTIALS_CERTIFICATE, True, text)
    return CheckResult(
        names.CREDENTIALS_CERTIFICATE, True, f"The signer's certificate is valid until {until}."
    )


def _trust(credentials: Credentials, known: Container[str]) -> CheckResult:
    key = None if credentials.chain is None else credentials.chain.key_id
    if key is not None and key in known:
        return CheckResult(names.CREDENTIALS_TRUST, True, f"The signer is known (key {key}).")
    if credentials.trusted:
        return CheckResult(
            names.CREDENTIALS_TRUST, True, "An authority that is trusted vouches for the signer."
        )
    return CheckResult(
        names.CREDENTIALS_TRUST,
        False,
        f"The signer is not known (key {key}): valid is not trusted.",
        "Not that anything is wrong: compare the key id with one from a source you trust.",
        unknown=True,
    )


def _redactions(credentials: Credentials, failed: list[Status]) -> CheckResult:
    manifests = (credentials.active, *credentials.others)
    put_in = [*_put_in(manifests), *(s.about for s in failed if s.code == "assertion.notRedacted")]
    if put_in:
        text = f"There is content where it was taken out: {_list(put_in)}."
        return CheckResult(names.CREDENTIALS_REDACTIONS, False, text)
    silent = list(_silent(manifests))
    if silent:
        text = f"Something was taken out of the Content Credentials unsaid: {_list(silent)}."
        return CheckResult(names.CREDENTIALS_REDACTIONS, False, text)
    if failed:
        text = f"What was taken out of the Content Credentials may not be ({_codes(failed)})."
        return CheckResult(names.CREDENTIALS_REDACTIONS, False, text)
    text = "Nothing was taken out of the Content Credentials without saying so."
    return CheckResult(names.CREDENTIALS_REDACTIONS, True, text)


def _put_in(manifests: tuple[Manifest, ...]) -> Iterator[str]:
    """Redacted assertions that hold anything."""
    filled = {f"/{m.label}/c2pa.assertions/{label}" for m in manifests for label in m.assertions}
    for manifest in manifests:
        for uri in manifest.redactions:
            if any(uri.endswith(path) for path in filled):
                yield uri


def _silent(manifests: tuple[Manifest, ...]) -> Iterator[str]:
    """Redactions without an action that says so; the library takes them."""
    for manifest in manifests:
        said = {action.redacts for action in manifest.actions if action.name == REDACTED}
        yield from (uri for uri in manifest.redactions if uri not in said)


def _pictures(credentials: Credentials) -> CheckResult:
    manifests = (credentials.active, *credentials.others)
    if credentials.pictures or any(manifest.thumbnail for manifest in manifests):
        text = "The Content Credentials hold a picture or a file, which can show what was covered."
        return CheckResult(names.CREDENTIALS_PICTURES, False, text)
    return CheckResult(
        names.CREDENTIALS_PICTURES,
        True,
        "The Content Credentials hold no thumbnail and no file.",
        "Nothing of what may be written in them as text.",
    )


def _others(credentials: Credentials) -> CheckResult:
    """What efface does not write."""
    active = credentials.active
    found = [
        label
        for label in active.assertions
        if label not in OWN_LABELS and not label.startswith(BINDING_PREFIX)
    ]
    found += [f"manifest {manifest.label}" for manifest in credentials.others]
    if len(active.ingredients) != 1 or any(not _bare(i) for i in active.ingredients):
        found.append("ingredients")
    if credentials.evidence is None:
        text = "The Content Credentials hold no statement of efface's."
        return CheckResult(names.CREDENTIALS_OTHERS, False, text)
    if found:
        text = f"The Content Credentials hold what efface does not write: {_list(found)}."
        return CheckResult(names.CREDENTIALS_OTHERS, False, text)
    return CheckResult(
        names.CREDENTIALS_OTHERS,
        True,
        "The Content Credentials hold what efface writes, and no more.",
    )


def _bare(ingredient: Ingredient) -> bool:
    """As efface writes it: the original, by its format alone."""
    said = (ingredient.title, ingredient.manifest)
    return (
        ingredient.relationship == "parentOf" and said == (None, None) and not ingredient.says_more
    )


def _unsigned(credentials: Credentials) -> CheckResult:
    if credentials.unsigned:
        text = (
            f"The Content Credentials hold data that nobody signed: {_list(credentials.unsigned)}."
        )
        return CheckResult(names.CREDENTIALS_UNSIGNED, False, text)
    return CheckResult(
        names.CREDENTIALS_UNSIGNED, True, "Everything that the Content Credentials hold is signed."
    )


def _rules(failed: list[Status]) -> CheckResult:
    if failed:
        text = f"The Content Credentials break rules of C2PA ({_codes(failed)})."
        return CheckResult(names.CREDENTIALS_RULES, False, text)
    return CheckResult(
        names.CREDENTIALS_RULES, True, "The Content Credentials keep the rules of C2PA."
    )


def _codes(failed: list[Status]) -> str:
    return _list(list(dict.fromkeys(status.code for status in failed)))


def _list(items: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(printable(item)[:120] for item in items[:3])
    return shown + (f" and {len(items) - 3} more" if len(items) > 3 else "")
