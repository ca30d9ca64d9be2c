"""Redactions of a pack stated anew, by who signs: what they state is theirs to choose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.workflow.evidence.cases import Case

from efface.evidence.pack import layout
from efface.evidence.pack.statements import write_statement
from efface.evidence.statement import decode, encode, sign_document


def details_in(case: Case) -> dict[str, Any]:
    """Of the first redaction."""
    return decode((case.pack.redactions()[0].folder / layout.DETAILS).read_bytes())


def restate(case: Case, details: bytes | Mapping[str, Any], **changes: Any) -> None:
    """Put another statement and other details in place of those of the first redaction."""
    redacted = case.pack.redactions()[0]
    body = details if isinstance(details, bytes) else encode(details)
    checks = {**redacted.statement.checks, **changes.pop("checks", {})}
    checks["details"] = hashlib.sha256(body).hexdigest()
    statement = replace(redacted.statement, checks=checks, **changes)
    signed = sign_document(statement.to_json(), case.signer)
    write_statement(redacted.folder, layout.STATEMENT, signed, case.pack.certificates)
    (redacted.folder / layout.DETAILS).write_bytes(body)
