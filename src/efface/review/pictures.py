"""Pictures for the page: small enough for a screen, in memory only, and no more than fit."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

CACHE_BYTES = 192 << 20
"""Of encoded pictures; about 400 of 2,048 pixels."""

SIDES_PX = (160, 640, 1024, 1536, 2048, 4096, 16384)
"""Longest sides that pictures are scaled to; a page asks for one of them."""

QUALITY = 88
"""JPEG's, of what is shown; what is released is not made from it."""


def picture_size(longest: int, side_px: int) -> int:
    """How often a picture can be halved and still be as large as wanted.

    Args:
        longest: its longest side, pixels.
        side_px: wanted.
    """
    return max((longest // max(side_px, 1)).bit_length() - 1, 0)


def encoded(picture: NDArray[np.uint8], side_px: int, *, fast: bool = False) -> bytes:
    """A picture as a JPEG.

    Args:
        picture: RGB, shape (height, width, 3).
        side_px: its longest side at most.
        fast: at the expense of colour's sharpness, and of a picture that is more than twice as
            large as wanted.
    """
    height, width = picture.shape[:2]
    scale = side_px / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if fast and scale < 1:
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    image = Image.fromarray(np.ascontiguousarray(picture))
    if not fast and scale < 1:
        image = image.resize(
            size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=2 if fast else 0)
    return out.getvalue()


class PictureCache:
    """What was encoded last; nothing of it is ever written to a disk by efface."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._making = threading.BoundedSemaphore(2)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """A picture; made when it is not held. Two are made at a time at most.

        Raises:
            EffaceError: whatever ``make`` raises.
        """
        found = self.held(key)
        if found is not None:
            return found
        with self._making:
            found = self.held(key)
            if found is None:
                found = make()
                self.hold(key, found)
        return found

    def __len__(self) -> int:
        """Bytes that are held."""
        return self._bytes

    def held(self, key: Hashable) -> bytes | None:
        """A picture, if it is held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def hold(self, key: Hashable, picture: bytes) -> None:
        """Keep a picture as long as there is room."""
        with self._lock:
            if key in self._held or len(picture) > self._most:
                return
            self._held[key] = picture
            self._bytes += len(picture)
            while self._bytes > self._most:
                _, gone = self._held.popitem(last=False)
                self._bytes -= len(gone)
