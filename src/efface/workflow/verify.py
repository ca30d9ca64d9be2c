"""``efface verify``: what of a published file, its pack and its original holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efface.documents.model import plain
from efface.errors import EffaceError, RefusedError, VerificationError
from efface.events import Listener, StepStarted, ignore
from efface.evidence import names
from efface.evidence.commitment import ProofResult
from efface.evidence.finding import CheckResult
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.lookalike import resembled
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.secret import Secret
from efface.evidence.statement import signer_of
from efface.evidence.verify.context import Context
from efface.evidence.verify.file import CheckedFile, check_file, share_in_words
from efface.evidence.verify.log import strangers
from efface.evidence.verify.pack import check_pack
from efface.evidence.verify.repetition import check_original, check_repetition
from efface.media.file import MediaFile
from efface.media.opening import open_media
from efface.version import __version__
from efface.workflow.shown_form import VERIFICATION, VerificationDocument

_LEAST_DIGITS = 16


@dataclass(slots=True)
class Verification:
    """Of one file, one pack, or both."""

    file: Path | None
    pack: Path | None
    findings: list[CheckResult] = field(default_factory=list)
    signer: str | None = None
    """Key id of who signed the file, or of a pack alone its intake; hexadecimal."""
    known_as: str | None = None
    """By what name whoever checks knows that key; ``None``: not at all."""
    yours: bool = False
    """It is a key of whoever checks."""
    strangers: tuple[str, ...] = ()
    """Ids of other keys that signed in the pack and that whoever checks does not know."""
    proof: ProofResult | None = None
    """Of the file."""
    resembled: tuple[str, ...] = ()
    """Names that whoever checks knows, and that names of unknown signers look like."""
    checked: CheckedFile | None = field(default=None, repr=False)
    """What came of the file, for a report."""
    media: MediaFile | None = field(default=None, repr=False)
    """The file, opened."""

    @property
    def ok(self) -> bool:
        """Whether nothing fails. What is not known says nothing against a file: who signed, which
        ``known_as`` tells, and what lies under a seal that did not come along."""
        return all(finding.state != "fails" for finding in self.findings)

    @property
    def verdict(self) -> str:
        """In a sentence."""
        if not self.ok:
            return "Something does not hold: do not rely on it."
        if self.known_as is None:
            return (
                f"Everything holds, by the word of a key that you do not know ({self.signer}). "
                "Anybody can make such a key: compare it with one from a source you trust."
                f"{self._more}"
            )
        name = f"you (your key {self.known_as!r})" if self.yours else repr(self.known_as)
        return f"Everything that was checked holds, signed by {name}.{self._more}"

    @property
    def _more(self) -> str:
        unseen = any(one.name == names.PACK_SEALED and one.unknown for one in self.findings)
        seal = " What is under seal was not there to be checked." if unseen else ""
        once = any(one.name == names.REDACTION_REPEATED and one.unknown for one in self.findings)
        seal += " The redaction was not done again." if once else ""
        return f"{self._share}{seal}{self._others}{self._resembling}"

    @property
    def _share(self) -> str:
        if self.proof is None or self.proof.share is None:
            return ""
        return (
            f" Proven is {share_in_words(self.proof.share)} of what lies outside the zones, which "
            f"cover {share_in_words(self.proof.covered)} of the picture."
        )

    @property
    def _others(self) -> str:
        if not self.strangers:
            return ""
        keys = "another key" if len(self.strangers) == 1 else f"{len(self.strangers)} other keys"
        return (
            f" In the pack {keys} signed, too, that you do not know: {', '.join(self.strangers)}."
        )

    @property
    def _resembling(self) -> str:
        names = ", ".join(map(repr, self.resembled))
        return f" One of them resembles {names}, whom you know by another key." if names else ""

    @property
    def exit_code(self) -> int:
        """0 when everything holds that was checked, else that of a failed verification."""
        return 0 if self.ok else VerificationError.exit_code

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(
            VerificationDocument(
                schema=VERIFICATION,
                efface=__version__,
                exit_code=self.exit_code,
                holds=self.ok,
                verdict=self.verdict,
                signer=self.signer,
                signer_known_as=self.known_as,
                signer_is_you=self.yours,
                proven_share=None if self.proof is None else self.proof.share,
                strangers=list(self.strangers),
                file=None if self.file is None else str(self.file),
                pack=None if self.pack is None else str(self.pack),
                findings=[finding.entry() for finding in self.findings],
            )
        )


def verify(
    file: Path | None,
    context: Context,
    *,
    pack: Pack | None = None,
    original: Path | None = None,
    secret: Secret | None = None,
    signer: str | None = None,
    listen: Listener = ignore,
) -> Verification:
    """Check what is given.

    Args:
        file: as it was published; ``None``: only the pack.
        pack: of the case.
        original: unsealed, for a court; needs the pack or the file.
        secret: from under seal; with it, the commitment is made again.
        signer: who must have signed the file: a known name, or a key id or its first 16 digits.

    Raises:
        InputError: something cannot be read whole.
        RefusedError: there is nothing to check.
    """
    found = Verification(file, None if pack is None else pack.folder)
    checked: CheckedFile | None = None
    published: MediaFile | None = None
    if file is not None:
        listen(StepStarted(file, "verify", 0, 1))
        published = open_media(file, context.limits)
        checked = check_file(file, published, context, pack)
        found.findings += checked.findings
        found.proof, found.checked, found.media = checked.proof, checked, published
        _note_signer(found, checked, context, signer)
    if pack is not None:
        listen(StepStarted(pack.folder, "verify", 0, 1))
        found.findings += check_pack(pack, context, checked)
        _note_keys(found, pack, context)
    if original is not None:
        if pack is None:
            raise RefusedError(
                "whether this is the original, its pack tells.",
                path=original,
                hint="Name the pack with --pack.",
            )
        listen(StepStarted(original, "verify", 0, 1))
        opened = open_media(original, context.limits)
        same = check_original(original, opened, pack, secret)
        found.findings += same
        redaction = None if checked is None else checked.redaction
        if (
            checked is not None
            and published is not None
            and redaction is not None
            and all(one.ok for one in same)
        ):
            found.findings += check_repetition(
                opened,
                published,
                redaction,
                context.limits,
                bare=checked.bare,
                pack=pack,
                secret=secret,
            )
    return found


def _note_keys(found: Verification, pack: Pack, context: Context) -> None:
    """Who signed in a pack; what does not hold there is a finding already."""
    if found.file is None:
        try:
            _name(found, signer_of(pack.intake_signed), context)
        except EffaceError:
            return
    unknown = strangers(pack, context.trust)
    found.strangers = tuple(chain.key_id for chain in unknown if chain.key_id != found.signer)
    _note_resembled(found, unknown, context)


def _note_resembled(found: Verification, chains: Iterable[Chain], context: Context) -> None:
    names = (resembled(chain, context.trust) for chain in chains)
    alike = dict.fromkeys((*found.resembled, *(name for name in names if name is not None)))
    found.resembled = tuple(alike)


def _name(found: Verification, chain: Chain, context: Context) -> None:
    found.signer, found.known_as = chain.key_id, context.trust.known_as(chain)
    found.yours = context.trust.is_own(chain)


def _note_signer(
    found: Verification, checked: CheckedFile, context: Context, wanted: str | None
) -> None:
    chain = None if checked.credentials is None else checked.credentials.chain
    if chain is not None:
        _name(found, chain, context)
        _note_resembled(found, [chain], context)
    if wanted is None:
        return
    named = found.known_as is not None and wanted == found.known_as
    digits = wanted.lower()
    by_id = len(digits) >= _LEAST_DIGITS and (found.signer or "").startswith(digits)
    if not named and not by_id:
        found.findings.append(
            CheckResult(
                names.FILE_SIGNER, False, f"The file is not signed by {wanted!r}, as was asked for."
            )
        )
