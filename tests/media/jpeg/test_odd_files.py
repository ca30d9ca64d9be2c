"""Healthy files that break a rule of the format: every block is there, and what belongs to none is
dropped and listed."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from efface.errors import InputError
from efface.media.families import JPEG, family_of
from efface.media.jpeg.structure import parse
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

from . import samples

SCENE = samples.scene(60, 44)
GOOD = samples.encoded(SCENE)
RESTARTED = samples.encoded(SCENE, restart_marker_blocks=1)
PROGRESSIVE = samples.encoded(SCENE, progressive=True)
GREY = samples.encoded(SCENE, "L", restart_marker_rows=1)
MIXED = bytes(range(1, 100))
SAMSUNG = b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1531490000000SEFHk\0\0\0SEFT"


def _scan_header(data: bytes, first: int, last: int, bits: int) -> bytes:
    at = data.index(b"\xff\xda")
    end = at + 2 + data[at + 3]
    return data[: end - 3] + bytes((first, last, bits)) + data[end:]


def _before_restarts(data: bytes, filler: bytes) -> bytes:
    return re.sub(rb"(?=\xff[\xd0-\xd7])", lambda _: filler, data)


def _before_second_scan(data: bytes, filler: bytes) -> bytes:
    index = sorted(parse(data).coded)[1]
    end = parse(data).coded[index][1]
    return data[:end] + filler + data[end:]


ODD: dict[str, tuple[bytes, bytes, frozenset[str]]] = {
    # the file, the same without what is odd, and what inspect lists
    "last coefficient 0": (_scan_header(GOOD, 0, 0, 0), GOOD, frozenset()),
    "first coefficient 1": (_scan_header(GOOD, 1, 63, 0), GOOD, frozenset()),
    "successive approximation": (_scan_header(GREY, 0, 63, 0x21), GREY, frozenset()),
    "no end marker": (GOOD[:-2], GOOD, frozenset()),
    "no end marker, progressive": (PROGRESSIVE[:-2], PROGRESSIVE, frozenset()),
    "no end marker before zeros": (GOOD[:-2] + bytes(40), GOOD, frozenset({"trailing-data"})),
    "no end marker before a trailer": (
        GOOD[:-2] + SAMSUNG,
        GOOD,
        frozenset({"samsung-trailer"}),
    ),
    "no end marker before markers": (
        GOOD[:-2] + SAMSUNG + b"\xff\xc0\xff\xda\xff",
        GOOD,
        frozenset({"samsung-trailer"}),
    ),
    "no end marker before a further image": (
        GOOD[:-2] + PROGRESSIVE,
        GOOD,
        frozenset({"further-image"}),
    ),
    "bytes after the last block": (
        GOOD[:-2] + MIXED + GOOD[-2:],
        GOOD,
        frozenset({"trailing-data"}),
    ),
    "zeros after the last block": (
        GOOD[:-2] + bytes(500) + GOOD[-2:],
        GOOD,
        frozenset({"trailing-data"}),
    ),
    "fill bytes before the end marker": (GOOD[:-2] + b"\xff" * 40 + GOOD[-2:], GOOD, frozenset()),
    "zeros before restart markers": (
        _before_restarts(RESTARTED, bytes(6)),
        RESTARTED,
        frozenset({"stray-bytes"}),
    ),
    "bytes before restart markers, and at the end": (
        _before_restarts(RESTARTED, b"\1\2\3")[:-2] + MIXED + b"\xff\xd9",
        RESTARTED,
        frozenset({"stray-bytes", "trailing-data"}),
    ),
    "zeros before restart markers, grey": (
        _before_restarts(GREY, bytes(9)),
        GREY,
        frozenset({"stray-bytes"}),
    ),
    "bytes between progressive scans": (
        _before_second_scan(PROGRESSIVE, MIXED),
        PROGRESSIVE,
        frozenset({"stray-bytes"}),
    ),
    "blanks in front": (b"\r\n\n" + GOOD, GOOD, frozenset({"stray-bytes"})),
    "two end markers": (GOOD + b"\xff\xd9", GOOD, frozenset({"trailing-data"})),
}


@pytest.mark.parametrize("name", ODD)
def test_every_block_is_kept_and_nothing_else(name: str) -> None:
    data, plain, kinds = ODD[name]
    assert family_of(data) == JPEG
    photo = samples.opened(data)
    assert {finding.kind for finding in photo.findings()} == kinds
    zones: list[Zone] = [samples.zone(photo, (5, 5, 20, 20))]
    written = samples.written(photo, zones)
    assert written == samples.written(samples.opened(plain), zones)
    Image.open(io.BytesIO(written)).load()


def test_a_missing_end_marker_is_noted() -> None:
    out = samples.opened(GOOD[:-2]).write(
        (), ConstantFilling(samples.RED), samples.ENCODE, io.BytesIO()
    )
    assert any("end marker" in note for note in out.notes)


def test_what_is_found_says_how_much_and_where() -> None:
    found = samples.opened(GOOD[:-2] + MIXED + GOOD[-2:]).findings()[0]
    assert (found.where, found.risk) == ("before the end marker", "shows")
    assert len(MIXED) - 8 <= found.size <= len(MIXED)


@pytest.mark.parametrize(
    "data", [GOOD[:700] + b"\xff\xd9", _before_restarts(RESTARTED, bytes(6))[:-30] + b"\xff\xd9"]
)
def test_inspect_finds_what_redact_refuses(data: bytes) -> None:
    with pytest.raises(InputError):
        samples.opened(data).findings()
