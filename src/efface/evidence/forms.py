"""The forms of the documents of evidence: what each says, as it is signed or kept.

What is signed names the key that signed it, as ``key``, last. Later versions may add to all of
them.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from efface.documents.faults import WORDS
from efface.documents.model import Count, Document, Extensible, Positive, Sha256, hexadecimal

TIME = "%Y-%m-%dT%H:%M:%SZ"
"""RFC 3339 in UTC, with seconds."""
CASE_BYTES = 16
"""Of a case's number, drawn by lot."""
KEY_BYTES = 32
NONCE_BYTES = 16
MAX_BODY_BYTES = 1 << 24
"""Of a document that is taken from somebody else."""
MAX_SIGNATURE_BYTES = 1 << 10
"""RSA of 8192 bits."""
MAX_CERTIFICATES = 8
MAX_PROOF_BYTES = 1 << 28
MAX_TIMESTAMP_BYTES = 1 << 20
MAX_TIMESTAMPS = 16
MAX_COMPANIONS = 64

INTAKE: Final = "efface.intake/1"
ORIGIN: Final = "efface.origin/1"
REDACTION: Final = "efface.redaction/1"
LOG: Final = "efface.log/1"
COMMITMENT: Final = "efface.commitment/1"
EVIDENCE: Final = "efface.evidence/1"
BESIDE: Final = "efface.evidence-beside/1"
SECRET: Final = "efface.secret/1"
PACK: Final = "efface.pack/1"
CAPTURE: Final = "efface.capture/1"
SEALED_CAPTURE: Final = "efface.sealed-capture/1"
RELEASE: Final = "efface.release/1"
TRUSTED: Final = "efface.trusted/1"
COMMAND: Final = "efface.command/1"


def _base64(most: int) -> Meta:
    """So many bytes at most."""
    return Meta(max_length=most * 4 // 3 + 4, extra={WORDS: f"base64 of at most {most} bytes"})


Case = Annotated[str, hexadecimal(CASE_BYTES)]
Key = Annotated[str, hexadecimal(KEY_BYTES)]
Nonce = Annotated[str, hexadecimal(NONCE_BYTES)]
Time = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        max_length=20,
        extra={WORDS: "a time such as 2026-03-04T15:30:12Z"},
    ),
]
Name = Annotated[str, Meta(max_length=40)]
Text = Annotated[str, Meta(max_length=1000)]
AgeKey = Annotated[
    str,
    Meta(pattern="^AGE-SECRET-KEY-1[0-9A-Z]{58}$", extra={WORDS: "a secret key of age"}),
]
Body = Annotated[str, _base64(MAX_BODY_BYTES)]
Signature = Annotated[str, _base64(MAX_SIGNATURE_BYTES)]
Proof = Annotated[str, _base64(MAX_PROOF_BYTES)]
Timestamp = Annotated[str, _base64(MAX_TIMESTAMP_BYTES)]
Algorithm = Literal["ed25519", "es256", "es384", "ps256"]
"""Names of RFC 9053 and RFC 8230 in small letters, as Content Credentials take them.

``ed25519`` (RFC 8032), ``es256`` (ECDSA on P-256 with SHA-256), ``es384`` (P-384 with SHA-384) and
``ps256`` (RSA-PSS with SHA-256 and a salt of 32 bytes).
"""
CommitmentKind = Literal[
    "pixels", "coefficients", "figures", "video-figures", "video-exact",
    "means", "video-means", "video-samples",
]  # fmt: skip
"""The last three are of earlier versions, and no longer made."""


Field = Literal["device", "place", "time", "source", "obtained"]
"""What can be told of how an original came about: with what, where and when it was recorded, from
whom it came, and how it was obtained."""
FieldText = Annotated[str, Meta(min_length=1, max_length=1000)]
Released = Annotated[
    str,
    Meta(
        pattern="^(device|place|time|source|obtained|companion-[1-9][0-9]?)$",
        max_length=12,
        extra={WORDS: "device, place, time, source, obtained, or companion-1 and so on"},
    ),
]
"""What can be released from under seal: a field, or the SHA-256 of a companion file."""
StatedHash = Literal["of the original", "of another file", "none"]
"""What a companion file states a SHA-256 of, as far as efface reads its format."""


class OriginalEntry(Extensible, frozen=True, kw_only=True):
    """The original as it was received."""

    sha256: Sha256
    size: Count
    format: Name
    kind: Annotated[str, Meta(max_length=10)]


class CompanionEntry(Extensible, frozen=True, kw_only=True):
    """A file that came with the original; its name is under seal."""

    commitment: Sha256
    """To its SHA-256."""
    kind: Name
    states: StatedHash


class IntakeDocument(Extensible, frozen=True, kw_only=True):
    """What was received (``intake.json``)."""

    schema: Literal["efface.intake/1"]
    case: Case
    time: Time
    nonce: Sha256
    original: OriginalEntry
    sealed: dict[str, Sha256]
    companions: Annotated[list[CompanionEntry], Meta(max_length=MAX_COMPANIONS)] | UnsetType = UNSET
    capture: dict[Field, Sha256] | UnsetType = UNSET
    """Commitments to fields that are under seal, each with a salt of its own."""
    efface: Name
    key: Sha256 | UnsetType = UNSET


