"""Everything that somebody may forge is caught, each with words of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.evidence.signers import NOW, signer
from tests.evidence.timestamp.authority import TimestampAuthority
from tests.workflow.evidence.cases import (
    LATER,
    Case,
    Picture,
    changed,
    failing,
    finding,
    make_case,
    redact,
)

from efface.errors import VerificationError
from efface.evidence.credentials import photo_regions
from efface.evidence.pack import layout
from efface.evidence.pack.assertion import Assertion
from efface.evidence.pack.intake import Origin, sha256_of
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import sign_document
from efface.evidence.timestamp.request import request
from efface.geometry import Rect
from efface.workflow.verify import verify


def dot(pixels: Picture) -> None:
    """One value of one pixel, far from the face."""
    pixels[200, 20, 1] ^= 1


def another(case: Case, folder: Path, years: int = 5) -> Case:
    """Another case of the same original."""
    place = folder / "another"
    place.mkdir()
    shutil.copy(case.original, place)
    return make_case(place, place / case.original.name, years=years)


def test_one_pixel_beside_the_zones_by_a_stranger(png: Case) -> None:
    evidence = png.evidence()
    changed(png.published, dot)
    png.sign_again(evidence, signer("forger"))
    found = png.stranger()
    assert (
        "not as it was committed" in failing(found)["file.proof"]
        or "changed" in failing(found)["file.proof"]
    )
    assert found.known_as is None
    assert "do not rely" in found.verdict


def test_one_pixel_beside_the_zones_by_the_signer(png: Case) -> None:
    """Not even with the key that signed it."""
    evidence = png.evidence()
    changed(png.published, dot)
    png.sign_again(evidence, png.signer)
    assert set(failing(png.stranger())) == {"file.proof", "file.bare"}


def test_a_byte_of_the_published_file(case: Case) -> None:
    data = bytearray(case.published.read_bytes())
    data[-30] ^= 1
    case.published.write_bytes(data)
    try:
        found = failing(case.stranger())
    except VerificationError:
        return
    except Exception as error:  # a damaged picture cannot be read: that is said, too
        assert getattr(error, "exit_code", 1) in (5, 7)
        return
    assert "credentials.file" in found


def test_a_zone_widened_in_the_credentials(case: Case) -> None:
    """The signer shows other zones than those of the statement."""
    evidence = case.evidence()
    (zone,) = Redaction.of(evidence.redaction).zones
    wider = replace(zone, rect=Rect(0, 0, zone.rect.x1, zone.rect.y1))
    edit = photo_regions([wider], 1)
    case.sign_again(evidence, case.signer, regions=edit)
    assert "moved, widened, added or left out" in failing(case.stranger())["file.zones"]


def test_a_zone_widened_in_the_statement(case: Case) -> None:
    """And the statement signed again: the proof does not hide so much."""
    evidence = case.evidence()
    redaction = Redaction.of(evidence.redaction)
    (zone,) = redaction.zones
    wide = Rect(0, 0, zone.rect.x1, zone.rect.y1)
    wider = replace(zone, rect=wide, outer=wide)
    again = sign_document(replace(redaction, zones=(wider,)).to_json(), case.signer)
    forged = replace(evidence, redaction=again)
    case.sign_again(forged, case.signer, regions=photo_regions([wider], 1))
    assert set(failing(case.stranger())) == {"file.proof", "file.fill"}


def test_a_statement_that_was_edited(case: Case) -> None:
    evidence = case.evidence()
    body = evidence.redaction.body.replace(b'"number":1', b'"number":2')
    forged = replace(evidence, redaction=replace(evidence.redaction, body=body))
    case.sign_again(forged, case.signer)
    assert "signature does not hold" in failing(case.stranger())["file.evidence"]


def test_another_file_of_the_same_size(png: Case, cases: dict[str, Case], tmp_path: Path) -> None:
    """Swapped for one with the same evidence around it."""
    evidence = png.evidence()

    def all_of_it(pixels: Picture) -> None:
        pixels[:] = pixels[:, ::-1]

    changed(png.published, all_of_it)
    png.sign_again(evidence, png.signer)
    assert set(failing(png.stranger())) == {"file.proof", "file.bare", "file.fill"}


def test_the_proof_of_another_redaction(png: Case, tmp_path: Path) -> None:
    redact(png, tmp_path / "second.png")
    second = png.pack.redactions()[1]
    forged = replace(png.evidence(), proof=second.proof()[:-1] + b"\0")
    png.sign_again(forged, png.signer)
    assert "not the one that was signed" in failing(png.stranger())["file.evidence"]


def test_the_origin_of_another_case(png: Case, jpg: Case, tmp_path: Path) -> None:
    other = another(png, tmp_path)
    forged = replace(png.evidence(), origin=other.evidence().origin)
    png.sign_again(forged, png.signer)
    assert "different cases" in failing(png.stranger())["file.evidence"]


def test_everything_signed_anew_by_a_forger_is_valid_and_not_known(png: Case) -> None:
    """A forger can make a whole case of their own: what tells is the key."""
    forger = signer("the desk")
    evidence = png.evidence()
    origin = sign_document({**_document(evidence.origin.body), "key": forger.key_id}, forger)
    redaction = replace(Redaction.of(evidence.redaction), origin=sha256_of(origin))
    forged = Assertion(origin, sign_document(redaction.to_json(), forger), evidence.proof)
    png.sign_again(forged, forger)
    found = png.stranger()
    assert failing(found) == {"credentials.trust": failing(found)["credentials.trust"]}
    assert found.ok
    assert found.known_as is None
    assert "do not know" in found.verdict
    assert "is not known to you" in finding(found, "file.origin").says
    asked = verify(png.published, png.context(), signer="the desk")
    assert not asked.ok
    assert "not signed by 'the desk'" in failing(asked)["file.signer"]
    assert "another original" in failing(png.partner())["pack.file"]


def _document(body: bytes) -> dict[str, object]:
    return {name: value for name, value in json.loads(body).items() if name != "key"}


def test_an_expired_certificate_without_and_with_a_timestamp(tmp_path: Path, png: Case) -> None:
    case = another(png, tmp_path, years=1)
    much_later = NOW + timedelta(days=3 * 366)
    found = case.stranger(now=much_later)
    assert "has expired" in failing(found)["file.origin.certificate"]
    authority = TimestampAuthority(until=NOW + timedelta(days=3650))
    evidence = case.evidence()
    answer = authority.answers(
        request(bytes.fromhex(sha256_of(evidence.origin))), time=NOW + timedelta(minutes=1)
    )
    case.sign_again(replace(evidence, timestamps=(answer,)), case.signer)
    stamped = case.stranger(now=much_later, roots=(authority.root.certificate,))
    assert "file.origin.certificate" not in failing(stamped)
    assert "was there by" in finding(stamped, "timestamp").says
    unknown = case.stranger(now=much_later)
    assert (
        "anybody can make such a timestamp".lower()
        in finding(unknown, "timestamp").does_not_say.lower()
    )
    assert "file.origin.certificate" in failing(unknown)


def _log_without_an_entry(case: Case) -> None:
    path = case.pack_folder / layout.LOG
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))


def _log_cut(case: Case) -> None:
    path = case.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def _log_edited(case: Case) -> None:
    path = case.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes().replace(b'"received"', b'"disposed"'))


def _seal_cut(case: Case) -> None:
    path = case.pack_folder / layout.SEALED / layout.ORIGINAL
    path.write_bytes(path.read_bytes()[:-100])


def _seal_gone(case: Case) -> None:
    (case.pack_folder / layout.SEALED / layout.ORIGINAL).unlink()


def _proof_exchanged(case: Case) -> None:
    path = case.pack_folder / layout.REDACTED / "1" / layout.PROOF
    path.write_bytes(path.read_bytes() + b"\0")


def _details_changed(case: Case) -> None:
    path = case.pack_folder / layout.REDACTED / "1" / layout.DETAILS
    path.write_bytes(path.read_bytes().replace(b'"faces":1', b'"faces":2'))


def _certificate_gone(case: Case) -> None:
    for path in (case.pack_folder / layout.CERTIFICATES).iterdir():
        path.unlink()


def _statement_edited(case: Case) -> None:
    path = case.pack_folder / "intake.json"
    path.write_bytes(path.read_bytes().replace(b'"size":', b'"size":1'))


def _redaction_dropped(case: Case) -> None:
    shutil.rmtree(case.pack_folder / layout.REDACTED / "1")


def _log_line_broken(case: Case) -> None:
    path = case.pack_folder / layout.LOG
    path.write_bytes(path.read_bytes().replace(b'"received"', b'"received'))


def _truncated(case: Case) -> None:
    (case.pack_folder / "origin.sig").unlink()


FORGED: tuple[tuple[Callable[[Case], None], str, str], ...] = (
    (_log_without_an_entry, "log.order", "dropped"),
    (_log_cut, "log.anchors", "tail was cut off"),
    (_log_edited, "log.", "edited"),
    (_seal_cut, "pack.sealed", "cut short"),
    (_seal_gone, "pack.sealed", "missing"),
    (_proof_exchanged, "pack.redactions", "proof was exchanged"),
    (_details_changed, "pack.redactions", "was changed"),
    (_certificate_gone, "pack.statements", "certificate"),
    (_statement_edited, "pack.statements", "signature does not hold"),
    (_truncated, "pack.statements", "origin.sig"),
    (_redaction_dropped, "pack.redactions", "it was taken out"),
    (_log_line_broken, "log.form", "no JSON"),
)


@pytest.mark.parametrize(
    ("forge", "name", "says"), FORGED, ids=[forge.__name__.strip("_") for forge, _, _ in FORGED]
)
def test_a_forged_pack(png: Case, forge: Callable[[Case], None], name: str, says: str) -> None:
    forge(png)
    found = failing(png.partner())
    assert any(one.startswith(name) and says in text for one, text in found.items()), found


def test_a_pack_of_another_version(png: Case) -> None:
    path = png.pack_folder / layout.PACK
    path.write_bytes(path.read_bytes().replace(b"efface.pack/1", b"efface.pack/2"))
    with pytest.raises(VerificationError, match=r"efface\.pack/1") as caught:
        png.partner()
    assert "another version" in str(caught.value.hint)


def test_a_statement_of_another_case_in_the_pack(png: Case, tmp_path: Path) -> None:
    other = another(png, tmp_path)
    for name in ("intake.json", "intake.sig"):
        shutil.copy(other.pack_folder / name, png.pack_folder / name)
    for path in (other.pack_folder / layout.CERTIFICATES).iterdir():
        shutil.copy(path, png.pack_folder / layout.CERTIFICATES / path.name)
    found = failing(png.partner())
    assert "of another intake" in found["pack.statements"]


def test_a_published_file_that_the_pack_does_not_know(png: Case) -> None:
    evidence = png.evidence()
    redaction = Redaction.of(evidence.redaction)
    again = sign_document(replace(redaction, time=LATER + timedelta(1)).to_json(), png.signer)
    png.sign_again(replace(evidence, redaction=again), png.signer)
    assert "no such redaction" in failing(png.partner())["pack.file"]


def test_another_original_for_the_court(png: Case) -> None:
    changed(png.original, dot)
    found = failing(png.court())
    assert "not the original that was sealed" in found["original.hash"]


def test_a_zone_that_was_not_filled_is_seen_by_the_court_too(png: Case) -> None:
    """By the repetition, besides what a stranger sees."""
    evidence = png.evidence()
    (zone,) = Redaction.of(evidence.redaction).zones

    def shown(pixels: Picture) -> None:
        with np.errstate(all="ignore"):
            pixels[zone.rect.y0 : zone.rect.y0 + 8, zone.rect.x0 : zone.rect.x0 + 8] = 200

    changed(png.published, shown)
    png.sign_again(evidence, png.signer)
    assert set(failing(png.stranger())) == {"file.bare", "file.fill"}
    says = failing(png.court())["redaction.published"]
    assert "not the one that the redaction done again gives" in says


def test_the_commitment_hides_what_the_hash_would_show(png: Case) -> None:
    """Whoever has candidates for the original cannot tell by the published file which it was: no
    plain hash of it, of its pixels, or of the statement of intake is in it."""
    published = png.published.read_bytes() + png.evidence().origin.body
    origin = Origin.of(png.evidence().origin)
    assert origin.intake == sha256_of(png.pack.intake_signed)
    assert len(png.pack.intake.nonce) == 64
    for digest in ("sha256", "sha1", "md5"):
        plain = hashlib.new(digest, png.original.read_bytes()).hexdigest().encode()
        assert plain not in published
