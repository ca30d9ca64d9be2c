"""What a redacted frame stores, sample by sample, before anything makes a picture of it.

A picture of eight bits hides much of what a file holds: the low bits of sixteen, two entries of a
palette with one colour, ink under black, and luma below black, which every player shows as black.
Whether a zone is one constant is therefore asked of the stored samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import EffaceError
from efface.files.paths import opened
from efface.media.coefficients import DctCoefficients
from efface.media.gif.photo import GifPhoto
from efface.media.interface import Photo
from efface.media.isobmff.photo import StillsPhoto
from efface.media.jpeg import JpegPhoto
from efface.media.orientation import Orientation
from efface.media.png.file import PngFile
from efface.media.png.photo import PngPhoto
from efface.media.raster import UPRIGHT
from efface.media.tiff.photo import TiffPhoto
from efface.media.video.interface import Coding, Movie, MovieFrame
from efface.media.webp.photo import WebpPhoto

LOSSY_RIM_PX = 16
"""Of a zone: within a block of its edge a lossy coder mixes in what lies beside it."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The samples of one component, in stored orientation."""

    name: str
    samples: NDArray[Any]
    """Shape (rows, columns)."""
    log2_y: int = 0
    log2_x: int = 0
    """How much lower and narrower it is than the picture, as powers of two."""
    step: float = 1.0
    """What a 255th of the scale is in its samples."""


@dataclass(frozen=True, slots=True)
class Native:
    """One frame as it is stored."""

    planes: tuple[Plane, ...]
    orientation: Orientation = UPRIGHT
    lossless: bool = True
    """A sample holds nothing of its neighbours."""
    rim_px: int = 0
    clipped: bool = False
    """The samples are those of a picture that a decoder made, not those that were coded: what lies
    beyond the ends of the scale is not seen."""
    coefficients: DctCoefficients | None = None
    """They are asked, and there are no planes."""


Natives = Callable[[int], Native]
"""By number of the frame; asked in ascending order."""


def of_array(picture: NDArray[Any]) -> Native:
    """A picture that is nowhere coded, shape (height, width, channels)."""
    return Native(_channels(picture))


def of_photo(photo: Photo) -> Natives:
    """Every page or frame of a photo."""
    natives: Natives
    match photo:
        case JpegPhoto():
            natives = partial(_of_jpeg, photo)
        case PngPhoto() if not photo.file.animated:
            natives = partial(_of_png, photo.file)
        case PngPhoto():
            natives = _in_turn(photo.file.shown(), photo.file.orientation)
        case GifPhoto():
            natives = _in_turn(_bytes(photo), UPRIGHT)
        case TiffPhoto():
            natives = partial(_of_page, photo)
        case WebpPhoto():
            natives = partial(_of_webp, photo)
        case StillsPhoto():
            natives = partial(_of_still, photo)
        case _:
            natives = partial(_shown, photo)
    return natives


def of_movie(movie: Movie) -> Callable[[MovieFrame], Native]:
    """Every frame of a video."""
    grid, reach = movie.grid()
    rim = max(grid.step_x, grid.step_y) - 1 + reach
    return lambda frame: _of_frame(frame, movie.coding, rim)


def _of_frame(frame: MovieFrame, coding: Coding, rim: int) -> Native:
    from efface.media.video.planes import layout_of  # noqa: PLC0415 - not needed for photos

    layout = layout_of(frame.native.format.name)
    step = max(1.0, (1 << layout.bits) / 256) * (1 << layout.shift)
    planes = tuple(
        Plane(c.role, layout.samples(frame.native, c), c.log2_y, c.log2_x, step)
        for c in layout.components
    )
    return Native(planes, coding.orientation, lossless=rim == 0, rim_px=rim)


def _of_jpeg(photo: JpegPhoto, frame: int) -> Native:
    return Native((), lossless=False, coefficients=photo.coefficients())


def _of_png(file: PngFile, frame: int) -> Native:
    step = max(1.0, (1 << file.header.bits) / 256)
    return Native(_channels(file.samples(), step), file.orientation)


def _of_page(photo: TiffPhoto, page: int) -> Native:
    samples = photo.samples(page)
    step = max(1.0, float(1 << (8 * samples.dtype.itemsize)) / 256)
    step = 1 / 255 if samples.dtype.kind == "f" else step
    return Native(_channels(samples, step), Orientation.of(photo.pages[page].orientation))


