"""What whoever checks brings along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509

from efface.evidence.keys.trust import NOBODY, Trust
from efface.policy import Limits


@dataclass(frozen=True, slots=True)
class Context:
    """Of one check."""

    trust: Trust = NOBODY
    """Keys and authorities that are known."""
    roots: Sequence[x509.Certificate] = ()
    """Certificates of timestamp authorities that are trusted."""
    limits: Limits = field(default_factory=Limits)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
