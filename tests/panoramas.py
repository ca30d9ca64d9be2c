"""All-round pictures with a face wherever it is wanted."""

from __future__ import annotations

import io
import math
from typing import Any

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from efface.media.isobmff.boxes import packed
from efface.media.jxl import container
from efface.sphere.chart import Chart
from efface.sphere.equirect import Equirect
from efface.sphere.rays import axes_at

Picture = NDArray[np.uint8]
FACE = (0.436, 0.234)
"""The middle of the face in the portrait, as shares of its sides."""


def ground(width: int, height: int) -> Picture:
    """A smooth background."""
    cells = np.random.default_rng(3).integers(90, 160, (4, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def place(
    picture: Picture, portrait: Picture, place: tuple[float, float], degrees: float, chart: Chart
) -> None:
    """Hang a portrait up so that its face is seen at (longitude, latitude), degrees.

    Args:
        picture: one eye's; changed in place.
        degrees: that the portrait takes from side to side.
    """
    x, y = np.meshgrid(np.arange(chart.width) + 0.5, np.arange(chart.height) + 0.5)
    lon, lat = map(math.radians, place)
    east, up, ahead = np.moveaxis(chart.rays(x, y) @ axes_at(lon, lat).T, -1, 0)
    side = portrait.shape[0]
    scale = side / (2 * math.tan(math.radians(degrees) / 2))
    depth = np.maximum(ahead, 1e-6)
    u = (side * FACE[0] + scale * east / depth).astype(np.float32)
    v = (side * FACE[1] - scale * up / depth).astype(np.float32)
    there = (ahead > 0.2) & (u >= 0) & (v >= 0) & (u < side - 1) & (v < side - 1)
    picture[there] = cv2.remap(portrait, u, v, cv2.INTER_AREA)[there]


def all_round(portrait: Picture, *places: tuple[float, float], width: int = 1024) -> Picture:
    """An equirectangular picture with portraits of 60 degrees: faces of some 13."""
    out = ground(width, width // 2)
    for each in places:
        place(out, portrait, each, 60, Equirect(width, width // 2))
    return out


def xmp(width: int, height: int, **more: object) -> bytes:
    """A packet as cameras write it, with a secret in it."""
    said: dict[str, object] = {
        "ProjectionType": "equirectangular",
        "UsePanoramaViewer": "True",
        "FullPanoWidthPixels": width,
        "FullPanoHeightPixels": height,
        "CroppedAreaImageWidthPixels": width,
        "CroppedAreaImageHeightPixels": height,
        "CroppedAreaLeftPixels": 0,
        "CroppedAreaTopPixels": 0,
        "PoseHeadingDegrees": 123.4,
        "StitchingSoftware": "secret person",
        **more,
    }
    fields = "".join(f' GPano:{name}="{value}"' for name, value in said.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"{fields}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def coded(picture: Picture, form: str, packet: bytes) -> bytes:
    """The picture as a file with an XMP packet."""
    if form == "JXL":
        bare = bytes(imagecodecs.jpegxl_encode(picture, distance=1.0, effort=3))
        head = container.build(b"", b"").removesuffix(packed(b"jxlc"))
        return head + packed(b"xml ", packet) + packed(b"jxlc", bare)
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": 85, "xmp": packet}
    if form == "PNG":
        options = {"pnginfo": PngInfo()}
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet.decode(), zip=True)
    elif form == "TIFF":
        options = {"tiffinfo": {700: packet}}
    Image.fromarray(picture).save(out, form, **options)
    return out.getvalue()
