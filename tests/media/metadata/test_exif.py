"""EXIF: orientation, the minimal block, findings, and hostile blocks."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from efface.media.metadata import exif
from efface.media.metadata.density import PixelDensity
from efface.media.metadata.density import read as read_density


def _block() -> bytes:
    """An EXIF block as a camera writes it, with something in every directory."""
    tags = Image.Exif()
    tags[0x0112] = 6
    tags[0x010F] = "Maker"
    tags[0x013B] = "A Name"
    tags[0x0131] = "Firmware 1"
    inner = tags.get_ifd(0x8769)
    inner[0x9003] = "2024:05:06 07:08:09"
    inner[0xA431] = "SN-0123456789"
    inner[0x927C] = b"MAKERNOTE" * 5
    inner[0xA420] = "f" * 32
    inner[0x829A] = (1, 125)
    gps = tags.get_ifd(0x8825)
    gps[1] = "N"
    gps[2] = (51.0, 30.0, 26.0)
    return tags.tobytes()


def _with_thumbnail(order: str) -> bytes:
    """IFD0 with an orientation, IFD1 with a JPEG thumbnail."""
    out = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(out, "JPEG")
    jpeg = out.getvalue()
    mark = {">": b"MM\0*", "<": b"II*\0"}[order]
    first = struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, 3, 0, 26)
    second = struct.pack(order + "HHHII", 2, 0x0201, 4, 1, 56)
    second += struct.pack(order + "HHII", 0x0202, 4, 1, len(jpeg)) + bytes(4)
    return mark + struct.pack(order + "I", 8) + first + second + jpeg


@pytest.mark.parametrize("orientation", range(1, 9))
def test_minimal_exif_is_read_by_others_and_carries_nothing_else(orientation: int) -> None:
    block = exif.minimal_exif(orientation)
    other = Image.Exif()
    other.load(b"Exif\0\0" + block)
    assert dict(other) == {0x0112: orientation}
    assert exif.orientation_of(block) == exif.orientation_of(b"Exif\0\0" + block) == orientation
    assert exif.findings(block, "x") == ()


@pytest.mark.parametrize("adobe_rgb", [False, True])
def test_pixel_density_is_read_by_others(adobe_rgb: bool) -> None:
    density = PixelDensity(2, 30050, 7200)
    block = exif.minimal_exif(3, adobe_rgb, density)
    other = Image.Exif()
    other.load(b"Exif\0\0" + block)
    assert (other[0x0112], other[0x011A], other[0x011B], other[0x0128]) == (3, 300.5, 72, 2)
    assert exif.is_adobe_rgb(block) == adobe_rgb
    assert read_density(block) == density
    assert exif.findings(block, "x") == ()
    hidden = block.replace(struct.pack(">I", 30050), struct.pack(">I", 4_000_000_000))
    assert read_density(hidden) is None
    assert [f.kind for f in exif.findings(hidden, "x")] == ["exif"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_mark_of_adobe_rgb_is_read_by_others(orientation: int) -> None:
    """DCF 2.0: cameras say so by the interoperability index R03 and no profile."""
    block = exif.minimal_exif(orientation, adobe_rgb=True)
    other = Image.Exif()
    other.load(b"Exif\0\0" + block)
    assert other[0x0112] == orientation
    assert other.get_ifd(0x8769)[0xA001] == 0xFFFF
    assert other.get_ifd(0xA005) == {1: "R03"}
    assert exif.is_adobe_rgb(block)
    assert exif.orientation_of(block) == orientation
    assert exif.findings(block, "x") == ()
    assert not exif.is_adobe_rgb(exif.minimal_exif(orientation))
    assert not exif.is_adobe_rgb(_block())
    hidden = block.replace(b"R03", b"SN7")
    assert [f.kind for f in exif.findings(hidden, "x")] == ["exif"]


@pytest.mark.parametrize("orientation", [0, 9, -1])
def test_minimal_exif_refuses_other_orientations(orientation: int) -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        exif.minimal_exif(orientation)


def test_findings_name_each_kind_and_no_value() -> None:
    found = exif.findings(_block(), "APP1 Exif")
    kinds = {f.kind for f in found}
    assert kinds >= {
        *("maker-note", "serial-number", "owner", "date", "device", "software", "unique-id"),
        *("gps", "exif"),
    }
    words = " ".join(f"{f.where} {f.detail}" for f in found)
    for secret in ("SN-0123", "A Name", "Firmware 1", "2024", "MAKERNOTE", "51"):
        assert secret not in words
    assert {f.risk for f in found if f.kind == "gps"} == {"locates"}
    assert next(f for f in found if f.kind == "maker-note").size == 45


@pytest.mark.parametrize("order", ["<", ">"])
def test_thumbnail_is_found_with_its_size(order: str) -> None:
    block = _with_thumbnail(order)
    (found,) = exif.findings(block, "APP1 Exif")
    assert (found.kind, found.risk) == ("exif-thumbnail", "shows")
    assert found.size > 300
    assert exif.orientation_of(block) == 3


def test_bytes_nothing_points_to_are_found() -> None:
    (found,) = exif.findings(exif.minimal_exif(2) + b"hidden here", "x")
    assert (found.kind, found.size) == ("exif-unreferenced", 11)


@pytest.mark.parametrize(
    "block",
    [
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + bytes(4),  # circle
        b"II*\0\xff\xff\xff\xff",  # directory outside
        b"MM\0*\0\0\0\x08\xff\xff",  # more entries than bytes
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x010E, 2, 1 << 31, 8) + bytes(4),
        b"II*\0",
        b"not TIFF",
        b"Exif\0\0",
    ],
)
def test_broken_blocks_are_named(block: bytes) -> None:
    assert exif.orientation_of(block) == 1
    assert "exif-broken" in [f.kind for f in exif.findings(block, "x")]


def test_an_orientation_with_a_long_value_is_reported() -> None:
    block = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 3, 9, 26) + bytes(4 + 18)
    assert [f.kind for f in exif.findings(block, "x")] == ["exif"]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_hostile_blocks_never_raise(data: st.DataObject) -> None:
    block = bytearray(data.draw(st.sampled_from([_block(), _with_thumbnail("<")])))
    for _ in range(data.draw(st.integers(0, 12))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(block[: data.draw(st.integers(0, len(block)))])
    assert 1 <= exif.orientation_of(cut) <= 8
    exif.findings(cut, "x")
