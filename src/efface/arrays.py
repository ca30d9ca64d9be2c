"""Pictures that are held as arrays: finding faces in one, and filling its zones."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError
from efface.media.filled import FrameFill, levels
from efface.media.raster import to_picture
from efface.policy import Policy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.regions import Media, Regions, Track
from efface.zones.growth import zones_of


def check_array(frame: NDArray[Any]) -> None:
    """Refuse what is no picture.

    Raises:
        ValueError: the array's dtype or shape is another.
    """
    if frame.dtype != "uint8" or frame.ndim not in (2, 3):
        raise ValueError(f"expected a uint8 array of 2 or 3 axes, got {frame.dtype} {frame.shape}")
    if frame.ndim == 3 and frame.shape[2] not in (1, 3, 4):
        raise ValueError(f"expected 1, 3 or 4 channels, got {frame.shape[2]}")
    if 0 in frame.shape:
        raise ValueError(f"expected a picture with pixels, got {frame.shape}")


def detect_in_array(frame: NDArray[Any], policy: Policy) -> Regions:
    """Find the faces in a picture; its file has no name and no hash.

    Args:
        frame: uint8, shape (height, width) grey, (height, width, 3) RGB or (height, width, 4) RGBA,
            upright; alpha is not looked at.

    Raises:
        ValueError: the array's dtype or shape is another.
    """
    from efface.detect.faces import face_detector  # noqa: PLC0415 - takes long to load
    from efface.detect.photo import faces_in  # noqa: PLC0415

    check_array(frame)
    height, width = frame.shape[:2]
    channels = frame[:, :, None] if frame.ndim == 2 else frame
    rgb = channels[:, :, :3] if channels.shape[2] > 1 else np.repeat(channels, 3, axis=2)
    detector = face_detector(policy.detect.recall)
    faces = faces_in(np.ascontiguousarray(rgb), 0, detector)
    tracks = tuple(Track(f"t{number}", boxes) for number, boxes in enumerate(faces, start=1))
    return Regions(Media("array", "", "image", width, height), tracks)


def fill_array(frame: NDArray[Any], regions: Regions, index: int, policy: Policy) -> NDArray[Any]:
    """A copy of a picture with its zones filled; see :func:`efface.redact_frame`.

    Raises:
        RefusedError: the method draws heads, which it does for whole files.
        ValueError: the array is no picture, the regions have no such frame or one of another size.
    """
    if not 0 <= index < regions.media.frames:
        raise ValueError(f"expected index from 0 to {regions.media.frames - 1}, got {index}")
    if policy.method.name == "replace":
        raise RefusedError(
            "faces in a single frame cannot be replaced: a head is drawn for a whole track, and is "
            "released only when it is like nobody in the file.",
            hint="Redact the file with efface.redact, or take another method.",
        )
    check_array(frame)
    height, width = frame.shape[:2]
    if (width, height) != regions.media.size(index):
        expected = regions.media.size(index)
        raise ValueError(
            f"expected a frame of {expected[0]}x{expected[1]} pixels as the regions say, "
            f"got {width}x{height}"
        )

    def picture() -> NDArray[np.uint8]:
        return to_picture(frame, 8)

    def pictures(numbers: Collection[int]) -> list[tuple[int, NDArray[np.uint8]]]:
        if set(numbers) - {index}:
            raise ValueError(f"expected index {index}, whose picture is given, got {numbers}")
        return [(index, picture()) for _ in numbers]

    secret = secrets.token_bytes(SECRET_BYTES)
    filling = method_of(policy.method, policy.replace).prepare(regions, pictures, secret).filling
    zones = [zone for zone in zones_of(regions, policy.zones) if zone.frame == index]
    channels = frame[..., None] if frame.ndim == 2 else frame
    out = channels.copy()
    grey, alpha = out.shape[2] == 1, out.shape[2] == 4
    convert = partial(levels, bits=8, grey=grey, alpha=alpha)
    FrameFill(zones, filling, picture).paint(out[..., 0] if grey else out, convert)
    return out.reshape(frame.shape)
