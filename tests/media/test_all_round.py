"""All-round photos of every format that can say so: the projection stays, by its numbers alone."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from tests.panoramas import coded, ground, xmp

from efface.geometry import Rect
from efface.media.metadata.gpano import NAMESPACE
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.redact.interface import Zone

WIDTH, HEIGHT = 192, 96
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FORMS = ["JPEG", "WEBP", "AVIF"]


@pytest.mark.parametrize("form", FORMS)
def test_the_projection_stays_and_nothing_else_of_its_packet(form: str, tmp_path: Path) -> None:
    path, target = tmp_path / f"in.{form.lower()}", tmp_path / f"out.{form.lower()}"
    path.write_bytes(coded(ground(WIDTH, HEIGHT), form, xmp(2 * WIDTH, HEIGHT)))
    photo = open_photo(path, Limits())
    assert {"xmp", "panorama"} <= {f.kind for f in photo.findings()}
    rect = Rect(10, 10, 40, 40)
    with target.open("wb") as out:
        photo.write(photo.grown([Zone("t1", 0, rect, rect)]), Colour(0, 0, 0), EncodePolicy(), out)
    written = open_photo(target, Limits())
    assert photo.gpano is not None and written.gpano == photo.gpano
    assert written.findings() == ()
    assert b"secret" not in target.read_bytes() and b"PoseHeading" not in target.read_bytes()
    with Image.open(target) as image:  # another reader
        packet = image.info["xmp"].decode()
    (said,) = ElementTree.fromstring(packet.partition("<?xpacket end")[0]).iter(f"{RDF}Description")
    assert said.get(f"{{{NAMESPACE}}}ProjectionType") == "equirectangular"
    assert said.get(f"{{{NAMESPACE}}}FullPanoWidthPixels") == str(2 * WIDTH)


@pytest.mark.parametrize("form", FORMS)
def test_a_flat_photo_says_nothing_of_a_sphere(form: str, tmp_path: Path) -> None:
    path, target = tmp_path / f"in.{form.lower()}", tmp_path / f"out.{form.lower()}"
    path.write_bytes(coded(ground(WIDTH, HEIGHT), form, b"<x:xmpmeta/>"))
    photo = open_photo(path, Limits())
    with target.open("wb") as out:
        photo.write([], Colour(0, 0, 0), EncodePolicy(), out)
    assert photo.gpano is None and b"GPano" not in target.read_bytes()
