"""All-round photos of every format that can say so: the projection stays, by its numbers alone."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import imagecodecs
import pytest
from PIL import Image
from tests.panoramas import coded, ground, xmp

from efface.geometry import Rect
from efface.media.metadata.gpano import NAMESPACE
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

WIDTH, HEIGHT = 192, 96
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FORMS = ["JPEG", "WEBP", "AVIF", "PNG", "TIFF", "JXL"]


def read_by_another(path: Path) -> str:
    """The packet, by another reader; JPEG XL's, which Pillow does not know, by its box."""
    if path.suffix == ".jxl":
        data = path.read_bytes()
        at = data.index(b"xml ")
        return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")].decode()
    with Image.open(path) as image:
        packet = image.info["xmp"]
        return str(packet if isinstance(packet, str) else packet.decode())


@pytest.mark.parametrize("form", FORMS)
def test_the_projection_stays_and_nothing_else_of_its_packet(form: str, tmp_path: Path) -> None:
    path, target = tmp_path / f"in.{form.lower()}", tmp_path / f"out.{form.lower()}"
    path.write_bytes(coded(ground(WIDTH, HEIGHT), form, xmp(2 * WIDTH, HEIGHT)))
    photo = open_photo(path, Limits())
    assert {"xmp", "panorama"} <= {f.kind for f in photo.findings()}
    rect = Rect(10, 10, 40, 40)
    with target.open("wb") as out:
        photo.write(
            photo.grown([Zone("t1", 0, rect, rect)]),
            ConstantFilling(Colour(0, 0, 0)),
            EncodePolicy(),
            out,
        )
    written = open_photo(target, Limits())
    assert photo.gpano is not None and written.gpano == photo.gpano
    assert written.findings() == ()
    assert b"secret" not in target.read_bytes() and b"PoseHeading" not in target.read_bytes()
    packet = read_by_another(target)
    (said,) = ElementTree.fromstring(packet.partition("<?xpacket end")[0]).iter(f"{RDF}Description")
    assert said.get(f"{{{NAMESPACE}}}ProjectionType") == "equirectangular"
    assert said.get(f"{{{NAMESPACE}}}FullPanoWidthPixels") == str(2 * WIDTH)


@pytest.mark.parametrize("form", FORMS)
def test_a_flat_photo_says_nothing_of_a_sphere(form: str, tmp_path: Path) -> None:
    path, target = tmp_path / f"in.{form.lower()}", tmp_path / f"out.{form.lower()}"
    path.write_bytes(coded(ground(WIDTH, HEIGHT), form, b"<x:xmpmeta/>"))
    photo = open_photo(path, Limits())
    with target.open("wb") as out:
        photo.write([], ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    assert photo.gpano is None and b"GPano" not in target.read_bytes()


def test_a_gif_loses_it_and_it_is_named(tmp_path: Path) -> None:
    path, target = tmp_path / "in.gif", tmp_path / "out.gif"
    plain = io.BytesIO()
    Image.fromarray(ground(WIDTH, HEIGHT)).save(plain, "GIF")
    magic = bytes([1, *range(255, -1, -1), 0])
    block = b"\x21\xff\x0bXMP DataXMP" + xmp(2 * WIDTH, HEIGHT) + magic
    data = plain.getvalue().replace(b"GIF87a", b"GIF89a")
    at = data.index(b"\x2c", 13 + 3 * 256)
    path.write_bytes(data[:at] + block + data[at:])
    photo = open_photo(path, Limits())
    assert photo.gpano is None
    (named,) = [f for f in photo.findings() if f.kind == "panorama"]
    assert "formats that can say it" in named.detail
    with target.open("wb") as out:
        photo.write([], ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    assert b"GPano" not in target.read_bytes()


def test_a_jpeg_packed_into_jpeg_xl_keeps_it(tmp_path: Path) -> None:
    path, target = tmp_path / "in.jxl", tmp_path / "out.jxl"
    jpeg = coded(ground(WIDTH, HEIGHT), "JPEG", xmp(2 * WIDTH, HEIGHT))
    path.write_bytes(imagecodecs.jpegxl_encode_jpeg(jpeg))
    photo = open_photo(path, Limits())
    assert photo.gpano is not None
    with target.open("wb") as out:
        photo.write([], ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    again = open_photo(target, Limits())
    assert again.gpano == photo.gpano
    assert again.findings() == ()
