"""JPEG files built in code, and an independent view of their coefficients."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.geometry import Rect
from efface.media.jpeg import JpegPhoto, turbo
from efface.media.metadata.exif import minimal_exif
from efface.media.orientation import Orientation
from efface.media.source import HeldSource
from efface.policy import Colour, EncodePolicy, Limits
from efface.regions import Shape
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

Pixels = NDArray[np.uint8]
SUBSAMPLINGS = {"4:4:4": 0, "4:2:2": 1, "4:2:0": 2}
RED = Colour(200, 30, 40)
ENCODE = EncodePolicy()


def scene(width: int, height: int, seed: int = 0) -> Pixels:
    """Smooth shapes, edges and noise, RGB."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin((x * a + y * b) / 9 + c) for a, b, c in rng.uniform(-2, 2, (3, 3))]
    picture = 128 + 80 * np.stack(waves, -1) + rng.normal(0, 12, (height, width, 3))
    picture[(x // 13 + y // 7) % 5 == 0] += 40
    return np.clip(picture, 0, 255).astype(np.uint8)


def encoded(pixels: Pixels, mode: str = "RGB", **options: Any) -> bytes:
    """Through Pillow's libjpeg; fixed Huffman tables unless ``optimize`` or ``progressive``."""
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, "JPEG", **{"quality": 85, **options})
    return out.getvalue()


def turned(upright: Pixels, orientation: int, mode: str = "RGB", **options: Any) -> bytes:
    """A file that shows ``upright`` when its EXIF orientation is applied."""
    stored = np.ascontiguousarray(Orientation.of(orientation).stored(upright))
    exif = b"Exif\0\0" + minimal_exif(orientation)
    return encoded(stored, mode, exif=exif, **options)


def with_adobe_transform(jpeg: bytes, transform: int) -> bytes:
    """Another colour transform in the Adobe segment: 2 makes CMYK a YCCK file."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + bytes([transform]) + jpeg[at + 1 :]


def inserted(jpeg: bytes, marker: int, body: bytes, at: int = 2) -> bytes:
    """With one more segment, by default as the first."""
    segment = bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
    return jpeg[:at] + segment + jpeg[at:]


def opened(data: bytes) -> JpegPhoto:
    return JpegPhoto(HeldSource(Path("test.jpg"), data), data, Limits())


def zone(photo: JpegPhoto, box: tuple[int, int, int, int], shape: Shape = "box") -> Zone:
    """A zone as drawn (x0, y0, x1, y1), clipped to the picture."""
    outer = Rect(*box)
    return Zone("t1", 0, outer.clipped(*photo.sizes[0]), outer, shape)


def written(photo: JpegPhoto, zones: Sequence[Zone], colour: Colour = RED) -> bytes:
    """Written with grown zones, read back and verified."""
    grown = photo.grown(zones)
    out = io.BytesIO()
    assert photo.write(grown, ConstantFilling(colour), EncodePolicy(), out).lossless
    again = opened(out.getvalue())
    assert photo.compare(again, grown, ConstantFilling(colour)).exact
    assert again.findings() == ()
    return out.getvalue()


def coefficients(jpeg: bytes) -> dict[tuple[int, int], NDArray[np.int16]]:
    """(component, block row) to blocks, as the codec reads them, without rows of padding."""
    out: dict[tuple[int, int], NDArray[np.int16]] = {}
    frame = opened(jpeg)._parsed.frame
    tallest = max(c.v for c in frame.components)

    def take(component: int, row: int, blocks: NDArray[np.int16]) -> None:
        first_line = 8 * row * tallest / frame.components[component].v
        if first_line < frame.height:
            out[component, row] = blocks.copy()

    turbo.transform(jpeg, take, options=turbo.OPTION_NO_OUTPUT, scan_limit=100)
    return out


def uncovered(photo: JpegPhoto, grown: Sequence[Zone]) -> NDArray[np.bool_]:
    """Stored pixels that no zone covers, by brute force."""
    width, height = photo.sizes[0]
    upright = np.ones((height, width), bool)
    for one in grown:
        r = one.rect
        upright[r.y0 : r.y1, r.x0 : r.x1] &= ~one.mask()
    return Orientation.of(photo._headers.orientation).stored(upright)


def free_blocks(
    photo: JpegPhoto, grown: Sequence[Zone], component: int, row: int, count: int
) -> NDArray[np.bool_]:
    """Which blocks of a row lie outside every zone, from the pixels they stand for."""
    frame = photo._parsed.frame
    free = uncovered(photo, grown)
    wide, high = frame.mcu
    across, down = frame.blocks_per_mcu(component)
    step_x, step_y = wide // across, high // down
    lines = free[min(row * step_y, len(free) - 1) :][:step_y]
    out: list[bool] = []
    for i in range(count):
        part = lines[:, i * step_x : (i + 1) * step_x]
        # A block wholly beyond the edge belongs to the unit of the last pixel.
        out.append(bool(part.all()) if part.size else out[-1])
    return np.array(out)


_DC_CODES = ("00", "010", "011", "100", "101", "110", "1110")
"""Standard luminance DC code of each size category (T.81, table K.3)."""


def odd_sampling(
    width: int, height: int, factors: Sequence[tuple[int, int]], seed: int = 0
) -> bytes:
    """A JPEG of any sampling factors; blocks are flat, with random DC, one interleaved scan.

    Huffman tables are left out: decoders then take the standard ones (as for video frames).
    """
    rng = np.random.default_rng(seed)
    coded = factors if len(factors) > 1 else [(1, 1)]  # one component is never interleaved
    wide, high = 8 * max(h for h, _ in coded), 8 * max(v for _, v in coded)
    bits = []
    for _ in range(-(-width // wide) * -(-height // high)):
        for h, v in coded:
            for _ in range(h * v):
                step = int(rng.integers(-30, 31))
                size = abs(step).bit_length()
                low = step if step > 0 else step + (1 << size) - 1
                bits.append(_DC_CODES[size] + (f"{low:0{size}b}" if size else "") + "1010")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    body = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")
    head = b"\xff\xd8\xff\xdb\0\x43\0" + bytes([2] * 64)
    frame = b"".join(bytes((i + 1, h << 4 | v, 0)) for i, (h, v) in enumerate(factors))
    sizes = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    head += b"\xff\xc0" + (8 + len(frame)).to_bytes(2, "big") + b"\x08" + sizes
    head += bytes([len(factors)]) + frame
    scan = b"".join(bytes((i + 1, 0)) for i in range(len(factors)))
    head += b"\xff\xda" + (6 + len(scan)).to_bytes(2, "big") + bytes([len(factors)]) + scan
    return head + b"\0\x3f\0" + body + b"\xff\xd9"
