"""The report of a file: what page one says when something is wrong, and what it never says."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.signers import NOW, needs_openssl, rsa_signer, signer
from tests.report.evidence.pdftext import Read, read, squeezed
from tests.workflow.evidence.cases import Case, changed, make_case
from tests.workflow.evidence.test_painted import FORGER, in_another_colour, never_filled
from tests.workflow.evidence.test_video import filmed, sealed
from tests.workflow.evidence.test_video import redact as redact_video

from efface.errors import InputError, OutputError, RefusedError
from efface.evidence import names
from efface.evidence.keys.interface import Signer
from efface.evidence.keys.trust import NOBODY
from efface.report.evidence.answers import ASKS, WHOLE, question_of
from efface.workflow import court_report
from efface.workflow.court_report import Asked, reporting
from efface.workflow.report_signature import verify_report
from efface.workflow.verify import Verification, verify

GREEN = {"#0b5d43", "#e8f5f0"}
RELY = "Do not rely on it"
PICTURE = re.compile(r"data:image/jpeg")


def asked(case: Case, *, signed: Signer | None = None, overwrite: bool = False) -> Asked:
    paths = tuple(case.folder / f"report.{ending}" for ending in ("html", "pdf"))
    return Asked(paths, (case.published, case.pack_folder, case.original), overwrite, signed)


def report(
    case: Case,
    *,
    pack: bool = False,
    original: bool = False,
    signed: Signer | None = None,
    **changes: object,
) -> tuple[str, Read, Verification]:
    """Both forms, and what was found."""
    context = case.context(**changes)
    held = case.pack if pack else None

    def check() -> Verification:
        return verify(
            case.published,
            context,
            pack=held,
            original=case.original if original else None,
            secret=case.secret if original else None,
        )

    order = asked(case, signed=signed, overwrite=True)
    found = reporting(order, check, context, held, original=original)
    page, paper = order.paths
    return page.read_text(encoding="utf-8"), read(paper.read_bytes()), found


def words(page: str) -> str:
    return squeezed(re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.S))


def green(page: str) -> bool:
    return bool(re.search(r'class="(?:notice )?good', page))


def test_a_file_alone_with_a_known_key(case: Case) -> None:
    page, paper, found = report(case)
    assert found.ok
    assert green(page)
    assert paper.colours >= GREEN
    for text in (words(page), squeezed(paper.text)):
        assert squeezed("checks hold, by a key that is known.") in text
        assert squeezed("Is the rest of the picture untouched?") in text
        assert squeezed("100 % of what lies beside the zones") in text
        assert squeezed("Nobody signed this report.") in text
        assert hashlib.sha256(case.published.read_bytes()).hexdigest() in text
    assert len(PICTURE.findall(page)) == 1
    assert "Figure" in paper.tags


def test_it_tells_nothing_of_the_original(case: Case) -> None:
    """What the pack has of it stays there: its hash, its name, its size, the notes of the log."""
    page, paper, _ = report(case)
    content = case.original.read_bytes()
    for text in (words(page), squeezed(paper.text)):
        assert hashlib.sha256(content).hexdigest() not in text
        assert case.original.name not in text
        assert f"{len(content):,}" not in text
        assert case.pack.commitment.root.hex() not in text
        assert case.pack_folder.name not in text
        assert str(case.folder) not in text


def test_nothing_is_green_without_a_known_key(case: Case) -> None:
    page, paper, found = report(case, trust=NOBODY)
    assert found.ok
    assert not green(page)
    assert not paper.colours & GREEN
    for text in (words(page), squeezed(paper.pages[0])):
        assert squeezed("by the word of a key that is not known") in text
    assert squeezed("not that there ever was such an original") in squeezed(paper.pages[1])
    assert squeezed("untouched? Yes, says a key that is not known.") in squeezed(paper.pages[0])


@pytest.mark.parametrize("paint", [never_filled, in_another_colour])
def test_a_painted_file_shows_no_picture(case: Case, paint: Callable[[Case, Path], None]) -> None:
    """What stands in the zones now could be what was to be hidden."""
    target = case.folder / f"painted{case.published.suffix}"
    paint(case, target)
    case.put_around(target, case.evidence(), FORGER)
    page, paper, found = report(case)
    assert not found.ok
    assert RELY in paper.pages[0]
    assert squeezed(RELY) in words(page)
    assert not green(page)
    assert not paper.colours & GREEN
    assert not PICTURE.search(page)
    assert "Figure" not in paper.tags
    assert squeezed("No picture is shown:") in squeezed(paper.pages[1])
    for text in (squeezed(paper.pages[0]), squeezed(paper.pages[1])):
        assert squeezed("untouched? Yes") not in text
        assert squeezed("100 % of what lies") not in text
        assert squeezed("was filled with one colour") not in text
    assert squeezed("do not take it for what “desk” signed") in squeezed(paper.pages[0])


def test_a_known_signer_of_another_file_is_no_answer(png: Case) -> None:
    """Everything of the desk's own, around a file that it did not sign for."""
    target = png.folder / "painted.png"
    in_another_colour(png, target)
    png.put_around(target, png.evidence(), png.signer)
    page, paper, found = report(png)
    assert (found.ok, found.known_as) == (False, "the desk")
    second = squeezed(paper.pages[1])
    assert squeezed("Is it known who signed? Not shown") in second
    assert squeezed("Yes") not in second
    assert not green(page)


