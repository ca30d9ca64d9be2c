"""Beside the ends of tracks a written video is looked at where the faces were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from efface.detect.tracking.ends import AROUND, BEYOND, MOST_SHARE, ends, parts
from efface.regions import Box, Media, Regions, Track

SIZE = (1280, 720)


def test_the_first_and_the_last_box_are_looked_for_in_the_frames_next_to_them() -> None:
    boxes = tuple(Box(f, 10.0 * f, 50, 40, 40) for f in (5, 6, 7))
    found = ends(Regions(Media("a", "0" * 64, "video", *SIZE, 20), (Track("t1", boxes),)))
    for away in BEYOND:
        assert list(found[5 - away]) == [boxes[0]]
        assert list(found[7 + away]) == [boxes[-1]]
    assert len(found) == 2 * len(BEYOND)


@given(
    st.lists(
        st.builds(
            Box,
            st.just(0),
            st.floats(-50, 1300),
            st.floats(-50, 750),
            st.floats(4, 200),
            st.floats(4, 200),
        ),
        max_size=4,
    )
)
def test_parts_hold_the_faces_and_their_surroundings(boxes: list[Box]) -> None:
    found = parts(boxes, SIZE)
    if found is None:
        return
    assert sum(part.area for part in found) <= MOST_SHARE * SIZE[0] * SIZE[1]
    for box in boxes:
        reach = AROUND * max(box.width, box.height)
        x0, y0 = max(box.x - reach, 0), max(box.y - reach, 0)
        x1 = min(box.x + box.width + reach, SIZE[0])
        y1 = min(box.y + box.height + reach, SIZE[1])
        if x1 - x0 > 1 and y1 - y0 > 1:
            assert any(
                p.x0 <= x0 + 1 and p.y0 <= y0 + 1 and p.x1 >= x1 - 1 and p.y1 >= y1 - 1
                for p in found
            )


def test_large_faces_are_looked_for_in_the_whole_picture() -> None:
    assert parts([Box(0, 200, 100, 400, 500)], SIZE) is None
    assert parts([], SIZE) == []
