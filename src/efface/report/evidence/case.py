"""Everything that the evidence report shows, as plain data.

Whoever fills it decides what is shown: nothing is on the report that is not in here, and nothing in
here is left out. Texts marked "user's words" may be in any script, and are shown as they are.

Times are UTC as RFC 3339 has it, with seconds and Z: ``2026-11-27T09:30:00Z``. Hashes and ids are
hexadecimal. Sentences end with a full stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from efface.evidence.finding import CheckResult

Signature = Literal["known", "unknown", "wrong", "unchecked"]
"""``known``: valid, by a key that whoever made the report knows; ``unknown``: valid, by a key that
they do not know; ``wrong``: does not hold; ``unchecked``: its certificate is missing."""

Algorithm = Literal["ed25519", "es256", "es384", "ps256"]


@dataclass(frozen=True, slots=True)
class ReportedCompanion:
    """A file that came with the original; its name and content are under seal."""

    number: int
    kind: str
    """``ProofMode``, ``OpenTimestamps`` or ``other``."""
    states: str
    """A SHA-256 ``of the original``, ``of another file``, or ``none``, says who sealed it."""
    sha256: str = ""
    """Where that was released."""


@dataclass(frozen=True, slots=True)
class ReportedField:
    """Something that was told of how the original came about."""

    name: str
    """``device``, ``place``, ``time``, ``source`` or ``obtained``."""
    value: str = ""
    """The user's words, where they were released and are what was sealed; else empty."""
    released: str = ""
    """Time of that."""


@dataclass(frozen=True, slots=True)
class Original:
    """What was received."""

    received: str
    """Time, by the clock of who received it."""
    by: str
    """Pseudonym."""
    key: str
    """Id of the key that signed for it."""
    format: str
    """In words: ``JPEG photo``."""
    size_bytes: int
    sha256: str
    commitment: str
    """Root of the commitment that was signed at intake."""
    version: str
    """Of efface, at intake."""
    sealed: tuple[tuple[str, str], ...] = ()
    """Sealed files: name in the pack (``sealed/original.age``), SHA-256."""
    passphrase: bool = False
    """A passphrase opens the seal, too."""
    companions: tuple[ReportedCompanion, ...] = ()
    """What came with it, under seal."""
    told: tuple[ReportedField, ...] = ()
    """What was told of it, under seal unless it was released."""


@dataclass(frozen=True, slots=True)
class ReportedEntry:
    """An entry of the custody log."""

    number: int
    time: str
    actor: str
    """Pseudonym."""
    says: str
    """What was done, in words."""
    key: str
    signature: Signature
    note: str = ""
    """The user's words."""


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who could see the original or the pack, or did."""

    who: str
    """Pseudonym, or a recipient's public key."""
    what: str
    """In words: ``can open the seal``."""
    time: str = ""
    entry: int | None = None
    """Number of the log's entry that tells of it."""


@dataclass(frozen=True, slots=True)
class ReportedZone:
    """A part of the picture that was covered; of a video, over some time."""

    x: int
    """Of the top-left corner, pixels of the upright picture."""
    y: int
    width: int
    height: int
    page: int | None = None
    """From 1, where there are several."""
    frames: tuple[int, int] | None = None
    """First and last of a video, from 0."""
    seconds: tuple[float, float] | None = None
    """From the beginning of a video."""


@dataclass(frozen=True, slots=True)
class ReportedPerson:
    """What the red team made of one face."""

    id: str
    verdict: str
    """A sentence."""
    strongest: str = ""
    """Attack."""
    false_match_rate: float | None = None
    limit: float | None = None
    """False-match rate below which an attack has found the person."""
    place: int | None = None
    candidates: int | None = None
    bits: float | None = None
    share_of_clear: float | None = None


@dataclass(frozen=True, slots=True)
class ReportedAttack:
    """What the red team made of a file."""

    passed: bool
    says: str
    """A sentence."""
    people: tuple[ReportedPerson, ...]
    alpha: float
    gallery: str
    """Among whom each person was looked for, in words."""
    recognisers: tuple[str, ...]
    differs: tuple[str, ...] = ()
    """How this run differs from the one whose error rates are printed."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedRedaction:
    """A redacted file."""

    number: int
    time: str
    by: str
    """Pseudonym."""
    key: str
    sha256: str
    """Of the file as it was released."""
    format: str
    width: int
    """Pixels of the upright picture."""
    height: int
    method: str
    """A sentence: ``Each zone was filled with one colour.``"""
    settings: tuple[tuple[str, str], ...]
    """In words: what, and how it was set."""
    version: str
    """Of efface."""
    detector: str
    """Which, and how it was set, in a sentence."""
    rescan: str
    """What the second detector saw in the finished file, in a sentence."""
    zones: tuple[ReportedZone, ...]
    covered: float | None = None
    """Share of the picture that is covered, of a video over all frames."""
    repeatable: str = ""
    """Whether the redaction gives the same bytes again, in a sentence."""
    file_name: str | None = None
    """The user's words; ``None``: the user gave none."""
    frames: int | None = None
    """Of a video, or pages."""
    seconds: float | None = None
    """Length of a video."""
    attack: ReportedAttack | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedChecks:
    """What was looked at while the report was made."""

    about: str
    """``The custody log``, ``Redacted file 1``."""
    findings: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class ReportedStamp:
    """A third party's timestamp."""

    over: str
    """What it is of, in words: ``the statement of what was received``."""
    sha256: str
    """Of that."""
    file: str
    """Name in the pack."""
    time: str
    authority: str
    """As its certificate names it."""
    holds: bool
    known: bool
    """Whether whoever made the report knows the authority."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signed something."""

    id: str
    label: str
    """The pseudonym in its certificate."""
    known_as: str | None
    """The name under which whoever made the report knows it."""
    algorithm: Algorithm
    valid_from: str
    valid_until: str
    signed: str
    """What, in words."""
    yours: bool = False
    """It is a key of whoever made the report."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed document in the pack."""

    file: str
    """Name in the pack: ``intake.json``."""
    signature: str
    """Name in the pack: ``intake.sig``."""
    says: str
    """What it states, in words."""
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A table of what was measured."""

    title: str
    source: str
    """The page of the manual."""
    about: tuple[str, ...]
    """On what it was measured, and what it does not say, in sentences."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportedCase:
    """The case."""

    id: str
    made: str
    """When the report was made."""
    version: str
    """Of efface, which made it."""
    original: Original
    log: tuple[ReportedEntry, ...]
    access: tuple[Access, ...]
    redactions: tuple[ReportedRedaction, ...]
    checks: tuple[ReportedChecks, ...]
    stamps: tuple[ReportedStamp, ...]
    keys: tuple[Key, ...]
    statements: tuple[Statement, ...]
    measured: tuple[Measured, ...]
    limits: tuple[str, ...]
    """What the methods and attacks do not say, in sentences; what the report itself does not say is
    added."""

    def key(self, id: str) -> Key | None:
        """The key of that id."""
        return next((key for key in self.keys if key.id == id), None)
