"""How a photo lies on the sphere: what is taken of a packet, and what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.panoramas import xmp

from efface.media.metadata import gpano
from efface.media.metadata import xmp as packets
from efface.media.metadata.gpano import GPano
from efface.sphere.projection import Projection


def test_numbers_stay_and_nothing_else() -> None:
    known = gpano.read(xmp(4000, 2000, PosePitchDegrees="-1.25"))
    assert known is not None
    assert known.sizes == (4000, 2000, 4000, 2000, 0, 0)
    assert known.angles == (("PosePitchDegrees", -1.25),)
    written = known.packet()
    assert b"secret" not in written and b"PoseHeading" not in written
    assert gpano.read(written) == known
    assert packets.findings(written, "here") == ()


def test_a_packet_with_anything_more_is_named() -> None:
    known = gpano.read(xmp(4000, 2000))
    assert known is not None
    for spoilt in (known.packet() + b"x", known.packet().replace(b"<rdf:RDF", b"<!--a--><rdf:RDF")):
        assert {f.kind for f in packets.findings(spoilt, "here")} == {"xmp", "panorama"}


def test_it_is_named_for_what_it_is() -> None:
    kinds = {f.kind for f in packets.findings(xmp(4000, 2000), "here")}
    assert kinds == {"xmp", "panorama"}


def test_elements_and_wide_letters_are_read() -> None:
    text = xmp(400, 200).decode()
    said = text.replace(' GPano:ProjectionType="equirectangular"', "").replace(
        "/></rdf:RDF>",
        "><GPano:ProjectionType>equirectangular</GPano:ProjectionType></rdf:Description></rdf:RDF>",
    )
    for packet in (said.encode(), said.encode("utf-16")):
        assert gpano.read(packet) == gpano.read(xmp(400, 200))


@pytest.mark.parametrize(
    "more",
    [
        {"ProjectionType": "mercator"},
        {"ProjectionType": ""},
    ],
)
def test_other_projections_are_none(more: dict[str, object]) -> None:
    assert gpano.read(xmp(400, 200, **more)) is None


@pytest.mark.parametrize(
    "more",
    [
        {"CroppedAreaLeftPixels": 1},
        {"FullPanoWidthPixels": "1e3"},
        {"FullPanoHeightPixels": -5},
        {"CroppedAreaImageWidthPixels": 0},
        {"FullPanoWidthPixels": 99_999_999},
    ],
)
def test_sizes_that_do_not_fit_are_not_believed(more: dict[str, object]) -> None:
    known = gpano.read(xmp(400, 200, **more))
    assert known == GPano("equirectangular", True)


@pytest.mark.parametrize(
    ("known", "size", "projection"),
    [
        (GPano("equirectangular", None, (400, 200, 200, 100, 100, 20)), (200, 100),
         Projection(left=0.25, right=0.25, top=0.1, bottom=0.4)),
        (GPano("equirectangular", None, (400, 200, 200, 100, 100, 20)), (100, 50),
         Projection(left=0.25, right=0.25, top=0.1, bottom=0.4)),
        (GPano("equirectangular", None, (400, 400, 400, 400, 0, 0)), (400, 400),
         Projection(stereo="top-bottom")),
        (GPano("equirectangular"), (400, 200), Projection()),
        (GPano("equirectangular"), (400, 100), Projection(top=0.25, bottom=0.25)),
        (GPano("equirectangular"), (300, 200), None),
        (GPano("cylindrical"), (400, 200), None),
    ],
)  # fmt: skip
def test_where_the_picture_lies(
    known: GPano, size: tuple[int, int], projection: Projection | None
) -> None:
    assert known.projection(*size) == projection


@given(st.binary(max_size=300), st.integers(0, 400))
def test_hostile_packets_never_fail(noise: bytes, at: int) -> None:
    packet = xmp(400, 200)
    known = gpano.read(packet[:at] + noise + packet[at:])
    assert known is None or gpano.read(known.packet()) == known
