"""JUMBF boxes from hostile bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media import jumbfs

from efface.media.metadata import jumbf


def test_boxes_are_found_with_their_names_and_contents() -> None:
    data = jumbfs.store(jumbfs.manifest(jumbfs.assertion("x.y", b"[1]"), label="m"))
    found = {found.path: found for found in jumbf.superboxes(data)}
    assert list(found) == [
        ("c2pa",),
        ("c2pa", "m"),
        ("c2pa", "m", "c2pa.assertions"),
        ("c2pa", "m", "c2pa.assertions", "x.y"),
        ("c2pa", "m", "c2pa.claim.v2"),
        ("c2pa", "m", "c2pa.signature"),
    ]
    assert found["c2pa", "m", "c2pa.assertions", "x.y"].contents == ((b"json", b"[1]"),)
    assert found["c2pa", "m"].kind == b"c2ma"


def test_lengths_may_be_long_or_left_open() -> None:
    plain = jumbfs.box(b"jumb", jumbfs.box(b"jumd", b"c2pa" + bytes(12) + b"\0"))
    long = (1).to_bytes(4) + b"jumb" + (len(plain) + 8).to_bytes(8) + plain[8:]
    open_ = (0).to_bytes(4) + plain[4:]
    for data in (plain, long, open_):
        assert jumbf.superboxes(data) == [jumbf.Superbox(("",), b"c2pa", ())]


@pytest.mark.parametrize(
    "data",
    [
        jumbfs.OWN[:-1],
        jumbfs.OWN + b"\0",
        jumbfs.OWN + jumbfs.box(b"free", b"hidden"),
        jumbfs.box(b"jumb", b""),
        jumbfs.box(b"jumb", jumbfs.box(b"jumd", b"short")),
        jumbfs.box(b"jumb", jumbfs.box(b"jumd", b"c2pa" + bytes(12) + b"\3no end")),
        (7).to_bytes(4) + b"jumb",
    ],
    ids=["cut", "longer", "another-box", "empty", "short", "label", "length"],
)
def test_what_is_no_jumbf_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        jumbf.superboxes(data)


def test_depth_and_number_of_boxes_are_bounded() -> None:
    deep = jumbfs.superbox(b"c2as", "x")
    for _ in range(jumbf.MAX_DEPTH):
        deep = jumbfs.superbox(b"c2as", "x", deep)
    with pytest.raises(ValueError, match="fewer boxes"):
        jumbf.superboxes(deep)
    many = jumbfs.superbox(b"c2as", "x") * (jumbf.MAX_BOXES + 1)
    with pytest.raises(ValueError, match="expected"):
        jumbf.superboxes(many)


@given(st.data())
def test_only_value_errors_come_out(data: st.DataObject) -> None:
    content = bytearray(jumbfs.OWN)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        jumbf.superboxes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except ValueError:
        return
