"""From two files to the people in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from tests.walks import FACE, FRAMES, place, walk

from efface.attack.pair import Both
from efface.attack.red_team.people import FUSED_FRAMES, MAIN_FRAMES, Census, most_telling
from efface.regions import Box, Track

Picture = NDArray[np.uint8]


def box(frame: int) -> Box:
    (left, top), (x, y, width, height) = place(frame), FACE
    return Box(frame, left + x, top + y, width, height)


def covered(picture: Picture, frame: int, level: int = 0) -> Picture:
    out, b = picture.copy(), box(frame)
    x0, y0 = round(b.x - b.width / 4), round(b.y - b.height / 4)
    out[y0 : round(y0 + 1.5 * b.height), x0 : round(x0 + 1.5 * b.width)] = level
    return out


def frames(portrait: Picture, bare: range = range(0)) -> Iterator[Both]:
    for index, picture in enumerate(walk(portrait)):
        redacted = picture if index in bare else covered(picture, index)
        yield Both(index, index / 20, (lambda p=picture: p, lambda r=redacted: r))  # type: ignore[misc]


def walker(name: str = "t1", first: int = 0, last: int = FRAMES - 1) -> Track:
    return Track(name, tuple(box(frame) for frame in range(first, last + 1)))


def test_everybody_is_handed_on_after_their_last_frame(portrait: Picture) -> None:
    seen: list[int] = []

    def counted() -> Iterator[Both]:
        for both in frames(portrait):
            seen.append(both.index)
            yield both

    people = Census([walker(), walker("t2", 3, 9)]).people(counted())
    first = next(people)
    assert (first.id, seen[-1]) == ("t2", 9)
    assert next(people).id == "t1"
    assert next(people, None) is None


def test_every_frame_has_its_zones(portrait: Picture) -> None:
    found = Census([walker()])
    (one,) = found.people(frames(portrait))
    assert sorted(found.zones) == list(range(FRAMES))
    assert found.untouched == []
    assert one.frames == FRAMES
    assert len(one.sights) == min(FRAMES, FUSED_FRAMES)
    assert one.constant
    assert all(sight.covered > 0.9 for sight in one.sights)
    assert all(sight.look.operator is not None for sight in one.sights)
    assert one.best.look.operator is not None
    assert one.best.look.operator.kind == "solid"


def test_a_face_of_which_nothing_was_covered_is_named(portrait: Picture) -> None:
    found = Census([walker("t7", 0, 4)])
    assert list(found.people(frames(portrait, range(FRAMES)))) == []
    assert found.untouched == ["t7"]


def test_the_most_telling_sights_lie_apart(portrait: Picture) -> None:
    (one,) = Census([walker()]).people(frames(portrait))
    main = most_telling(one.sights, MAIN_FRAMES)
    assert len(main) == MAIN_FRAMES
    places = sorted(sight.frame for sight in main)
    assert min(np.diff(places)) >= (FRAMES - 1) // (2 * MAIN_FRAMES)
    assert main[0].marked


def test_what_lies_open_between_two_fills_is_no_evidence(portrait: Picture) -> None:
    """Fills that lie close count as one zone; the strip between them is as it was."""
    wide = np.concatenate([portrait, portrait], axis=1)
    tracks, hidden = [], wide.copy()
    for name, left in (("t1", 90), ("t2", 170)):
        tracks.append(Track(name, (Box(0, left, 100, 50, 60),)))
        hidden[80:180, left - 12 : left + 62] = 0
    both = Both(0, None, (lambda: wide, lambda: hidden))
    people = list(Census(tracks).people([both]))
    assert [one.unproven for one in people] == [None, None]
    assert all(one.constant for one in people)
    assert [one.best.look.operator and one.best.look.operator.kind for one in people] == [
        "solid",
        "solid",
    ]


def test_of_a_fill_that_is_not_proven_every_pixel_of_the_zone_counts(portrait: Picture) -> None:
    hidden = portrait.copy()
    b = Box(0, 100, 80, 50, 60)
    hidden[70:150, 90:160] = 0
    hidden[100:110, 110:120] = 90
    both = Both(0, None, (lambda: portrait, lambda: hidden))
    (one,) = Census([Track("t1", (b,))]).people([both])
    assert one.unproven is not None
    assert not one.constant
