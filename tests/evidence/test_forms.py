"""What is signed keeps its bytes, follows its schema, and is refused with the place of a fault."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from tests.evidence.signers import signer

from efface.api.schemas import schema
from efface.errors import VerificationError
from efface.evidence import forms
from efface.evidence.commitment import Commitment
from efface.evidence.custody.entry import Action, write_entry
from efface.evidence.custody.log import Head
from efface.evidence.keys.trust import Trust
from efface.evidence.pack.assertion import Assertion, beside
from efface.evidence.pack.intake import Intake, Origin
from efface.evidence.pack.parsing import understood
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import encode, sign_document
from efface.geometry import Grid, Rect
from efface.zones.zone import Zone

NOW = datetime(2026, 3, 4, 15, 30, 12, tzinfo=UTC)
CASE, HASH = "0123456789abcdef" * 2, "fedcba9876543210" * 4
ZONE = Zone("t1", 0, Rect(0, 0, 8, 8), Rect(0, 0, 8, 8), "box", Grid(1, 1, 0, 0), 0, 0)
COMMITMENT = Commitment("pixels", bytes(32), bytes(16), {"sizes": [[8, 8]], "ratio": 0.1})
INTAKE = Intake(CASE, NOW, HASH, HASH, 12345, "JPEG", "image", {"original.age": HASH}, "0.1.0 é")
ORIGIN = Origin(CASE, NOW, HASH, COMMITMENT)
REDACTION = Redaction(
    CASE, 1, NOW, HASH, Head(3, HASH), "0.1.0",
    {"schema": "efface.policy/1", "zones": {"width": 2}}, "CenterFace", (ZONE,),
    HASH, HASH, True, {"faces": 1},
)  # fmt: skip
DESK = signer("Desk")

BYTES = {
    "intake": (
        INTAKE.to_json(),
        '{"schema":"efface.intake/1","case":"' + CASE + '","time":"2026-03-04T15:30:12Z","nonce":"'
        + HASH + '","original":{"sha256":"' + HASH + '","size":12345,'
        '"format":"JPEG","kind":"image"},'
        '"sealed":{"original.age":"' + HASH + '"},"efface":"0.1.0 é"}',
    ),
    "origin": (
        ORIGIN.to_json(),
        '{"schema":"efface.origin/1","case":"' + CASE + '","time":"2026-03-04T15:30:12Z","intake":"'
        + HASH + '","commitment":{"schema":"efface.commitment/1","kind":"pixels","root":"'
        + "0" * 64 + '","nonce":"' + "0" * 32 + '","parameters":{"sizes":[[8,8]],"ratio":0.1}}}',
    ),
    "redaction": (
        REDACTION.to_json(),
        '{"schema":"efface.redaction/1","case":"' + CASE + '","number":1,'
        '"time":"2026-03-04T15:30:12Z","origin":"' + HASH + '","log":{"number":3,"sha256":"' + HASH
        + '"},"efface":"0.1.0","settings":{"schema":"efface.policy/1","zones":{"width":2}},'
        '"detector":"CenterFace","zones":"' + REDACTION.to_json()["zones"] + '","proof":"' + HASH
        + '","bare":"' + HASH + '","repeatable":true,"checks":{"faces":1}}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_the_bytes_that_are_signed_stay_as_they_were(name: str) -> None:
    document, wanted = BYTES[name]
    assert encode(document).decode() == wanted


def test_what_is_written_follows_its_schema() -> None:
    entry = write_entry(DESK, case=CASE, number=1, previous="0" * 64, time=NOW, actor="Desk",
                        action=Action.NOTE, details={"note": "é"})  # fmt: skip
    signed = sign_document(ORIGIN.to_json(), DESK)
    written = {
        "intake": INTAKE.to_json(),
        "origin": json.loads(signed.body),
        "commitment": COMMITMENT.to_json(),
        "redaction": REDACTION.to_json(),
        "log": json.loads(entry.line),
        "evidence": Assertion(signed, signed, b"proof", (b"stamp",)).to_json(),
        "evidence-beside": beside(b"proof"),
        "trusted": Trust({HASH: "the archive"}).to_json(),
    }
    for name, document in written.items():
        jsonschema.Draft202012Validator(schema(name)).validate(document)


REFUSED: list[tuple[type[msgspec.Struct], str, dict[str, Any], str]] = [
    (forms.IntakeDocument, "intake", {"case": CASE[:-1]}, "case to be 32 hexadecimal"),
    (forms.IntakeDocument, "intake", {"case": CASE.upper()}, "case to be 32 hexadecimal"),
    (forms.IntakeDocument, "intake", {"time": "2026-03-04"}, "time to be a time such as"),
    (forms.IntakeDocument, "intake", {"original": {}}, "original has no 'sha256'"),
    (forms.IntakeDocument, "intake", {"sealed": {"a": 1}}, "sealed"),
    (forms.OriginDocument, "origin", {"commitment": {}}, "commitment has no"),
    (forms.RedactionDocument, "redaction", {"number": -1}, "number to be a whole number >= 0"),
    (forms.RedactionDocument, "redaction", {"repeatable": 1}, "repeatable to be true or false"),
    (forms.RedactionDocument, "redaction", {"log": {"number": 0, "sha256": HASH}}, "log.number"),
    (forms.RedactionDocument, "redaction", {"detector": "x" * 1001}, "detector"),
    (forms.RedactionDocument, "redaction", {"settings": []}, "settings to be an object"),
]


@pytest.mark.parametrize(("model", "name", "change", "words"), REFUSED)
def test_a_fault_is_named_and_the_schema_finds_it_too(
    model: type[msgspec.Struct], name: str, change: dict[str, Any], words: str
) -> None:
    document = {**BYTES[name][0], **change}
    with pytest.raises(VerificationError, match=words):
        understood(document, model)
    assert not jsonschema.Draft202012Validator(schema(name)).is_valid(document)


def test_a_secret_is_not_repeated_in_a_message() -> None:
    document = {"schema": "efface.secret/1", "case": CASE, "name": "a.jpg", "key": "AB" * 32}
    with pytest.raises(VerificationError, match="key to be 64 hexadecimal") as caught:
        understood(document, forms.SecretDocument, secret=True)
    assert "ABAB" not in str(caught.value)


def test_another_version_is_told_as_such_and_what_is_new_is_passed_over() -> None:
    with pytest.raises(VerificationError, match="expected a document") as caught:
        understood({**INTAKE.to_json(), "schema": "efface.intake/2"}, forms.IntakeDocument)
    assert caught.value.hint is not None
    understood({**INTAKE.to_json(), "later": 1}, forms.IntakeDocument)
