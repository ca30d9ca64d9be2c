"""A timeline says the same as the regions, frame by frame, in any order of asking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from efface.regions import Box, Media, Regions, Track
from efface.regions.timeline import Timeline

FRAMES = 12

boxes = st.lists(
    st.builds(
        Box,
        st.integers(0, FRAMES - 1),
        st.floats(0, 50),
        st.floats(0, 50),
        st.floats(1, 20),
        st.floats(1, 20),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda box: box.frame,
)


@given(
    st.lists(st.tuples(boxes, st.booleans()), max_size=4),
    st.lists(st.integers(0, FRAMES - 1), max_size=20),
)
def test_timeline_agrees_with_every_box(
    tracks: list[tuple[list[Box], bool]], order: list[int]
) -> None:
    media = Media("a.mp4", "0" * 64, "video", 100, 100, FRAMES)
    regions = Regions(
        media,
        tuple(
            Track(f"t{i}", tuple(found), interpolate=between)
            for i, (found, between) in enumerate(tracks)
        ),
    )
    timeline = Timeline(regions)
    for frame in order:
        expected = {(track.id, box) for track, box in regions.in_frame(frame)}
        assert {(track.id, box) for track, box in timeline.at(frame)} == expected
