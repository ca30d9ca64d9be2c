"""Which picture a fill is made of follows from boxes, and looks are counted."""

from __future__ import annotations

from efface.redact.methods.layered.moment import looks_of, most_of_one
from efface.regions import Box, Media, Regions, Track


def regions(*tracks: Track, kind: str = "video", frames: int = 100) -> Regions:
    return Regions(Media("a", "", kind, 200, 100, frames), tracks)  # type: ignore[arg-type]


def track(name: str, *boxes: tuple[int, float, float, float], action: str = "redact") -> Track:
    """Boxes as frame, left, top and side."""
    return Track(name, tuple(Box(f, x, y, s, s) for f, x, y, s in boxes), action=action)  # type: ignore[arg-type]


def test_a_video_has_one_fill_a_track() -> None:
    found = looks_of(
        regions(track("a", (0, 10, 10, 20), (1, 10, 10, 20)), track("b", (5, 9, 9, 9)),
                track("c", (0, 1, 1, 9), action="keep"))
    )  # fmt: skip
    assert [[one.id for one in look.tracks] for look in found] == [["a"], ["b"]]


def test_it_is_made_of_the_first_of_middling_size_that_is_whole() -> None:
    (look,) = looks_of(
        regions(track("a", (0, 10, 10, 50), (1, -5, 10, 30), (2, 10, 10, 12), (3, 60, 10, 30),
                      (4, 50, 10, 30), (5, 90, 10, 14), (6, 9, 80, 40)))
    )  # fmt: skip
    assert look.box.frame == 3


def test_a_face_that_is_never_whole_has_a_picture_too() -> None:
    (look,) = looks_of(regions(track("a", (0, -5, 10, 30), (1, -9, 10, 30))))
    assert look.box.frame == 0


def test_between_key_frames_there_are_pictures_too() -> None:
    moving = Track("a", (Box(0, 10, 10, 10, 10), Box(10, 10, 10, 30, 30)), interpolate=True)
    (look,) = looks_of(regions(moving))
    assert look.box.frame == 5


def test_frames_of_an_animation_share_a_fill_where_a_face_stays() -> None:
    found = looks_of(
        regions(track("t1", (0, 10, 10, 20)), track("t2", (0, 90, 10, 20)),
                track("t3", (1, 12, 10, 20)), track("t4", (1, 93, 12, 20)),
                track("t5", (3, 12, 10, 20)), kind="image", frames=4)
    )  # fmt: skip
    assert [[one.id for one in look.tracks] for look in found] == [
        ["t1", "t3"],
        ["t2", "t4"],
        ["t5"],
    ]


def test_faces_that_show_at_once_are_not_one_person() -> None:
    both = regions(track("a", (0, 1, 1, 9), (9, 1, 1, 9)), track("b", (5, 50, 1, 9), (7, 50, 1, 9)))
    assert most_of_one(looks_of(both)) == 1


def test_a_track_that_is_cut_is_another_look() -> None:
    cut = regions(track("a", (0, 1, 1, 9), (9, 1, 1, 9)), track("b", (10, 1, 1, 9), (19, 1, 1, 9)),
                  track("c", (5, 50, 1, 9), (15, 50, 1, 9)))  # fmt: skip
    assert most_of_one(looks_of(cut)) == 2
    assert most_of_one(()) == 0
