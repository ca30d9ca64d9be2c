"""The headers of a JPEG XL codestream (ISO/IEC 18181-1, annex D): read, and written anew.

Frames start at a whole byte after them, so a header can be put in front of frames that an encoder
made: with the input's orientation, colours and brightness, which the encoder's binding cannot set.
"""

from __future__ import annotations

from dataclasses import dataclass

from efface.errors import InputError, RefusedError
from efface.media.jxl.bits import Field, JxlBits

SIGNATURE = b"\xff\x0a"
MOST_HEADER_BYTES = 1 << 14
_SIDE = ((1, 9), (1, 13), (1, 18), (1, 30))
_PREVIEW_BLOCKS = ((16, 0), (32, 0), (1, 5), (33, 9))
_PREVIEW_SIDE = ((1, 6), (65, 8), (321, 10), (1345, 12))
_RATIOS = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_BITS = ((8, 0), (10, 0), (12, 0), (1, 6))
_FLOAT_BITS = ((32, 0), (16, 0), (24, 0), (1, 6))
_CHANNELS = ((0, 0), (1, 0), (2, 4), (1, 12))
_SHIFT = ((0, 0), (3, 0), (4, 0), (1, 3))
_NAME = ((0, 0), (0, 4), (16, 5), (48, 10))
_CHROMATICITY = ((0, 19), (524_288, 19), (1_048_576, 20), (2_097_152, 21))
_D65, _SRGB_PRIMARIES, _SRGB_TRANSFER = 1, 1, 13
_ALPHA, _RGB, _GREY, _CUSTOM = 0, 0, 1, 2

SRGB = Field(1, 1)
"""A colour encoding that is all default: sRGB."""


@dataclass(frozen=True, slots=True)
class JxlHeader:
    """What the headers of a codestream say."""

    width: int
    """As stored, pixels."""
    height: int
    orientation: int
    """1 to 8, as EXIF has it."""
    bits: int
    alpha: bool
    grey: bool
    xyb: bool
    """Samples are coded in an absolute colour space, as lossy encoders do."""
    colours: Field
    """The colour encoding's bits; one of named or numbered values, never a profile."""
    transfer: int | None
    """How sRGB's primaries and white point are encoded, as ITU-T H.273 numbers it: 13 as sRGB, 8
    linearly; ``None`` for other colours."""
    tones: Field
    """How bright it is meant to be shown, in bits."""
    preview: bool
    named: bool
    """The transparency has a name in words."""
    size: Field
    layout: Field
    """Depth, channels and whether it is XYB, in bits."""
    frames: int
    """Where the frames start, bytes."""
    modular: bool
    """The first frame is coded without transforms: lossless, where it is not XYB."""

    @property
    def bright(self) -> bool:
        """It says how bright it is meant to be shown."""
        return self.tones.size > 1


