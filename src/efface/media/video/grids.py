"""Block grids of video codecs, and how far their in-loop filters carry a sample."""

from __future__ import annotations

LARGEST = (16, 16)
"""For a codec that is not in the table."""

GRIDS: dict[str, tuple[int, int]] = {
    # ITU-T H.264 8.7: bS 4 changes 3 samples each side of an edge and reads 4.
    "h264": (16, 4),
    # ITU-T H.265 8.7.2 changes 3 and reads 4 samples each side; SAO (8.7.3) reads 1 further.
    # Coding units lie on a grid of 8; 16 keeps 4:2:0 chroma on the filters' grid of 8 samples.
    "hevc": (16, 5),
    # ITU-T H.266 8.8: long luma filters change 7 and read 8; ALF's diamond reaches 3, CC-ALF less.
    "vvc": (16, 12),
    # RFC 6386 15: the macroblock filter reads 4 samples each side of an edge.
    "vp8": (16, 4),
    # VP9 bitstream specification 8.8: the widest filter reads 8 samples each side.
    "vp9": (16, 8),
    # AV1 specification 7.14 to 7.17: deblocking reads 7, CDEF 3, loop restoration 3 (and its
    # windows 3 more), super-resolution 4; 16 holds them one after the other.
    "av1": (16, 16),
    # ITU-T H.262, ISO/IEC 11172-2 and 14496-2 have no filter in the loop.
    "mpeg1video": (16, 0),
    "mpeg2video": (16, 0),
    "mpeg4": (16, 0),
    "msmpeg4v1": (16, 0),
    "msmpeg4v2": (16, 0),
    "msmpeg4v3": (16, 0),
    "wmv1": (16, 0),
    "wmv2": (16, 0),
    # ITU-T H.263 Annex J (also in Sorenson's) reads 2 samples each side.
    "h263": (16, 2),
    "h263p": (16, 2),
    "flv1": (16, 2),
    # SMPTE 421M 8.6: overlap smoothing and deblocking reach 4 together.
    "vc1": (16, 4),
    "wmv3": (16, 4),
    # Xiph, Theora I 7.10: reads 2 samples each side; 4:2:0 macroblocks are of 16.
    "theora": (16, 2),
    # Intra-frame transform codecs: macroblocks of 16, no filter.
    "mjpeg": (16, 0),
    "prores": (16, 0),
    "dnxhd": (16, 0),
    "dvvideo": (16, 0),
}
"""Side of the grid's cells and reach of the filters, luma pixels, by FFmpeg's codec names. Cells
are even, so that subsampled chroma lies on the grid, too."""

LOSSLESS = frozenset(
    {
        "ffv1",
        "ffvhuff",
        "huffyuv",
        "hymt",
        "magicyuv",
        "png",
        "qtrle",
        "r10k",
        "r210",
        "rawvideo",
        "utvideo",
        "v210",
        "v308",
        "v408",
        "v410",
        "zlib",
        "zmbv",
    }
)
"""Codecs in which a sample holds nothing of its neighbours."""


def grid_of(codec: str) -> tuple[int, int]:
    """Side of the block grid's cells and reach of the in-loop filters, luma pixels."""
    return (1, 0) if codec in LOSSLESS else GRIDS.get(codec, LARGEST)
