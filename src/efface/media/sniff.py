"""What kind of file this is, by its first bytes, never by its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from efface.errors import InputError, RefusedError
from efface.media.interface import Photo
from efface.paths import opened, unreadable
from efface.policy import Limits

HEAD_BYTES = 64


@dataclass(frozen=True, slots=True)
class Family:
    """One format: its name, the file-name endings it goes by, and who opens it."""

    name: str
    suffixes: tuple[str, ...]
    opener: str
    """``module:function``, imported when a file of the family is opened."""


JPEG = Family("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), "efface.media.jpeg:open_jpeg")
PNG = Family("PNG", (".png", ".apng"), "efface.media.png:open_png")
GIF = Family("GIF", (".gif",), "efface.media.gif:open_gif")
BMP = Family("BMP", (".bmp", ".dib"), "efface.media.bmp:open_bmp")
TIFF = Family("TIFF", (".tif", ".tiff"), "efface.media.tiff:open_tiff")
WEBP = Family("WebP", (".webp",), "efface.media.webp:open_webp")
AVIF = Family("AVIF", (".avif", ".avifs"), "efface.media.avif:open_avif")
HEIC = Family("HEIC", (".heic", ".heif", ".hif", ".heics", ".heifs"), "efface.media.heic:open_heic")

FAMILIES = (JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF, HEIC)

PHOTO_SUFFIXES = frozenset(suffix for family in FAMILIES for suffix in family.suffixes)

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

VIDEO_SUFFIXES = frozenset(
    {".3gp", ".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".mts", ".ts", ".webm"}
)

_SIGNATURES: dict[Family, tuple[tuple[int, bytes], ...]] = {
    JPEG: ((0, b"\xff\xd8\xff"),),
    PNG: ((0, b"\x89PNG\r\n\x1a\n"),),
    GIF: ((0, b"GIF87a"), (0, b"GIF89a")),
    BMP: ((0, b"BM"),),
    TIFF: ((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+")),
}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
_HEIF_GENERIC_BRANDS = {b"mif1", b"msf1"}


def family_of(head: bytes) -> Family | None:
    """The family of a file that starts with these bytes (``HEAD_BYTES`` are enough)."""
    for family, signatures in _SIGNATURES.items():
        if any(head[at : at + len(magic)] == magic for at, magic in signatures):
            return family
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        brands = [head[8:12], *(head[i : i + 4] for i in range(16, len(head) - 3, 4))]
        if _AVIF_BRANDS.intersection(brands):
            return AVIF
        if _HEIC_BRANDS.intersection(brands) or brands[0] in _HEIF_GENERIC_BRANDS:
            return HEIC
    return None


def open_photo(path: Path, limits: Limits) -> Photo:
    """Open a still image of any supported format.

    Raises:
        InputError: missing, empty, unreadable, damaged, or no image at all.
        RefusedError: a format or feature that cannot be kept, a limit exceeded, or a file-name
            ending that belongs to another format.
    """
    suffix = path.suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        raise RefusedError(
            "video cannot be redacted by this version.", path=path, hint="Handle it apart."
        )
    if suffix in RAW_SUFFIXES:
        raise RefusedError(
            "camera raw files cannot be redacted without losing what makes them raw.",
            path=path,
            hint="Develop it to JPEG, TIFF or PNG first, and redact that.",
        )
    with opened(path) as file:
        try:
            size, head = os.fstat(file.fileno()).st_size, file.read(HEAD_BYTES)
        except OSError as error:
            raise unreadable(path, error) from error
    if size == 0:
        raise InputError("the file is empty.", path=path, hint="Copy it again from its source.")
    if size > limits.max_file_mb * 1e6:
        raise RefusedError(
            f"the file has {size / 1e6:.0f} MB, more than the limit of {limits.max_file_mb:.0f}.",
            path=path,
            hint="Raise limits.max_file_mb in the policy if you trust it.",
        )
    family = family_of(head)
    if family is None:
        raise InputError(
            "this is not an image of a format efface reads.",
            path=path,
            hint="It reads "
            + ", ".join(f.name for f in FAMILIES)
            + ": convert a picture of another format to PNG or TIFF first.",
        )
    if suffix not in (*NO_ENDING, *family.suffixes):
        raise RefusedError(
            f"the name ends in {suffix}, but the file is {family.name}.",
            path=path,
            hint=f"Rename it to end in {family.suffixes[0]} if that is right.",
        )
    module, function = family.opener.split(":")
    opener = cast("Callable[[Path, Limits], Photo]", getattr(import_module(module), function))
    return opener(path, limits)


def check_ending(target: Path, family_name: str) -> None:
    """Refuse a name for the output that says it is of another format.

    Raises:
        RefusedError: the ending belongs to another format, or to none.
    """
    endings = next(f.suffixes for f in FAMILIES if f.name == family_name)
    if target.suffix.lower() not in (*NO_ENDING, *endings):
        raise RefusedError(
            f"the output's name ends in {target.suffix}, but it stays {family_name}.",
            path=target,
            hint=f"Let the name end in {endings[0]}.",
        )


def check_sizes(path: Path, sizes: tuple[tuple[int, int], ...], limits: Limits) -> None:
    """Hold frame sizes against the limits, before anything is decoded.

    Raises:
        InputError: a size of zero, or no frame.
        RefusedError: a limit is exceeded.
    """
    if not sizes or any(width < 1 or height < 1 for width, height in sizes):
        raise InputError("the file declares no picture, or one without pixels.", path=path)
    if len(sizes) > limits.max_frames:
        raise RefusedError(
            f"the file has {len(sizes)} frames, more than the limit of {limits.max_frames}.",
            path=path,
            hint="Raise limits.max_frames in the policy if you trust it.",
        )
    megapixels = [width * height / 1e6 for width, height in sizes]
    if max(megapixels) > limits.max_megapixels:
        raise RefusedError(
            f"a picture in it has {max(megapixels):.0f} megapixels, "
            f"more than the limit of {limits.max_megapixels:.0f}.",
            path=path,
            hint="Raise limits.max_megapixels in the policy if you trust it.",
        )
    if sum(megapixels) > limits.max_total_megapixels:
        raise RefusedError(
            f"its frames have {sum(megapixels):.0f} megapixels together, "
            f"more than the limit of {limits.max_total_megapixels:.0f}.",
            path=path,
            hint="Raise limits.max_total_megapixels in the policy if you trust it.",
        )