def read(data: bytes) -> JxlHeader:
    """Parse the headers.

    Raises:
        InputError: damaged.
        RefusedError: a feature that cannot be kept.
    """
    if data[:2] != SIGNATURE:
        raise InputError("the file is damaged: it holds no JPEG XL picture.")
    bits = JxlBits(data[2:MOST_HEADER_BYTES])
    width, height = _size(bits)
    size = bits.since(0)
    orientation, preview, tones = 1, False, SRGB
    depth, alpha, grey, xyb, named, colours = 8, False, False, True, False, SRGB
    transfer: int | None = _SRGB_TRANSFER
    layout = _layout_of_default()
    if not bits.flag():
        extra = bits.flag()
        if extra:
            orientation = 1 + bits.take(3)
            preview = _extras(bits)
        start = bits.at
        depth, alpha, named, xyb = _samples(bits)
        layout = bits.since(start)
        start = bits.at
        grey, transfer = _colours(bits)
        colours = bits.since(start)
        if extra:
            start = bits.at
            if not bits.flag():
                bits.take(16 + 16 + 1 + 16)
            tones = bits.since(start)
        if bits.u64():
            raise _refused("extensions")
    if not bits.flag():
        raise _refused("a transform of its own")
    frames = 2 + -(-bits.at // 8)
    modular = False if preview else _first_is_modular(data[frames : frames + 4])
    return JxlHeader(
        *(width, height, orientation, depth, alpha, grey, xyb, colours, transfer, tones),
        *(preview, named, size, layout, frames, modular),
    )


def with_meaning(codestream: bytes, meant: JxlHeader) -> bytes:
    """Frames as an encoder made them, shown as the input's are: turned, in its colours, as bright.

    Raises:
        InputError: the codestream is not as the encoder writes it.
    """
    made = read(codestream)
    fields = Field(0, 1) + Field(1, 1) + Field(meant.orientation - 1, 3) + Field(0, 3)
    head = made.size + fields + made.layout + meant.colours + meant.tones + Field(0, 2)
    return SIGNATURE + (head + Field(1, 1)).packed() + codestream[made.frames :]


def _refused(what: str) -> RefusedError:
    return RefusedError(
        f"the picture has {what}, which cannot be kept.",
        hint="Convert it to PNG (with djxl, for instance), and redact that.",
    )


def _size(bits: JxlBits) -> tuple[int, int]:
    small = bits.flag()

    def side() -> int:
        return 8 * (1 + bits.take(5)) if small else bits.u32(*_SIDE)

    height = side()
    ratio = bits.take(3)
    across, down = _RATIOS[ratio]
    return (height * across // down if ratio else side()), height


def _extras(bits: JxlBits) -> bool:
    """Whether there is a preview."""
    if bits.flag():
        raise _refused("a size of its own at which it is shown")
    preview = bits.flag()
    if preview:
        options = tuple(_PREVIEW_BLOCKS if bits.flag() else _PREVIEW_SIDE)
        bits.u32(*options)
        if not bits.take(3):
            bits.u32(*options)
    if bits.flag():
        raise RefusedError(
            "this is an animation; of JPEG XL stills alone are kept.",
            hint="Convert it to animated PNG or WebP, and redact that.",
        )
    return preview


def _depth(bits: JxlBits) -> int:
    if bits.flag():
        raise _refused("floating-point samples")
    depth = bits.u32(*_BITS)
    if depth > 16:
        raise _refused(f"{depth} bits a sample")
    return depth


def _samples(bits: JxlBits) -> tuple[int, bool, bool, bool]:
    """Depth, whether there is transparency, whether that has a name, and whether it is XYB."""
    depth, named = _depth(bits), False
    bits.take(1)
    channels = bits.u32(*_CHANNELS)
    if channels > 1:
        raise _refused("more channels than colours and one transparency")
    if channels and not bits.flag():
        kind = bits.enum()
        if kind != _ALPHA:
            raise _refused("a further channel that is no transparency")
        if _depth(bits) != depth or bits.u32(*_SHIFT):
            raise _refused("transparency of another depth or size")
        length = bits.u32(*_NAME)
        bits.take(8 * length)
        named = length > 0
        if bits.flag():
            raise _refused("colours that are multiplied by their transparency")
    elif channels and depth != 8:
        raise _refused("transparency of another depth or size")
    return depth, bool(channels), named, bits.flag()


def _colours(bits: JxlBits) -> tuple[bool, int | None]:
    """Whether it is grey, and ``JxlHeader.transfer``."""
    if bits.flag():
        return False, _SRGB_TRANSFER
    profile, space = bits.flag(), bits.enum()
    if profile:
        raise _refused("a colour profile (ICC)")
    if space not in (_RGB, _GREY):
        raise _refused("a colour space that is neither RGB nor grey")
    white = bits.enum()
    if white == _CUSTOM:
        _chromaticity(bits)
    primaries = bits.enum() if space == _RGB else _SRGB_PRIMARIES
    if primaries == _CUSTOM:
        for _ in range(3):
            _chromaticity(bits)
    gamma = bits.flag()
    transfer = bits.take(24) if gamma else bits.enum()
    bits.enum()
    plain = (white, primaries, gamma) == (_D65, _SRGB_PRIMARIES, False)
    return space == _GREY, transfer if plain else None


def _chromaticity(bits: JxlBits) -> None:
    bits.u32(*_CHROMATICITY), bits.u32(*_CHROMATICITY)


def _layout_of_default() -> Field:
    """8 bits in whole numbers, 16-bit buffers suffice, no further channel, XYB."""
    return Field(0, 1) + Field(0, 2) + Field(1, 1) + Field(0, 2) + Field(1, 1)


def _first_is_modular(frame: bytes) -> bool:
    """Whether the first frame's header names the modular coding."""
    bits = JxlBits(frame)
    if bits.flag():
        return False
    bits.take(2)
    return bits.flag()
