"""The whole case: intake, seal, redact, publish; a stranger and a court look at it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.workflow.evidence.cases import FACE, LATER, Case, failing, finding, redact

import efface
from efface.errors import InputError, RefusedError
from efface.evidence.pack import layout
from efface.evidence.seal.opening import open_file
from efface.media.sniff import open_photo
from efface.policy import Limits, Policy
from efface.workflow.redact import publication as publishing
from efface.workflow.redact.records import settings_of


def test_a_stranger_finds_that_everything_holds(case: Case) -> None:
    found = case.stranger()
    assert failing(found) == {}
    assert found.exit_code == 0
    assert found.known_as == "the desk"
    proof = finding(found, "file.proof")
    assert "that no zone touches" in proof.says
    assert "what the zones hide" in proof.does_not_say


def test_a_partner_and_a_court_find_that_everything_holds(case: Case) -> None:
    assert failing(case.partner()) == {}
    found = case.court()
    assert failing(found) == {}
    assert "bit for bit" not in finding(found, "redaction.repeated").says
    assert "bit for bit" in finding(found, "redaction.published").says
    assert "inside the zones and outside" in finding(found, "redaction.published").says


def test_the_original_comes_out_of_the_seal_as_it_was(case: Case, tmp_path: Path) -> None:
    target = tmp_path / "again"
    open_file(case.pack.sealed / layout.ORIGINAL, target, [case.identity])
    assert target.read_bytes() == case.original.read_bytes()


def test_nothing_public_tells_of_the_original(case: Case) -> None:
    """Neither its hash nor its name is in what is published; its name is not in the pack's public
    part either."""
    published = case.published.read_bytes()
    digest = hashlib.sha256(case.original.read_bytes()).hexdigest().encode()
    assert digest not in published
    for path in case.pack_folder.rglob("*"):
        if path.is_file() and path.parent.name != layout.SEALED:
            assert case.original.name.encode() not in path.read_bytes(), path
            assert str(case.folder).encode() not in path.read_bytes(), path
    assert case.original.name.encode() not in published


def test_no_picture_lies_in_the_public_part_of_the_pack(case: Case) -> None:
    """Whatever can be decoded at any place of any public file: there is nothing."""
    there = [path for path in case.pack_folder.rglob("*") if path.is_file()]
    public = [path for path in there if path.parent.name != layout.SEALED]
    assert len(there) > len(public) > 3
    for path in public:
        data = path.read_bytes()
        for start in (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8"):
            assert start not in data, path


def test_a_signed_file_carries_nothing_that_inspect_warns_of(case: Case) -> None:
    found = open_photo(case.published, Limits()).findings()
    assert {one.kind for one in found} <= {"efface-credentials"}


def test_what_others_need_is_less_than_the_picture(case: Case) -> None:
    """A proof is small beside the picture it is about."""
    proof = case.pack.redactions()[0].proof()
    assert len(proof) < 20_000


def test_a_second_redaction_is_a_second_one(png: Case, tmp_path: Path) -> None:
    redact(png, tmp_path / "second.png")
    assert [one.statement.number for one in png.pack.redactions()] == [1, 2]
    assert failing(png.partner()) == {}


def test_two_faces_whose_zones_overlap(case: Case) -> None:
    again = replace(case, published=case.folder / f"two{case.published.suffix}")
    redact(again, again.published, LATER, FACE, replace(FACE, x=FACE.x + 40))
    assert failing(again.court()) == {}
    assert "2 zones" in finding(again.stranger(), "file.zones").says


def test_an_interrupted_redaction_is_finished_or_taken_away(png: Case, tmp_path: Path) -> None:
    """The power went after the log told of it, before its folder had a name; and before that."""
    folder = png.pack_folder / layout.REDACTED
    (folder / "1").rename(folder / ".1-0a0b0c0d")
    (folder / ".2-01020304").mkdir()
    assert "not in the pack" in failing(png.partner())["pack.redactions"]
    redact(png, tmp_path / "second.png")
    assert sorted(path.name for path in folder.iterdir()) == ["1", "2"]
    assert failing(png.partner()) == {}


def test_the_log_tells_what_was_done(case: Case) -> None:
    actions = [entry.action for entry in case.pack.log().entries]
    assert actions == ["received", "sealed", "redacted"]
    output = case.pack.log().entries[-1].details["output"]
    assert output == hashlib.sha256(case.published.read_bytes()).hexdigest()


def test_only_the_original_of_the_pack_is_redacted_into_it(png: Case, tmp_path: Path) -> None:
    with Image.open(png.original) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(png.original)
    with pytest.raises(RefusedError, match="not the original of the pack"):
        redact(png, tmp_path / "other.png")
    assert not (tmp_path / "other.png").exists()
    assert len(png.pack.redactions()) == 1


def test_settings_are_read_as_they_were_written() -> None:
    policy = Policy()
    settings = json.loads(json.dumps(settings_of(policy)))
    assert Policy.parse(settings) == policy


def test_evidence_that_is_too_large_lies_beside_the_file(
    png: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_INSIDE", 1000)
    large = replace(png, published=tmp_path / "large.png")
    redact(png, large.published)
    beside = tmp_path / "large.png.evidence"
    assert beside.stat().st_size > 1000
    assert failing(large.partner()) == {}
    content = beside.read_bytes()
    beside.write_bytes(content.replace(b'"proof":"', b'"proof":"AAAA'))
    assert "not the one that was signed" in failing(large.stranger())["file.evidence"]
    beside.unlink()
    with pytest.raises(InputError, match="No such file"):
        large.stranger()


def test_evidence_of_another_file_is_not_overwritten(png: Case, tmp_path: Path) -> None:
    target = tmp_path / "again.png"
    (tmp_path / "again.png.evidence").write_bytes(b"of another one")
    with pytest.raises(RefusedError, match="evidence of another file"):
        redact(png, target)
    assert not target.exists()
    assert len(png.pack.redactions()) == 1


def test_a_program_asks_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFACE_KEYS", str(case.folder / "keys"))
    secret = case.folder / "court.txt"
    secret.write_text(str(case.identity.native))
    found = efface.verify(
        case.published,
        pack=case.pack_folder,
        original=str(case.original),
        identities=[secret],
        signer=case.signer.key_id,
    )
    assert found.ok
    assert {"file.proof", "log.order", "original.commitment"} <= {f.name for f in found.findings}
    assert not efface.verify(case.published, signer="somebody else").ok
