"""Invariant 3: nothing rides along; and what was there is named."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from efface.media.jpeg import headers, structure
from efface.media.metadata import exif, icc
from efface.media.metadata.density import PixelDensity
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.zones.filling import ConstantFilling

from . import canary, samples


def _display_profile() -> bytes:
    """sRGB with the secret in its unused header bytes and behind its last tag."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    secret = canary.ICC_CANARY
    return plain[:100] + secret + plain[100 + len(secret) :] + secret


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("RGB", {"subsampling": 2}),
    ("RGB", {"subsampling": 2, "progressive": True}),
    ("L", {}),
    ("CMYK", {}),
]


def _planted(mode: str, options: dict[str, Any], orientation: int = 6) -> bytes:
    source = samples.encoded(samples.scene(56, 40), mode, icc_profile=_display_profile(), **options)
    return canary.planted(source, orientation)


def test_the_search_finds_what_was_planted() -> None:
    """Otherwise the next test could not fail."""
    source = _planted("RGB", {})
    assert canary.found(source) == set(canary.traces())
    assert len(canary.decoded_pictures(source)) >= 5
    for hidden in (b"\x78\x9c", b"<xmpGImg:image>"):
        assert hidden in source
    assert canary.CANARY in canary.found(b"xx" + zlib.compress(canary.CANARY * 2) + b"yy")
    assert canary.CANARY in canary.found(b"xx " + base64.b64encode(b"." + canary.CANARY))
    assert canary.CANARY in canary.found(canary.CANARY.decode().encode("utf-16"))
    assert canary.CANARY in canary.found(b"f" + canary.CANARY.hex().encode())


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("orientation", [1, 6])
def test_no_planted_byte_and_no_second_picture_is_left(
    kind: tuple[str, dict[str, Any]], orientation: int
) -> None:
    mode, options = kind
    photo = samples.opened(_planted(mode, options, orientation))
    assert photo._headers.orientation == orientation
    output = samples.written(photo, [samples.zone(photo, (8, 8, 24, 24))])
    assert canary.found(output) == set()
    assert len(canary.decoded_pictures(output)) == 1
    parsed = structure.parse(output)
    assert parsed.end == len(output)
    assert not parsed.strays
    allowed = {0xE0, 0xE1, 0xE2, 0xEE, 0xDB, 0xC4, 0xDA, parsed.frame.marker}
    assert {segment.marker for segment in parsed.segments} <= allowed


def test_the_output_is_the_same_as_without_the_metadata() -> None:
    """A stronger statement: what was planted has no influence at all."""
    plain = samples.encoded(samples.scene(56, 40), icc_profile=_display_profile())
    clean = samples.opened(plain)
    full = samples.opened(canary.planted(plain))
    zones = [samples.zone(clean, (8, 8, 24, 24))]
    assert samples.written(full, zones) == samples.written(clean, zones)


def test_everything_dropped_is_named_and_no_value_told() -> None:
    photo = samples.opened(_planted("RGB", {}))
    out = io.BytesIO()
    dropped = photo.write((), ConstantFilling(samples.RED), EncodePolicy(), out).dropped
    assert dropped == photo.findings()
    assert {f.kind for f in dropped} == {
        *("exif-thumbnail", "gps", "serial-number", "owner", "description", "device", "software"),
        *("maker-note", "exif-unreferenced", "xmp", "xmp-thumbnail", "motion-photo", "gain-map"),
        *("iptc", "photoshop", "photoshop-thumbnail", "mpf", "content-credentials", "ducky"),
        *("app-unknown", "comment", "jfif-thumbnail", "jfxx-thumbnail", "stray-bytes"),
        *("further-image", "samsung-trailer", "icc-header", "icc-text", "icc-private"),
        "trailing-xmp",
    }
    words = " ".join(f"{f.kind} {f.where} {f.detail}" for f in dropped)
    assert "CANARY" not in words
    assert all(f.size >= 0 for f in dropped)


def _kinds(data: bytes) -> list[str]:
    return [f.kind for f in samples.opened(data).findings()]


PLAIN = samples.encoded(samples.scene(24, 16))


def test_a_plain_file_carries_nothing() -> None:
    assert _kinds(PLAIN) == []
    assert _kinds(samples.encoded(samples.scene(24, 16), "CMYK")) == []


