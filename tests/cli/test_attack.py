"""``efface attack`` from the outside: what passes, what fails, and what is refused."""

from __future__ import annotations

import html
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import blurred, saved, solid
from tests.running import Efface

from efface.attack.red_team.distractors import check_enough
from efface.errors import EffaceError, InputError, NoFaceError, RefusedError
from efface.workflow.attack import AttackOrder, attack_file

Picture = NDArray[np.uint8]


@pytest.fixture
def original(portrait: Picture, tmp_path: Path) -> Path:
    return saved(portrait, tmp_path / "original.png")


@pytest.fixture
def covered(portrait: Picture, tmp_path: Path) -> Path:
    return saved(solid(portrait, grow=1.6), tmp_path / "covered.png")


@pytest.fixture
def weak(portrait: Picture, tmp_path: Path) -> Path:
    return saved(blurred(portrait, 2.0, grow=1.6), tmp_path / "weak.png")


def plugin(folder: Path, code: str) -> Path:
    """An installed package that brings an attack, for ``PYTHONPATH``."""
    info = folder / "lab-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lab\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[efface.attacks]\nlab = lab:Lab\n")
    (folder / "lab.py").write_text(code)
    return folder


LAB = """
from efface.attack.interface import Attack, Knowledge, Ranking
import numpy as np

class Lab(Attack):
    name, title, family = "lab", "from a lab", "off-the-shelf"
    knowledge = Knowledge.UNAWARE

    def run(self, case):
        {body}
"""


def test_a_plain_fill_passes_and_a_report_is_written(
    original: Path, covered: Path, efface: Efface
) -> None:
    page = covered.with_name("attack.html")
    run = efface("attack", covered, "--original", original, "--json", "--report", page)
    assert run.code == 0, run.err
    document = run.json()
    assert (document["schema"], document["passed"]) == ("efface.attack/1", True)
    (person,) = document["people"]
    assert (person["passed"], person["kind"], document["kind"]) == (True, "removed", "removed")
    assert person["candidates"] > 2000
    assert person["operator"]["kind"] == "solid"
    assert person["verdict"].startswith("Removed: nothing of this person is left in the zone")
    assert person["verdict"] in run.err
    assert document["verdict"] in run.err
    assert "REMOVED: of the face" in document["verdict"]
    assert "floor" in run.err
    text = page.read_text(encoding="utf-8")
    assert document["verdict"] in html.unescape(text)
    assert person["verdict"] in html.unescape(text)
    assert 'class="word passes">removed<' in text
    assert "original" not in {line.strip() for line in text.split("<figcaption>")}
    again = efface("attack", covered, "--original", original, "--report", page)
    assert again.code == 2
    assert "exists" in again.err


def test_a_weak_blur_must_not_be_published(original: Path, weak: Path, efface: Efface) -> None:
    run = efface("attack", weak, "--original", original, "--json")
    assert run.code == 4, run.err
    document = run.json()
    assert not document["passed"]
    (person,) = document["people"]
    assert person["false_match_rate"] < person["limit"]
    assert person["list_length"] == 1
    assert person["verdict"].startswith("Found. Do not publish")
    assert "FAILED. Do not publish" in run.err


def test_an_open_face_is_not_covered_until_it_is_said_to_be_kept(
    original: Path, tmp_path: Path, portrait: Picture, efface: Efface
) -> None:
    touched = portrait.copy()
    touched[:8, :8] = 0
    page = tmp_path / "attack.html"
    redacted = saved(touched, tmp_path / "open.png")
    options = ("--original", original, "--report", page, "--json")
    run = efface("attack", redacted, *options)
    assert run.code == 4, run.err
    document = run.json()
    assert (document["kind"], document["uncovered"]) == ("not-covered", ["t1"])
    assert any("--keep t1" in reason for reason in document["reasons"])
    assert "word passes" not in page.read_text(encoding="utf-8")
    run = efface("attack", redacted, *options, "--overwrite", "--keep", "t1")
    assert run.code == 0, run.err
    assert (run.json()["kind"], run.json()["kept"]) == ("not-covered", ["t1"])
    assert "NOT COVERED" in run.err
    text = page.read_text(encoding="utf-8")
    assert "word passes" not in text
    assert ">not covered<" in text
    run = efface("attack", redacted, "--original", original, "--keep", "t9")
    assert run.code == 2
    assert "t9" in run.err


