"""The families of formats, told by a file's first bytes, never by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 1024
"""Enough for the longest sign: MPEG-TS is known by bytes that are up to 192 apart."""

Kind = Literal["image", "video"]


@dataclass(frozen=True, slots=True)
class Family:
    """One format: its name, the file-name endings it goes by, and who opens it."""

    name: str
    suffixes: tuple[str, ...]
    opener: str
    """``module:function``, imported when a file of the family is opened."""
    kind: Kind = "image"
    also: tuple[str, ...] = ()
    """Endings of its nearest relatives: programs write one under the other's name, and players look
    inside."""

    @property
    def endings(self) -> tuple[str, ...]:
        """All that a file of this format may go by."""
        return self.suffixes + self.also


_JPEG_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".pjpeg", ".pjp"),
    *(".mpo", ".jps", ".thm", ".jpg_large", ".jpg_orig", ".jpg_original"),
)
JPEG = Family("JPEG", _JPEG_SUFFIXES, "efface.media.jpeg:open_jpeg")
PNG = Family("PNG", (".png", ".apng"), "efface.media.png:open_png")
GIF = Family("GIF", (".gif",), "efface.media.gif:open_gif")
BMP = Family("BMP", (".bmp", ".dib"), "efface.media.bmp:open_bmp")
TIFF = Family("TIFF", (".tif", ".tiff"), "efface.media.tiff:open_tiff")
WEBP = Family("WebP", (".webp",), "efface.media.webp:open_webp")
AVIF = Family("AVIF", (".avif", ".avifs"), "efface.media.avif:open_avif")
HEIC = Family("HEIC", (".heic", ".heif", ".hif", ".heics", ".heifs"), "efface.media.heic:open_heic")

_VIDEO = "efface.media.video:open_video"
_MP4, _QT = (".mp4", ".m4v", ".3gp", ".3g2"), (".mov", ".qt")
MP4 = Family("MP4", _MP4, _VIDEO, "video", _QT)
QUICKTIME = Family("QuickTime", _QT, _VIDEO, "video", _MP4)
MATROSKA = Family("Matroska", (".mkv",), _VIDEO, "video", (".webm",))
WEBM = Family("WebM", (".webm",), _VIDEO, "video", (".mkv",))
AVI = Family("AVI", (".avi",), _VIDEO, "video")
MPEG_TS = Family("MPEG-TS", (".ts", ".mts", ".m2ts", ".m2t"), _VIDEO, "video")
MPEG_PS = Family("MPEG program stream", (".mpg", ".mpeg", ".vob", ".m2p"), _VIDEO, "video")
WMV = Family("Windows Media", (".wmv", ".asf"), _VIDEO, "video")
FLASH = Family("Flash video", (".flv",), _VIDEO, "video")
OGG = Family("Ogg", (".ogv", ".ogg"), _VIDEO, "video")
MXF = Family("MXF", (".mxf",), _VIDEO, "video")

JXL = Family("JPEG XL", (".jxl",), "efface.media.jxl:open_jxl")

PHOTO_FAMILIES = (JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF, HEIC, JXL)
VIDEO_FAMILIES = (MP4, QUICKTIME, MATROSKA, WEBM, AVI, MPEG_TS)
REFUSED_FAMILIES = (MPEG_PS, WMV, FLASH, OGG, MXF)
"""Video that is recognised so that the refusal can say what to do."""

PHOTO_SUFFIXES = frozenset(suffix for family in PHOTO_FAMILIES for suffix in family.suffixes)

VIDEO_SUFFIXES = frozenset(
    suffix for family in VIDEO_FAMILIES + REFUSED_FAMILIES for suffix in family.suffixes
)

NO_ENDING = ("", ".effaced")
"""A name without an ending gets the second one when it is redacted; neither says what is in it."""

RAW_SUFFIXES = frozenset(
    {
        ".3fr",
        ".arw",
        ".cr2",
        ".cr3",
        ".crw",
        ".dcr",
        ".dng",
        ".erf",
        ".fff",
        ".iiq",
        ".k25",
        ".kdc",
        ".mef",
        ".mos",
        ".mrw",
        ".nef",
        ".nrw",
        ".orf",
        ".pef",
        ".raf",
        ".raw",
        ".rw2",
        ".rwl",
        ".sr2",
        ".srf",
        ".srw",
        ".x3f",
    }
)
"""Camera raw files; most are TIFF inside and would be read as their small preview."""

_SIGNATURES: dict[Family, tuple[tuple[int, bytes], ...]] = {
    PNG: ((0, b"\x89PNG\r\n\x1a\n"),),
    GIF: ((0, b"GIF87a"), (0, b"GIF89a")),
    BMP: ((0, b"BM"),),
    TIFF: ((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+")),
    JXL: ((0, b"\xff\x0a"), (0, b"\0\0\0\x0cJXL \r\n\x87\n")),
    MPEG_PS: ((0, b"\0\0\1\xba"),),
    WMV: ((0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),),
    FLASH: ((0, b"FLV\1"),),
    OGG: ((0, b"OggS"),),
    MXF: ((0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01"),),
}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
_HEIF_GENERIC_BRANDS = {b"mif1", b"msf1"}
_NO_VIDEO_BRANDS = {b"crx ", b"jp2 ", b"jpx ", b"jpm ", b"jxl ", b"M4A ", b"M4B ", b"M4P ", b"aax "}
"""Main brands of camera raw files, other pictures and sound."""
_QUICKTIME_STARTS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
"""What files from before ``ftyp`` was invented begin with."""
_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = b"\x42\x82"
_TS_SYNC = 0x47
_TS_LAYOUTS = ((0, 188), (4, 192))
"""Offset of the first packet's sync byte, and packet length."""


