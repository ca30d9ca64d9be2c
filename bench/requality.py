"""How much files of the lossy photo formats grow when they are encoded again, and what it costs.

    python bench/requality.py FOLDER [--photos N] [--side PX]

Of N photos of the folder, spread over it, a square is coded by each format's library at several
qualities, redacted without a zone, and compared: bytes, SSIM, CPU-seconds.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling

Pixels = NDArray[np.uint8]


def heic(pixels: Pixels, quality: int) -> bytes:
    out = io.BytesIO()
    size = (pixels.shape[1], pixels.shape[0])
    slow: dict[str, Any] = {"enc_params": {"preset": "slow"}}
    pillow_heif.encode("RGB", size, pixels.tobytes(), out, quality=quality, **slow)
    return out.getvalue()


def avif(pixels: Pixels, quality: int) -> bytes:
    options: dict[str, Any] = {"pixelformat": "420", "codec": "aom", "numthreads": 1}
    return bytes(imagecodecs.avif_encode(pixels, level=quality, speed=6, **options))


def webp(pixels: Pixels, quality: int) -> bytes:
    return bytes(imagecodecs.webp_encode(pixels, level=quality, lossless=False, method=4))


FORMATS: dict[str, tuple[str, Callable[[Pixels, int], bytes], tuple[int, ...]]] = {
    "HEIC": (".heic", heic, (35, 50, 70, 85)),
    "AVIF": (".avif", avif, (40, 60, 75, 90)),
    "WebP": (".webp", webp, (30, 50, 75, 90)),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--side", type=int, default=640)
    asked = parser.parse_args()
    paths = sorted(asked.folder.rglob("*.jpg"))
    chosen = paths[:: max(1, len(paths) // asked.photos)][: asked.photos]
    print("| format | quality | size | SSIM | CPU-s a megapixel |\n|---|---|---|---|---|")
    for name, (ending, encode, qualities) in FORMATS.items():
        for quality in qualities:
            rows = [again(path, asked.side, ending, encode, quality) for path in chosen]
            (low, _, _), (high, _, _) = min(rows), max(rows)
            ssim = sorted(row[1] for row in rows)
            cost = sum(row[2] for row in rows) / len(rows)
            print(
                f"| {name} | {quality} | {low:.2f} to {high:.2f} | {ssim[0]:.3f} to {ssim[-1]:.3f} "
                f"| {cost:.2f} |",
                flush=True,
            )


def again(
    path: Path, side: int, ending: str, encode: Callable[[Pixels, int], bytes], quality: int
) -> tuple[float, float, float]:
    """Size against the input's, SSIM, CPU-seconds a megapixel of writing."""
    with Image.open(path) as image:
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:side, :side])
    data = encode(pixels, quality)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"a{ending}", Path(folder) / f"b{ending}"
        source.write_bytes(data)
        photo = open_photo(source, Limits())
        start = time.process_time()
        with target.open("xb") as out:
            photo.write((), ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
        spent = time.process_time() - start
        likeness = photo.compare(open_photo(target, Limits()), (), ConstantFilling(Colour(0, 0, 0)))
        size = target.stat().st_size / len(data)
    megapixels = pixels.shape[0] * pixels.shape[1] / 1e6
    return size, likeness.ssim or 1.0, spent / megapixels


if __name__ == "__main__":
    main()
