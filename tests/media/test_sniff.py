"""What a file is by its first bytes, and which names go with it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from efface.errors import RefusedError, UnhandledError
from efface.media.families import JPEG, RAW_SUFFIXES
from efface.media.sniff import check_ending, open_photo
from efface.media.unhandled import UNHANDLED_SUFFIXES
from efface.policy import Limits


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "ending", [*JPEG.suffixes, ".JPG", ".MPO", ".jpg-large", ".download", ".effaced", ""]
)
def test_a_jpeg_goes_by_its_content(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(jpeg())
    assert open_photo(path, Limits()).format == "JPEG"
    check_ending(path, "JPEG")


@pytest.mark.parametrize("ending", [".png", ".heic", ".mp4", ".pdf", ".svg", ".txt", ".html"])
def test_a_name_of_another_format_is_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(jpeg())
    with pytest.raises(RefusedError, match="but the file is JPEG"):
        open_photo(path, Limits())
    with pytest.raises(RefusedError, match="but it stays JPEG"):
        check_ending(path, "JPEG")


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.pdf", b"%PDF-1.4", "a PDF"),
        ("a", b"%PDF-1.4", "a PDF"),
        ("a.psb", b"", "a Photoshop file"),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "an SVG drawing"),
        ("a.docx", b"PK\3\4", "a document"),
        ("a.bin", b"PK\3\4", "an archive"),
        ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    ],
)
def test_what_can_hold_pictures_is_told_apart(
    name: str, head: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(head + bytes(40))
    with pytest.raises(UnhandledError, match=words) as caught:
        open_photo(path, Limits())
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_raw_endings_are_refused_whatever_is_in_them(tmp_path: Path) -> None:
    path = tmp_path / "a.nef"
    path.write_bytes(b"II*\0")
    with pytest.raises(UnhandledError, match="raw") as caught:
        open_photo(path, Limits())
    assert "Develop" in str(caught.value.hint)
    assert RAW_SUFFIXES <= UNHANDLED_SUFFIXES
