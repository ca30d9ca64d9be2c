"""What lies in a pack and belongs to no pack, and names that resemble others: it is said."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evidence.signers import long_named, signer
from tests.workflow.evidence.cases import Case, failing, finding, when
from tests.workflow.evidence.test_intake import pack_alone

from efface.evidence.custody.entry import Action
from efface.evidence.pack import layout
from efface.workflow.pack import show_pack

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def _note_beside_the_statements(folder: Path) -> None:
    (folder / "expert opinion.txt").write_text("the picture is genuine")


def _second_seal(folder: Path) -> None:
    (folder / layout.SEALED / "passphrase.age").write_bytes(b"age-encryption.org/v1\n")


def _later_redaction(folder: Path) -> None:
    shutil.copytree(folder / layout.REDACTED / "1", folder / layout.REDACTED / "3")


def _file_in_a_redaction(folder: Path) -> None:
    (folder / layout.REDACTED / "1" / "proof.old").write_bytes(b"")


def _folder_within_certificates(folder: Path) -> None:
    (folder / layout.CERTIFICATES / "more").mkdir()


def _redaction_of_another_name(folder: Path) -> None:
    (folder / layout.REDACTED / "01").mkdir()


STRAY: tuple[tuple[Callable[[Path], None], str], ...] = (
    (_note_beside_the_statements, "expert opinion.txt"),
    (_second_seal, "sealed/passphrase.age"),
    (_later_redaction, "redacted/3"),
    (_file_in_a_redaction, "redacted/1/proof.old"),
    (_folder_within_certificates, "certificates/more"),
    (_redaction_of_another_name, "redacted/01"),
)


@pytest.mark.parametrize(("put", "name"), STRAY, ids=[put.__name__.strip("_") for put, _ in STRAY])
def test_what_belongs_to_no_pack_is_named(
    png: Case, put: Callable[[Path], None], name: str
) -> None:
    put(png.pack_folder)
    says = failing(pack_alone(png))["pack.files"]
    assert name in says
    assert "nobody signed" in says


@needs_links
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_that_leads_out_of_the_pack(png: Case, tmp_path: Path, kind: str) -> None:
    name = layout.LOG if kind == "file" else layout.SEALED
    (png.pack_folder / name).rename(tmp_path / "elsewhere")
    (png.pack_folder / name).symlink_to(tmp_path / "elsewhere")
    says = failing(pack_alone(png))["pack.files"]
    assert f"{name} is a link that leads out of the pack" in says


def test_what_systems_leave_behind_is_no_forgery(png: Case) -> None:
    (png.pack_folder / ".DS_Store").write_bytes(b"\0")
    (png.pack_folder / "._intake.json").write_bytes(b"\0")
    (png.pack_folder / "log.jsonl.lock").write_bytes(b"")
    (png.pack_folder / layout.REDACTED / ".2-01020304").mkdir()
    found = pack_alone(png)
    assert failing(found) == {}
    assert ".DS_Store" in finding(found, "pack.files").says


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_seal_that_others_can_read_is_mentioned(png: Case) -> None:
    assert "Others on this computer" not in finding(pack_alone(png), "pack.files").says
    (png.pack_folder / layout.SEALED / layout.SECRET).chmod(0o644)
    found = pack_alone(png)
    assert failing(found) == {}
    assert "Others on this computer can read sealed/secret.age" in finding(found, "pack.files").says


def test_a_pack_as_it_is_handed_out(png: Case) -> None:
    """Without what is under seal, as the manual says that strangers get it."""
    shutil.rmtree(png.pack_folder / layout.SEALED)
    found = pack_alone(png)
    assert finding(found, "pack.sealed").state == "unknown"
    assert found.exit_code == 0
    assert "under seal was not there to be checked" in found.verdict
    assert "All 9 checks hold" not in "\n".join(show_pack(png.pack, png.context()).lines())


@pytest.mark.parametrize("label", ["the desk", "th\u0435 d\u0435sk", "The-Desk", "t\u0301he desk"])
def test_a_name_that_resembles_one_that_is_known(png: Case, label: str) -> None:
    """By the same name, by letters of another alphabet, and in the log as in the file."""
    forger = signer(label)
    png.pack.log().append(Action.VIEWED, {}, forger, when(90))
    found = png.partner(now=when(100))
    assert failing(found) == {}
    told = [one.says for one in found.findings if one.name == "log.keys"]
    assert any("resembles 'the desk', whom you know by another key" in says for says in told)
    assert "resembles" in found.verdict
    png.sign_again(png.evidence(), forger)
    assert "resembles" in finding(png.stranger(), "credentials.trust").says


def test_long_names_print_no_warning(png: Case) -> None:
    """Of the library, about what is said of anybody who may sign."""
    forger = long_named(300)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        png.pack.log().append(Action.VIEWED, {}, forger, when(90))
        found = png.partner(now=when(100))
    assert not caught
    told = [one.says for one in found.findings if one.name == "log.keys"]
    assert any("xxx…'" in says and len(says) < 300 for says in told)
