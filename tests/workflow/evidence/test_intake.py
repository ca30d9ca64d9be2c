"""An intake that is not the one that the log tells of, in a pack that is genuine otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from tests.evidence.signers import NOW, signer
from tests.workflow.evidence.cases import Case, failing, finding, key_pair, redact, when

from efface.evidence.custody.entry import Action
from efface.evidence.custody.log import Log
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.kept import keep_chain
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.statements import write_statement
from efface.evidence.statement import sign_document
from efface.policy import Limits
from efface.workflow.seal import Request, seal_original
from efface.workflow.verify import Verification, verify

LONG_AGO = datetime(2020, 5, 1, tzinfo=UTC)


def pack_alone(case: Case, **changes: object) -> Verification:
    """What somebody finds who has the pack and no file."""
    return verify(None, case.context(**changes), pack=case.pack)


def log_cut_to(case: Case, lines: int) -> None:
    path = case.pack_folder / layout.LOG
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))


def another_intake(case: Case, by: Signer, now: datetime = LONG_AGO) -> None:
    """The genuine log cut to its first two entries, and another original sealed under its case."""
    place = case.folder / "forged"
    place.mkdir()
    with Image.open(case.original) as image:
        image.transpose(Image.Transpose.ROTATE_180).save(place / case.original.name)
    target = place / "forged.pack"
    request = Request(place / case.original.name, target, (key_pair()[0],), by, now=now)
    forged = seal_original(request, Limits())
    intake = replace(forged.intake, case=case.pack.case)
    signed = sign_document(intake.to_json(), by)
    origin = replace(forged.origin, case=case.pack.case, intake=sha256_of(signed))
    write_statement(case.pack_folder, layout.INTAKE, signed, case.pack.certificates)
    signed = sign_document(origin.to_json(), by)
    write_statement(case.pack_folder, layout.ORIGIN, signed, case.pack.certificates)
    shutil.rmtree(case.pack_folder / layout.SEALED)
    shutil.copytree(target / layout.SEALED, case.pack_folder / layout.SEALED)
    shutil.rmtree(case.pack_folder / layout.REDACTED)
    log_cut_to(case, 2)


def test_another_original_is_put_into_a_genuine_pack(case: Case) -> None:
    forger = signer("forger", now=LONG_AGO, years=10)
    another_intake(case, forger)
    found = pack_alone(case)
    wrong = failing(found)["pack.intake"]
    assert "another file was received" in wrong
    assert "sealed" in wrong
    assert "signed by several keys" in wrong
    assert forger.key_id[:16] in wrong
    assert found.exit_code == 7


def test_not_even_by_who_signed_the_log(case: Case) -> None:
    another_intake(case, case.signer, NOW)
    wrong = failing(pack_alone(case))["pack.intake"]
    assert "another file was received" in wrong
    assert "several keys" not in wrong


def _intake_dated_back(case: Case) -> None:
    intake = replace(case.pack.intake, time=case.pack.intake.time - timedelta(hours=2))
    origin = case.pack.origin
    signed = sign_document(intake.to_json(), case.signer)
    write_statement(case.pack_folder, layout.INTAKE, signed, case.pack.certificates)
    signed = sign_document(replace(origin, intake=sha256_of(signed)).to_json(), case.signer)
    write_statement(case.pack_folder, layout.ORIGIN, signed, case.pack.certificates)
    log_cut_to(case, 2)
    shutil.rmtree(case.pack_folder / layout.REDACTED)


def _origin_by_another(case: Case) -> None:
    signed = sign_document(case.pack.origin.to_json(), signer("forger"))
    write_statement(case.pack_folder, layout.ORIGIN, signed, case.pack.certificates)


def _log_begins_otherwise(case: Case) -> None:
    """A log of the same case, by the same key, that tells of no intake."""
    (case.pack_folder / layout.LOG).unlink()
    log = Log(case.pack_folder / layout.LOG, case.pack.case, case.pack.certificates)
    log.append(Action.NOTE, {"text": "begun anew"}, case.signer, NOW)
    shutil.rmtree(case.pack_folder / layout.REDACTED)


def _log_by_another(case: Case) -> None:
    """The same entries, signed by somebody else."""
    old = case.pack.log().entries[:2]
    (case.pack_folder / layout.LOG).unlink()
    forger = signer("forger")
    log = Log(case.pack_folder / layout.LOG, case.pack.case, case.pack.certificates)
    for entry in old:
        log.append(Action(entry.action), entry.details, forger, entry.time, actor=entry.actor)
    shutil.rmtree(case.pack_folder / layout.REDACTED)


def _log_of_one_entry(case: Case) -> None:
    log_cut_to(case, 1)
    shutil.rmtree(case.pack_folder / layout.REDACTED)


def _log_empty(case: Case) -> None:
    log_cut_to(case, 0)
    shutil.rmtree(case.pack_folder / layout.REDACTED)


FORGED: tuple[tuple[Callable[[Case], None], str], ...] = (
    (_intake_dated_back, "another time"),
    (_origin_by_another, "signed by several keys"),
    (_log_begins_otherwise, "does not begin with"),
    (_log_by_another, "signed by several keys"),
    (_log_of_one_entry, "of the seal, is missing"),
    (_log_empty, "tells of no intake"),
)


@pytest.mark.parametrize(
    ("forge", "says"), FORGED, ids=[forge.__name__.strip("_") for forge, _ in FORGED]
)
def test_intake_and_log_must_agree(png: Case, forge: Callable[[Case], None], says: str) -> None:
    forge(png)
    assert says in failing(pack_alone(png))["pack.intake"]


def test_who_received_is_named(png: Case) -> None:
    says = finding(pack_alone(png), "pack.intake").says
    assert "'the desk', whom you know" in says
    stranger = pack_alone(png, trust=png.trust.without("the desk"))
    assert failing(stranger) == {}
    assert "do not know" in finding(stranger, "pack.intake").says
    assert "do not know" in stranger.verdict
    assert png.signer.key_id in stranger.verdict
    assert "'the desk'" in pack_alone(png).verdict


def test_an_empty_log_is_no_log(png: Case) -> None:
    _log_empty(png)
    assert "empty" in failing(pack_alone(png))["log.order"]


def test_a_redaction_of_another_origin(png: Case, tmp_path: Path) -> None:
    """By the same key, under the same case number."""
    redacted = png.pack.redactions()[0]
    signed = sign_document(replace(redacted.statement, origin="0" * 64).to_json(), png.signer)
    write_statement(redacted.folder, layout.STATEMENT, signed, png.pack.certificates)
    says = [one.says for one in pack_alone(png).findings if one.name == "pack.redactions"]
    assert "another original" in says[0]


def test_a_redaction_that_another_key_entered(png: Case, tmp_path: Path) -> None:
    """The statement is the desk's, and the entry that tells of it somebody else's."""
    entry = png.pack.log().entries[2]
    log_cut_to(png, 2)
    png.pack.log().append(Action.REDACTED, entry.details, signer("forger"), entry.time)
    assert "another key" in failing(pack_alone(png))["pack.redactions"]


def test_a_log_signed_by_strangers_too_is_no_secret(png: Case) -> None:
    """The verdict on the file alone would hide who else wrote into the log."""
    stranger = signer("helper")
    keep_chain(png.pack.certificates, stranger.chain)
    png.pack.log().append(Action.VIEWED, {}, stranger, when(90))
    found = png.partner(now=when(100))
    assert failing(found) == {}
    assert stranger.key_id in found.verdict


def test_what_stands_in_the_log_after_a_cut_is_not_called_its_end(png: Case) -> None:
    redact(png, png.folder / "second.png", when(60))
    full = finding(png.partner(now=when(100)), "log.anchors")
    assert "confirmed up to entry 3 of 4" in full.says
    shutil.rmtree(png.pack_folder / layout.REDACTED / "2")
    log_cut_to(png, 3)
    cut = finding(png.partner(now=when(100)), "log.anchors")
    assert "confirmed up to entry 2 of 3" in cut.says
    assert "missing" in cut.does_not_say
    assert Pack(png.pack_folder).log().head is not None
