"""XMP: hints at what a packet carries, in every encoding."""

from __future__ import annotations

import pytest

from efface.media.metadata import xmp

PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description GCamera:MotionPhoto="1" '
    'hdrgm:Version="1.0" aux:SerialNumber="77" exif:GPSLatitude="51,30N">'
    "<dc:creator>Some One</dc:creator><mwg-rs:Name>Who</mwg-rs:Name><xmpGImg:image>/9j/4"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_hints_are_found_and_no_value_is_told(encoding: str) -> None:
    found = xmp.findings(PACKET.encode(encoding), "APP1 XMP")
    assert {f.kind for f in found} == {
        *("xmp", "motion-photo", "gain-map", "serial-number", "gps", "owner", "face-regions"),
        "xmp-thumbnail",
    }
    words = " ".join(f.detail for f in found)
    assert not any(secret in words for secret in ("77", "51,30", "Some One", "Who"))


def test_any_packet_is_named_and_none_is_not() -> None:
    assert [f.kind for f in xmp.findings(b"<x/>", "x")] == ["xmp"]
    assert xmp.findings(b"", "x") == ()
