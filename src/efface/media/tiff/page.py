"""What one TIFF directory says about its picture, checked; features that cannot be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError, RefusedError
from efface.media.metadata import gpano, icc, xmp
from efface.media.metadata.gpano import GPano
from efface.media.tiff.directory import Directory, TiffSource

WHITE_POINT, PRIMARIES = 318, 319
CHROMATICITIES = {WHITE_POINT: 2, PRIMARIES: 6}
"""Entries with chromaticities, and how many numbers each has."""
XMP = 700
MILLIONTHS = 1_000_000

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR = 0, 1, 2, 3, 4, 5, 6
CIELAB, ICCLAB, ITULAB = 8, 9, 10
COLOUR_CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3}
COLOUR_CHANNELS |= {CIELAB: 3, ICCLAB: 3, ITULAB: 3}

NONE, CCITT_RLE, CCITT_3, CCITT_4, LZW, JPEG, DEFLATE = 1, 2, 3, 4, 5, 7, 8
OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 32946, 32773, 34925, 50000
COMPRESSIONS = {NONE, CCITT_RLE, CCITT_3, CCITT_4, LZW, JPEG, DEFLATE, OLD_DEFLATE, PACKBITS}
COMPRESSIONS |= {LZMA, ZSTD}
_NAMES = {6: "old-style JPEG", 33003: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000"}
_NAMES |= {34661: "JBIG", 34676: "SGI LogLuv", 34713: "Nikon raw", 34887: "LERC"}
_NAMES |= {34892: "lossy DNG", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"}

RAW_PHOTOMETRIC = {32803: "colour filter array", 34892: "linear raw"}
DNG_VERSION, IMAGE_DEPTH, STK_PLANES, LSM_INFO = 50706, 32997, 33629, 34412
MAX_SAMPLES = 64
MAX_TILE = 1 << 24
"""Pixels of a tile in a picture that is smaller."""
MAX_PROFILE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class TiffPage:
    """One picture of the file."""

    order: str
    """``<`` or ``>``: byte order of the file."""
    width: int
    height: int
    bits: int
    kind: str
    """``u``, ``i`` or ``f``: unsigned, signed, floating point."""
    samples: int
    photometric: int
    compression: int
    predictor: int
    separate: bool
    """Each sample has a plane of its own."""
    reversed_bits: bool
    tile: tuple[int, int] | None
    """Width and height."""
    rows: int
    """Of a strip."""
    segments: tuple[tuple[int, int], ...]
    """Offset and length of each strip or tile."""
    extra: tuple[int, ...]
    """0 unspecified, 1 premultiplied alpha, 2 straight alpha."""
    colours: NDArray[np.uint16] | None
    """Palette, shape (entries, 3), 0 to 65535."""
    orientation: int
    resolution: tuple[tuple[int, int], tuple[int, int], int] | None
    """Across and down as fractions, and the unit."""
    ink_set: bool
    """InkSet is stated (it can only be CMYK)."""
    white_point: tuple[int, ...]
    """Chromaticity x and y, millionths; empty: not stated."""
    primaries: tuple[int, ...]
    """The same of red, green and blue."""
    profile: bytes | None
    """The cleaned ICC profile."""
    profile_lost: bool
    gpano: GPano | None
    """How the picture lies on the sphere about the camera."""
    jpeg_tables: bytes | None
    t4_options: int

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Of a decoded sample."""
        size = next(n for n in (8, 16, 32, 64) if self.bits <= n)
        return np.dtype(f"{self.kind}{size // 8}")

    @property
    def grid(self) -> tuple[int, int, int, int]:
        """Width and height of a segment, and how many there are across and down."""
        width, height = self.tile or (self.width, min(self.rows, self.height))
        return width, height, -(-self.width // width), -(-self.height // height)

    @property
    def depth(self) -> int:
        """Samples of a pixel in one segment."""
        return 1 if self.separate else self.samples

    @property
    def alpha(self) -> int | None:
        """Which sample is alpha."""
        if self.extra and self.extra[0] in (1, 2):
            return self.samples - len(self.extra)
        return None


def read_page(source: TiffSource, directory: Directory, number: int, max_bytes: float) -> TiffPage:
    """Check one directory.

    Args:
        number: of the page, for messages.
        max_bytes: what a decoded page may need.

    Raises:
        InputError: it is damaged.
        RefusedError: it cannot be kept as it is.
    """
    path = source.path

    def one(tag: int, default: int) -> int:
        return source.integer(directory, tag, default)

    width, height = one(256, 0), one(257, 0)
    samples, photometric, compression = one(277, 1), one(262, -1), one(259, 1)
    bits, kind = _sample_type(source, directory, number)
    refuse = _reason_to_refuse(source, directory, photometric, compression)
    if refuse is not None:
        raise refusal(path, number, refuse)
    extra = source.integers(directory, 338)
    colour_channels = COLOUR_CHANNELS[photometric]
    if not 1 <= samples <= MAX_SAMPLES or samples < colour_channels or width < 1 or height < 1:
        raise InputError(f"page {number + 1} is not valid.", path=path)
    if width * height * samples * max(bits, 8) // 8 > max_bytes:
        raise RefusedError(
            f"page {number + 1} needs more memory than the limits allow.",
            path=path,
            hint="Raise limits.max_megapixels in the policy if you trust it.",
        )
    spare = samples - colour_channels
    extra = (*extra, *(0,) * spare)[:spare]
    palette = None
    if photometric == PALETTE:
        if samples != 1 or bits > 8 or kind != "u":
            raise refusal(path, number, "a palette with further or large samples")
        palette = _palette(source, directory, bits)
    # libtiff and what builds on it look at the predictor with these only
    predictor = one(317, 1) if compression in (LZW, DEFLATE, OLD_DEFLATE, LZMA, ZSTD) else 1
    fits = {1: True, 2: bits % 8 == 0, 3: kind == "f"}.get(predictor, False)
    if not fits:
        raise refusal(path, number, f"predictor {predictor} with {bits} bits")
    tiled = 322 in directory.entries or 324 in directory.entries
    tile = (one(322, 0), one(323, 0)) if tiled else None
    if tile and not (all(tile) and tile[0] * tile[1] <= max(MAX_TILE, 16 * width * height)):
        raise InputError(f"the tiles of page {number + 1} are not valid.", path=path)
    tables = directory.entries.get(347)
    profile, lost = _profile(source, directory)
    page = TiffPage(
        order=source.order,
        width=width,
        height=height,
        bits=bits,
        kind=kind,
        samples=samples,
        photometric=photometric,
        compression=compression,
        predictor=predictor,
        separate=one(284, 1) == 2 and samples > 1,
        reversed_bits=one(266, 1) == 2,
        tile=tile,
        rows=max(1, one(278, height)),
        segments=(),
        extra=extra,
        colours=palette,
        orientation=one(274, 1) if 1 <= one(274, 1) <= 8 else 1,
        resolution=_resolution(source, directory),
        ink_set=332 in directory.entries and photometric == CMYK,
        white_point=chromaticities(source, directory, WHITE_POINT),
        primaries=chromaticities(source, directory, PRIMARIES),
        profile=profile,
        profile_lost=lost,
        gpano=_gpano(source, directory),
        jpeg_tables=source.value(tables, 1 << 20) if tables else None,
        t4_options=one(292, 0),
    )
    return _with_segments(source, directory, page, number, max_bytes)


def _gpano(source: TiffSource, directory: Directory) -> GPano | None:
    entry = directory.entries.get(XMP)
    return None if entry is None else gpano.read(source.value(entry, xmp.MAX_SEARCHED))


def refusal(path: Path, number: int, what: str) -> RefusedError:
    """A page with a feature that cannot be kept."""
    return RefusedError(
        f"page {number + 1} has {what}, which efface cannot keep.",
        path=path,
        hint="Save it as plain RGB or gray TIFF with LZW or deflate compression first.",
    )


def _sample_type(source: TiffSource, directory: Directory, number: int) -> tuple[int, str]:
    depths = set(source.integers(directory, 258)) or {1}
    formats = set(source.integers(directory, 339)) or {1}
    if len(depths) > 1 or len(formats) > 1:
        raise refusal(source.path, number, "samples of different kinds")
    bits = depths.pop()
    kind = {1: "u", 2: "i", 3: "f", 4: "u"}.get(formats.pop(), "c")
    known = {"u": {*range(1, 17), 32}, "i": {8, 16, 32}, "f": {16, 32, 64}}.get(kind, set[int]())
    if bits not in known:
        name = {"u": "unsigned", "i": "signed", "f": "floating-point"}.get(kind, "complex")
        raise refusal(source.path, number, f"{name} samples of {bits} bits")
    return bits, kind


def _reason_to_refuse(
    source: TiffSource, directory: Directory, photometric: int, compression: int
) -> str | None:
    entries = directory.entries
    out = None
    if DNG_VERSION in entries:
        out = "camera raw data (DNG)"
    elif photometric in RAW_PHOTOMETRIC:
        out = f"camera raw data ({RAW_PHOTOMETRIC[photometric]})"
    elif source.integer(directory, IMAGE_DEPTH, 1) > 1:
        out = "a volume of several layers"
    elif STK_PLANES in entries or LSM_INFO in entries or _hidden_stack(source, directory):
        out = "a microscope's stack of pictures in one page"
    elif photometric not in COLOUR_CHANNELS:
        out = f"colours of kind {photometric}" if photometric >= 0 else "no kind of colours stated"
    elif compression not in COMPRESSIONS:
        out = f"{_NAMES.get(compression, f'compression {compression}')} in it"
    elif photometric == YCBCR and compression != JPEG:
        out = "YCbCr colours"
    elif photometric == CMYK and source.integer(directory, 332, 1) != 1:
        out = "inks other than CMYK"
    return out


def _hidden_stack(source: TiffSource, directory: Directory) -> bool:
    """Whether this is ImageJ's way to put many pictures behind one directory."""
    entry = directory.entries.get(270)
    if entry is None or directory.following:
        return False
    text = source.value(entry, 1 << 16)
    if not text.startswith(b"ImageJ="):
        return False
    counts = [line[7:] for line in text.split(b"\n") if line.startswith(b"images=")]
    return bool(counts) and counts[0].strip(b"\0 ").isdigit() and int(counts[0].strip(b"\0 ")) > 1


def _palette(source: TiffSource, directory: Directory, bits: int) -> NDArray[np.uint16]:
    values = source.integers(directory, 320)
    if len(values) != 3 << bits or max(values) > 0xFFFF:
        raise InputError("a palette is missing or not valid.", path=source.path)
    out = np.array(values, np.uint16).reshape(3, -1).T.copy()
    # old writers put 8-bit numbers there, and viewers take them as such
    return out * np.uint16(257) if out.max() < 256 else out


def _resolution(
    source: TiffSource, directory: Directory
) -> tuple[tuple[int, int], tuple[int, int], int] | None:
    unit = source.integer(directory, 296, 2)
    out = []
    for tag in (282, 283):
        entry = directory.entries.get(tag)
        if entry is None or (entry.type, entry.count) != (5, 1):
            return None
        above, below = source.unpack("II", source.read(entry.at, 8))
        if not (above and below and 1 / 1000 <= above / below <= 1_000_000):
            return None
        out.append((above, below))
    return (out[0], out[1], unit) if unit in (1, 2, 3) else None


def chromaticities(source: TiffSource, directory: Directory, tag: int) -> tuple[int, ...]:
    """The white point or the primaries (TIFF 6.0, section 20), millionths; empty where they are not
    stated, or are none. Those of no light can be above 1."""
    entry, count = directory.entries.get(tag), CHROMATICITIES[tag]
    if entry is None or (entry.type, entry.count) != (5, count):
        return ()
    numbers = source.unpack("I" * (2 * count), source.read(entry.at, 8 * count))
    pairs = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if not all(below and above <= 2 * below for above, below in pairs):
        return ()
    return tuple(round(MILLIONTHS * above / below) for above, below in pairs)


def _profile(source: TiffSource, directory: Directory) -> tuple[bytes | None, bool]:
    entry = directory.entries.get(34675)
    if entry is None:
        return None, False
    profile = icc.cleaned(source.value(entry, MAX_PROFILE_BYTES))
    return profile, profile is None


def _with_segments(
    source: TiffSource, directory: Directory, page: TiffPage, number: int, max_bytes: float
) -> TiffPage:
    """The page with its strips or tiles, each of which lies in the file."""
    width, height, across, down = page.grid
    count = across * down * (page.samples if page.separate else 1)
    size = (width * page.depth * page.bits + 7) // 8 * height
    places = source.integers(directory, 324 if page.tile else 273)
    lengths = source.integers(directory, 325 if page.tile else 279)
    if not lengths and page.compression == NONE:
        last = page.height - (down - 1) * height
        lengths = tuple(
            size // height * (last if page.tile is None and i % down == down - 1 else height)
            for i in range(count)
        )
    if len(places) < count or len(lengths) < count or size > max_bytes:
        raise InputError(f"page {number + 1} lacks part of its data.", path=source.path)
    segments = tuple(zip(places[:count], lengths[:count], strict=True))
    for place, length in segments:
        if not (length and place and place + length <= source.size):
            raise InputError(f"page {number + 1} lacks part of its data.", path=source.path)

    return replace(page, segments=segments)
