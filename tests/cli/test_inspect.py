"""``efface inspect`` from the outside."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.video.clips import clip
from tests.running import Efface

from efface.demo import picture, save_as_phone_would
from efface.generate.mark import marked
from efface.geometry import Rect


@pytest.fixture
def phone_photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0001.jpg"
    save_as_phone_would(picture().crop((0, 0, 760, 600)), path)
    return path


def test_it_names_what_a_phone_hides_and_never_the_values(
    phone_photo: Path, efface: Efface
) -> None:
    phone_photo.with_suffix(".mov").write_bytes(b"")
    run = efface("inspect", phone_photo, "--json")
    assert run.code == 0, run.err
    found = run.json()["before"]["findings"]
    kinds = {f["kind"] for f in found}
    assert {"exif-thumbnail", "gps", "file-name", "live-photo-video"} <= kinds
    assert any("serial" in f["kind"] or "serial" in f["detail"] for f in found)
    assert "SN-0123456789" not in run.out
    risks = {f["kind"]: f["risk"] for f in found}
    assert (risks["exif-thumbnail"], risks["gps"]) == ("shows", "locates")


def test_before_and_after(phone_photo: Path, efface: Efface) -> None:
    assert efface("redact", phone_photo).code == 0
    after = phone_photo.with_name("IMG_0001.effaced.jpg")
    run = efface("inspect", phone_photo, "--after", after, "--json")
    document = run.json()
    assert {f["kind"] for f in document["after"]["findings"]} <= {"file-name"}
    text = efface("inspect", phone_photo, "--after", after).out
    assert "Gone: " in text
    assert "gps" in text.split("Gone: ")[1].splitlines()[0]


def test_a_clean_file_carries_only_its_name(tmp_path: Path, efface: Efface) -> None:
    plain = tmp_path / "a.png"
    Image.new("RGB", (9, 9)).save(plain)
    run = efface("inspect", plain, "--json")
    assert {f["kind"] for f in run.json()["before"]["findings"]} == {"file-name"}


def test_a_bad_file_is_named_with_its_code(tmp_path: Path, efface: Efface) -> None:
    run = efface("inspect", tmp_path / "none.jpg")
    assert run.code == 5
    assert "none.jpg" in run.err


def test_a_video(tmp_path: Path, efface: Efface) -> None:
    made = {"location": "+48.8584+002.2945/", "creation_time": "2024-05-01T10:00:00Z"}
    path = clip(tmp_path / "a.mp4", metadata=made, frames=3)
    (tmp_path / "a.srt").write_text("")
    run = efface("inspect", path, "--json")
    assert run.code == 0, run.err
    kinds = {f["kind"] for f in run.json()["before"]["findings"]}
    assert kinds == {"gps", "date", "file-name", "subtitle-file"}
    assert "48.8" not in run.out


def test_damage_is_found_as_redacting_finds_it(tmp_path: Path, efface: Efface) -> None:
    """The file's structure is whole; the coded picture in it is not."""
    out = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(out, "WEBP", lossless=True)
    coded = out.getvalue()[20:2000]
    riff = b"WEBPVP8L" + len(coded).to_bytes(4, "little") + coded
    half = b"RIFF" + len(riff).to_bytes(4, "little") + riff
    path = tmp_path / "half.webp"
    path.write_bytes(half)
    assert efface("redact", path, "--allow-no-face").code == 5
    assert efface("inspect", path).code == 5


def test_the_mark_of_a_drawn_face_is_told(efface: Efface, tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(96, 160, (40, 40, 3)).astype(np.uint8)
    soft = np.asarray(Image.fromarray(grey).resize((320, 320), Image.Resampling.BICUBIC))
    plain, with_it = tmp_path / "plain.png", tmp_path / "marked.jpg"
    Image.fromarray(soft).save(plain)
    Image.fromarray(marked(soft, Rect(0, 0, 320, 320))).save(with_it, quality=70)
    assert "drew" not in efface("inspect", str(plain)).out
    assert "a face that efface drew" in efface("inspect", str(with_it)).out
    document = efface("inspect", str(plain), "--after", str(with_it), "--json").json()
    assert document["before"]["drawn_face_mark"] is None
    assert document["after"]["drawn_face_mark"] > 6.5
