"""What a method of redaction keeps goes under seal, and a court repeats the redaction with it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyrage  # type: ignore[import-untyped]
import pytest
from numpy.typing import NDArray
from tests.fillings import PictureFilling, textured
from tests.workflow.evidence import test_video as video
from tests.workflow.evidence.cases import MUCH_LATER, Case, failing, finding, make_case, redact
from tests.workflow.redact.asking import picture

from efface.errors import EffaceError, RefusedError, VerificationError
from efface.evidence.custody.log import Log
from efface.evidence.pack.secret import Secret
from efface.redact.methods import catalogue
from efface.redact.methods.interface import Method, Pictures, Prepared
from efface.regions import Regions
from efface.workflow.verify import verify
from efface.zones.filling import Filling


class Drawn(Method):
    """Fills with what was drawn by lot, and with nothing else."""

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        return Prepared(self.repeat(secret), secret)

    def repeat(self, kept: bytes) -> Filling:
        if len(kept) != 32:
            raise VerificationError("that is not what was drawn.")
        return PictureFilling(textured(640, 640, seed=int.from_bytes(kept[:4], "big")))


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "METHODS", {"solid": Drawn})


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return make_case(tmp_path, picture(tmp_path / "a.png", size=(160, 200)))


def test_a_court_repeats_what_was_drawn_by_lot(case: Case) -> None:
    found = case.court()
    assert list(failing(found)) == ["file.fill"]
    assert finding(found, "file.fill").state == "unknown"
    assert "under seal" in finding(found, "file.fill").says
    assert "bit for bit" in finding(found, "redaction.published").says
    assert found.ok


def test_so_it_does_in_a_video(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mkv", portrait, "ffv1"))
    video.redact(case)
    found = case.court()
    assert found.ok
    assert finding(found, "redaction.published").ok


def test_each_redaction_keeps_its_own(case: Case) -> None:
    redact(case, case.folder / "second.png", MUCH_LATER)
    assert sorted(path.name for path in case.pack.sealed.glob("redaction-*")) == [
        "redaction-1.age",
        "redaction-2.age",
    ]
    kept = [case.pack.kept(one.statement, case.secret) for one in case.pack.redactions()]
    assert kept[0] != kept[1]
    assert case.court().ok


def test_it_opens_with_age_and_the_key_in_the_sealed_secret(case: Case) -> None:
    key = case.secret.methods
    assert key is not None
    sealed = (case.pack.sealed / "redaction-1.age").read_bytes()
    opened = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key)])
    assert opened == case.pack.kept(case.pack.redactions()[0].statement, case.secret)
    assert opened not in sealed
    assert opened not in case.published.read_bytes()


def test_without_a_key_nothing_is_said_of_a_repetition(case: Case) -> None:
    found = verify(
        case.published, case.context(), pack=case.pack, original=case.original, secret=None
    )
    assert finding(found, "redaction.repeated").state == "unknown"
    assert "The redaction was not done again." in found.verdict
    assert "redaction.published" not in {one.name for one in found.findings}


def test_a_pack_without_its_sealed_files_says_nothing_of_them(case: Case) -> None:
    shutil.rmtree(case.pack.sealed)
    assert finding(case.partner(), "pack.redactions").ok


def _missing(path: Path) -> None:
    path.unlink()


def _of_another_redaction(path: Path) -> None:
    shutil.copyfile(path.with_name("redaction-2.age"), path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("forge", "word"),
    [(_missing, "missing"), (_of_another_redaction, "exchanged"), (_cut, "changed")],
)
def test_what_is_kept_cannot_be_exchanged(
    forge: Callable[[Path], None], word: str, case: Case
) -> None:
    redact(case, case.folder / "second.png", MUCH_LATER)
    forge(case.pack.sealed / "redaction-1.age")
    assert word in failing(case.partner())["pack.redactions"]
    court = case.court()
    assert not court.ok
    assert "redaction.published" not in {one.name for one in court.findings}


def test_what_no_redaction_names_belongs_to_no_pack(case: Case) -> None:
    shutil.copyfile(case.pack.sealed / "redaction-1.age", case.pack.sealed / "redaction-7.age")
    assert "sealed/redaction-7.age" in failing(case.partner())["pack.files"]


def test_other_things_kept_give_another_picture(case: Case) -> None:
    """A signer who keeps something else than what was drawn is found out by the repetition."""
    path = case.pack.sealed / "redaction-1.age"
    path.write_bytes(case.secret.seal_kept(bytes(32)))
    statement = case.pack.redactions()[0].statement
    forged = replace(statement, sealed=hashlib.sha256(path.read_bytes()).hexdigest())
    assert case.pack.kept(forged, case.secret) == bytes(32)


def test_a_redaction_that_the_log_refuses_leaves_nothing_under_seal(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(path.name for path in case.pack.sealed.iterdir())

    def refuse(*_: object) -> None:
        raise RefusedError("not now.")

    monkeypatch.setattr(Log, "append", refuse)
    with pytest.raises(EffaceError, match="not now"):
        redact(case, case.folder / "second.png", MUCH_LATER)
    assert sorted(path.name for path in case.pack.sealed.iterdir()) == before


def test_an_interrupted_one_is_finished_or_taken_away(case: Case) -> None:
    sealed, redacted = case.pack.sealed, case.pack_folder / "redacted"
    (redacted / "1").rename(redacted / ".1-abcd1234")
    (sealed / "redaction-1.age").rename(sealed / ".1-abcd1234")
    shutil.copytree(redacted / ".1-abcd1234", redacted / ".2-00000000")
    (redacted / ".2-00000000" / "statement.json").write_bytes(b"{}")
    (sealed / ".2-00000000").write_bytes(b"left")
    redact(case, case.folder / "second.png", MUCH_LATER)
    names = {path.name for path in sealed.iterdir()}
    assert {"redaction-1.age", "redaction-2.age"} <= names
    assert not any(name.startswith(".") for name in names)
    assert case.court().ok


def test_a_pack_of_an_earlier_version_takes_no_such_method(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Secret, "drawn", lambda case, name, key: Secret(case, name, key, None))
    with pytest.raises(RefusedError, match="no key for what methods keep"):
        make_case(tmp_path, picture(tmp_path / "a.png", size=(160, 200)))
    assert not (tmp_path / "published.png").exists()
