"""``layered`` depends on a few cells of one picture and on a secret, and on nothing else that is
covered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fillings import soft, textured

from efface.errors import VerificationError
from efface.geometry import Rect
from efface.policy import MethodPolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES, Pictures, Prepared
from efface.regions import Box, Media, Regions, Track
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]
SECRET = b"\7" * SECRET_BYTES
BOX = Box(0, 40, 36, 40, 48)
ZONE = Zone("t1", 0, Rect(24, 12, 96, 108), Rect(24, 12, 96, 108))
ALONE = Regions(Media("a.png", "", "image", 120, 120), (Track("t1", (BOX,)),))


def showing(*pictures: Picture) -> Pictures:
    def some(frames: Collection[int]) -> Iterator[tuple[int, Picture]]:
        for number in sorted(frames):
            yield number, pictures[number]

    return some


def made(
    picture: Picture, secret: bytes = SECRET, regions: Regions = ALONE, **settings: float
) -> Prepared:
    policy = MethodPolicy("layered", **settings)  # type: ignore[arg-type]
    return method_of(policy).prepare(regions, showing(picture), secret)


def shown(prepared: Prepared, picture: Picture, zone: Zone = ZONE) -> Picture:
    return drawn(prepared.filling, picture, zone)


def drawn(filling: Filling, picture: Picture, zone: Zone) -> Picture:
    return filling.pixels(zone, Surroundings(lambda: picture, [zone]))


def test_pictures_of_the_same_cells_are_filled_the_same() -> None:
    """All pixels of the face are exchanged among themselves: their mean stays."""
    picture, rng = soft(120, 120), np.random.default_rng(1)
    other = picture.copy()
    y, x = np.mgrid[:120, :120] + 0.5
    inside = ((x - 60) / 20) ** 2 + ((y - 60) / 24) ** 2
    face, hair = inside < 0.8, (inside > 1.2) & _in_zone()
    other[face] = rng.permutation(picture[face])
    other[hair] = rng.integers(0, 255, (hair.sum(), 3))
    assert np.abs(other[_in_zone()].astype(int) - picture[_in_zone()]).mean() > 20
    one, two = made(picture, cells=1), made(other, cells=1)
    assert one.kept == two.kept
    assert (shown(one, picture) == shown(two, other)).all()


def test_faces_of_other_colours_are_filled_otherwise() -> None:
    """Else the test above would say nothing."""
    picture = soft(120, 120)
    other = picture.copy()
    other[_in_zone()] = 200
    assert (shown(made(picture), picture) != shown(made(other), other)).any()


def _in_zone() -> NDArray[np.bool_]:
    out = np.zeros((120, 120), bool)
    out[ZONE.rect.y0 : ZONE.rect.y1, ZONE.rect.x0 : ZONE.rect.x1] = True
    return out


def test_another_secret_gives_another_fill() -> None:
    picture = soft(120, 120)
    fills = {shown(made(picture, bytes([n]) * SECRET_BYTES), picture).tobytes() for n in range(5)}
    assert len(fills) == 5


def test_two_faces_alike_are_filled_otherwise() -> None:
    """Else whoever knows one could subtract its noise from the other."""
    picture = np.full((120, 240, 3), 150, np.uint8)
    two = Track("t2", (replace(BOX, x=160),))
    regions = Regions(replace(ALONE.media, width=240), (*ALONE.tracks, two))
    filling = made(picture, regions=regions).filling
    one, other = (filling.pixels(replace(ZONE, track=name), Surroundings(lambda: picture, [ZONE]))
                  for name in ("t1", "t2"))  # fmt: skip
    assert (one != other).any()


def test_the_order_of_faces_does_not_matter() -> None:
    picture = textured(240, 120)
    tracks = (*ALONE.tracks, Track("t2", (replace(BOX, x=160),)))
    media = replace(ALONE.media, width=240)
    one, other = (made(picture, regions=Regions(media, t)) for t in (tracks, tracks[::-1]))
    for name in ("t1", "t2"):
        zone = replace(ZONE, track=name)
        assert (shown(one, picture, zone) == shown(other, picture, zone)).all()


def video(*pictures: Picture) -> tuple[Prepared, list[int]]:
    """A face that stays, and which frames were looked at."""
    asked: list[int] = []

    def some(frames: Collection[int]) -> Iterator[tuple[int, Picture]]:
        for number in sorted(frames):
            asked.append(number)
            yield number, pictures[number]

    boxes = tuple(replace(BOX, frame=n, width=40 + n % 3) for n in range(len(pictures)))
    media = replace(ALONE.media, kind="video", frames=len(pictures))
    regions = Regions(media, (Track("t1", boxes),))
    return method_of(MethodPolicy("layered")).prepare(regions, some, SECRET), asked


def test_of_a_video_one_picture_counts_and_no_other() -> None:
    frames = [textured(120, 120, seed=n) for n in range(7)]
    prepared, asked = video(*frames)
    assert asked == [1]
    others = [
        frame if n == 1 else textured(120, 120, seed=50 + n) for n, frame in enumerate(frames)
    ]
    assert video(*others)[0].kept == prepared.kept
    fills = [shown(prepared, frames[0], replace(ZONE, frame=n)) for n in range(7)]
    assert all((fill == fills[0]).all() for fill in fills)


def test_a_fill_moves_with_its_face() -> None:
    plain = np.full((200, 200, 3), 90, np.uint8)
    prepared = made(soft(120, 120))
    there = Zone("t1", 3, Rect(80, 70, 152, 166), Rect(80, 70, 152, 166))
    assert (shown(prepared, plain, there) == shown(prepared, plain)).all()


@settings(max_examples=20, deadline=None)
@given(cells=st.integers(1, 4), noise=st.floats(0.25, 20), seed=st.integers(0, 99))
def test_a_court_repeats_it_from_what_was_kept(cells: int, noise: float, seed: int) -> None:
    picture = textured(240, 120, seed)
    tracks = (Track("second", (replace(BOX, x=160),)), Track("first", (BOX,)))
    regions = Regions(replace(ALONE.media, width=240), tracks)
    prepared = made(picture, regions=regions, cells=cells, noise=noise)
    again = method_of(MethodPolicy("layered", cells=cells, noise=noise)).repeat(prepared.kept)
    for number, track in enumerate(tracks):
        zone = replace(ZONE, track=track.id)
        filled = drawn(again, picture, replace(zone, track=str(number)))
        assert (filled == shown(prepared, picture, zone)).all()


def test_tracks_of_a_video_are_kept_in_the_order_in_which_their_zones_come() -> None:
    picture = textured(120, 120)
    tracks = tuple(
        Track(name, tuple(replace(BOX, frame=f, x=x) for f, x in boxes))
        for name, boxes in {"late": [(3, 5)], "away": [(0, -90), (2, 9)], "soon": [(1, 60)]}.items()
    )
    media = replace(ALONE.media, kind="video", frames=4)
    prepared = method_of(MethodPolicy("layered")).prepare(
        Regions(media, tracks), showing(*[picture] * 4), SECRET
    )
    again = method_of(MethodPolicy("layered")).repeat(prepared.kept)
    for number, name in enumerate(("soon", "away", "late")):
        zone = replace(ZONE, track=name)
        filled = drawn(again, picture, replace(zone, track=str(number)))
        assert (filled == shown(prepared, picture, zone)).all(), name


KEPT = made(soft(120, 120)).kept


@pytest.mark.parametrize(
    "kept",
    [b"", KEPT[:10], KEPT[:-1], KEPT + b"x", b"x" + KEPT[1:], KEPT[:4] + b"\5" + KEPT[5:],
     KEPT[:9] + b"\xff\xff\xff\xff" + KEPT[13:], KEPT[:13] + b"\0\0\0\2" + KEPT[17:],
     KEPT[:8] + b"\1" + KEPT[9:]],
)  # fmt: skip
def test_what_is_kept_is_not_believed(kept: bytes) -> None:
    with pytest.raises(VerificationError, match="no layered fill"):
        method_of(MethodPolicy("layered")).repeat(kept)


def test_a_zone_of_no_track_is_refused() -> None:
    filling = method_of(MethodPolicy("layered")).repeat(KEPT)
    with pytest.raises(VerificationError, match="no fill"):
        shown(Prepared(filling), soft(120, 120), replace(ZONE, track="7"))


def test_what_it_is_is_said_with_its_ceiling() -> None:
    (note,) = made(soft(120, 120)).notes
    assert "friction, not protection" in note
    assert "at most 0.24 bits" in note
    assert "ceiling" in note
    assert "safe" not in note
    (several,) = video(soft(120, 120), soft(120, 120))[0].notes
    assert "looks" not in several


def test_looks_are_counted() -> None:
    cut = tuple(Track(f"t{n}", (replace(BOX, frame=n),)) for n in range(3))
    media = replace(ALONE.media, kind="video", frames=3)
    prepared = method_of(MethodPolicy("layered")).prepare(
        Regions(media, cut), showing(*[soft(120, 120)] * 3), SECRET
    )
    assert "Of 3 fills 3 may show one person: 3 looks" in prepared.notes[0]