def test_a_file_with_a_stroke_beside_the_zones(png: Case) -> None:
    evidence = png.evidence()

    def stroke(pixels: NDArray[np.uint8]) -> None:
        pixels[240:250, 240:250] = 255

    bare = png.folder / "bare.png"
    shutil.copyfile(png.published, bare)
    changed(bare, stroke)
    png.put_around(bare, evidence, png.signer)
    page, paper, found = report(png)
    assert not found.ok
    assert RELY in paper.pages[0]
    assert squeezed("untouched? Not shown.") in squeezed(paper.pages[0])
    assert not green(page)


def test_an_expired_certificate(case: Case) -> None:
    page, paper, found = report(case, now=NOW + timedelta(days=365 * 14))
    assert not found.ok
    assert RELY in paper.pages[0]
    assert "expired" in squeezed(paper.pages[0])
    assert not green(page)


def test_a_log_that_was_cut(png: Case) -> None:
    log = png.pack_folder / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))
    page, paper, found = report(png, pack=True)
    assert not found.ok
    assert RELY in paper.pages[0]
    assert not green(page)
    assert not paper.colours & GREEN


def test_a_name_that_looks_like_a_known_one(png: Case) -> None:
    evidence = png.evidence()
    png.sign_again(evidence, signer("the dеsk"))
    page, paper, _ = report(png)
    assert not green(page)
    assert not paper.colours & GREEN
    assert squeezed("The name looks like that of somebody else") in squeezed(paper.pages[1])


def test_with_the_original_it_is_compared(case: Case) -> None:
    page, paper, found = report(case, pack=True, original=True)
    assert found.ok
    second = squeezed(paper.pages[1])
    assert squeezed("Redacted again by this record, it gives just what this file shows") in second
    assert squeezed("Is it made from the original? Yes") in second
    without = squeezed(report(case, pack=True)[1].pages[1])
    assert squeezed("Is it made from the original? Not checked") in without
    assert hashlib.sha256(case.original.read_bytes()).hexdigest() in words(page)


def test_another_original(png: Case) -> None:
    changed(png.original, lambda pixels: pixels.fill(9))
    page, paper, found = report(png, pack=True, original=True)
    assert not found.ok
    assert RELY in paper.pages[0]
    assert not green(page)