class CommitmentDocument(Extensible, frozen=True, kw_only=True):
    """One number that stands for a whole picture or video and tells nothing of it."""

    schema: Literal["efface.commitment/1"]
    kind: CommitmentKind
    root: Sha256
    nonce: Nonce
    parameters: dict[str, Any]


class OriginDocument(Extensible, frozen=True, kw_only=True):
    """What a published file says of its original (``origin.json``)."""

    schema: Literal["efface.origin/1"]
    case: Case
    time: Time
    intake: Sha256
    commitment: CommitmentDocument
    key: Sha256 | UnsetType = UNSET


class HeadEntry(Extensible, frozen=True, kw_only=True):
    """The end of a custody log at some time."""

    number: Positive
    sha256: Sha256


class RedactionDocument(Extensible, frozen=True, kw_only=True):
    """What was done to the original (``statement.json`` of a redaction)."""

    schema: Literal["efface.redaction/1"]
    case: Case
    number: Count
    time: Time
    origin: Sha256
    log: HeadEntry
    efface: Name
    settings: dict[str, Any]
    detector: Text
    zones: str
    """JSON, deflated, base64."""
    proof: Sha256
    bare: Sha256
    repeatable: bool
    checks: dict[str, Any]
    sealed: Sha256 | UnsetType = UNSET
    """Of what its method keeps under seal, where it keeps anything."""
    key: Sha256 | UnsetType = UNSET


class LogBody(Extensible, frozen=True, kw_only=True):
    """What an entry of a custody log says; its actions may become more."""

    schema: Literal["efface.log/1"]
    case: Case
    number: Positive
    previous: Sha256
    time: Time
    actor: str
    action: str
    details: dict[str, Any]
    key: Sha256


class LogLine(Extensible, frozen=True, kw_only=True):
    """A line of a custody log."""

    entry: LogBody
    signature: str


class SignedEntry(Extensible, frozen=True, kw_only=True):
    """A signed document inside another one."""

    body: Body
    signature: Signature
    chain: Annotated[list[Body], Meta(max_length=MAX_CERTIFICATES)]
    algorithm: Algorithm


class EvidenceDocument(Extensible, frozen=True, kw_only=True):
    """The evidence that travels in a published file."""

    schema: Literal["efface.evidence/1"]
    origin: SignedEntry
    redaction: SignedEntry
    proof: Proof
    timestamps: Annotated[list[Timestamp], Meta(max_length=MAX_TIMESTAMPS)]


class BesideDocument(Extensible, frozen=True, kw_only=True):
    """What a published file says of evidence that lies beside it."""

    schema: Literal["efface.evidence-beside/1"]
    sha256: Sha256
    size: Count


class SecretDocument(Extensible, frozen=True, kw_only=True):
    """What only those may know who may see the original, under seal."""

    schema: Literal["efface.secret/1"]
    case: Case
    name: Text
    key: Key
    methods: AgeKey | UnsetType = UNSET
    """A secret key of age, for what methods of redaction keep. Packs of before 0.2 have none."""


class CaptureDocument(Document, frozen=True, kw_only=True):
    """What whoever seals an original tells of how it came about (``efface seal --capture``)."""

    schema: Literal["efface.capture/1"]
    device: FieldText | UnsetType = UNSET
    place: FieldText | UnsetType = UNSET
    time: FieldText | UnsetType = UNSET
    source: FieldText | UnsetType = UNSET
    obtained: FieldText | UnsetType = UNSET


class SaltedEntry(Extensible, frozen=True, kw_only=True):
    """A value under seal, with the salt of its commitment."""

    value: FieldText
    salt: Sha256


class SealedCompanionEntry(Extensible, frozen=True, kw_only=True):
    """What is told of a companion file under seal."""

    name: Text
    size: Count
    sha256: Sha256
    salt: Sha256


class SealedCaptureDocument(Extensible, frozen=True, kw_only=True):
    """What came with an original, under seal (``sealed/capture.age``)."""

    schema: Literal["efface.sealed-capture/1"]
    case: Case
    fields: dict[Field, SaltedEntry]
    companions: Annotated[list[SealedCompanionEntry], Meta(max_length=MAX_COMPANIONS)]


class ReleaseDocument(Extensible, frozen=True, kw_only=True):
    """A value that was under seal and is no longer (``released/NAME.json``)."""

    schema: Literal["efface.release/1"]
    case: Case
    time: Time
    intake: Sha256
    field: Released
    value: FieldText
    salt: Sha256
    efface: Name
    key: Sha256 | UnsetType = UNSET


class PackDocument(Extensible, frozen=True, kw_only=True):
    """Which version a pack is of, and which case (``pack.json``)."""

    schema: Literal["efface.pack/1"]
    case: Case


class TrustedKey(Extensible, frozen=True, kw_only=True):
    """A key that the user knows."""

    name: str
    key: Sha256


class TrustedAuthority(Extensible, frozen=True, kw_only=True):
    """An authority that the user knows."""

    name: str
    certificate: str
    """PEM."""


class TrustedDocument(Extensible, frozen=True, kw_only=True):
    """Whom the user knows (``trusted.json``)."""

    schema: Literal["efface.trusted/1"]
    keys: list[TrustedKey]
    authorities: list[TrustedAuthority]


class CommandDocument(Extensible, frozen=True, kw_only=True):
    """A command that signs (``command.json``)."""

    schema: Literal["efface.command/1"]
    command: list[str]
