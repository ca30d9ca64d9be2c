"""From looks to stretches: on the side of caution, and nothing lost in between."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.detect.face_quality import FaceQuality
from efface.detect.identifiable import judge
from efface.scan.result import FaceScan, ScanLook, ScanSpan, Stretch
from efface.scan.segments import SHORTEST_S, stretches

HEIGHTS = {"yes": 60, "perhaps": 20, "unlikely": 10}


def face(name: str, *looks: tuple[int, str]) -> FaceScan:
    """A face that was looked at in frames with judgements."""
    seen = []
    for frame, level in looks:
        how = FaceQuality(HEIGHTS[level], "towards", "lit", "sharp", "clear")
        assert judge(how)[0] == level
        seen.append(ScanLook(frame, frame / 10, how, *judge(how)))
    return FaceScan(name, tuple(seen))


def at_ten_a_second(frames: int) -> list[float]:
    return [frame / 10 for frame in range(frames + 1)]


def told(shown: Sequence[Stretch]) -> list[tuple[float, float, str]]:
    return [(s.span.start_s, s.span.end_s, s.identifiable) for s in shown]


def test_no_face_leaves_the_whole() -> None:
    assert stretches([], at_ten_a_second(50)) == ((), (ScanSpan(0, 5),))


def test_a_short_video_without_a_face_is_one_span() -> None:
    assert stretches([], at_ten_a_second(3)) == ((), (ScanSpan(0, 0.3),))


def test_spans_without_a_face_come_longest_first() -> None:
    shown, free = stretches([face("t1", (20, "yes"), (40, "yes"))], at_ten_a_second(100))
    assert told(shown) == [(2.0, 4.1, "yes")]
    assert free == (ScanSpan(4.1, 10), ScanSpan(0, 2))
    assert shown[0].faces == ("t1",)
    assert shown[0].largest_px == 60


def test_between_two_looks_the_worse_one_counts() -> None:
    one = face("t1", (0, "unlikely"), (20, "yes"), (40, "perhaps"), (60, "unlikely"))
    shown, free = stretches([one], at_ten_a_second(61))
    assert told(shown) == [(0, 4.1, "yes"), (4.1, 6.1, "perhaps")]
    assert free == ()


def test_the_worst_of_several_faces_counts_and_all_are_named() -> None:
    faces = [
        face("b", (20, "yes"), (40, "yes")),
        face("a", (0, "unlikely"), (80, "unlikely")),
    ]
    shown, _ = stretches(faces, at_ten_a_second(81))
    assert told(shown) == [(0, 2, "unlikely"), (2, 4.1, "yes"), (4.1, 8.1, "unlikely")]
    assert [s.faces for s in shown] == [("a",), ("a", "b"), ("a",)]


@pytest.mark.parametrize("gap", [5, 9, 10, 15])
def test_a_gap_of_less_than_a_second_is_no_footage(gap: int) -> None:
    faces = [
        face("t1", (0, "yes"), (20, "yes")),
        face("t2", (21 + gap, "yes"), (60, "yes")),
    ]
    shown, free = stretches(faces, at_ten_a_second(61))
    if gap < 10 * SHORTEST_S:
        assert told(shown) == [(0, 6.1, "yes")]
        assert free == ()
    else:
        assert free == (ScanSpan(2.1, 2.1 + gap / 10),)


def test_a_short_gap_counts_with_the_less_bad_of_two_worse_neighbours() -> None:
    faces = [face("t1", (0, "yes"), (20, "yes")), face("t2", (27, "perhaps"), (60, "perhaps"))]
    shown, _ = stretches(faces, at_ten_a_second(61))
    assert told(shown) == [(0, 2.1, "yes"), (2.1, 6.1, "perhaps")]


def test_a_short_glimpse_is_kept() -> None:
    shown, _ = stretches([face("t1", (50, "yes"))], at_ten_a_second(100))
    assert told(shown) == [(5, 5.1, "yes")]


def test_a_short_better_part_next_to_a_face_counts_with_it() -> None:
    shown, free = stretches([face("t1", (5, "perhaps"), (30, "perhaps"))], at_ten_a_second(100))
    assert told(shown) == [(0, 3.1, "perhaps")]
    assert free == (ScanSpan(3.1, 10),)


def test_uneven_times_are_kept() -> None:
    times = [0.0, 0.5, 4.0, 4.1, 9.0]
    shown, free = stretches([face("t1", (2, "yes"))], times)
    assert told(shown) == [(4.0, 4.1, "yes")]
    assert free == (ScanSpan(4.1, 9.0), ScanSpan(0.0, 4.0))


looks = st.lists(
    st.tuples(st.integers(0, 79), st.sampled_from(sorted(HEIGHTS))), min_size=1, max_size=6
).map(lambda pairs: sorted(dict(pairs).items()))


@given(st.lists(looks, max_size=5))
def test_stretches_make_up_the_whole_and_never_say_less(
    tracks: list[list[tuple[int, str]]],
) -> None:
    faces = [face(f"t{i}", *pairs) for i, pairs in enumerate(tracks)]
    times = at_ten_a_second(80)
    shown, free = stretches(faces, times)
    spans = sorted([s.span for s in shown] + list(free), key=lambda span: span.start_s)
    assert spans[0].start_s == 0
    assert spans[-1].end_s == times[-1]
    assert all(a.end_s == b.start_s for a, b in pairwise(spans))
    order = ["yes", "perhaps", "unlikely"]
    for one in faces:
        for look in one.looks:
            now = times[look.frame]
            (there,) = [s for s in shown if s.span.start_s <= now < s.span.end_s]
            assert order.index(there.identifiable) <= order.index(look.identifiable)
            assert one.id in there.faces
            assert there.largest_px >= look.face.height_px