def _of_webp(photo: WebpPhoto, frame: int) -> Native:
    turned = photo.orientation
    if photo.lossless:
        return Native(_channels(photo.samples(frame)), turned)
    coded = None if len(photo.sizes) > 1 else _coded(photo, turned, "webp_pipe")
    samples = _channels(photo.samples(frame))
    alpha = samples[3:]
    if coded is not None:
        return replace(coded, planes=(*(p for p in coded.planes if p.name != "a"), *alpha))
    return Native(samples, turned, lossless=False, rim_px=LOSSY_RIM_PX, clipped=True)


def _of_still(photo: StillsPhoto, frame: int) -> Native:
    still = photo.stills[frame]
    layers = [still.picture] if still.alpha is None else [still.picture, still.alpha]
    planes: list[Plane] = []
    for one in layers:
        planes += _channels(photo.decoded(one), (1 << one.coding.bits) / 256)
    rim = LOSSY_RIM_PX + photo.reach
    whole = still.cicp is not None and still.cicp.full_range
    if not whole and photo.format == "AVIF" and len(photo.sizes) == 1:
        coded = _coded(photo, still.orientation, "mov")
        if coded is not None:
            own = still.picture.coding.channels
            return replace(coded, planes=(*coded.planes, *planes[own:]), rim_px=rim)
    return Native(tuple(planes), still.orientation, lossless=False, rim_px=rim, clipped=not whole)


def _coded(photo: Photo, orientation: Orientation, demuxer: str) -> Native | None:
    """A still's planes as they are coded; ``None`` where they cannot be had."""
    import av  # noqa: PLC0415 - not needed for most photos

    from efface.media.video.planes import layout_of  # noqa: PLC0415

    try:
        with opened(photo.path) as file, av.open(file, "r", format=demuxer) as source:
            shown = next(source.decode(video=0))
            layout = layout_of(shown.format.name)
    except (av.FFmpegError, EffaceError, OSError, StopIteration, IndexError):
        return None
    if orientation.upright_size(shown.width, shown.height) != photo.sizes[0]:
        return None
    step = max(1.0, (1 << layout.bits) / 256) * (1 << layout.shift)
    planes = tuple(
        Plane(c.role, layout.samples(shown, c).copy(), c.log2_y, c.log2_x, step)
        for c in layout.components
    )
    return Native(planes, orientation, lossless=False, rim_px=LOSSY_RIM_PX)


def _shown(photo: Photo, frame: int) -> Native:
    planes = _channels(photo.picture(frame))
    if photo.format == "BMP":
        return Native(planes)
    return Native(planes, lossless=False, rim_px=LOSSY_RIM_PX, clipped=True)


def _in_turn(frames: Iterator[NDArray[Any]], orientation: Orientation) -> Natives:
    """Frames that are composed one after another."""
    walk = enumerate(frames)

    def native(wanted: int) -> Native:
        for number, canvas in walk:
            if number == wanted:
                return Native(_channels(canvas), orientation)
        raise ValueError(f"expected frames in ascending order, got {wanted}")

    return native


def _bytes(photo: GifPhoto) -> Iterator[NDArray[Any]]:
    for canvas in photo.shown():
        yield canvas.astype("<u4").view(np.uint8).reshape(*canvas.shape, 4)


def _channels(samples: NDArray[Any], step: float = 1.0) -> tuple[Plane, ...]:
    whole = samples if samples.ndim == 3 else samples[..., None]
    return tuple(Plane(str(n), whole[..., n], step=step) for n in range(whole.shape[2]))


def inside(mask: NDArray[np.bool_], plane: Plane, native: Native) -> NDArray[np.bool_]:
    """Samples of a plane all of whose pixels lie in an upright mask, of the plane's shape."""
    stored = native.orientation.stored(mask)
    high, wide = 1 << plane.log2_y, 1 << plane.log2_x
    if (high, wide) == (1, 1):
        return np.ascontiguousarray(stored)
    rows, columns = plane.samples.shape
    padded = np.ones((rows * high, columns * wide), bool)
    padded[: stored.shape[0], : stored.shape[1]] = stored
    return np.asarray(padded.reshape(rows, high, columns, wide).all(axis=(1, 3)))
