"""Marked pictures made worse in known ways, to fit on and to measure on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

Change = Callable[[Image.Image], Image.Image]
"""From an RGB picture to another of any size."""


def scaled(image: Image.Image, factor: float) -> Image.Image:
    """As many times as wide and high."""
    size = round(image.width * factor), round(image.height * factor)
    return image.resize(size, Image.Resampling.BICUBIC)


def compressed(image: Image.Image, quality: int) -> Image.Image:
    """What JPEG leaves of it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    with Image.open(out) as again:
        return again.convert("RGB")


def _noisy(image: Image.Image, deviation: float) -> Image.Image:
    noise = np.random.default_rng(3).normal(0, deviation, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def _dark(image: Image.Image) -> Image.Image:
    curve = ((np.arange(256) / 255) ** 1.5 * 90).astype(np.uint8)
    return compressed(_noisy(Image.fromarray(curve[np.asarray(image)]), 6), 80)


def _moved(image: Image.Image) -> Image.Image:
    """Blurred along a diagonal of 7 pixels."""
    pixels = np.asarray(image).astype(np.float32)
    shifts = [np.roll(pixels, (step // 2, step), (0, 1)) for step in range(-3, 4)]
    return compressed(Image.fromarray(np.mean(shifts, axis=0).astype(np.uint8)), 80)


def _blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


CHANGES: dict[str, tuple[float, Change]] = {
    "as it is": (1.0, lambda image: image),
    "half size": (0.5, lambda image: compressed(scaled(image, 0.5), 85)),
    "blurred, 0.7 of the size": (
        0.7,
        lambda image: compressed(scaled(_blurred(image, 1.6), 0.7), 75),
    ),
    "grey, compressed": (1.0, lambda image: compressed(image.convert("L").convert("RGB"), 18)),
    "0.4 of the size": (0.4, lambda image: compressed(scaled(image, 0.4), 90)),
    "noisy, 0.75 of the size": (
        0.75,
        lambda image: compressed(_noisy(scaled(image, 0.75), 22), 70),
    ),
    "dark": (1.0, _dark),
    "moved": (1.0, _moved),
    "out of focus": (1.0, lambda image: compressed(_blurred(image, 2.5), 85)),
}
"""Factor of the marked boxes, and what is done to the picture."""

FITTED = ("as it is", "half size", "blurred, 0.7 of the size", "grey, compressed")
"""Those that the weights of fusing were fitted on; no other took part in any choice."""


def write_changed(data: Path, name: str, out: Path) -> None:
    """Write a changed copy of a folder of marked pictures: ``gt.json`` and ``images/``."""
    factor, change = CHANGES[name]
    marked: dict[str, list[Any]] = json.loads((data / "gt.json").read_text(encoding="utf-8"))
    (out / "images").mkdir(parents=True, exist_ok=True)
    for picture, faces in marked.items():
        with Image.open(data / picture) as opened:
            change(opened.convert("RGB")).save(out / picture, quality=95)
        marked[picture] = [[*(v * factor for v in f[:4]), f[4]] for f in faces]
    (out / "gt.json").write_text(json.dumps(marked), encoding="utf-8")
