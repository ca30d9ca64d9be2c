"""From a published file that was checked to what its report says.

Nothing of the original is known here but what the file itself carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from efface.errors import EffaceError
from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.trust import Trust
from efface.evidence.pack.parsing import written
from efface.evidence.statement import signer_of
from efface.evidence.verify.file import CheckedFile
from efface.media.file import MediaFile
from efface.regions import Kind
from efface.report.evidence.case import Key, ReportedAttack, ReportedRedaction, ReportedStamp
from efface.report.evidence.court import ReportedFile, ReportedPicture
from efface.report.evidence.from_pack.readable_pack import Fields
from efface.report.evidence.from_pack.redactions import format_in_words, stated
from efface.report.evidence.from_pack.settings import alpha_of
from efface.report.evidence.pictures import pictures
from efface.version import __version__

EXACT = ("coefficients", "pixels", "video-samples")
"""Kinds of commitments to every value."""
_SHOWN = (
    names.CREDENTIALS_SIGNATURE,
    names.CREDENTIALS_CONTENT,
    names.FILE_SIGNERS,
    names.FILE_EVIDENCE,
    names.FILE_BARE,
    names.FILE_ZONES,
    names.FILE_FILL,
)
"""What must hold for a picture to be shown: else it could be one of what was to be hidden."""
_DAY = "%Y-%m-%d"


def file_of(
    checked: CheckedFile, media: MediaFile, findings: Sequence[CheckResult]
) -> ReportedFile:
    """What a file is, and what it says of itself.

    Args:
        findings: all that was checked, with what a court finds.
    """
    shown, no_picture = _pictures(checked, media, findings)
    origin, proof = checked.origin, checked.proof
    return ReportedFile(
        name=checked.path.name,
        sha256=media.sha256,
        size_bytes=media.source.size,
        format=format_in_words(media.format, media.kind),
        redaction=_redaction(checked, media),
        exact=origin is not None and origin.commitment.kind in EXACT,
        share=None if proof is None or not proof.ok else proof.share,
        compared=_compared(checked, findings),
        pictures=shown,
        no_picture=no_picture,
    )


def _compared(checked: CheckedFile, findings: Sequence[CheckResult]) -> bool:
    """Whether the redaction done again is the file, in every byte: that can be said only of one
    that is repeatable, by this version."""
    redaction = checked.redaction
    same = any(one.name == names.REDACTION_PUBLISHED and one.ok for one in findings)
    if redaction is None or not same:
        return False
    return redaction.repeatable and redaction.version == __version__


def _pictures(
    checked: CheckedFile, media: MediaFile, findings: Sequence[CheckResult]
) -> tuple[tuple[ReportedPicture, ...], str]:
    held = {one.name for one in findings if one.ok} - {one.name for one in findings if not one.ok}
    if checked.redaction is None or not held.issuperset(_SHOWN):
        return (), (
            "something of the file does not hold, so that it could show what was to be hidden."
        )
    try:
        return pictures(media, checked.redaction.zones), ""
    except EffaceError as error:
        return (), f"it cannot be decoded ({error.message})"


def _redaction(checked: CheckedFile, media: MediaFile) -> ReportedRedaction | None:
    statement, assertion = checked.redaction, checked.assertion
    if statement is None or assertion is None:
        return None
    told, kind = media.media(), _kind(media)
    facts = Fields(
        {"format": media.format, "width": told.width, "height": told.height, "frames": told.frames}
    )
    chain = signer_of(assertion.redaction)
    found = stated(statement, facts, kind, key=chain.key_id, by=chain.label, output=media.sha256)
    video = kind == "video"
    return replace(
        found,
        file_name=checked.path.name,
        frames=told.frames if video else found.frames,
        attack=_attack(statement.checks.get("attack"), alpha_of(statement.settings)),
    )


def _kind(media: MediaFile) -> Kind:
    return "video" if media.kind == "video" else "image"


def _attack(outcome: object, alpha: float) -> ReportedAttack | None:
    if outcome != "passed":
        return None
    says = "The signed statement says that no attack found anybody. What each did lies in the pack"
    return ReportedAttack(True, says, (), alpha, "", ())


def key_of(chain: Chain, trust: Trust, signed: str) -> Key:
    """A key that signed, as its certificates have it."""
    return Key(
        chain.key_id,
        chain.label,
        trust.known_as(chain),
        chain.algorithm,
        chain.not_before.strftime(_DAY),
        chain.not_after.strftime(_DAY),
        signed,
        yours=trust.is_own(chain),
    )


def keys_of(checked: CheckedFile, trust: Trust) -> Iterator[Key]:
    """The keys that signed in a file, each once."""
    signed: dict[str, tuple[Chain, list[str]]] = {}
    chain = None if checked.credentials is None else checked.credentials.chain
    if chain is not None:
        signed[chain.key_id] = chain, ["the file's Content Credentials"]
    if checked.assertion is not None and checked.redaction is not None:
        for statement, what in (
            (checked.assertion.origin, "the statement about the original"),
            (checked.assertion.redaction, "the statement about the redaction"),
        ):
            chain = signer_of(statement)
            signed.setdefault(chain.key_id, (chain, []))[1].append(what)
    for one, told in signed.values():
        yield key_of(one, trust, ", ".join(told))


def stamps_of(checked: CheckedFile) -> Iterator[ReportedStamp]:
    """Timestamps that came with a file."""
    for one in checked.stamps:
        stamp = one.stamp
        yield ReportedStamp(
            one.over,
            one.digest,
            "",
            "not known" if stamp is None else written(stamp.time),
            "not known" if stamp is None else stamp.authority,
            one.finding.ok,
            stamp is not None and stamp.known,
        )
