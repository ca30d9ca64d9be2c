"""HEVC pictures, one at a time: decoded by libde265 and encoded by x265, both through libheif."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pillow_heif
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError
from efface.media.heic import header, quantiser
from efface.media.isobmff import items
from efface.media.isobmff.coding import Chroma, Cicp, Encoded, SampleCoding, bit_depths

PRESET = "superfast"
"""x265's fastest but one: a seventh smaller than the fastest at the same SSIM, in three times its
time, which is 0.7 CPU-seconds a megapixel."""

LARGE_PRESET = "ultrafast"
"""For pictures in which time counts before size."""

FINER, FINER_PER_STEP = 2, 0.08
LEAST_QUALITY, MOST_QUALITY = 46, 95
"""A picture is encoded again with a quantiser finer than its own by two steps, or by less where it
is fine already. Below the least quality what was smoothed once is smoothed again.
``bench/requality.py`` measures it."""

COARSEST = 32
"""The quantiser that is taken where that of a written picture cannot be told."""

LOSSLESS = -1
_FULL_RANGE = 2
"""FFmpeg's number for it."""
_CHROMA: tuple[Chroma, ...] = ("400", "420", "422", "444")
_SUBSAMPLING = {"420": 420, "422": 422, "444": 444}


class HeicCodec:
    """HEVC in HEIC."""

    format = "HEIC"
    kinds = frozenset({b"hvc1"})
    configuration = b"hvcC"

    block = 8
    """HEVC's smallest coding unit as encoders set it. Units of up to 64 x 64 are chosen only where
    nothing happens; where a face begins, the smallest are."""

    reach = 8
    """Luma: the deblocking filter changes 3 samples beside an edge of the 8 x 8 grid and sample
    adaptive offset looks 1 further (H.265 8.7.2, 8.7.3): 4. On subsampled chroma 1 + 1 samples are
    4 pixels; upsampling takes one sample more and the grid of chroma samples another, 8."""

    def brands(self, codings: list[SampleCoding]) -> tuple[bytes, ...]:
        main = all(c.bits == 8 and c.chroma == "420" for c in codings)
        return (b"heic" if main else b"heix", b"mif1", b"miaf")

    def coding(self, configuration: bytes) -> SampleCoding:
        if len(configuration) < 23 or configuration[0] != 1:
            raise InputError("the HEVC configuration is damaged.")
        chroma = _CHROMA[configuration[16] & 3]
        luma_bits, chroma_bits = (8 + (configuration[i] & 7) for i in (17, 18))
        if luma_bits not in (8, 10, 12) or (chroma != "400" and luma_bits != chroma_bits):
            raise RefusedError(
                f"it has {luma_bits} bits in luma and {chroma_bits} in chroma, which cannot be "
                "written.",
                hint="Save it with 8, 10 or 12 bits, and redact that.",
            )
        return SampleCoding(luma_bits, chroma)

    def sizes(self, configuration: bytes, data: bytes) -> Iterator[tuple[int, int]]:
        return header.sizes(configuration, data)

    def stated(self, configuration: bytes, data: bytes) -> Cicp | None:
        try:
            decoder = av.CodecContext.create("hevc", "r")
            decoder.extradata = configuration
            decoder.open()
        except (av.FFmpegError, ValueError):
            return None
        return Cicp(
            int(decoder.color_primaries),
            int(decoder.color_trc),
            int(decoder.colorspace),
            int(decoder.color_range) == _FULL_RANGE,
        )

    usual_quality = 90

    def quality_like(self, configuration: bytes, data: bytes) -> int | None:
        step = quantiser.quantiser(configuration, data)
        # libheif hands x265 a rate factor of (100 - quality) / 2, which is about the quantiser
        if step is None:
            return None
        finer = round(min(FINER, FINER_PER_STEP * step))
        return min(max(100 - 2 * (step - finer), LEAST_QUALITY), MOST_QUALITY)

    def step(self, configuration: bytes, data: bytes) -> float:
        index = quantiser.quantiser(configuration, data)
        return quantiser.step(COARSEST if index is None else index)

    def written(self, cicp: Cicp) -> Cicp:
        return cicp

    def decode(self, data: bytes, coding: SampleCoding) -> NDArray[Any]:
        try:
            opened = pillow_heif.open_heif(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
            if len(opened) != 1:
                raise InputError("a picture in the file is damaged.")
            samples = np.asarray(opened[0])
        except (ValueError, EOFError, SyntaxError, RuntimeError, OSError, MemoryError) as error:
            raise InputError(f"a picture in the file is damaged ({error}).") from error
        wanted = np.uint8 if coding.bits == 8 else np.uint16
        shape = samples.shape[2:] or (1,)
        if samples.dtype != wanted or shape != (coding.channels,):
            raise InputError("a picture in the file is damaged: it is not coded as stated.")
        return samples.copy()

    def encode(
        self,
        samples: NDArray[Any],
        coding: SampleCoding,
        cicp: Cicp,
        quality: int | None,
        *,
        large: bool = False,
    ) -> Encoded:
        height, width = samples.shape[:2]
        mode = "L" if coding.channels == 1 else "RGB"
        out = io.BytesIO()
        parameters = {"preset": LARGE_PRESET if large else PRESET}
        if coding.channels == 3:
            parameters["chroma"] = str(_SUBSAMPLING[coding.chroma])
        try:
            pillow_heif.encode(
                mode if coding.bits == 8 else f"{mode};{coding.bits}",
                (width, height),
                np.ascontiguousarray(samples).data.cast("B"),
                out,
                quality=LOSSLESS if quality is None else quality,
                bit_depth=coding.bits,
                color_primaries=cicp.primaries,
                transfer_characteristics=cicp.transfer,
                matrix_coefficients=cicp.matrix,
                full_range_flag=int(cicp.full_range),
                enc_params=parameters,
            )
        except RuntimeError as error:
            raise RefusedError(
                f"the HEVC encoder does not take the picture: {coding.bits} bits, colours "
                f"{cicp.primaries}/{cicp.transfer}/{cicp.matrix} ({error}).",
                hint="Convert it to PNG or TIFF first, and redact that.",
            ) from error
        file = items.parse(out.getvalue())
        (item,) = file.items.values()
        kept = tuple(p for p in item.properties if p.kind in (b"ispe", b"clap", self.configuration))
        return Encoded(file.payload(item), (*kept, bit_depths(coding)))
