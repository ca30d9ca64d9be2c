"""The forms of what commands print of keys, seals, logs, checks and left files."""

from __future__ import annotations

from typing import Final, Literal

from efface.documents.model import Amount, Count, Document, Sha256, Share
from efface.evidence.finding import FindingEntry
from efface.evidence.forms import Algorithm, Case, Field, LogBody, StatedHash, TrustedDocument
from efface.media.trace import Trace

INSPECT: Final = "efface.inspect/1"
CLEAN: Final = "efface.clean/1"
VERIFICATION: Final = "efface.verification/1"
LOG_SHOWN: Final = "efface.log-shown/1"
SEALED: Final = "efface.sealed/1"
KEYS: Final = "efface.keys/1"


class InspectedFile(Document, frozen=True, kw_only=True):
    """What a file carries besides its visible pixels."""

    file: str
    findings: list[Trace]
    drawn_face_mark: Amount | None = None
    """How far the mark of a drawn face stands out, in standard deviations; none: not found."""


class InspectDocument(Document, frozen=True, kw_only=True, omit_defaults=True):
    """What files carry besides their visible pixels."""

    schema: Literal["efface.inspect/1"]
    before: InspectedFile
    after: InspectedFile | None = None


class SavedEntry(Document, frozen=True, kw_only=True):
    """What a stopped run has kept of a video."""

    file: str | None
    sha256: Sha256
    recall: str
    age_s: Amount
    size: Count
    in_use: bool
    removed: bool


class SavedReviewEntry(Document, frozen=True, kw_only=True):
    """What the review app has kept of a file."""

    file: str
    sha256: Sha256
    age_s: Amount
    size: Count
    in_use: bool
    removed: bool


class CleanDocument(Document, frozen=True, kw_only=True):
    """What stopped runs have kept, and what became of it."""

    schema: Literal["efface.clean/1"]
    folder: str
    files: list[SavedEntry]
    reviews: list[SavedReviewEntry]


class VerificationDocument(Document, frozen=True, kw_only=True):
    """What of a published file, its pack and its original holds."""

    schema: Literal["efface.verification/1"]
    efface: str
    exit_code: int
    holds: bool
    verdict: str
    signer: Sha256 | None
    signer_known_as: str | None
    signer_is_you: bool
    proven_share: Share | None
    strangers: list[Sha256]
    """Key ids in the pack of signers that whoever checks does not know."""
    file: str | None
    pack: str | None
    findings: list[FindingEntry]


class LogShownDocument(Document, frozen=True, kw_only=True):
    """The entries of a custody log, none where it was changed."""

    schema: Literal["efface.log-shown/1"]
    case: Case
    entries: list[LogBody]
    findings: list[FindingEntry]


class ShownCompanion(Document, frozen=True, kw_only=True):
    """A file that came with an original."""

    number: int
    kind: str
    states: StatedHash


class SealedDocument(Document, frozen=True, kw_only=True):
    """A pack that was made."""

    schema: Literal["efface.sealed/1"]
    pack: str
    case: Case
    sha256: Sha256
    commitment: Sha256
    sealed: dict[str, Sha256]
    companions: list[ShownCompanion]
    fields: list[Field]
    """What was told of how the original came about; the values stay under seal."""
    key: Sha256


class OwnKeyEntry(Document, frozen=True, kw_only=True):
    """A key of the user's own; ``efface keys new`` prints it alone."""

    key: Sha256
    label: str
    algorithm: Algorithm
    kind: Literal["file", "command"]
    not_before: str
    not_after: str
    recipient: str | None


class KeysDocument(Document, frozen=True, kw_only=True):
    """The user's keys, and those of others that the user knows."""

    schema: Literal["efface.keys/1"]
    own: list[OwnKeyEntry]
    known: TrustedDocument
