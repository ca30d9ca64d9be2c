"""What cameras and the web do to a picture before it is redacted: drawn pictures are too clean."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def photographed(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Another contrast, softness, sharpening, noise and compression, each now and then.

    Args:
        picture: RGB, clear.
    """
    out = picture.astype(np.float32)
    if rng.random() < 0.4:  # softer than its size, as most pictures of the web are
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    if rng.random() < 0.3:  # made smaller and larger again
        height, width = picture.shape[:2]
        factor = rng.uniform(0.5, 0.9)
        small = (max(8, round(width * factor)), max(8, round(height * factor)))
        out = cv2.resize(out, small, interpolation=cv2.INTER_AREA).astype(np.float32)
        out = cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    if rng.random() < 0.3:  # sharpened, as telephones do
        soft = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.7, 2.0))
        out = np.asarray(out + rng.uniform(0.2, 1.2) * (out - soft), np.float32)
    gamma = np.float32(np.exp(rng.normal(0, 0.25)))
    out = np.asarray(255 * np.clip(out / 255, 0, 1) ** gamma, np.float32)
    middle = out.mean()
    out = (out - middle) * np.float32(np.exp(rng.normal(0, 0.25))) + middle
    if rng.random() < 0.5:  # a sensor's noise, alike over neighbours where it was filtered
        noise = rng.standard_normal(out.shape, np.float32)
        if rng.random() < 0.5:
            noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32) * 2
        out = out + rng.uniform(0.5, 7) * noise
    shown: Pixels = np.clip(np.rint(out), 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        held = io.BytesIO()
        Image.fromarray(shown).save(held, "jpeg", quality=int(rng.integers(55, 96)))
        held.seek(0)
        shown = np.asarray(Image.open(held).convert("RGB"), np.uint8)
    return shown
