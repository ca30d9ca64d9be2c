"""Segments of videos: as their text says byte for byte, whatever is hidden, whatever a stranger
sends; and a zone that stays costs little, however long."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.commitment import reference_video
from tests.evidence.commitment.contents import KEY, NONCE
from tests.evidence.commitment.reference_video import Bytes, Mask, SegmentTree

from efface.evidence.commitment import masks
from efface.evidence.commitment.format import context_of
from efface.evidence.commitment.masks import HiddenLeavesInTime
from efface.evidence.commitment.proof import ProofError
from efface.evidence.commitment.segments import SegmentLeaves, counts, page_seed
from efface.evidence.commitment.video import GROUP, SEGMENT, VideoGrid, segments_of
from efface.evidence.commitment.video_proof import SegmentProof, VideoProof
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import layout_of
from efface.zones.zone import Zone

CONTEXT = context_of("video-figures", {}, NONCE)


def grid_of(columns: int, rows: int) -> VideoGrid:
    return VideoGrid((16 * columns, 16 * rows), Orientation.of(1), layout_of("yuv420p"), False)


PAYLOAD = grid_of(1, 1).payload


def noise(shape: tuple[int, int, int], seed: int = 0) -> Bytes:
    return np.random.default_rng(seed).integers(0, 128, (*shape, PAYLOAD), np.uint8)


@st.composite
def segments(draw: st.DrawFn) -> Mask:
    shape = draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    hidden = np.zeros(shape, bool)
    for _ in range(draw(st.integers(0, 3))):
        box = tuple(
            slice(start := draw(st.integers(0, n - 1)), draw(st.integers(start + 1, n)))
            for n in shape
        )
        hidden[box] ^= True
    return hidden


@given(segments(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_it_is_what_its_text_says(hidden: Mask, page: int) -> None:
    shape = hidden.shape[0], hidden.shape[1], hidden.shape[2]
    grid, payloads = grid_of(shape[2], shape[1]), noise(shape)
    seed = page_seed(KEY, CONTEXT, page)
    assert seed.tobytes() == reference_video.page_seed(KEY, CONTEXT, page)
    tree = SegmentTree(payloads, page, seed.tobytes(), CONTEXT)
    segment = SegmentLeaves(grid, page, CONTEXT)
    assert segment.top(payloads, seed).tobytes() == tree.hashes[tree.top, (0, 0, 0)]
    top, opening = segment.opened(payloads, seed, hidden)
    data = SegmentProof(hidden, opening, b"").to_bytes()
    assert data == tree.proof(hidden)
    read = SegmentProof.from_bytes(data, len(hidden), grid)
    assert np.array_equal(read.hidden, hidden)
    shown = np.where(hidden[..., None], 0, payloads)  # nothing is known of what is hidden
    found, marks = segment.checked(shown, hidden, read.opening)
    assert hidden.all() if found is None else found.tobytes() == top.tobytes()
    assert np.array_equal(marks, read.opening.marks)


@given(segments(), st.data())
@settings(max_examples=40, deadline=None)
def test_one_leaf_that_differs_is_noticed(hidden: Mask, data: st.DataObject) -> None:
    if hidden.all():
        return
    shape = hidden.shape[0], hidden.shape[1], hidden.shape[2]
    payloads = noise(shape)
    segment = SegmentLeaves(grid_of(shape[2], shape[1]), 0, CONTEXT)
    top, opening = segment.opened(payloads, page_seed(KEY, CONTEXT, 0), hidden)
    place = data.draw(st.sampled_from(np.argwhere(~hidden).tolist()))
    payloads[*place, data.draw(st.integers(0, PAYLOAD - 1))] ^= 1
    found, _ = segment.checked(payloads, hidden, opening)
    assert found is not None
    assert found.tobytes() != top.tobytes()


@given(segments())
@settings(max_examples=40, deadline=None)
def test_no_hidden_salt_follows_from_a_proof(hidden: Mask) -> None:
    shape = hidden.shape[0], hidden.shape[1], hidden.shape[2]
    seed = page_seed(KEY, CONTEXT, 0)
    tree = SegmentTree(noise(shape), 0, seed.tobytes(), CONTEXT)
    _, opening = SegmentLeaves(grid_of(shape[2], shape[1]), 0, CONTEXT).opened(
        noise(shape), seed, hidden
    )
    known = fresh = {one.tobytes() for one in opening.seeds}
    for _ in range(tree.top):
        fresh = {
            half
            for one in fresh
            for both in (hashlib.sha256(b"\6" + one).digest(),)
            for half in (both[:16], both[16:])
        }
        known |= fresh
    for place in reference_video.places(shape):
        assert (tree.seeds[0, place] in known) != hidden[place]


@given(st.binary(max_size=300), st.integers(1, 4))
def test_hostile_bytes_are_no_segment(data: bytes, groups: int) -> None:
    try:
        read = SegmentProof.from_bytes(data, groups, grid_of(3, 2))
    except ProofError:
        return
    seeds, hashes = counts(read.hidden)
    assert (len(read.opening.seeds), len(read.opening.hashes)) == (seeds, hashes)


@given(st.binary(max_size=300), st.integers(1, 3), st.integers(0, 3))
def test_hostile_bytes_are_no_proof(data: bytes, pages: int, tracks: int) -> None:
    proof = VideoProof(bytes(32), np.zeros((pages + tracks, 32), np.uint8), (None,) * tracks,
                       (data,) * pages)  # fmt: skip
    whole = proof.to_bytes()
    assert VideoProof.from_bytes(whole, pages, tracks).segments == (data,) * pages
    for cut in (whole[:-1], whole + b"\0", whole[:40], data, b""):
        with pytest.raises(ProofError):
            VideoProof.from_bytes(cut, pages, tracks)
    with pytest.raises(ProofError, match="ends too early"):
        VideoProof.from_bytes(whole, 1 << 60, tracks)


@given(segments())
def test_masks_come_back(hidden: Mask) -> None:
    assert np.array_equal(masks.decoded(masks.encoded(hidden), hidden.shape), hidden)


def opened_bytes(hidden: Mask) -> int:
    seeds, hashes = counts(hidden)
    return 16 * seeds + 32 * hashes + len(masks.encoded(hidden))


def test_a_zone_that_stays_costs_as_little_in_a_whole_segment_as_in_one_group() -> None:
    hidden = np.zeros((SEGMENT, 34, 60), bool)
    hidden[:, 9:17, 20:27] = True
    assert opened_bytes(hidden) == opened_bytes(hidden[:1])
    assert opened_bytes(np.zeros_like(hidden)) == 16


def test_segments_of_a_video() -> None:
    assert list(segments_of(1)) == [1]
    assert list(segments_of(GROUP * SEGMENT)) == [SEGMENT]
    assert list(segments_of(GROUP * SEGMENT + 1)) == [SEGMENT, 1]
    assert sum(segments_of(90_000)) == 90_000 // GROUP


def test_zones_as_efface_grows_them_leave_no_ring() -> None:
    """So that what is beside them is proven to the last pixel."""
    grid = replace(grid_of(1, 1), size=(1920, 1080))
    faces = [
        [Zone("t", n, r, r)] for n in range(3 * GROUP) if (r := Rect(301 + n, 203, 443 + n, 381))
    ]
    grown = [
        zone
        for start in range(0, len(faces), GROUP)
        for frame in grid.growth.grown(faces[start : start + GROUP])
        for zone in frame
    ]
    leaves = HiddenLeavesInTime(grid, grown, len(faces))
    (groups,) = segments_of(len(faces))
    inside, filled = leaves.area(0, leaves.segment(0, groups))
    assert inside == filled > 0
    raw = HiddenLeavesInTime(grid, [zone for frame in faces for zone in frame], len(faces))
    inside, filled = raw.area(0, raw.segment(0, groups))
    outside = 1920 * 1080 * len(faces) - filled
    assert 0 < (inside - filled) / outside < 0.02  # even where nobody grew them
