"""What was watched."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from efface.review.spans import joined, unwatched

SPANS = st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=12)


@given(SPANS)
def test_spans_are_the_same_frames_in_as_few_as_can_be(spans: list[tuple[int, int]]) -> None:
    frames = {n for first, last in spans for n in range(first, last + 1) if 0 <= n < 30}
    out = joined(spans, 30)
    assert [n for first, last in out for n in range(first, last + 1)] == sorted(frames)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(out))
    assert unwatched(tuple(spans), 30) == 30 - len(frames)
