"""Redact as another tool would: what a parrot does to its gallery and a trainer to its faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels
from efface.attack.operator import Operator

Samples = NDArray[np.float32]

_HAIR = 1e-6
"""Cells, so that rounding does not move a line by a pixel."""


def apply(
    pixels: NDArray[np.uint8],
    zone: NDArray[np.bool_],
    operator: Operator,
    rng: np.random.Generator | None = None,
) -> NDArray[np.uint8]:
    """The picture with its zone redacted; pixels outside the zone stay as they are.

    Args:
        pixels: the clear picture; RGB, or of one channel where nothing is compressed, shape
            (height, width).
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


def cells(length: int, side: float, offset: float) -> tuple[int, NDArray[np.intp]]:
    """Along one axis: which cell the first pixel belongs to, and each pixel's cell counted from it.

    A pixel belongs to the cell that holds its left (upper) edge, as where OpenCV enlarges without
    interpolation. Cells at the ends may be cut.
    """
    index = np.floor((np.arange(length) - offset) / side + _HAIR).astype(np.intp)
    return int(index[0]), index - index[0]


def averaging(length: int, side: float, offset: float) -> NDArray[np.float64]:
    """Along one axis: the weight of each pixel in each cell's average, shape (cells, length).

    By area: a pixel on the line between two cells counts in both, in part.
    """
    first, of = cells(length, side, offset)
    begin = offset + side * (first + np.arange(of[-1] + 1))[:, None]
    pixel = np.arange(length)
    overlap = np.minimum(begin + side, pixel + 1) - np.maximum(begin, pixel)
    weights = np.clip(overlap, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def sampling(
    length: int, side: float, offset: float, share: float, blended: bool
) -> NDArray[np.float64]:
    """Along one axis: the weight of each pixel in each cell's colour, shape (cells, length)."""
    first, of = cells(length, side, offset)
    place = offset + side * (first + np.arange(of[-1] + 1) + share)
    weights = np.zeros((len(place), length))
    row = np.arange(len(place))
    if not blended:
        pixel = np.floor(place + _HAIR).astype(np.intp)
        weights[row, np.clip(pixel, 0, length - 1)] = 1
        return weights
    place = np.clip(place - 0.5, 0, length - 1)
    before = np.minimum(np.floor(place).astype(np.intp), max(length - 2, 0))
    weights[row, before] = 1 - (place - before)
    weights[row, np.minimum(before + 1, length - 1)] += place - before
    return weights


def cell_weights(
    shape: tuple[int, ...], operator: Operator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a mosaic makes each cell's colour of, down and across: shapes (cells, length)."""
    weights = []
    for axis, side in ((0, operator.sides_px[1]), (1, operator.sides_px[0])):
        place = shape[axis], side, operator.offset_px[1 - axis]
        if operator.kind == "mosaic":
            weights.append(averaging(*place))
        else:
            weights.append(sampling(*place, operator.sample[1 - axis], operator.blended))
    return weights[0], weights[1]


def mosaic(cut: Pixels, operator: Operator, rng: np.random.Generator | None) -> Samples:
    """Each cell in one colour: its average, or one pixel of it; with noise for each cell."""
    down, across = (weights.astype(np.float32) for weights in cell_weights(cut.shape, operator))
    rows = np.tensordot(down, cut.astype(np.float32), (1, 0))
    colours = np.moveaxis(np.tensordot(across, rows, (1, 1)), 0, 1)
    if operator.cell_noise and rng is not None:
        drawn = rng.standard_normal(colours.shape, np.float32)
        colours = colours + np.float32(operator.cell_noise) * drawn
    _, of_y = cells(cut.shape[0], operator.sides_px[1], operator.offset_px[1])
    _, of_x = cells(cut.shape[1], operator.sides_px[0], operator.offset_px[0])
    return np.asarray(colours[np.ix_(of_y, of_x)])


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
