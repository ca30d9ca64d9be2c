"""Pictures inside a page, as PNG in the text."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.alignment import CHIP_PX, chip
from efface.attack.interface import Reconstruction

SIDE_PX = 320
"""Longer side of a picture, at most; twice as large as it is shown, for fine screens."""


def inline(pixels: NDArray[np.uint8]) -> str:
    """A ``data:`` address of the picture.

    Args:
        pixels: RGB, shape (height, width, 3); shrunk to ``SIDE_PX``.
    """
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def recovered(picture: Reconstruction) -> str:
    """What an attack recovered, aligned as recognisers see it, as a ``data:`` address."""
    return inline(chip(picture.pixels, picture.points, CHIP_PX))