def test_what_is_not_found_is_no_pass_unless_that_is_accepted(
    original: Path, tmp_path: Path, portrait: Picture, efface: Efface
) -> None:
    gone = saved(blurred(portrait, 60, grow=1.8), tmp_path / "gone.png")
    run = efface("attack", gone, "--original", original, "--json")
    assert run.code == 4, run.err
    document = run.json()
    (person,) = document["people"]
    assert (person["kind"], person["passed"], document["kind"]) == ("not-found", False, "not-found")
    assert "Not found by these attacks" in person["verdict"]
    assert "plain fill" in person["verdict"]
    assert "efface redact" in person["verdict"]
    assert "NOT FOUND by these attacks, which is no proof" in run.err
    run = efface("attack", gone, "--original", original, "--accept-not-found", "--json")
    assert run.code == 0, run.err
    assert (run.json()["passed"], run.json()["kind"]) == (True, "not-found")
    assert "that was accepted" in run.err


def dressed(
    portrait: Picture, order: tuple[int, int, int], light: float, stretch: float = 0.0
) -> Picture:
    """Another day: mirrored, in another light, with clothes of another colour; with a stretch also
    another face, wider and shorter or narrower and longer."""
    y, x = np.mgrid[: len(portrait), : len(portrait)].astype(np.float32)
    near = stretch * np.exp(-(((x - 108) / 45) ** 2) - ((y - 60) / 55) ** 2)
    bent = cv2.remap(
        portrait,
        x + near * (x - 108),
        y - near * (y - 60),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    day = bent[:, ::-1, list(order)] * light
    day[:60, :60] = np.linspace(0, 255, 60)[:, None, None] * light  # a window, say
    return np.asarray(np.clip(day, 0, 255), np.uint8)


def test_what_a_person_wears_points_to_them_until_the_zone_covers_it(
    portrait: Picture, original: Path, tmp_path: Path, efface: Efface
) -> None:
    """Two other pictures in the same orange suit, among people in suits of other colours."""
    for number, light in enumerate((0.8, 1.2)):
        saved(dressed(portrait, (0, 1, 2), light), tmp_path / "own" / f"{number}.png")
    for number, order in enumerate([(2, 1, 0), (1, 0, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1)]):
        for light, stretch in ((0.7, -0.45), (0.9, -0.3), (1.1, 0.3), (1.3, 0.5)):
            other = dressed(portrait, order, light, stretch)
            saved(other, tmp_path / "all" / f"{number} {light}.png")
    others = ("--same-person", tmp_path / "own", "--gallery", tmp_path / "all", "--json")

    def place(grow: float) -> float:
        redacted = saved(solid(portrait, grow=grow), tmp_path / f"{grow}.png")
        run = efface("attack", redacted, "--original", original, "--accept-not-found", *others)
        assert run.code == 0, run.err  # the surroundings decide nothing
        document = run.json()
        (found,) = document["outside"]
        assert (found["pictures"], found["candidates"]) == (2, 21)
        assert "served for the surroundings alone" in document["notes"][0]
        assert "outside" in run.err.lower() or "surround" in run.err.lower()
        return float(found["rank"])

    near, far = place(1.3), place(9.0)
    assert near <= 1 < far, (near, far)


def test_the_same_shot_is_no_other_picture(
    portrait: Picture, original: Path, covered: Path, tmp_path: Path, efface: Efface
) -> None:
    saved(portrait[10:, 5:], tmp_path / "own" / "cut.png")
    for stretch in (-0.45, 0.5):
        saved(dressed(portrait, (2, 1, 0), 0.9, stretch), tmp_path / "all" / f"{stretch}.png")
    run = efface(
        "attack", covered, "--original", original,
        "--same-person", tmp_path / "own", "--gallery", tmp_path / "all",
    )  # fmt: skip
    assert run.code == 2
    assert "cut.png is the same shot" in run.err


@pytest.mark.parametrize(
    "broken",
    [
        ("raise OSError('no such camera')", "OSError: no such camera"),
        ("return [Ranking(np.zeros(3))]", "expected scores"),
    ],
    ids=["crash", "wrong size"],
)
def test_a_plugin_that_breaks_is_no_pass(
    original: Path,
    covered: Path,
    efface_apart: Efface,
    monkeypatch: pytest.MonkeyPatch,
    broken: tuple[str, str],
) -> None:
    body, words = broken
    place = plugin(covered.parent / "lab", LAB.format(body=body))
    monkeypatch.setenv("PYTHONPATH", str(place))
    run = efface_apart("attack", covered, "--original", original)
    assert run.code == 4
    assert "the attack lab could not run" in run.err
    assert words in run.err


def test_a_plugin_that_cannot_be_loaded_is_no_pass(
    original: Path, covered: Path, efface_apart: Efface, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = plugin(covered.parent / "lab", "import what_is_not_there\n")
    monkeypatch.setenv("PYTHONPATH", str(place))
    run = efface_apart("attack", covered, "--original", original, "-q")
    assert run.code == 4
    assert "the plug-in cannot be loaded: ModuleNotFoundError" in run.err


def test_without_the_original_it_says_what_it_is_for(covered: Path, efface: Efface) -> None:
    run = efface("attack", covered, "--json")
    assert run.code == 2
    assert "does not identify people" in run.err
    assert "--original" in run.err
    assert (run.json()["schema"], run.json()["exit_code"]) == ("efface.error/1", 2)


def refused(redacted: Path, original: Path, asked: AttackOrder | None = None) -> EffaceError:
    with pytest.raises(EffaceError) as error:
        attack_file(redacted, original, asked or AttackOrder())
    return error.value


def test_another_picture_is_refused(portrait: Picture, original: Path, tmp_path: Path) -> None:
    other = saved(np.ascontiguousarray(portrait[::-1]), tmp_path / "other.png")
    error = refused(other, original)
    assert isinstance(error, RefusedError)
    assert "does not show what the original shows" in error.message
    smaller = saved(portrait[:128, :128], tmp_path / "smaller.png")
    assert "128x128 pixels, and the original has 256x256" in refused(smaller, original).message


def test_the_original_itself_is_refused(original: Path) -> None:
    assert "the original itself" in refused(original, original).message


def test_files_that_cannot_be_read_are_named(original: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()
    for error in (refused(empty, original), refused(tmp_path / "none.png", original)):
        assert isinstance(error, InputError)
        assert error.path is not None


def test_an_original_without_a_face_is_not_attacked(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    picture = np.full((160, 160, 3), 128, np.uint8)
    picture[:40] = rng.integers(100, 140, (40, 160, 3))
    original = saved(picture, tmp_path / "a.png")
    picture[60:80] = 0
    error = refused(saved(picture, tmp_path / "b.png"), original)
    assert isinstance(error, NoFaceError)


def test_a_report_has_to_be_html(original: Path, covered: Path, tmp_path: Path) -> None:
    asked = AttackOrder(report=tmp_path / "attack.pdf")
    assert "a report is HTML" in refused(covered, original, asked).message
    asked = AttackOrder(report=tmp_path / "attack.html", gallery=tmp_path / "none")
    assert "no folder" in refused(covered, original, asked).message


def test_a_gallery_says_what_is_wrong_with_it(
    portrait: Picture, original: Path, covered: Path, tmp_path: Path
) -> None:
    gallery = tmp_path / "gallery"
    gallery.mkdir()
    asked = AttackOrder(gallery=gallery)
    assert "no picture" in refused(covered, original, asked).message
    Image.fromarray(np.full((90, 90, 3), 120, np.uint8)).save(gallery / "wall.png")
    error = refused(covered, original, asked)
    assert "no face" in error.message
    assert "wall.png" in error.message
    (gallery / "wall.png").unlink()
    saved(portrait, gallery / "one.png")
    saved(portrait, gallery / "same.jpg", quality=95)
    assert "one person" in refused(covered, original, asked).message
    (gallery / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    error = refused(covered, original, asked)
    assert isinstance(error, InputError)
    assert "broken.jpg" in error.message


def test_other_pictures_need_a_gallery(original: Path, covered: Path, tmp_path: Path) -> None:
    asked = AttackOrder(same_person=tmp_path)
    assert "--gallery DIR" in str(refused(covered, original, asked).hint)


def test_a_gate_that_cannot_fail_is_refused() -> None:
    check_enough(2000, 20, 0.01)
    with pytest.raises(RefusedError, match="needs 2,100 distractors"):
        check_enough(2000, 21, 0.01)


def test_regions_of_another_file_are_refused(
    portrait: Picture, original: Path, covered: Path, tmp_path: Path, efface: Efface
) -> None:
    other = saved(portrait[:200], tmp_path / "other.png")
    regions = tmp_path / "regions.json"
    regions.write_text(efface("detect", other, "--json", "--fast").out)
    run = efface("attack", covered, "--original", original, "--regions", regions)
    assert run.code == 2
    assert "made for other files (other.png)" in run.err