def test_a_photo_that_was_encoded_again_is_proven_within_limits(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    original = tmp_path / "original.webp"
    Image.fromarray(portrait).save(original, quality=90)
    case = make_case(tmp_path, original)
    page, paper, found = report(case)
    assert found.ok, [one.says for one in found.findings if not one.ok]
    for text in (words(page), squeezed(paper.pages[1])):
        assert squeezed("Within limits. For") in text
        assert squeezed("small changes are not ruled out") in text
        assert squeezed("every value is shown") not in text


def test_a_video_shows_a_few_frames(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    case = sealed(tmp_path, filmed(tmp_path / "clip.mp4", portrait, "libx264"))
    redact_video(case)
    page, paper, found = report(case)
    assert found.ok, [one.says for one in found.findings if not one.ok]
    assert len(PICTURE.findall(page)) == 4
    assert squeezed("320 x 240 pixels, 24 frames") in squeezed(paper.pages[0])
    assert "24 pages" not in paper.text
    assert paper.tags.count("Figure") >= 4
    assert squeezed("Frame 0 of the redacted file") in squeezed(paper.pages[1])
    assert squeezed("Frame 23 of the redacted file") in squeezed(paper.pages[1])
    assert squeezed("Within limits. For") in squeezed(paper.pages[1])


def test_every_check_answers_a_question() -> None:
    """None of them is left out of the answers on page two."""
    every = [value for name, value in vars(names).items() if name.isupper()]
    of_files = [name for name in every if not name.startswith("report.")]
    for name in of_files:
        question = question_of(name)
        assert question in ASKS
        room = name.partition(".")[0]
        assert question != WHOLE or room in ("credentials", "file"), name


# Who made it.


@needs_openssl
@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384", "rsa"])
def test_a_signed_report_is_checked_with_openssl(png: Case, algorithm: str) -> None:
    """By the commands that it prints, typed as they stand; a changed one is caught."""
    by = rsa_signer() if algorithm == "rsa" else signer("The desk", algorithm=algorithm)
    page, paper, _ = report(png, signed=by)
    for text in (words(page), squeezed(paper.pages[0])):
        assert squeezed("Nobody signed this report") not in text
        assert by.key_id in text
    found = re.search(r"(openssl x509 -in REPORT.*?)</pre>", page, re.S)
    assert found is not None
    lines = found[1].replace("&gt;", ">").splitlines()
    for name in ("report.pdf", "report.html"):
        answers = [typed(png.folder, line.replace("REPORT", name)) for line in lines if line]
        assert by.key_id in answers[1]
        assert "erified" in answers[2]
        target = png.folder / name
        target.write_bytes(target.read_bytes().replace(b"page", b"pace", 1) + b" ")
        with pytest.raises(subprocess.CalledProcessError):
            typed(png.folder, lines[2].replace("REPORT", name))


def typed(folder: Path, line: str) -> str:
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def test_a_report_is_checked_by_efface(png: Case) -> None:
    report(png, signed=png.signer)
    context = png.context()
    for ending in ("pdf", "html"):
        path = png.folder / f"report.{ending}"
        found = verify_report(path, context)
        assert (found.ok, found.known_as) == (True, "the desk")
        stranger = verify_report(path, png.context(trust=NOBODY))
        assert (stranger.ok, stranger.known_as) == (True, None)
        assert "you do not know" in stranger.verdict
        late = verify_report(path, png.context(now=NOW + timedelta(days=365 * 14)))
        assert not late.ok
        for at in (0, 400, len(path.read_bytes()) - 1):
            whole = bytearray(path.read_bytes())
            whole[at] ^= 1
            forged = png.folder / f"forged.{ending}"
            forged.write_bytes(bytes(whole))
            for beside in (".sig", ".pem"):
                shutil.copyfile(f"{path}{beside}", f"{forged}{beside}")
            wrong = verify_report(forged, context)
            assert (wrong.ok, wrong.exit_code) == (False, 7)
            assert "was changed since" in wrong.findings[0].says


def test_a_report_signed_by_another(png: Case) -> None:
    """A changed report under a key of the forger's own is not by the desk."""
    report(png, signed=signer("The desk"))
    found = verify_report(png.folder / "report.pdf", png.context())
    assert found.known_as is None
    assert "by the word of a key that you do not know" in found.verdict


def test_a_report_without_its_signature_is_refused(png: Case) -> None:
    report(png, signed=png.signer)
    (png.folder / "report.pdf.sig").unlink()
    with pytest.raises(RefusedError, match="nobody signed it"):
        verify_report(png.folder / "report.pdf", png.context())
    (png.folder / "report.html.pem").write_bytes(b"-----BEGIN")
    assert not verify_report(png.folder / "report.html", png.context()).ok


# Where it goes.


def written(case: Case, order: Asked) -> None:
    reporting(order, case.stranger, case.context(), None, original=False)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("report.txt", "neither's"),
        ("published.png", "neither's"),
        ("original.pack/report.pdf", "no part of the pack"),
        ("there.pdf", "exists already"),
    ],
)
def test_names_that_are_refused_before_any_work(png: Case, name: str, says: str) -> None:
    (png.folder / "there.pdf").write_bytes(b"mine")

    def never() -> Verification:
        raise AssertionError("it was checked")

    order = replace(asked(png), paths=(png.folder / name,))
    with pytest.raises(RefusedError, match=says):
        reporting(order, never, png.context(), None, original=False)
    assert (png.folder / "there.pdf").read_bytes() == b"mine"


def test_a_name_given_twice(png: Case) -> None:
    with pytest.raises(RefusedError, match="one name"):
        written(png, replace(asked(png), paths=(png.folder / "a.pdf", png.folder / "a.pdf")))


def test_an_unsigned_report_is_not_put_beside_a_signature(png: Case) -> None:
    report(png, signed=png.signer)
    with pytest.raises(RefusedError, match="signature of another report"):
        written(png, asked(png, overwrite=True))


@pytest.mark.parametrize("error", [InputError("cannot be read."), OutputError("is full.")])
def test_nothing_is_written_when_something_goes_wrong(
    png: Case, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(_: object) -> bytes:
        raise error

    monkeypatch.setattr(court_report, "pdf", fails)
    before = sorted(png.folder.iterdir())
    with pytest.raises(type(error)):
        written(png, asked(png, signed=png.signer))
    assert sorted(png.folder.iterdir()) == before
