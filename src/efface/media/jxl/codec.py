"""Between JPEG XL codestreams and sample arrays (libjxl)."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.jxl import container, header
from efface.media.jxl.container import JxlContainer
from efface.media.jxl.header import JxlHeader

DISTANCE = 0.6
"""Finer than libjxl's own default of 1, at which nothing is seen to change."""
TRANSFER_8_BITS, TRANSFER_DEEP = 13, 8
"""What libjxl takes samples for, by their depth: sRGB, or linear (``JxlHeader.transfer``)."""
EFFORT, LARGE_EFFORT = 4, 2
LARGE_PX = 12_000_000
_LOSSLESS_EFFORT = 3


def decode(data: bytes, head: JxlHeader) -> NDArray[Any]:
    """Samples as stored, not turned: shape (height, width), or with 2, 3 or 4 channels.

    Raises:
        InputError: damaged.
    """
    try:
        samples: NDArray[Any] = imagecodecs.jpegxl_decode(data, keeporientation=True, numthreads=1)
    except (imagecodecs.JpegxlError, RuntimeError, ValueError, MemoryError) as error:
        raise InputError(f"the picture is damaged ({error}).") from error
    channels = (1 if head.grey else 3) + head.alpha
    tail = () if channels == 1 else (channels,)
    wanted = np.uint8 if head.bits <= 8 else np.uint16
    if samples.shape != (head.height, head.width, *tail) or samples.dtype != wanted:
        raise InputError("the picture is damaged: it is not coded as its header says.")
    return samples


def encode(samples: NDArray[Any], meant: JxlHeader, lossless: bool) -> JxlContainer:
    """A file of these samples that is shown as the input is, taken apart."""
    large = samples.shape[0] * samples.shape[1] > LARGE_PX
    how: dict[str, Any] = {"distance": DISTANCE, "effort": LARGE_EFFORT if large else EFFORT}
    if lossless:
        how = {"lossless": True, "effort": LARGE_EFFORT if large else _LOSSLESS_EFFORT}
    made: JxlContainer = container.read(
        bytes(
            imagecodecs.jpegxl_encode(
                np.ascontiguousarray(samples), bitspersample=meant.bits, numthreads=1, **how
            )
        )
    )
    made.codestream = header.with_meaning(made.codestream, meant)
    return made


def jpeg_of(data: bytes) -> bytes:
    """The JPEG file that was packed.

    Raises:
        InputError: it cannot be had back.
    """
    try:
        return bytes(imagecodecs.jpegxl_decode_jpeg(data, numthreads=1))
    except (imagecodecs.JpegxlError, RuntimeError, ValueError, MemoryError) as error:
        raise InputError(f"the JPEG that is packed in it cannot be had back ({error}).") from error


def of_jpeg(jpeg: bytes) -> bytes:
    """A file from which this JPEG can be had back byte by byte."""
    return container.rebuilt(bytes(imagecodecs.jpegxl_encode_jpeg(jpeg, numthreads=1)), jpeg)
