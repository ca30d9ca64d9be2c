"""Which frames are looked at, and when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.movies import ShownMovie, background, with_portrait

from efface.media.sniff import open_photo
from efface.policy import Limits
from efface.regions import Box, Media, Regions, Track
from efface.scan.looking import scan_movie, scan_photo
from efface.scan.result import ScanSpan

Picture = NDArray[np.uint8]
FACE = (89, 28, 45, 58)
"""The astronaut's box in the portrait of 256 px."""


def movie(portrait: Picture, showing: range, frames: int, ms: int = 100) -> ShownMovie:
    empty = background(300, 260)
    face = with_portrait(empty, portrait, 10, 2, 256)
    pictures = [face if i in showing else empty for i in range(frames)]
    return ShownMovie(pictures, [7000 + ms * i for i in range(frames)])


def track(*frames: int, grows: int = 0) -> Track:
    x, y, width, height = FACE
    boxes = (Box(f, x + 10, y + 2, width, height + grows * i) for i, f in enumerate(frames))
    return Track("t1", tuple(boxes), interpolate=True)


def test_a_face_is_looked_at_twice_a_second_and_at_both_ends(portrait: Picture) -> None:
    clip = movie(portrait, range(20, 43), 80)
    scan = scan_movie(clip, Regions(clip.media(), (track(20, 42),)))
    assert clip.looked == [20, 25, 30, 35, 40, 42]
    (face,) = scan.faces
    assert [look.time_s for look in face.looks] == [2.0, 2.5, 3.0, 3.5, 4.0, 4.2]
    assert {(look.identifiable, look.face.pose) for look in face.looks} == {("yes", "towards")}
    assert face.span == ScanSpan(2.0, 4.3)
    assert scan.length_s == pytest.approx(8.0)
    assert [(s.start_s, s.end_s) for s in scan.without_face] == [
        (4.3, pytest.approx(8.0)),
        (0.0, 2.0),
    ]
    assert [(s.span, s.identifiable) for s in scan.stretches] == [(ScanSpan(2.0, 4.3), "yes")]


def test_its_largest_frame_is_looked_at(portrait: Picture) -> None:
    clip = movie(portrait, range(20), 20)
    x, y, width, height = FACE
    sizes = {0: height, 3: height + 20, 6: height, 19: height}
    boxes = tuple(Box(f, x + 10, y + 2, width, h) for f, h in sizes.items())
    scan = scan_movie(clip, Regions(clip.media(), (Track("t1", boxes, interpolate=True),)))
    assert 3 in clip.looked
    assert scan.largest_px == height + 20


def test_a_box_without_a_face_is_unlikely(portrait: Picture) -> None:
    clip = movie(portrait, range(0), 12)
    scan = scan_movie(clip, Regions(clip.media(), (track(0, 11),)))
    assert scan.best is not None
    assert (scan.best.identifiable, scan.best.face.pose) == ("unlikely", "away")


def test_without_tracks_no_frame_is_looked_at(portrait: Picture) -> None:
    clip = movie(portrait, range(0), 12)
    scan = scan_movie(clip, Regions(clip.media()))
    assert clip.looked == []
    assert scan.best is None
    assert [span.length_s for span in scan.without_face] == [pytest.approx(1.2)]


def test_a_box_past_the_edge_is_not_looked_at(portrait: Picture) -> None:
    clip = movie(portrait, range(0), 3)
    out = Track("t1", (Box(0, 400, 10, 20, 20), Box(2, 400, 10, 20, 20)))
    assert scan_movie(clip, Regions(clip.media(), (out,))).faces == ()


def test_a_photo_has_no_times(photo: Path) -> None:
    opened = open_photo(photo, Limits())
    media = Media("photo.jpg", "0" * 64, "image", 256, 256)
    scan = scan_photo(opened, Regions(media, (Track("t1", (Box(0, *FACE),)),)))
    assert (scan.length_s, scan.stretches, scan.without_face) == (None, (), ())
    (face,) = scan.faces
    assert (face.span, face.best.time_s, face.best.identifiable) == (None, None, "yes")
