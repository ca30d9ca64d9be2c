"""Redact as another tool would: what a parrot does to its gallery and a trainer to its faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels
from efface.attack.operators.interface import Operator

Samples = NDArray[np.float32]


def apply(
    pixels: Pixels,
    zone: NDArray[np.bool_],
    operator: Operator,
    rng: np.random.Generator | None = None,
) -> Pixels:
    """The picture with its zone redacted; pixels outside the zone stay as they are.

    Args:
        pixels: the clear picture.
        zone: shape (height, width).
        operator: sizes and places in pixels of this picture.
        rng: where noise is drawn from; needed when the operator has noise.

    Raises:
        ValueError: noise without a generator, or a kind that says nothing (``other``).
    """
    if (operator.noise or operator.cell_noise) and rng is None:
        raise ValueError("expected a random generator for an operator with noise, got None")
    x, y, width, height = operator.within or (0, 0, pixels.shape[1], pixels.shape[0])
    x0, y0 = max(x, 0), max(y, 0)
    cut = pixels[y0 : y + height, x0 : x + width]
    redacted = _redacted(cut, zone[y0 : y + height, x0 : x + width], operator.moved(-x0, -y0), rng)
    if operator.noise and rng is not None:
        drawn = rng.standard_normal(cut.shape, np.float32)
        redacted = redacted + np.float32(operator.noise) * drawn
    whole = pixels.copy()
    inside = zone[y0 : y + height, x0 : x + width]
    whole[y0 : y + height, x0 : x + width][inside] = to_bytes(redacted[inside])
    if operator.jpeg_quality is None:
        return whole
    return np.where(
        zone[..., None], through_jpeg(whole, operator.jpeg_quality, operator.grid_px), pixels
    )


def to_bytes(samples: NDArray[np.floating] | Pixels) -> NDArray[np.uint8]:
    """Rounded and clipped to 0..255."""
    return np.clip(np.rint(samples), 0, 255).astype(np.uint8)


def through_jpeg(pixels: Pixels, quality: int, grid_px: tuple[int, int] = (0, 0)) -> Pixels:
    """Compressed by libjpeg (chroma halved both ways) and read back.

    Args:
        pixels: RGB.
        quality: 1 to 100.
        grid_px: x and y at which a unit of 16 x 16 pixels begins.
    """
    left, top = -grid_px[0] % 16, -grid_px[1] % 16
    padded = cv2.copyMakeBorder(pixels, top, 0, left, 0, cv2.BORDER_REPLICATE)
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(padded[..., ::-1]), options)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None  # our own encoding
    whole = np.ascontiguousarray(decoded[top:, left:, ::-1])
    return whole.astype(np.uint8, copy=False)


def _redacted(
    cut: Pixels, zone: NDArray[np.bool_], operator: Operator, rng: np.random.Generator | None
) -> NDArray[np.float32]:
    if operator.kind == "solid":
        return _filled(cut, zone, operator)
    if operator.kind in ("mosaic", "sampled-mosaic"):
        return mosaic(cut, operator, rng)
    if operator.kind == "median":
        # the fast median of OpenCV takes odd windows of bytes
        window = max(3, 2 * int(operator.size_px // 2) + 1)
        return cv2.medianBlur(np.ascontiguousarray(cut), window).astype(np.float32)
    if operator.kind == "swirl":
        return swirled(cut.astype(np.float32), operator)
    return blurred(cut.astype(np.float32), operator)


def _filled(cut: Pixels, zone: NDArray[np.bool_], operator: Operator) -> NDArray[np.float32]:
    colour = operator.colour
    if colour is None:
        return np.broadcast_to(cut[zone].mean(axis=0, dtype=np.float32), cut.shape)
    return np.broadcast_to(np.array(colour, np.float32), cut.shape)


def blurred(samples: Samples, operator: Operator) -> Samples:
    """Gaussian or box blur of the whole array, borders reflected as OpenCV does.

    Args:
        samples: shape (height, width) or (height, width, channels).
        operator: of kind ``gaussian`` or ``box``.

    Raises:
        ValueError: any other kind.
    """
    if operator.kind == "gaussian":
        return cv2.GaussianBlur(samples, (0, 0), operator.size_px).astype(np.float32, copy=False)
    if operator.kind == "box":
        across, down = (max(1, round(side)) for side in operator.sides_px)
        return cv2.blur(samples, (across, down)).astype(np.float32, copy=False)
    raise ValueError(f"expected a redaction that can be repeated, got {operator.kind!r}")


def cells(length: int, side: float, offset: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Along one axis: the first pixel of each cell, and the cell each pixel belongs to.

    A pixel belongs to the cell that holds its centre. Cells at the ends may be cut.
    """
    index = np.floor((np.arange(length) + 0.5 - offset) / max(side, 1.0)).astype(np.intp)
    index -= index[0]
    starts = np.flatnonzero(np.diff(index, prepend=index[0] - 1))
    # a cell narrower than a pixel cannot arise: sides are at least one pixel
    return starts, index


def mosaic(cut: Pixels, operator: Operator, rng: np.random.Generator | None) -> Samples:
    """Each cell in one colour: its average, or one pixel of it; with noise for each cell."""
    across, down = operator.sides_px
    starts_x, of_x = cells(cut.shape[1], across, operator.offset_px[0])
    starts_y, of_y = cells(cut.shape[0], down, operator.offset_px[1])
    if operator.kind == "mosaic":
        rows = np.add.reduceat(cut, starts_y, axis=0, dtype=np.int64)
        sums = np.add.reduceat(rows, starts_x, axis=1)
        areas = np.outer(np.bincount(of_y), np.bincount(of_x))
        colours = (sums / areas[..., None]).astype(np.float32)
    else:
        ys = sampled(starts_y, cut.shape[0], operator.sample[1])
        xs = sampled(starts_x, cut.shape[1], operator.sample[0])
        colours = cut[np.ix_(ys, xs)].astype(np.float32)
    if operator.cell_noise and rng is not None:
        drawn = rng.standard_normal(colours.shape, np.float32)
        colours = colours + np.float32(operator.cell_noise) * drawn
    return colours[np.ix_(of_y, of_x)]


def sampled(starts: NDArray[np.intp], length: int, share: float) -> NDArray[np.intp]:
    """Along one axis: the pixel that gives each cell its colour."""
    lengths = np.diff(starts, append=length)
    return np.asarray(starts + np.minimum((lengths * share).astype(np.intp), lengths - 1))


def swirled(samples: Samples, operator: Operator) -> Samples:
    """Turned about a centre, less and less towards the radius.

    The angle falls as (1 - r / radius) squared, as in ImageMagick's ``-swirl`` and GIMP's whirl.
    Undone by the same with the opposite angle, up to resampling.
    """
    height, width = samples.shape[:2]
    centre_x, centre_y = operator.offset_px
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x -= np.float32(centre_x)
    y -= np.float32(centre_y)
    share = np.clip(1 - np.hypot(x, y) / np.float32(operator.size_px), 0, None)
    turn = np.float32(operator.angle) * share * share
    sine, cosine = np.sin(turn), np.cos(turn)
    from_x = cosine * x - sine * y + np.float32(centre_x)
    from_y = sine * x + cosine * y + np.float32(centre_y)
    turned = cv2.remap(samples, from_x, from_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    return turned.astype(np.float32, copy=False)
