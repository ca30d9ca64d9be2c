"""One entry of a custody log: a line of JSON with its signature.

::

    {"entry":{"schema":"efface.log/1","case":"...","number":2,"previous":"...",
              "time":"2026-03-04T15:30:12Z","actor":"...","action":"viewed","details":{},
              "key":"..."},"signature":"..."}

all on one line. What is signed are the bytes between ``{"entry":`` and ``,"signature":``, in base64
beside them as OpenSSL's commands take it. ``previous`` is the SHA-256 of the line before, without
its line feed, and 64 zeros in the first entry.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from efface.documents.model import exact
from efface.documents.reading import as_model
from efface.errors import RefusedError, VerificationError
from efface.evidence.forms import LOG, TIME, LogBody
from efface.evidence.keys.algorithms import from_openssl, holds
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.interface import Signer
from efface.evidence.statement import decode, encode, sign

NOTHING_BEFORE = "0" * 64
"""``previous`` of the first entry."""
MAX_LINE_BYTES = 1 << 20
MAX_DETAILS_BYTES = 1 << 16
MAX_ACTOR_CHARACTERS = 200

_LINE = re.compile(rb'\{"entry":(\{.*\}),"signature":"([A-Za-z0-9+/]{2,2000}={0,2})"\}')


class Action(StrEnum):
    """What can have been done."""

    RECEIVED = "received"
    SEALED = "sealed"
    OPENED = "opened"
    VIEWED = "viewed"
    COPIED = "copied"
    TRANSFERRED = "transferred"
    REDACTED = "redacted"
    ATTACKED = "attacked"
    VERIFIED = "verified"
    STAMPED = "stamped"
    RELEASED = "released"
    PUBLISHED = "published"
    CONSENT = "consent"
    DISPOSED = "disposed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What an entry says; whether its signature holds, ``signed_by`` tells."""

    case: str
    """Random 128 bits of the case, hexadecimal."""
    number: int
    """From 1."""
    previous: str
    """SHA-256 of the line before, hexadecimal."""
    time: datetime
    """By the clock of who wrote it, in UTC."""
    actor: str
    """A pseudonym."""
    action: str
    """One of ``Action``, unless a later version wrote it."""
    details: Mapping[str, Any]
    key: str
    """Key id of who signed it."""
    line: bytes
    """As it stands in the log, without the line feed."""

    @property
    def sha256(self) -> str:
        """Of the line, hexadecimal."""
        return hashlib.sha256(self.line).hexdigest()

    def signed_by(self, chain: Chain) -> bool:
        """Whether the signature is that of the chain's key, which the entry must name."""
        found = _LINE.fullmatch(self.line)
        assert found is not None, "an entry is made of a line that matches"
        try:
            encoded = base64.b64decode(found[2], validate=True)
            signature = from_openssl(chain.algorithm, encoded)
        except ValueError:
            return False
        if base64.b64encode(encoded) != found[2]:  # one signature, one spelling
            return False
        return self.key == chain.key_id and holds(chain.public, signature, found[1])

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types, without the signature."""
        return decode(self.line)["entry"]  # type: ignore[no-any-return]


def write_entry(
    signer: Signer,
    *,
    case: str,
    number: int,
    previous: str,
    time: datetime,
    actor: str,
    action: Action,
    details: Mapping[str, Any],
) -> LogEntry:
    """Sign an entry.

    Raises:
        RefusedError: the actor or the details are of no use, or the signer gives no signature.
    """
    if not actor.strip() or not actor.isprintable() or len(actor) > MAX_ACTOR_CHARACTERS:
        raise RefusedError(
            f"who did it has 1 to {MAX_ACTOR_CHARACTERS} printable characters.",
            hint="A pseudonym is enough: the log is meant to be shown.",
        )
    try:
        size = len(encode(details))
    except ValueError as error:
        raise RefusedError(f"the details are no plain JSON: {error}") from error
    if size > MAX_DETAILS_BYTES:
        raise RefusedError(
            f"the details have {size} bytes; {MAX_DETAILS_BYTES} is the most.",
            hint="Put the text into a file and its SHA-256 into the log.",
        )
    said = LogBody(
        schema=LOG,
        case=case,
        number=number,
        previous=previous,
        time=time.astimezone(UTC).strftime(TIME),
        actor=actor,
        action=str(action),
        details=dict(details),
        key=signer.key_id,
    )
    body = encode(exact(said))
    signature = base64.b64encode(sign(body, signer).openssl_signature())
    return read_entry(b'{"entry":' + body + b',"signature":"' + signature + b'"}')


def read_entry(line: bytes) -> LogEntry:
    """Take a line apart; nothing in it is believed.

    Raises:
        VerificationError: it is no entry.
    """
    found = _LINE.fullmatch(line) if len(line) <= MAX_LINE_BYTES else None
    if found is None:
        raise VerificationError("the line is no entry of a log.")
    try:
        said = as_model(decode(found[1]), LogBody)
        time = datetime.strptime(said.time, TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise VerificationError(
            f"the line is no entry of a log of this version ({error})."
        ) from error
    return LogEntry(
        said.case,
        said.number,
        said.previous,
        time,
        said.actor,
        said.action,
        said.details,
        said.key,
        line,
    )
