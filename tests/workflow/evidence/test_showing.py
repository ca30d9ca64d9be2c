"""``efface pack show``: what a pack holds, in JSON, HTML and PDF; and damaged packs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.evidence.signers import NOW
from tests.evidence.timestamp.authority import TimestampAuthority
from tests.report.evidence.pdftext import read
from tests.running import Efface
from tests.workflow.evidence.cases import LATER, Case, key_pair
from tests.workflow.evidence.restating import details_in, restate
from tests.workflow.evidence.test_forgeries import FORGED

from efface.errors import RefusedError, VerificationError
from efface.evidence import names
from efface.evidence.custody.entry import Action
from efface.evidence.pack import layout
from efface.evidence.pack.intake import sha256_of
from efface.evidence.timestamp.request import request
from efface.policy import Limits
from efface.report.evidence import of_case
from efface.report.evidence.case import ReportedCase as Told
from efface.report.evidence.page import html
from efface.workflow.pack import ShownPack, show_pack
from efface.workflow.seal import Request, seal_original


def shown(case: Case, **changes: object) -> ShownPack:
    return show_pack(case.pack, case.context(**changes))


def told(case: Case, **changes: object) -> Told:
    found = shown(case, **changes).case
    assert found is not None
    return found


def written(found: ShownPack, folder: Path) -> tuple[str, str]:
    """The report as a page, and the text of its PDF."""
    page, paper = folder / "report.html", folder / "report.pdf"
    found.write(html=page, pdf=paper, overwrite=False)
    return page.read_text(encoding="utf-8"), read(paper.read_bytes()).text.replace("\n", "")


def test_what_a_pack_holds(case: Case) -> None:
    found = told(case)
    content = case.original.read_bytes()
    original, (redaction,) = found.original, found.redactions
    assert (original.sha256, original.size_bytes) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
    )
    assert (original.by, original.received) == ("desk", "2026-03-04T15:30:12Z")
    assert original.format in ("PNG photo", "JPEG photo")
    assert original.commitment == case.pack.commitment.root.hex()
    assert [name for name, _ in original.sealed] == ["sealed/original.age", "sealed/secret.age"]
    assert redaction.sha256 == hashlib.sha256(case.published.read_bytes()).hexdigest()
    assert (redaction.width, redaction.height, redaction.frames) == (256, 256, None)
    (filled,) = case.pack.redactions()[0].statement.zones
    (zone,) = redaction.zones
    assert (zone.x, zone.y, zone.width) == (filled.rect.x0, filled.rect.y0, filled.rect.width)
    assert redaction.covered == pytest.approx(filled.rect.area / 256**2)
    assert [entry.signature for entry in found.log] == ["known"] * 3
    assert [statement.file for statement in found.statements] == [
        "intake.json",
        "origin.json",
        "redacted/1/statement.json",
    ]
    for statement in found.statements:
        body = (case.pack_folder / statement.file).read_bytes()
        assert statement.sha256 == hashlib.sha256(body).hexdigest()
        assert (case.pack_folder / statement.signature).is_file()
    (key,) = found.keys
    assert (key.id, key.label, key.known_as) == (case.signer.key_id, "desk", "the desk")
    assert key.signed == (
        "the statement of what was received, the statement of what redacted files tell of the "
        "original, the statement of redacted file 1 and entries 1 to 3"
    )
    who = {(one.who, one.what) for one in found.access}
    (recipient,) = case.pack.log().entries[1].details["recipients"]
    assert (recipient, "Can open the seal") in who
    assert ("desk", "Received the original") in who
    assert "Faces found in photos" in {table.title for table in found.measured}


def test_page_paper_and_json_tell_the_case_and_no_name(case: Case, tmp_path: Path) -> None:
    found = shown(case)
    assert found.verification.exit_code == 0
    page, paper = written(found, tmp_path)
    plain = json.dumps(found.to_json())
    lines = "\n".join(found.lines())
    digest = hashlib.sha256(case.original.read_bytes()).hexdigest()
    for text in (page, paper, plain, lines):
        assert case.pack.case in text
        assert digest in text
        assert "Can open the seal" in text
        assert "2026-03-04" in text
        assert case.original.name not in text
        assert case.pack_folder.name not in text
        assert str(tmp_path.parent) not in text
    for text in (page, paper):
        assert "All 9 checks hold, by a key that is known." in text
        assert "one colour, black (#000000)" in text


def test_a_pack_without_a_redaction(png: Case, tmp_path: Path) -> None:
    recipient, _ = key_pair()
    target = tmp_path / "new.pack"
    asked = Request(png.original, target, (recipient,), png.signer, note="by hand", now=NOW)
    found = show_pack(seal_original(asked, Limits()), png.context())
    assert found.verification.ok
    assert found.case is not None
    assert found.case.redactions == ()
    assert not found.case.original.passphrase
    assert found.case.log[0].note == "by hand"
    assert found.case.log[1].says == "Sealed the original to 1 recipient"
    page, paper = written(found, tmp_path)
    for text in (page, paper):
        assert "Nothing was redacted from this pack." in text


def test_keys_that_are_not_known_and_timestamps(png: Case) -> None:
    authority = TimestampAuthority()
    digest = sha256_of(png.pack.origin_signed)
    folder = png.pack_folder / layout.TIMESTAMPS
    folder.mkdir()
    question = request(bytes.fromhex(digest))
    answer = authority.answers(question, time=NOW + timedelta(minutes=1))
    (folder / f"{digest}.tsr").write_bytes(answer)
    details = {"of": digest, "authority": "CN=some authority"}
    png.pack.log().append(Action.STAMPED, details, png.signer, LATER)
    found = told(png, roots=(authority.root.certificate,))
    (stamp,) = found.stamps
    assert (stamp.sha256, stamp.file) == (digest, f"timestamps/{digest}.tsr")
    assert (stamp.time, stamp.over) == (
        "2026-03-04T15:31:12Z",
        "the statement about the original",
    )
    assert (stamp.holds, stamp.known) == (True, True)
    assert found.log[-1].says == (
        "Had the statement about the original timestamped by CN=some authority"
    )
    strange = show_pack(png.pack, png.context(trust=type(png.trust)())).case
    assert strange is not None
    assert [one.known for one in strange.stamps] == [False]
    assert [key.known_as for key in strange.keys] == [None]
    assert {entry.signature for entry in strange.log} == {"unknown"}


def test_a_timestamps_name_never_gets_into_a_command(png: Case, tmp_path: Path) -> None:
    folder = png.pack_folder / layout.TIMESTAMPS
    folder.mkdir()
    (folder / "$(touch x);.tsr").write_bytes(b"no timestamp")
    (folder / f"{'a' * 64}.tsr").write_bytes(b"no timestamp")
    found = shown(png)
    assert found.verification.exit_code == 7
    assert found.case is not None
    assert [(one.holds, one.over) for one in found.case.stamps] == [
        (False, "nothing that is in the pack")
    ]
    page, _ = written(found, tmp_path)
    assert "$(touch" not in page


def _log_gone(case: Case) -> None:
    (case.pack_folder / layout.LOG).unlink()


def _log_within_a_line(case: Case) -> None:
    path = case.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes()[:-50])


def _details_gone(case: Case) -> None:
    (case.pack_folder / layout.REDACTED / "1" / layout.DETAILS).unlink()


def _intake_gone(case: Case) -> None:
    (case.pack_folder / "intake.json").unlink()


DAMAGED = [forge for forge, _, _ in FORGED]
DAMAGED += [_log_gone, _log_within_a_line, _details_gone, _intake_gone]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_pack_is_shown_as_far_as_it_can_be_read(
    png: Case, damage: Callable[[Case], None]
) -> None:
    before = told(png)
    damage(png)
    found = shown(png)
    assert found.verification.exit_code == 7
    assert found.case is not None
    assert (found.case.id, found.case.original.sha256) == (before.id, before.original.sha256)
    wrong = [one.says for one in found.verification.findings if not one.ok]
    text = html(of_case(found.case))
    assert "did not hold. Read these first." in text
    assert all(png.pack_folder.name not in says for says in wrong)
    assert any(line.startswith("FAILS") for line in found.lines())


def test_a_forged_entry_is_shown_as_one_that_does_not_hold(png: Case) -> None:
    path = png.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes().replace(b'"received"', b'"disposed"'))
    log = told(png).log
    assert [entry.signature for entry in log] == ["wrong", "known", "known"]
    assert log[0].says.startswith("Entered a disposal")


def test_without_its_certificate_no_signature_is_said_to_hold(png: Case) -> None:
    for path in png.pack.certificates.iterdir():
        path.unlink()
    found = told(png)
    assert [entry.signature for entry in found.log] == ["unchecked"] * 3
    assert "cannot be checked" in found.original.by
    assert (found.keys, found.redactions) == ((), ())


def test_a_file_is_not_named_by_an_entry_that_does_not_hold(png: Case) -> None:
    path = png.pack_folder / layout.LOG
    output = hashlib.sha256(png.published.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(output.encode(), b"e" * 64))
    (redaction,) = told(png).redactions
    assert redaction.sha256.startswith("not known")


def test_what_the_log_says_was_received_when_the_statement_is_gone(png: Case) -> None:
    before = told(png).original
    (png.pack_folder / "intake.sig").write_bytes(b"no signature")
    after = told(png).original
    assert (after.sha256, after.size_bytes, after.by) == (before.sha256, before.size_bytes, "desk")
    assert after.version.startswith("not known")


def test_nothing_to_report_on(png: Case, tmp_path: Path) -> None:
    _intake_gone(png)
    _log_gone(png)
    found = shown(png)
    assert found.to_json()["case"] is None
    assert [one.name for one in found.verification.findings if not one.ok] == ["pack.statements"]
    with pytest.raises(VerificationError, match="nothing to report on"):
        found.write(html=tmp_path / "report.html", pdf=None, overwrite=False)
    assert not (tmp_path / "report.html").exists()


def test_a_check_that_cannot_be_finished_is_a_finding(png: Case) -> None:
    (png.pack.redactions()[0].folder / layout.DETAILS).unlink()
    (wrong,) = [one for one in shown(png).verification.findings if not one.ok]
    assert wrong.name == names.PACK_WHOLE
    assert "No such file" in wrong.says


def test_details_that_were_not_signed_are_not_shown(png: Case) -> None:
    path = png.pack.redactions()[0].folder / layout.DETAILS
    path.write_bytes(path.read_bytes().replace(b'"width":256', b'"width":999'))
    (redaction,) = told(png).redactions
    assert redaction.width < 256
    assert "a size that cannot be told" in redaction.format
    assert "is not what was signed" in redaction.notes[0]


@pytest.mark.parametrize(
    "details",
    [b"[]", b"{}", b'{"schema":"efface.details/9"}', b"\xff", b'{"schema":1}'],
)
def test_signed_details_that_are_none(png: Case, details: bytes) -> None:
    restate(png, details)
    (redaction,) = told(png).redactions
    assert redaction.notes[0].startswith("What the checks found")


def test_pages_and_pixels_of_a_file_with_several(png: Case) -> None:
    (zone,) = png.pack.redactions()[0].statement.zones
    zones = tuple(replace(zone, frame=frame) for frame in (0, 1, 5))
    restate(png, {**details_in(png), "frames": 9}, zones=zones)
    (redaction,) = told(png).redactions
    assert redaction.frames == 9
    assert [(one.page, one.frames) for one in redaction.zones] == [(None, (0, 1)), (6, None)]
    assert redaction.covered is None  # pages may differ in size


def test_reports_are_written_together_and_nothing_is_overwritten(png: Case, tmp_path: Path) -> None:
    found, page, paper = shown(png), tmp_path / "r.html", tmp_path / "r.pdf"
    paper.write_bytes(b"mine")
    with pytest.raises(RefusedError, match="exists already"):
        found.write(html=page, pdf=paper, overwrite=False)
    assert (page.exists(), paper.read_bytes()) == (False, b"mine")
    found.write(html=page, pdf=paper, overwrite=True)
    assert paper.read_bytes().startswith(b"%PDF")
    with pytest.raises(RefusedError, match="one name"):
        found.write(html=page, pdf=page, overwrite=True)
    intake = png.pack_folder / "intake.json"
    before = intake.read_bytes()
    for inside in (intake, png.pack_folder / "new.html", png.pack_folder / "new" / "r.html"):
        with pytest.raises(RefusedError, match="no part of the pack"):
            found.write(html=inside, pdf=None, overwrite=True)
    assert intake.read_bytes() == before
    assert not (png.pack_folder / "new").exists()


def test_what_a_user_sees(
    png: Case, tmp_path: Path, efface: Efface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path / "keys"))
    png.trust.save()
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    run = efface("pack", "show", png.pack_folder, "--html", page, "--pdf", paper, "--json")
    assert run.code == 0, run.err
    found = run.json()
    assert (found["schema"], found["holds"]) == ("efface.pack-shown/1", True)
    assert found["case"]["keys"][0]["known_as"] == "the desk"
    assert page.stat().st_size > 1000
    assert paper.stat().st_size > 1000
    path = png.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes().replace(b'"received"', b'"disposed"'))
    run = efface("pack", "show", png.pack_folder, "--html", page, "--overwrite")
    assert run.code == 7
    assert "FAILS    log.signatures" in run.out
    assert "did not hold" in page.read_text(encoding="utf-8")
