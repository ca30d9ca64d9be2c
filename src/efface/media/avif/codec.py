"""AV1 pictures, one at a time: decoded by dav1d and encoded by libaom, both through libavif."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError
from efface.media.avif import header, quantiser
from efface.media.isobmff import items
from efface.media.isobmff.coding import Chroma, Cicp, Encoded, SampleCoding, bit_depths

SPEED = 9
"""libaom's all-intra speed. Against 6, it takes an eighth of the time, for files 10 % larger and an
SSIM 0.001 lower at the same quality (11 photos, 7.5 megapixels, qualities 90 and 95)."""

COARSE_SPEED, COARSE_QUALITY = 6, 80
"""The speed up to a quality. There, and only there, files of speed 9 are larger by half at the same
SSIM; at 6 they take four times as long, 0.3 CPU-seconds a megapixel, less than HEIC does."""

FINER, COARSEST, MOST_QUALITY = 0.7, 88, 97
"""A picture is encoded again with a quantiser index this many times its own, and none coarser than
the second number: what was smoothed once is smoothed again. ``bench/requality.py`` measures it."""
_COARSEST_INDEX = 252
"""What libavif's quality 0 stands for: its scale is 63 steps of about 4 each."""

LOSSLESS = 100
BT601 = 6
MATRICES = frozenset({0, 1, 2, 4, 5, 6, 7, 8, 9, 12})
"""Matrix coefficients (H.273) that libavif turns into RGB and back."""


class AvifCodec:
    """AV1 in AVIF."""

    format = "AVIF"
    kinds = frozenset({b"av01"})
    configuration = b"av1C"

    block = 8
    """AV1 predicts in blocks of 4 x 4 to 128 x 128. Large ones are chosen only where nothing
    happens; where a face begins, blocks of 8 x 8 and 4 x 4 are."""

    reach = 20
    """Luma: the deblocking filter changes 6 samples beside an edge, the constrained directional
    enhancement filter reaches 3 further, loop restoration 3 (AV1 specification 7.14, 7.15, 7.17):
    12. On subsampled chroma 2 (deblocking, 6 taps) + 3 + 3 samples are 16 pixels; upsampling takes
    one sample more and the grid of chroma samples another, 20."""

    def brands(self, codings: list[SampleCoding]) -> tuple[bytes, ...]:
        return (b"avif", b"mif1", b"miaf")

    def coding(self, configuration: bytes) -> SampleCoding:
        if len(configuration) < 4 or configuration[0] != 0x81:
            raise InputError("the AV1 configuration is damaged.")
        flags = configuration[2]
        bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
        subsampled = flags >> 2 & 3
        if flags & 0x10:
            return SampleCoding(bits, "400")
        layouts: dict[int, Chroma] = {0: "444", 2: "422", 3: "420"}
        if subsampled not in layouts:
            raise InputError("the AV1 configuration is damaged.")
        return SampleCoding(bits, layouts[subsampled])

    def sizes(self, configuration: bytes, data: bytes) -> Iterator[tuple[int, int]]:
        return header.sizes(data)

    def stated(self, configuration: bytes, data: bytes) -> Cicp | None:
        return header.colours(data)

    usual_quality = 95

    def quality_like(self, configuration: bytes, data: bytes) -> int | None:
        index = quantiser.quantiser(data)
        if index is None:
            return None
        finer = min(FINER * index, COARSEST)
        return min(round(100 - finer * 100 / _COARSEST_INDEX), MOST_QUALITY)

    def step(self, configuration: bytes, data: bytes) -> float:
        index = quantiser.quantiser(data)
        return quantiser.step(COARSEST if index is None else index)

    def written(self, cicp: Cicp) -> Cicp:
        return replace(cicp, full_range=True)  # imagecodecs has no choice of range

    def decode(self, data: bytes, coding: SampleCoding) -> NDArray[Any]:
        try:
            samples: NDArray[Any] = imagecodecs.avif_decode(data, numthreads=1)
        except (imagecodecs.AvifError, ValueError, MemoryError) as error:
            raise InputError(f"a picture in the file is damaged ({error}).") from error
        wanted = np.uint8 if coding.bits == 8 else np.uint16
        if samples.dtype != wanted or samples.ndim != (2 if coding.channels == 1 else 3):
            raise InputError("a picture in the file is damaged: it is not coded as stated.")
        return samples

    def encode(
        self,
        samples: NDArray[Any],
        coding: SampleCoding,
        cicp: Cicp,
        quality: int | None,
        *,
        large: bool = False,
    ) -> Encoded:
        if cicp.matrix not in MATRICES:
            raise RefusedError(
                f"colours are coded with matrix {cicp.matrix} (H.273), which cannot be written.",
                hint="Save it with ordinary YCbCr colours, and redact that.",
            )
        matrix = cicp.matrix
        if coding.channels == 1:
            matrix = BT601
            if quality is not None:  # of grey samples the binding makes lossless files only
                samples = np.repeat(samples[..., None], 3, axis=2)
        data = bytes(
            imagecodecs.avif_encode(
                np.ascontiguousarray(samples),
                level=LOSSLESS if quality is None else quality,
                speed=_speed(quality, large),
                bitspersample=coding.bits,
                pixelformat=coding.chroma,
                codec="aom",
                primaries=cicp.primaries,
                transfer=cicp.transfer,
                matrix=matrix,
                numthreads=1,
            )
        )
        file = items.parse(data)
        (item,) = file.items.values()
        kept = tuple(p for p in item.properties if p.kind in (b"ispe", self.configuration))
        return Encoded(file.payload(item), (*kept, bit_depths(coding)))


def _speed(quality: int | None, large: bool) -> int:
    """libaom's, for a quality; time counts before size in large pictures."""
    coarse = quality is not None and quality <= COARSE_QUALITY
    return COARSE_SPEED if coarse and not large else SPEED
