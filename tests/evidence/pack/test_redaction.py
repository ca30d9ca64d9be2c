"""Zones as text: what was packed comes out, and nothing unpacks to more than it may."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import VerificationError
from efface.evidence.pack.redaction import packed, unpacked
from efface.geometry import Grid, Rect
from efface.zones.zone import Zone

ROW = [0, 0, "box", [8, 8, 16, 16], [8, 8, 16, 16], [1, 1, 0, 0], [0, 0]]

numbers = st.integers(-1000, 1000)


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    x0, y0 = draw(numbers), draw(numbers)
    return Rect(x0, y0, x0 + draw(st.integers(0, 900)), y0 + draw(st.integers(0, 900)))


zones = st.builds(
    Zone,
    st.sampled_from(["0", "1"]),
    st.integers(0, 100_000),
    rects(),
    rects(),
    st.sampled_from(["box", "rounded"]),
    st.builds(Grid, st.integers(1, 64), st.integers(1, 64), numbers, numbers),
    st.integers(0, 9),
    st.integers(0, 9),
)


@given(st.lists(zones, max_size=40))
def test_what_was_packed_comes_out(given_: list[Zone]) -> None:
    names = {name: str(n) for n, name in enumerate(dict.fromkeys(z.track for z in given_))}
    out = unpacked(packed(given_))
    assert [(z.frame, z.rect, z.outer, z.shape, z.grid, z.spill_x, z.spill_y) for z in out] == [
        (z.frame, z.rect, z.outer, z.shape, z.grid, z.spill_x, z.spill_y) for z in given_
    ]
    assert [z.track for z in out] == [names[z.track] for z in given_]


def test_a_video_of_an_hour_with_zones_that_stand_still() -> None:
    """As small as real zones get: they must come out, too."""
    still = [
        Zone("t", frame, Rect(96, 96, 304, 304), Rect(96, 96, 304, 304)) for frame in range(9000)
    ]
    assert len(unpacked(packed(still))) == len(still)


def test_many_rows_in_few_bytes_are_refused_before_they_take_room() -> None:
    """A few hundred kilobytes of text once took gigabytes."""
    piece = json.dumps(ROW, separators=(",", ":")).encode()
    deflater = zlib.compressobj(9)
    out = [deflater.compress(b"[" + piece)]
    out += [deflater.compress((b"," + piece) * 10_000) for _ in range(10)]
    text = base64.b64encode(b"".join((*out, deflater.compress(b"]"), deflater.flush()))).decode()
    tracemalloc.start()
    try:
        with pytest.raises(VerificationError, match="more zones than"):
            unpacked(text)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def _text(plain: bytes, more: bytes = b"") -> str:
    return base64.b64encode(zlib.compress(plain) + more).decode()


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "no base64!",
        base64.b64encode(b"no zlib").decode(),
        _text(b""),
        _text(b"["),
        _text(b"{}"),
        _text(b"[]]"),
        _text(b"[[]]"),
        _text(b"[" + json.dumps(ROW).encode()),
        _text(json.dumps([ROW], separators=(",", ":")).encode(), b"more"),
        _text(json.dumps([ROW], separators=(",", ":")).encode() + b","),
        _text(b"[" + b"[" * 100_000),
        _text(b'["' + b"a" * 1_000_000),
        _text(json.dumps([[*ROW[:2], "star", *ROW[3:]]], separators=(",", ":")).encode()),
        _text(json.dumps([[*ROW[:5], [0, 1, 0, 0], [0, 0]]], separators=(",", ":")).encode()),
        _text(json.dumps([[*ROW[:3], [9, 9, 1, 1], *ROW[4:]]], separators=(",", ":")).encode()),
    ],
)
def test_no_zones(value: Any) -> None:
    with pytest.raises(VerificationError):
        unpacked(value)


def test_no_zone_at_all() -> None:
    assert unpacked(packed(())) == ()
