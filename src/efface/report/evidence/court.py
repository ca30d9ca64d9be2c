"""Everything that a report shows: about a published file, about a pack, or about both.

As for a case, whoever fills it decides what is shown. A report of a file alone holds nothing of the
original but what the file itself carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from efface.evidence.finding import CheckResult
from efface.report.evidence.case import (
    Algorithm,
    Key,
    Measured,
    ReportedCase,
    ReportedChecks,
    ReportedRedaction,
    ReportedStamp,
)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made the report and signed it, in a file beside it."""

    label: str
    """The pseudonym in the certificate."""
    key: str
    """Id."""
    algorithm: Algorithm


@dataclass(frozen=True, slots=True)
class ReportedPicture:
    """A picture of the redacted file, scaled, with its zones drawn."""

    jpeg: bytes
    width: int
    height: int
    frame: int
    """From 0; of a photo with one page 0."""
    seconds: float | None
    """From the beginning of a video."""
    zones: int
    """How many are drawn."""


@dataclass(frozen=True, slots=True)
class ReportedFile:
    """A published file."""

    name: str
    """The user's words, without folders."""
    sha256: str
    size_bytes: int
    format: str
    """In words: ``JPEG photo``."""
    redaction: ReportedRedaction | None
    """What its signed statement says; ``None``: there is none that can be read."""
    exact: bool
    """Whether its proof is of every value, not of figures of small areas."""
    share: float | None
    """Which part of what lies outside the zones is proven, 0 to 1; ``None``: none, or nothing lies
    there."""
    compared: bool
    """Whether a comparison with the original is one of every byte or pixel."""
    pictures: tuple[ReportedPicture, ...] = ()
    no_picture: str = ""
    """Why there is none, in a sentence."""


@dataclass(frozen=True, slots=True)
class CourtReport:
    """One report."""

    made: str
    """When, RFC 3339, UTC."""
    version: str
    """Of efface, which made it."""
    known_as: str | None
    """By what name whoever made it knows the key that signed the file, or a pack alone; ``None``:
    not at all."""
    yours: bool
    """It is a key of whoever made it."""
    checks: tuple[ReportedChecks, ...]
    keys: tuple[Key, ...]
    stamps: tuple[ReportedStamp, ...]
    measured: tuple[Measured, ...]
    limits: tuple[str, ...]
    """What the methods and attacks do not say, in sentences."""
    file: ReportedFile | None = None
    case: ReportedCase | None = None
    signer: Key | None = None
    """Whose that key is, as its certificate says."""
    resembled: tuple[str, ...] = ()
    """Known names that names of unknown signers look like."""
    original: bool = False
    """Whether the original was at hand."""
    maker: Maker | None = None
    """``None``: nobody signed the report."""
    zone: tzinfo = UTC
    """Of the clock of the machine on which it was made."""
    zone_name: str = "UTC"

    @property
    def findings(self) -> tuple[CheckResult, ...]:
        """All that was checked."""
        return tuple(finding for checked in self.checks for finding in checked.findings)

    @property
    def about(self) -> str:
        """A name for it."""
        if self.file is not None:
            return self.file.name
        return "" if self.case is None else f"case {self.case.id}"


def of_case(case: ReportedCase) -> CourtReport:
    """The report of a pack alone."""
    signer = case.key(case.original.key)
    return CourtReport(
        made=case.made,
        version=case.version,
        known_as=None if signer is None else signer.known_as,
        yours=signer is not None and signer.yours,
        checks=case.checks,
        keys=case.keys,
        stamps=case.stamps,
        measured=case.measured,
        limits=case.limits,
        case=case,
        signer=signer,
    )
