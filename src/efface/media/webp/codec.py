"""Between WebP pictures and sample arrays, one picture at a time (libwebp)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.webp import riff
from efface.media.webp.riff import CodedWebp, WebpContainer, WebpFrame

Samples = NDArray[np.uint8]
"""Shape (height, width, 4), or 3 without alpha; 8 bits, straight alpha, stored orientation."""

FAST_LOSSLESS_FROM_MP = 12.0
"""From this size on the lossless encoder runs without its match search: 24 megapixels then take
520 MB instead of 690, in files 14 % larger."""

LOSSY_METHOD = 4
"""libwebp's own default; 6 takes twice the time for 2 % smaller files at the same SSIM."""


def decode(coded: CodedWebp) -> Samples:
    """Decode one coded picture; alpha is there when the picture has it.

    Raises:
        InputError: damaged.
    """
    alone = WebpContainer(
        coded.width, coded.height, (WebpFrame(coded),), False, b"", 0, None, None, (), 0
    )
    data = b"".join(riff.build(alone))
    try:
        samples: NDArray[Any] = imagecodecs.webp_decode(data)
    except (imagecodecs.WebpError, ValueError, MemoryError) as error:
        raise InputError(f"a picture in the file is damaged ({error}).") from error
    if samples.dtype != np.uint8 or samples.shape[:2] != (coded.height, coded.width):
        raise InputError("a picture in the file is damaged: its size is not the stated one.")
    return samples


def encode(samples: Samples, lossless: bool, quality: int) -> CodedWebp:
    """Encode one picture; an alpha channel that is opaque everywhere is left out.

    Colours under transparent pixels are kept when ``lossless``. The result depends on the samples
    and the settings only.
    """
    if samples.shape[2] == 4 and samples[..., 3].min() == 255:
        samples = samples[..., :3]
    samples = samples.copy()  # libwebp's binding wants plain strides, also on one pixel
    if lossless:
        fast = samples.shape[0] * samples.shape[1] > FAST_LOSSLESS_FROM_MP * 1e6
        level, method = (20, 0) if fast else (75, 4)
    else:
        level, method = quality, LOSSY_METHOD
    data = imagecodecs.webp_encode(
        samples, level=level, lossless=lossless, method=method, numthreads=1
    )
    return riff.still(bytes(data))


def composed(container: WebpContainer) -> Iterator[Samples]:
    """The frames of an animation as they show on the canvas, each valid until the next is taken.

    What libwebp's own player does (``src/demux/anim_decode.c``), to the last bit of every pixel
    that shows: the canvas starts transparent, whatever the background colour; blending is its
    integer arithmetic for straight alpha; nothing is blended onto what was cleared.

    Raises:
        InputError: a frame is damaged.
    """
    canvas = np.zeros((container.height, container.width, 4), np.uint8)
    cleared = np.ones((container.height, container.width), bool)
    """Where the frame before left nothing; all of it before a key frame."""
    for frame in container.frames:
        here = np.s_[frame.y : frame.y + frame.coded.height, frame.x : frame.x + frame.coded.width]
        source = with_alpha(decode(frame.coded))
        if frame.blend:
            source = np.where(cleared[here][..., None], source, _blended(source, canvas[here]))
        canvas[here] = source
        yield canvas
        whole = cleared.all()  # a key frame: all that shows is this frame's
        cleared[:] = False
        if frame.to_background:
            canvas[here] = 0
            cleared[here] = True
            cleared[:] |= whole


def with_alpha(samples: Samples) -> Samples:
    """The same samples with an alpha channel (opaque where there was none)."""
    if samples.shape[2] == 4:
        return samples
    return np.dstack((samples, np.full(samples.shape[:2], 255, np.uint8)))


def _blended(source: Samples, below: Samples) -> Samples:
    source_alpha = source[..., 3:].astype(np.uint32)
    below_alpha = below[..., 3:].astype(np.uint32) * (256 - source_alpha) >> np.uint32(8)
    alpha = source_alpha + below_alpha
    scale = np.uint32(1 << 24) // np.maximum(alpha, 1)
    colours = source[..., :3] * source_alpha + below[..., :3] * below_alpha
    out = np.dstack((colours * scale >> np.uint32(24), alpha)).astype(np.uint8)
    return np.where(source_alpha == 0, below, np.where(source_alpha == 255, source, out))
