"""What a timestamp says: the TSTInfo of RFC 3161, 2.4.2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from efface.evidence import der
from efface.evidence.timestamp.request import SHA256

_GENERALIZED_TIME = 0x18
_BOOLEAN = 0x01
_EXTENSIONS = 0xA1
_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,6})\d*)?Z")


@dataclass(frozen=True, slots=True)
class Info:
    """What a timestamp says."""

    digest: bytes | None
    """SHA-256 of what was stamped; ``None`` if it is another hash."""
    time: datetime
    """In UTC."""
    policy: str
    """The authority's policy, as a dotted object identifier."""
    serial_number: int
    nonce: int | None


def read_info(encoded: bytes) -> Info:
    """From DER.

    Raises:
        ValueError: it is none, or holds something critical that is not understood.
    """
    parts = der.only(encoded, der.SEQUENCE)
    if int.from_bytes(parts.child(0, der.INTEGER).content) != 1:
        raise ValueError("expected version 1")
    imprint = parts.child(2, der.SEQUENCE)
    algorithm = imprint.child(0, der.SEQUENCE).child(0, der.OID).whole
    optional = parts.children()[5:]
    for part in optional:
        if part.tag == _EXTENSIONS and any(_critical(e) for e in part.children()):
            raise ValueError("expected no critical extension")
    nonces = [_number(part) for part in optional if part.tag == der.INTEGER]
    return Info(
        imprint.child(1, der.OCTET_STRING).content if algorithm == der.oid(SHA256) else None,
        _time(parts.child(4, _GENERALIZED_TIME).content),
        der.dotted(parts.child(1, der.OID)),
        _number(parts.child(3, der.INTEGER)),
        nonces[0] if nonces else None,
    )


def _number(element: der.DerElement) -> int:
    return int.from_bytes(element.content, signed=True)


def _critical(extension: der.DerElement) -> bool:
    return any(part.tag == _BOOLEAN and part.content != b"\0" for part in extension.children())


def _time(text: bytes) -> datetime:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("expected a time in UTC with seconds")
    seconds = datetime.strptime(found[1].decode("ascii"), "%Y%m%d%H%M%S")
    return seconds.replace(microsecond=int((found[2] or b"").ljust(6, b"0")), tzinfo=UTC)