_JPEG_START = b"\xff\xd8\xff"
_BLANKS = b" \t\r\n"
MOST_BLANKS = 16


def jpeg_start(head: bytes) -> int | None:
    """Where a JPEG starts: at 0, or after some blanks, as web pages' scripts leave them in front;
    ``None`` when it does not."""
    start = len(head) - len(head.lstrip(_BLANKS))
    return start if start <= MOST_BLANKS and head[start : start + 3] == _JPEG_START else None


def family_of(head: bytes) -> Family | None:
    """The family of a file that starts with these bytes (``HEAD_BYTES`` are enough)."""
    if jpeg_start(head) is not None:
        return JPEG
    for family, signatures in _SIGNATURES.items():
        if any(head[at : at + len(magic)] == magic for at, magic in signatures):
            return family
    if head[:4] in (b"RIFF", _EBML):
        riff = {b"WEBP": WEBP, b"AVI ": AVI}
        return riff.get(head[8:12]) if head[:4] == b"RIFF" else _of_matroska(head)
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    if head[4:8] in _QUICKTIME_STARTS and int.from_bytes(head[:4], "big") not in range(2, 8):
        return QUICKTIME
    return MPEG_TS if any(_in_packets(head, *layout) for layout in _TS_LAYOUTS) else None


def kind_of(head: bytes) -> Kind | None:
    """Whether a file that starts with these bytes is a photo or a video; ``None``: neither."""
    family = family_of(head)
    return None if family is None else family.kind


def _in_packets(head: bytes, first: int, step: int) -> bool:
    places = range(first, first + 4 * step, step)
    return len(head) > places[-1] and all(head[at] == _TS_SYNC for at in places)


def _of_brands(head: bytes) -> Family | None:
    end = min(len(head), int.from_bytes(head[:4], "big"))
    main = head[8:12]
    brands = {main, *(head[i : i + 4] for i in range(16, end - 3, 4))}
    if brands & _AVIF_BRANDS:
        return AVIF
    if brands & _HEIC_BRANDS or main in _HEIF_GENERIC_BRANDS:
        return HEIC
    if main in _NO_VIDEO_BRANDS:
        return None
    return QUICKTIME if main == b"qt  " else MP4


def _of_matroska(head: bytes) -> Family | None:
    at = head.find(_DOC_TYPE)
    if at < 0:
        return None
    size = head[at + 2] & 0x7F if at + 2 < len(head) else 0
    kind = head[at + 3 : at + 3 + size].rstrip(b"\0")
    return {b"matroska": MATROSKA, b"webm": WEBM}.get(kind)
