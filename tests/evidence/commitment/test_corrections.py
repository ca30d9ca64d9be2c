"""Corrections of figures: what was committed to comes back, and hostile bytes stay small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from efface.evidence.commitment import gaps
from efface.evidence.commitment.corrections import (
    CorrectionReader,
    CorrectionsError,
    CorrectionWriter,
)
from efface.evidence.commitment.figures import SCALE, Figures
from efface.evidence.commitment.tolerance import Rule

RULE = Rule(2, 1)
Mask = NDArray[np.bool_]


def drawn(seed: int, calls: int, leaves: int, strays: float) -> list[tuple[Figures, Figures, Mask]]:
    """Figures of an original, of a file that strays from it, and which leaves are open."""
    rng = np.random.default_rng(seed)
    here = rng.uniform(0, 240 * SCALE, (leaves, 6))
    out = []
    for _ in range(calls):
        here = (here + rng.normal(0, 4, here.shape)).clip(0, 240 * SCALE)
        shown = (here + rng.normal(0, strays, here.shape)).clip(0, 243 * SCALE)
        opened = rng.random(leaves) < 0.8
        out.append((here.astype(np.uint16), shown.astype(np.uint16), opened))
    return out


def written(calls: list[tuple[Figures, Figures, Mask]], chunk: int) -> list[tuple[bytes, int]]:
    """Chunks, and how many figures are in each."""
    writer, out = CorrectionWriter(RULE), []
    for start in range(0, len(calls), chunk):
        part = calls[start : start + chunk]
        for original, shown, opened in part:
            writer.add(RULE.committed(original), shown, opened)
        out.append((writer.finish(), sum(int(opened.sum()) * 6 for _, _, opened in part)))
    return out


@given(
    st.integers(0, 9999),
    st.integers(1, 5),
    st.integers(0, 60),
    st.sampled_from([0, 5, 60, 3000]),
    st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_what_was_committed_to_comes_back(
    seed: int, calls: int, leaves: int, strays: float, chunk: int
) -> None:
    made = drawn(seed, calls, leaves, strays)
    reader = CorrectionReader(RULE)
    chunks = written(made, chunk)
    for number, (original, shown, opened) in enumerate(made):
        if number % chunk == 0:
            reader.begin(*chunks[number // chunk])
        meant = RULE.committed(original)
        meant[~opened] = 0
        assert np.array_equal(reader.take(shown, opened), meant)
        if number % chunk == chunk - 1 or number == len(made) - 1:
            reader.finish()


def test_what_hardly_strays_costs_hardly_anything() -> None:
    """A figure of an encoded video strays by a tenth of a step: a seventh of a bit each."""
    made = drawn(1, 40, 500, 8)
    ((data, figures),) = written(made, 40)
    assert len(data) * 8 / figures < 0.2


def test_nothing_strays_and_nothing_is_told() -> None:
    _, shown, opened = drawn(1, 1, 50, 0)[0]
    ((data, figures),) = written([(shown, shown, opened)] * 3, 3)
    assert set(data) == {0}
    reader = CorrectionReader(RULE)
    reader.begin(data, figures)


@given(st.binary(max_size=400), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_corrections_or_none(data: bytes, seed: int) -> None:
    reader = CorrectionReader(RULE)
    made = drawn(seed, 2, 20, 40)
    try:
        reader.begin(data, 200)
        for _, shown, opened in made:
            reader.take(shown, opened)
        reader.finish()
    except CorrectionsError:
        pass


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_bytes_with_a_fault_are_corrections_or_none(at: int, by: int) -> None:
    made = drawn(5, 3, 40, 50)
    ((data, figures),) = written(made, 3)
    forged = bytearray(data)
    forged[at % len(data)] ^= by
    reader = CorrectionReader(RULE)
    try:
        reader.begin(bytes(forged), figures)
        found = [reader.take(shown, opened) for _, shown, opened in made]
        reader.finish()
    except CorrectionsError:
        return
    assert all(part.shape == (40, 6) for part in found)


@pytest.mark.parametrize("cut", [1, 20])
def test_cut_or_longer_corrections(cut: int) -> None:
    made = drawn(2, 2, 30, 300)
    ((data, figures),) = written(made, 2)
    for forged in (data[:-cut], data + bytes(cut)):
        reader = CorrectionReader(RULE)
        with pytest.raises(CorrectionsError):
            reader.begin(forged, figures)
            for _, shown, opened in made:
                reader.take(shown, opened)
            reader.finish()


def test_bytes_that_say_they_are_many_allocate_little() -> None:
    """A megabyte of ones, of which each could be an event."""
    huge = b"".join(
        (gaps.number_encoded(1 << 23), b"\x00", gaps.number_encoded(1 << 20), b"\xff" * (1 << 20))
    )
    tracemalloc.start()
    try:
        with pytest.raises(CorrectionsError, match="more corrections than there are figures"):
            CorrectionReader(RULE).begin(huge, 1000)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


rows = st.lists(st.booleans(), max_size=300).map(lambda row: np.array(row, bool))


@given(rows, st.binary(max_size=5))
def test_events_come_back(row: Mask, after: bytes) -> None:
    data = gaps.encoded(row)
    found, at = gaps.decoded(data + after, 0, len(row))
    assert found.tolist() == np.flatnonzero(row).tolist()
    assert at == len(data)


@given(st.integers(0, 1000), st.sampled_from([0.001, 0.02, 0.2, 0.5]))
@settings(max_examples=20, deadline=None)
def test_events_cost_what_they_must(seed: int, share: float) -> None:
    """Within a tenth of what any code needs, but for the ends."""
    row = np.random.default_rng(seed).random(20_000) < share
    mean = row.mean()
    if not row.any():
        return
    entropy = -(mean * np.log2(mean) + (1 - mean) * np.log2(1 - mean)) * len(row)
    assert len(gaps.encoded(row)) * 8 <= 1.1 * entropy + 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x80" * 9,
        b"\x01",
        b"\x01\x00",
        b"\x01\x00\x01",
        b"\x01\x19\x01\x00\x00\x00\x00\x80",
        b"\x02\x00\x01\x80",
        b"\x01\x00\x01\x01",
        b"\x01\x01\x01\x01\x80",
        b"\x01\x00\x02\x80\x00",
        b"\x01\x00\xff\x7f" + bytes(3000),
    ],
)
def test_no_row_of_events(data: bytes) -> None:
    with pytest.raises(gaps.GapsError):
        gaps.decoded(data, 0, 7)