@pytest.mark.parametrize(
    ("marker", "body", "kind"),
    [
        (0xE0, b"JFXX\0\x10x", "jfxx-thumbnail"),
        (0xE0, b"AVI1\0", "avi-frame"),
        (0xE2, b"MPF\0junk", "mpf"),
        (0xE2, b"ICC_PROFILE\0\x02\x02x", "icc-broken"),
        (0xE2, b"ICC_PROFILE\0", "icc-broken"),
        (0xE2, b"ICC_PROFILE\0\x01\x01not a profile", "icc-broken"),
        (0xE1, b"Exif\0\0junk", "exif-broken"),
        (0xED, b"Photoshop 3.0\0junk", "photoshop"),
        (0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\xff\xff\xff\xffx", "iptc"),
        (0xEE, b"Adobe\0d\0\0\0\0\x01extra", "app-extra"),
        (0xEE, b"other", "app-unknown"),
        (0xEF, b"", "app-unknown"),
        (0xFE, b"", "comment"),
    ],
)
def test_single_segments(marker: int, body: bytes, kind: str) -> None:
    source = samples.inserted(PLAIN, marker, body, 20)
    assert kind in _kinds(source)
    samples.written(samples.opened(source), [])


@pytest.mark.parametrize(
    ("trailer", "kind"),
    [
        (b"\0\0\0\x18ftypmp42", "motion-photo"),
        (PLAIN, "further-image"),
        (b"....SEFT", "samsung-trailer"),
        (b"\0", "trailing-data"),
    ],
)
def test_trailers(trailer: bytes, kind: str) -> None:
    (found,) = samples.opened(PLAIN + trailer).findings()
    assert found == Trace(kind, "after the end marker", found.detail, "shows", len(trailer))


def test_a_broken_profile_is_dropped_and_the_user_told() -> None:
    photo = samples.opened(samples.encoded(samples.scene(24, 16), icc_profile=b"not a profile"))
    out = io.BytesIO()
    notes = photo.write((), ConstantFilling(samples.RED), EncodePolicy(), out).notes
    assert any("profile" in note for note in notes)
    assert b"ICC_PROFILE" not in out.getvalue()


def test_a_profile_of_many_parts_is_kept_whole() -> None:
    """A table profile larger than one segment."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    curve = b"curv\0\0\0\0" + (40_000).to_bytes(4, "big") + bytes(range(250)) * 320
    count = int.from_bytes(plain[128:132], "big")
    entries = [plain[132 + 12 * i : 144 + 12 * i] for i in range(count)]
    place = (len(plain) + -len(plain) % 4).to_bytes(4, "big") + len(curve).to_bytes(4, "big")
    table = b"".join(e[:4] + place if e[1:4] == b"TRC" else e for e in entries)
    large = plain[:132] + table + plain[132 + 12 * count :]
    large += bytes(-len(large) % 4) + curve
    photo = samples.opened(samples.encoded(samples.scene(24, 16), icc_profile=large))
    output = samples.written(photo, [])
    with Image.open(io.BytesIO(output)) as image:
        assert image.info["icc_profile"] == icc.cleaned(large)
        assert len(image.info["icc_profile"]) > headers.ICC_CHUNK_BYTES


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_cameras_mark_of_adobe_rgb_is_kept(orientation: int) -> None:
    """Without it the colours would be shown as sRGB, and dull."""
    block = b"Exif\0\0" + exif.minimal_exif(orientation, adobe_rgb=True)
    marked = samples.encoded(samples.scene(24, 16), exif=block)
    photo = samples.opened(marked)
    output = samples.written(photo, [samples.zone(photo, (0, 0, 8, 8))])
    with Image.open(io.BytesIO(output)) as image:
        assert image.getexif().get_ifd(0xA005) == {1: "R03"}
    assert _kinds(output) == []
    assert b"R03" not in samples.written(samples.opened(PLAIN), [])


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("density", [PixelDensity(2, 30000, 30000), PixelDensity(3, 11811, 5000)])
def test_a_pixel_density_that_only_exif_has_is_kept(
    orientation: int, density: PixelDensity
) -> None:
    block = b"Exif\0\0" + exif.minimal_exif(orientation, density=density)
    photo = samples.opened(samples.encoded(samples.scene(24, 16), exif=block))
    assert not photo.findings()
    output = samples.written(photo, [samples.zone(photo, (0, 0, 8, 8))])
    with Image.open(io.BytesIO(output)) as image:
        tags = image.getexif()
        assert (tags[0x011A], tags[0x011B]) == (density.x / 100, density.y / 100)
        assert tags[0x0128] == density.unit
    stated = samples.encoded(samples.scene(24, 16), exif=block, dpi=(72, 72))
    with Image.open(io.BytesIO(samples.written(samples.opened(stated), []))) as image:
        assert image.info["dpi"] == (72, 72)
        assert 0x011A not in image.getexif()
