"""What happens to a picture after it was redacted: resized, and stored with losses."""

from __future__ import annotations

import io
from dataclasses import replace

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redacted.operators import Redacted

Pixels = NDArray[np.uint8]
STORES = ("png", "jpeg", "webp", "h264")


def resized(case: Redacted, factor: float, way: int) -> Redacted:
    """The picture at another size, its truth with it."""
    size = [max(16, round(n * factor)) for n in case.pixels.shape[1::-1]]
    exact = size[0] / case.pixels.shape[1]
    x, y, width, height = (v * exact for v in case.zone)
    return replace(
        case,
        pixels=cv2.resize(case.pixels, size, interpolation=way).astype(np.uint8),
        zone=(x, y, width, height),
        strength_px=None if case.strength_px is None else case.strength_px * exact,
    )


def stored(pixels: Pixels, store: str, rng: np.random.Generator) -> tuple[Pixels, str]:
    """The picture as it is read back, and how it was stored."""
    if store == "png":
        return pixels, "png"
    if store == "h264":
        crf = int(rng.integers(18, 29))
        return h264(pixels, crf), f"h264 crf {crf}"
    quality = int(rng.integers(75, 96))
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, store, quality=quality)
    held.seek(0)
    return np.asarray(Image.open(held).convert("RGB")), f"{store} {quality}"


def h264(pixels: Pixels, crf: int) -> Pixels:
    """The third frame of a still scene, as x264 stores it."""
    tall, wide = (n // 2 * 2 for n in pixels.shape[:2])
    even = np.ascontiguousarray(pixels[:tall, :wide])
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": str(crf), "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = wide, tall, "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        out.mux(stream.encode())
    held.seek(0)
    with av.open(held, "r") as back:
        frames = [frame.to_ndarray(format="rgb24") for frame in back.decode(video=0)]
    whole = pixels.copy()
    whole[:tall, :wide] = frames[-1]
    return whole
