"""From an opened file to what can be committed to of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.coefficients import Coefficients
from efface.evidence.commitment.interface import Content
from efface.evidence.commitment.pixels import RGBA, Frames, PageLayer, Pixels
from efface.evidence.commitment.stills import Means
from efface.media import raster
from efface.media.bmp.photo import BmpPhoto
from efface.media.gif.photo import GifPhoto
from efface.media.interface import Photo
from efface.media.jpeg import JpegPhoto
from efface.media.jxl.packed import PackedJpeg
from efface.media.jxl.photo import JxlPhoto
from efface.media.orientation import Orientation
from efface.media.png.codec import RGB
from efface.media.png.photo import PngPhoto
from efface.media.png.samples import rgba
from efface.media.raster import UPRIGHT, as_stored, without_hidden
from efface.media.tiff import colour
from efface.media.tiff import page as tiff
from efface.media.tiff.photo import TiffPhoto
from efface.media.webp.codec import with_alpha
from efface.media.webp.photo import WebpPhoto

Walk = Iterator[tuple[NDArray[Any], raster.View]]

_CHANNELS = {RGBA: 4, "rgb": 3}


def content_of(photo: Photo) -> Content:
    """A photo taken apart: into its coefficients, its pixels, or coarse means of them.

    Args:
        photo: the original or a redacted one.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    if isinstance(photo, JpegPhoto):
        return Coefficients(photo)
    if isinstance(photo, PackedJpeg):
        return Coefficients(photo.jpeg)
    return _samples(photo) or Means(photo)


def _samples(photo: Photo) -> Pixels | None:  # noqa: PLR0911 - one a format
    """A losslessly coded photo; ``None`` for others."""
    match photo:
        case PngPhoto():
            return _png(photo)
        case TiffPhoto():
            return _tiff(photo)
        case GifPhoto():
            return _alike(photo, "u1", lambda: _gif(photo), photo.layout.profile)
        case BmpPhoto():
            return _alike(photo, "u1", lambda: _bmp(photo), photo.layout.profile, meaning="rgb")
        case WebpPhoto() if photo.lossless:
            return _alike(photo, "u1", lambda: _webp(photo), photo._icc, photo._orientation)
        case JxlPhoto() if photo.lossless:
            return _jxl(photo)
        case _:
            return None


def _alike(
    photo: Photo,
    kind: str,
    frames: Frames,
    profile: bytes | None,
    orientation: Orientation = UPRIGHT,
    *,
    meaning: str = RGBA,
) -> Pixels:
    """A file whose frames are all of one kind, turned in one way."""
    layers = []
    for upright in photo.sizes:
        stored = orientation.upright_size(*upright)  # its own inverse
        layers.append(PageLayer(stored, _CHANNELS[meaning], kind, orientation, meaning))
    return Pixels(layers, frames, profile or b"")


def _png(photo: PngPhoto) -> Pixels:
    file = photo.file
    header, kept = file.header, file.kept

    plain = header.colour == RGB and not kept.transparency

    def still() -> Walk:
        view = as_stored if plain else lambda part: without_hidden(rgba(part, header, kept))
        yield file.samples(), view

    def moving() -> Walk:
        for canvas in file.shown():
            yield canvas, without_hidden

    chunks = {name: data for name, data in kept.chunks if name not in (b"sBIT", b"pHYs")}
    colours = b"".join(name + chunks[name] for name in sorted(chunks)) + (kept.profile or b"")
    return _alike(
        photo,
        "u2" if header.bits == 16 else "u1",
        moving if file.animated else still,
        colours,
        file.orientation,
    )


def _jxl(photo: JxlPhoto) -> Pixels:
    """A lossy one that was written lossless is held against the means that were committed to."""
    kind = "u1" if photo.bits == 8 else "u2"
    stored = photo.orientation.upright_size(*photo.sizes[0])  # its own inverse
    layer = PageLayer(stored, 4, kind, photo.orientation, RGBA)
    frames = lambda: iter([(photo.samples(), _jxl_rgba)])  # noqa: E731
    return Pixels([layer], frames, photo.colours, coarse=lambda: Means(photo))


def _jxl_rgba(part: NDArray[Any]) -> NDArray[Any]:
    """Red, green and blue of grey; alpha as it is."""
    channels = 1 if part.ndim == 2 else part.shape[-1]
    if channels < 3:
        part = part.reshape(*part.shape[:2], channels)
        part = part[..., [0, 0, 0] if channels == 1 else [0, 0, 0, 1]]
    return without_hidden(part) if channels in (2, 4) else part


def _bmp(photo: BmpPhoto) -> Walk:
    yield photo.picture(0), as_stored


def _gif(photo: GifPhoto) -> Walk:
    for canvas in photo.shown():
        stored = canvas.astype("<u4").view(np.uint8).reshape(*canvas.shape, 4)
        yield stored, lambda part: part[..., [2, 1, 0, 3]]


def _webp(photo: WebpPhoto) -> Walk:
    for frame in range(len(photo.sizes)):
        yield with_alpha(photo._samples(frame)), without_hidden


def _tiff(photo: TiffPhoto) -> Pixels:
    def frames() -> Walk:
        for number, page in enumerate(photo.pages):
            yield photo.samples(number), colour.comparable(page)

    profiles = b"".join(page.profile or b"" for page in photo.pages)
    return Pixels([_layer(page) for page in photo.pages], frames, profiles)


def _layer(page: tiff.TiffPage) -> PageLayer:
    looked_up = page.colours is not None
    meaning = tiff.RGB if page.photometric == tiff.YCBCR else page.photometric
    return PageLayer(
        (page.width, page.height),
        3 if looked_up else page.samples,
        "u2" if looked_up else f"{page.dtype.kind}{page.dtype.itemsize}",
        Orientation.of(page.orientation),
        str(meaning),
    )
