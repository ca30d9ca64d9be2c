"""A published file, checked by a stranger: without the original, without the pack, offline."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from efface.errors import RefusedError, VerificationError
from efface.evidence import names
from efface.evidence.commitment import ProofResult
from efface.evidence.contents import Checked, checked_photo, taken_apart
from efface.evidence.contents import checked as checked_proof
from efface.evidence.credentials import Credentials, check_carried, read
from efface.evidence.credentials import check as check_credentials
from efface.evidence.credentials.bare import bare_sha256
from efface.evidence.credentials.edit import EDITED
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain, Standing
from efface.evidence.keys.lookalike import resemblance
from efface.evidence.pack.assertion import Assertion, found
from efface.evidence.pack.intake import Origin, sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.redaction import Redaction
from efface.evidence.places import regions_of
from efface.evidence.statement import Signed, signer_of
from efface.evidence.timestamp.beside import digests, read_beside
from efface.evidence.verify.context import Context
from efface.evidence.verify.fill import VideoFill, photo_fill
from efface.evidence.verify.log import pack_times
from efface.evidence.verify.stamps import Stamped, check_stamp, stamp_findings
from efface.evidence.verify.tied import bare_finding, signers_finding
from efface.evidence.verify.times import Times
from efface.files.paths import sha256
from efface.media.file import MediaFile
from efface.media.interface import Photo
from efface.media.video.interface import as_movie

LEAST_SHARE = 0.5
"""Of the pixels outside the zones: with less, a proof is one of hardly anything. Files that this
version makes have nearly all proven, since zones grow to whole blocks."""


@dataclass(slots=True)
class CheckedFile:
    """What came of a file, for whoever goes on checking."""

    path: Path
    findings: list[CheckResult] = field(default_factory=list)
    credentials: Credentials | None = None
    assertion: Assertion | None = None
    origin: Origin | None = None
    redaction: Redaction | None = None
    proof: ProofResult | None = None
    stamps: list[Stamped] = field(default_factory=list)
    """Timestamps that came with it."""
    bare: str | None = None
    """SHA-256 of the file without its Content Credentials, hexadecimal."""


def check_file(
    path: Path, media: MediaFile, context: Context, pack: Pack | None = None
) -> CheckedFile:
    """Everything that the file alone, or with the sidecar beside it, can show.

    Args:
        path: of the file.
        media: the same, opened.
        pack: whose timestamps count, too.

    Raises:
        InputError: it cannot be read whole.
        RefusedError: it has no Content Credentials, or none of efface's.
    """
    credentials = read(path)
    if credentials is None:
        raise RefusedError(
            "there are no Content Credentials in the file, nor beside it: there is nothing to "
            "check.",
            path=path,
            hint="They can be lost on the way: ask for the file as it was published, with its "
            ".c2pa where there is one, or check it with --pack.",
        )
    checked = CheckedFile(path, credentials=credentials)
    if credentials.evidence is None:
        checked.findings += check_credentials(credentials, now=context.now)
        checked.findings.append(
            CheckResult(
                names.FILE_EVIDENCE, False, "The Content Credentials hold no evidence of efface's."
            )
        )
        return checked
    _check(checked, media, context, pack)
    return checked


def _check(checked: CheckedFile, media: MediaFile, context: Context, pack: Pack | None) -> None:
    credentials = checked.credentials
    assert credentials is not None
    assert credentials.evidence is not None
    try:
        assertion = checked.assertion = Assertion.of(found(credentials.evidence, media.path))
        origin = checked.origin = Origin.of(assertion.origin)
        redaction = checked.redaction = Redaction.of(assertion.redaction)
    except VerificationError as error:
        checked.findings += check_credentials(credentials, now=context.now)
        checked.findings.append(
            CheckResult(names.FILE_EVIDENCE, False, f"The evidence: {error.message}")
        )
        return
    times, stamps, whole = _times(checked, context, pack)
    checked.stamps = stamps
    known, by = _known(credentials.chain, context), times.by(whole)
    for finding in check_credentials(credentials, now=context.now, stamped=by, known=known):
        checked.findings.append(_yours(finding, credentials.chain, context))
    checked.findings.append(check_carried(media.path, credentials, context.limits))
    checked.findings += _statement(names.FILE_ORIGIN, assertion.origin, origin.time, context, times)
    checked.findings += _statement(
        names.FILE_REDACTION, assertion.redaction, redaction.time, context, times
    )
    checked.findings += [*(stamp.finding for stamp in stamps), *times.findings()]
    checked.findings.append(_linked(assertion, origin, redaction))
    chains = signer_of(assertion.redaction), signer_of(assertion.origin)
    checked.findings.append(signers_finding(credentials.chain, *chains, context.trust))
    checked.bare = bare_sha256(media.path, embedded=credentials.embedded)
    checked.findings.append(bare_finding(checked.bare, redaction))
    proof, filled = _looked_at(media, assertion, origin, redaction, context)
    checked.findings.append(_places(credentials, redaction, media, proof.starts))
    checked.findings.append(filled)
    checked.proof = proof.result
    checked.findings.append(_proven(checked.proof))


def _times(
    checked: CheckedFile, context: Context, pack: Pack | None
) -> tuple[Times, list[Stamped], str]:
    """All timestamps at hand together, those that came with the file, and what one of the whole
    file is of: the SHA-256 of the file, or of the Content Credentials beside it."""
    assertion, credentials = checked.assertion, checked.credentials
    assert assertion is not None
    assert credentials is not None
    whole = (
        sha256(checked.path)
        if credentials.embedded
        else hashlib.sha256(credentials.store).hexdigest()
    )
    stamps = list(stamp_findings(assertion.timestamps, assertion.origin, context))
    origin = sha256_of(assertion.origin)
    inside = [sha256_of(assertion.redaction), origin, *(one.answer for one in stamps)]
    beside = read_beside(checked.path)
    said = ["the published file", *["the timestamp before it"] * len(beside)]
    for answer, digest, what in zip(beside, digests(whole, beside), said, strict=False):
        stamps.append(check_stamp(answer, digest, what, context))
    theirs, named = ([], {}) if pack is None else pack_times(pack, context)
    assert checked.redaction is not None
    redaction = sha256_of(assertion.redaction)
    things = {**named, whole: inside, redaction: [checked.redaction.origin]}
    return Times([*stamps, *theirs], things, context.now), stamps, whole


def _known(chain: Chain | None, context: Context) -> tuple[str, ...]:
    if chain is None or context.trust.known_as(chain) is None:
        return ()
    return (chain.key_id,)


def _yours(finding: CheckResult, chain: Chain | None, context: Context) -> CheckResult:
    """A known signer is called by name, or is whoever checks."""
    if finding.name != names.CREDENTIALS_TRUST or chain is None:
        return finding
    if not finding.ok:
        return replace(finding, says=finding.says + resemblance(chain, context.trust))
    if context.trust.is_own(chain):
        return replace(finding, says=f"The signer's key is yours ({chain.label!r}).")
    return finding


def _statement(
    name: str, signed: Signed, time: datetime, context: Context, times: Times
) -> Iterator[CheckResult]:
    """The signature held, or the statement could not have been read: whose it is, and when."""
    what = "original" if name == names.FILE_ORIGIN else "redaction"
    chain = signer_of(signed)
    who = context.trust.known_as(chain)
    named = "by your own key" if context.trust.is_own(chain) else f"by {who!r}, whom you know"
    by = (
        named
        if who is not None
        else f"by key {chain.key_id[:16]}, which calls itself {chain.label!r} and is not known to "
        "you: valid, but anybody can make such a key"
    )
    yield CheckResult(
        name,
        True,
        f"The statement about the {what} is signed {by}; it is dated {time:%Y-%m-%d %H:%M} UTC."
        f"{resemblance(chain, context.trust)}",
        "The date is that of the signer's clock, unless a timestamp says the same.",
    )
    standing = chain.standing(context.now, times.by(sha256_of(signed)))
    if standing is Standing.EXPIRED and chain.valid_at(time):
        yield CheckResult(
            f"{name}.certificate",
            False,
            f"The certificate of the statement about the {what} has expired, and no timestamp that "
            "you trust shows that it was signed before.",
        )
    elif standing is Standing.VALID_WHEN_STAMPED:
        yield CheckResult(
            f"{name}.certificate",
            True,
            f"The certificate of the statement about the {what} has expired; a timestamp shows "
            "that it was signed before.",
        )
    elif not chain.valid_at(time):
        yield CheckResult(
            f"{name}.certificate",
            False,
            f"The statement about the {what} is dated outside the time in which the certificate "
            "of its key was valid.",
        )


def _looked_at(
    media: MediaFile, assertion: Assertion, origin: Origin, redaction: Redaction, context: Context
) -> tuple[Checked, CheckResult]:
    """What came of the proof, and what is in the zones; a video is decoded once for both."""
    meant, zones = origin.commitment, redaction.zones
    if isinstance(media, Photo):
        content = taken_apart(media)
        filled = photo_fill(media, content, redaction, context.limits)
        return checked_photo(meant, assertion.proof, content, zones), filled
    fill = VideoFill(as_movie(media), redaction)
    return checked_proof(meant, assertion.proof, media, zones, fill.see), fill.result


def _linked(assertion: Assertion, origin: Origin, redaction: Redaction) -> CheckResult:
    """Whether the parts belong together."""
    wrong = None
    if redaction.case != origin.case:
        wrong = "The statements are of different cases: one of them was exchanged."
    elif redaction.origin != sha256_of(assertion.origin):
        wrong = "The redaction is of another original than the statement beside it."
    elif redaction.proof != hashlib.sha256(assertion.proof).hexdigest():
        wrong = "The proof is not the one that was signed: it was exchanged."
    elif redaction.time < origin.time:
        wrong = "The redaction is dated before the original was committed to."
    if wrong is not None:
        return CheckResult(names.FILE_EVIDENCE, False, wrong)
    return CheckResult(
        names.FILE_EVIDENCE,
        True,
        "The statements and the proof belong together, and the original was committed to before "
        "it was redacted.",
        "Before: by the signer's word, unless a timestamp says so.",
    )


def _places(
    credentials: Credentials,
    redaction: Redaction,
    media: MediaFile,
    starts: Sequence[Fraction],
) -> CheckResult:
    """Whether the zones that the Content Credentials show are those of the statement."""
    shown = [r for a in credentials.active.actions if a.name == EDITED for r in a.regions]
    if set(regions_of(media, redaction.zones, starts)) != set(shown):
        return CheckResult(
            names.FILE_ZONES,
            False,
            "The zones in the Content Credentials are not those of the signed statement: a zone "
            "was moved, widened, added or left out after it was signed.",
        )
    count = len(redaction.zones)
    return CheckResult(
        names.FILE_ZONES,
        True,
        f"The {count:,} zone{'s' if count != 1 else ''} that the Content Credentials show are "
        "those that were signed."
        if count
        else "No zone was filled: nothing but what rides along in a file was taken out.",
    )


def _proven(result: ProofResult) -> CheckResult:
    """Whether the proof holds, and is of enough to be called one."""
    if not result.ok or result.share is None:
        return CheckResult(names.FILE_PROOF, result.ok, result.says, result.does_not_say)
    if result.share < LEAST_SHARE:
        return CheckResult(
            names.FILE_PROOF,
            False,
            f"Of what lies outside the zones only {share_in_words(result.share)} is proven: the "
            f"rest shares a block with a zone. Below {LEAST_SHARE:.0%} nothing is called proven. "
            "Redacted into its pack again by this version, the file proves more.",
            result.does_not_say,
        )
    says = f"{result.says} That is {share_in_words(result.share)} of what lies outside the zones."
    return CheckResult(names.FILE_PROOF, True, says, result.does_not_say)


def share_in_words(share: float) -> str:
    """A share in per cent, rounded down: all is only what is all."""
    return f"{math.floor(1000 * share) / 10:g} %"
