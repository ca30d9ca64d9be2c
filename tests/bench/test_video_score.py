"""The scorer of rendered clips counts what is missed, and only that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from score import Tally, plain_zones, score
from tables import interval, table
from truth import Face, Truth, events

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Media, Regions, Track

FRAMES, RATE = 60, 20
SIDE = 200


def face(first: int = 0, frames: int = FRAMES, **changes: object) -> Face:
    """A still face of 40 pixels in the middle."""
    values: dict[str, object] = {
        "box": [(80.0, 80.0, 32.0, 40.0)] * frames,
        "head": [(75.0, 70.0, 42.0, 52.0)] * frames,
        "height": [40.0] * frames,
        "yaw": [0.0] * frames,
        "pitch": [0.0] * frames,
        "inside": [1.0] * frames,
        "visible": [1.0] * frames,
        "blur": [0.0] * frames,
        "shown": [1] * frames,
    }
    return Face(id="f1", first=first, **{**values, **changes})  # type: ignore[arg-type]


def truth(*faces: Face, cuts: list[int] | None = None) -> Truth:
    return Truth("a.mp4", 0, SIDE, SIDE, (RATE, 1), FRAMES, cuts or [], [], list(faces))


def regions(*tracks: Track) -> Regions:
    return Regions(Media("a.mp4", "", "video", SIDE, SIDE, FRAMES), tracks)


def still(frames: range, x: float = 80, y: float = 80, name: str = "t1") -> Track:
    return Track(name, tuple(Box(frame, x, y, 32, 40) for frame in frames))


def test_full_cover_misses_nothing() -> None:
    found = score(truth(face()), regions(still(range(FRAMES))))
    assert (found.total.faces, found.total.missed) == (FRAMES, 0)
    assert found.excess == 0
    assert not found.far and not found.misses


def test_key_frames_cover_what_lies_between() -> None:
    keys = Track("t1", (Box(0, 80, 80, 32, 40), Box(FRAMES - 1, 80, 80, 32, 40)), interpolate=True)
    assert score(truth(face()), regions(keys)).total.missed == 0


def test_a_frame_without_a_zone_is_a_miss() -> None:
    track = Track("t1", tuple(box for box in still(range(FRAMES)).boxes if box.frame != 7))
    found = score(truth(face()), regions(track))
    assert found.total.missed == 1
    assert [(miss.frame, miss.face, miss.covered) for miss in found.misses] == [(7, "f1", 0.0)]


def test_half_a_face_covered_is_a_miss() -> None:
    zone = Track("t1", tuple(Box(f, 80, 80, 16, 40) for f in range(FRAMES)), zone=True)
    found = score(truth(face()), regions(zone))
    assert found.total.missed == FRAMES
    assert 0.3 < found.misses[0].covered < 0.7


def test_two_zones_cover_together() -> None:
    zones = [
        Track(f"t{x}", tuple(Box(f, x, 80, 16, 40) for f in range(FRAMES)), zone=True)
        for x in (80, 96)
    ]
    assert score(truth(face()), regions(*zones)).total.missed == 0


def test_what_is_kept_does_not_cover() -> None:
    kept = replace(still(range(FRAMES)), action="keep")
    assert score(truth(face()), regions(kept)).total.missed == FRAMES


def test_hidden_frames_may_be_left_or_covered() -> None:
    shown = [0 if 20 <= f < 40 else 1 for f in range(FRAMES)]
    hidden = truth(face(shown=shown, yaw=[0.0 if s else 170.0 for s in shown]))
    bridged = score(hidden, regions(still(range(FRAMES))))
    assert (bridged.total.faces, bridged.total.missed) == (40, 0)
    assert bridged.excess == 0 and not bridged.far
    parts = still(range(20)), still(range(40, FRAMES), name="t2")
    assert score(hidden, regions(*parts)).total.missed == 0


def test_small_faces_are_counted_apart() -> None:
    found = score(truth(face(height=[20.0] * FRAMES)), regions())
    assert found.total.faces == 0
    assert found.by_size["16-24 px"].missed == FRAMES


def test_only_the_part_inside_the_picture_has_to_be_covered() -> None:
    at_edge = face(box=[(-16.0, 80.0, 32.0, 40.0)] * FRAMES, inside=[0.5] * FRAMES)
    zone = Track("t1", tuple(Box(f, 0, 80, 16, 40) for f in range(FRAMES)), zone=True)
    found = score(truth(at_edge), regions(zone))
    assert found.total.missed == 0
    assert found.by_event["edge"].faces == FRAMES


@pytest.mark.parametrize(("frames", "places"), [(RATE, 0), (RATE + 1, 1)])
def test_cover_with_no_face_near_counts_from_a_second(frames: int, places: int) -> None:
    halves = still(range(frames // 2), 10, 10), still(range(frames // 2, frames), 12, 10, "t2")
    found = score(truth(), regions(*halves))
    assert len(found.far) == places
    assert found.excess > 0
    if places:
        assert found.far[0].seconds == frames / RATE
        assert found.far[0].rect.x0 < 12


def test_excess_is_a_share_of_the_picture() -> None:
    zone = Track("t1", tuple(Box(f, 0, 0, 20, 20) for f in range(FRAMES)), zone=True)
    assert score(truth(), regions(zone)).excess == pytest.approx(0.01)


def test_another_zoning_can_be_tried() -> None:
    def all_of_it(regions: Regions, policy: ZonePolicy) -> object:
        return lambda frame: [Rect(0, 0, SIDE, SIDE)]

    found = score(truth(face()), regions(), zoning=all_of_it)  # type: ignore[arg-type]
    assert found.total.missed == 0
    grown = plain_zones(regions(still(range(1))), ZonePolicy())(0)[0]
    share = grown.area / SIDE**2
    assert found.excess == pytest.approx(1 - share)


def test_regions_of_another_clip_are_refused() -> None:
    other = Regions(Media("b.mp4", "", "video", SIDE, SIDE, FRAMES + 1), ())
    with pytest.raises(ValueError, match=r"a\.mp4"):
        score(truth(), other)


def test_events_are_told_from_the_numbers() -> None:
    shown = [0] * 5 + [1] * 20 + [0] * 10 + [1] * 25
    inside = [0.1] * 5 + [1.0] * 55
    seen = face(shown=shown, inside=inside, yaw=[60.0] * 12 + [0.0] * 48)
    clip = truth(seen, cuts=[30])
    assert "entering" in events(clip, seen, 6)
    assert "turned" in events(clip, seen, 11)
    assert events(clip, seen, 15) == {"plain"}
    assert "hiding" in events(clip, seen, 22)
    assert "before cut" in events(clip, seen, 28)
    assert "after cut" in events(clip, seen, 33)
    assert "returning" in events(clip, seen, 36)
    assert "flash" in events(clip, face(frames=3), 1)
    assert "crossing" in events(truth(seen, face(first=10)), seen, 12)


def test_the_interval_holds_the_share() -> None:
    low, high = interval([Tally(100, 0), Tally(100, 10), Tally(100, 2), Tally(100, 4)])
    assert 0 <= low < 0.04 < high <= 0.1
    lines = table([score(truth(face()), regions())])
    assert f"| all from 24 px | {FRAMES} | {FRAMES} | 100.000 | 100.000 - 100.000 |" in lines


def test_truth_comes_back_from_its_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("truth") / "a.truth.json"
    truth(face()).write(path)
    again = Truth.read(path)
    assert again.faces[0].last == FRAMES - 1
    assert score(again, regions(still(range(FRAMES)))).total.missed == 0
