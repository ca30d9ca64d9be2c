"""Whether regions are a file's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from efface.errors import RefusedError
from efface.regions import Box, Media, Page, Regions, Track
from efface.regions.checks import check_regions, made_for

FILE = Path("a.png")
PHOTO = Media("a.png", "ab" * 32, "image", 40, 30, 2, pages=(Page(1, 20, 10),))
VIDEO = Media("a.mp4", "cd" * 32, "video", 40, 30, 9, "1/25")


def regions(media: Media, *boxes: Box, interpolate: bool = False) -> Regions:
    return Regions(media, (Track("t1", boxes or (Box(0, 1, 1, 5, 5),), interpolate=interpolate),))


def test_the_document_of_a_file_is_found_by_its_hash() -> None:
    documents = {one.media.sha256: one for one in (regions(PHOTO), regions(VIDEO))}
    assert made_for(VIDEO.sha256, documents, FILE, hint="") == regions(VIDEO)
    with pytest.raises(RefusedError, match=r"made for other files \(a.mp4, a.png\)"):
        made_for("00" * 32, documents, FILE, hint="")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (regions(replace(PHOTO, sha256="00" * 32)), "another file"),
        (regions(replace(PHOTO, frames=3)), "3 frame"),
        (regions(replace(PHOTO, kind="video", pages=())), "kind 'video'"),
        (regions(replace(PHOTO, pages=())), "frame 1 has 40x30"),
        (regions(PHOTO, Box(1, 25, 1, 5, 5)), "outside the picture of 20x10"),
    ],
)
def test_what_was_made_for_another_photo_is_refused(given: Regions, words: str) -> None:
    check_regions(regions(PHOTO), PHOTO, FILE)
    with pytest.raises(RefusedError) as caught:
        check_regions(given, PHOTO, FILE)
    assert words in caught.value.message


def test_of_a_video_frames_are_counted_later() -> None:
    given = regions(replace(VIDEO, frames=12), Box(0, 1, 1, 5, 5), Box(11, 30, 1, 5, 5))
    check_regions(given, VIDEO, FILE, counted=False)
    with pytest.raises(RefusedError, match="12 frame"):
        check_regions(given, VIDEO, FILE)
    wide = regions(replace(VIDEO, width=80))
    with pytest.raises(RefusedError, match="80x30"):
        check_regions(wide, VIDEO, FILE, counted=False)
    leaves = regions(VIDEO, Box(0, 1, 1, 5, 5), Box(2, 90, 1, 5, 5), interpolate=True)
    with pytest.raises(RefusedError, match="outside the picture"):
        check_regions(leaves, VIDEO, FILE, counted=False)
