"""What a person chooses on top of the regions."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import RefusedError
from efface.regions import Box, Media, Page, Regions, Track
from efface.regions.choices import Drawn, Keep, Span, chosen, needs_times, seconds

FRAMES = 20
TIMES = [i / 10 for i in range(FRAMES)]
MEDIA = Media("a.mp4", "0" * 64, "video", 100, 80, FRAMES)


def track(name: str, first: int = 0, last: int = FRAMES - 1) -> Track:
    boxes = (Box(first, 10, 10, 20, 20), Box(last, 50, 40, 20, 20))
    return Track(name, boxes, interpolate=True)


def visible(regions: Regions) -> set[tuple[int, Box]]:
    return {(b.frame, b) for t in regions.tracks if t.action == "keep" for b in t.every_box()}


def covered(regions: Regions) -> set[tuple[int, Box]]:
    return {(b.frame, b) for t in regions.tracks if t.action == "redact" for b in t.every_box()}


@pytest.mark.parametrize(
    ("text", "value"),
    [("83.5", 83.5), ("1:23.5", 83.5), ("1:01:01", 3661), ("0", 0), ("120:00", 7200), ("0:07", 7)],
)
def test_times_are_seconds_or_clocks(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1:", ":30", "1:234", "1:234:5", "1:2:3:4", "1,5", "nan", "1e3"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="expected a time"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0:12-0:15.5", Span(12, 15.5)),
        ("3-", Span(3, inf)),
        ("-3", Span(0, 3)),
        ("2-2", Span(2, 2)),
    ],
)
def test_spans_may_be_open(text: str, span: Span) -> None:
    assert Span.parse(text) == span


@pytest.mark.parametrize("text", ["", "-", "3", "5-3", "a-b", "1-2-3"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as error:
        Span.parse(text)
    assert error.value.exit_code == 2
    assert "docs/cli.md" in (error.value.hint or "")


def test_keeps_name_a_track_and_perhaps_a_time() -> None:
    assert Keep.parse(" t3 ") == Keep("t3")
    assert Keep.parse("t3@1-2") == Keep("t3", Span(1, 2))
    with pytest.raises(RefusedError):
        Keep.parse("t3@")


def test_zones_stay_put_or_move() -> None:
    assert Drawn.parse("1,2,3,4") == Drawn(((None, (1, 2, 3, 4)),))
    assert Drawn.parse("1,2,3,4@1-2") == Drawn(((None, (1, 2, 3, 4)),), Span(1, 2))
    moving = Drawn.parse("1,2,3,4@0:01 5,6,7,8@2.5")
    assert moving == Drawn(((1.0, (1, 2, 3, 4)), (2.5, (5, 6, 7, 8))))


@pytest.mark.parametrize(
    "text",
    [
        "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,4@", "1,2,3,4@5", "1,2,3,4 5,6,7,8@1",
        "1,2,3,4@2 5,6,7,8@1", "1,2,3,4@1 5,6,7,8@1",
    ],
)  # fmt: skip
def test_what_is_no_zone_is_refused_in_words(text: str) -> None:
    with pytest.raises(RefusedError) as error:
        Drawn.parse(text)
    assert error.value.exit_code == 2
    assert error.value.message.endswith(".")


@pytest.mark.parametrize("text", ["nan,2,3,4", "1,2,inf,4", "1,2,0,4", "1,2,3,-4", "1e99,2,3,4"])
def test_a_zone_that_is_no_rectangle_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="not valid"):
        chosen(Regions(MEDIA), [], [Drawn.parse(text)], ())


@pytest.mark.parametrize("text", ["200,2,3,4", "-10,2,3,4", "1,80,3,4@0 1,2,3,4@1"])
def test_a_zone_outside_the_picture_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="outside the picture"):
        chosen(Regions(MEDIA), [], [Drawn.parse(text)], TIMES)


def test_times_are_asked_for_only_where_a_choice_names_one() -> None:
    assert not needs_times([Keep("t1")], [Drawn.parse("1,2,3,4")])
    assert needs_times([Keep.parse("t1@1-2")], [])
    assert needs_times([], [Drawn.parse("1,2,3,4@1-2")])
    assert needs_times([], [Drawn.parse("1,2,3,4@1 1,2,3,4@2")])


def test_a_kept_track_is_visible_throughout() -> None:
    regions = chosen(Regions(MEDIA, (track("t1"), track("t2"))), [Keep("t1")], [], ())
    assert [t.action for t in regions.tracks] == ["keep", "redact"]


@pytest.mark.parametrize("text", ["t9", "t9@0-1", "t1.kept@0-1"])
def test_a_track_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        chosen(Regions(MEDIA, (track("t1"),)), [Keep.parse(text)], [], TIMES)


spans = st.tuples(st.floats(0, 1.9), st.floats(0, 1.9)).map(lambda ends: Span(min(ends), max(ends)))


@given(st.lists(spans, min_size=1, max_size=3), st.integers(0, 9), st.integers(10, FRAMES - 1))
def test_nothing_outside_the_spans_becomes_visible_and_nothing_is_lost(
    times: list[Span], first: int, last: int
) -> None:
    before = Regions(MEDIA, (track("t1", first, last), track("t2")))
    keep = [Keep("t1", span) for span in times]
    kept = {f for f in range(FRAMES) for span in times if span.start <= TIMES[f] <= span.end}
    empty = any(not any(s.start <= t <= s.end for t in TIMES) for s in times)
    if empty:
        with pytest.raises(RefusedError, match="no frame lies"):
            chosen(before, keep, [], TIMES)
        return
    after = chosen(before, keep, [], TIMES)
    one, two = before.tracks
    assert visible(after) == {(b.frame, b) for b in one.every_box() if b.frame in kept}
    hidden = {(b.frame, b) for b in one.every_box() if b.frame not in kept}
    assert covered(after) == hidden | {(b.frame, b) for b in two.every_box()}


def test_a_track_whose_name_begins_alike_is_not_kept_along() -> None:
    before = Regions(MEDIA, (track("t1"), track("t1.b"), track("t10")))
    after = chosen(before, [Keep.parse("t1@0-1")], [], TIMES)
    assert [t.id for t in after.tracks if t.action == "keep"] == ["t1.kept"]
    assert {t.id for t in after.tracks if t.action == "redact"} >= {"t1.b", "t10"}


def test_parts_of_a_track_get_names_that_are_free() -> None:
    before = Regions(MEDIA, (track("t1"), track("t1.kept"), track("t1.after")))
    after = chosen(before, [Keep.parse("t1@0.5-1")], [], TIMES)
    assert len(after.tracks) == 5
    assert len({t.id for t in after.tracks}) == 5


def test_a_kept_part_keeps_what_else_the_track_says() -> None:
    before = Regions(MEDIA, (replace(track("t1"), shape="rounded", label="Anna"),))
    after = chosen(before, [Keep.parse("t1@0.5-1")], [], TIMES)
    assert {(t.shape, t.label) for t in after.tracks} == {("rounded", "Anna")}


def test_a_zone_that_stays_put_is_there_in_every_frame() -> None:
    [zone] = chosen(Regions(MEDIA), [], [Drawn.parse("1,2,3,4")], ()).tracks
    assert (zone.id, zone.zone, zone.source) == ("z1", True, "person")
    assert [b.frame for b in zone.every_box()] == list(range(FRAMES))
    assert {(b.x, b.y, b.width, b.height) for b in zone.every_box()} == {(1, 2, 3, 4)}


def test_a_zone_with_a_span_is_there_then() -> None:
    [zone] = chosen(Regions(MEDIA), [], [Drawn.parse("1,2,3,4@0.5-0.95")], TIMES).tracks
    assert [b.frame for b in zone.every_box()] == [5, 6, 7, 8, 9]


def test_a_moving_zone_goes_straight_from_key_frame_to_key_frame() -> None:
    drawn = Drawn.parse("0,0,10,10@0.5 10,0,10,20@1 10,20,10,20@1.5")
    [zone] = chosen(Regions(MEDIA), [], [drawn], TIMES).tracks
    boxes = {b.frame: (b.x, b.y, b.width, b.height) for b in zone.every_box()}
    assert list(boxes) == list(range(5, 16))
    assert boxes[5] == (0, 0, 10, 10)
    assert boxes[10] == (10, 0, 10, 20)
    assert boxes[12] == pytest.approx((10, 8, 10, 20))


def test_key_frames_between_two_frames_count_from_the_later_one() -> None:
    drawn = Drawn.parse("0,0,10,10@0.51 10,0,10,10@99")
    [zone] = chosen(Regions(MEDIA), [], [drawn], TIMES).tracks
    assert (zone.boxes[0].frame, zone.boxes[-1].frame) == (6, FRAMES - 1)


@pytest.mark.parametrize("text", ["1,2,3,4@5-6", "1,2,3,4@5 1,2,3,4@6"])
def test_a_zone_after_the_end_of_the_video_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        chosen(Regions(MEDIA), [], [Drawn.parse(text)], TIMES)


def test_zones_get_names_that_are_free() -> None:
    before = Regions(MEDIA, (track("z1"), track("z3")))
    after = chosen(before, [], [Drawn.parse("1,2,3,4"), Drawn.parse("1,2,3,4")], ())
    assert [t.id for t in after.tracks] == ["z1", "z3", "z2", "z4"]


def test_a_zone_on_pages_of_a_photo_must_lie_on_all_of_them() -> None:
    media = Media("a.tif", "0" * 64, "image", 100, 80, 3, pages=(Page(1, 20, 20),))
    assert len(chosen(Regions(media), [], [Drawn.parse("5,5,9,9")], ()).tracks) == 1
    with pytest.raises(RefusedError, match="outside the picture of 20x20"):
        chosen(Regions(media), [], [Drawn.parse("50,50,9,9")], ())
