"""What kind of file this is, by its first bytes, never by its name; and what its name may say."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from efface.errors import InputError, RefusedError, UnhandledError
from efface.files.paths import opened, unreadable
from efface.media.families import (
    HEAD_BYTES,
    PHOTO_FAMILIES,
    PHOTO_SUFFIXES,
    RAW_SUFFIXES,
    VIDEO_FAMILIES,
    VIDEO_SUFFIXES,
    Family,
    Kind,
    family_of,
    kind_of,
)
from efface.media.interface import Photo
from efface.media.siblings import SIDECAR_SUFFIXES
from efface.media.source import Source
from efface.media.unhandled import RAW, UNHANDLED_SUFFIXES, unhandled
from efface.policy import Limits

__all__ = [
    "HEAD_BYTES",
    "PHOTO_SUFFIXES",
    "RAW_SUFFIXES",
    "VIDEO_SUFFIXES",
    "check_ending",
    "check_name",
    "check_sizes",
    "family_of",
    "is_video",
    "kind_of",
    "kind_of_file",
    "open_photo",
    "photo_of",
    "size_and_head",
]

_ENDINGS = (
    PHOTO_SUFFIXES
    | VIDEO_SUFFIXES
    | UNHANDLED_SUFFIXES
    | SIDECAR_SUFFIXES
    | {".txt", ".htm", ".html", ".csv", ".md", ".log", ".mp3", ".m4a", ".aac", ".flac", ".opus"}
)
"""Endings that say of what format a file is; of any other a file goes by its first bytes."""


def open_photo(path: Path, limits: Limits) -> Photo:
    """Open a still image of any supported format.

    Raises:
        InputError: as of ``photo_of``; or it is missing, or cannot be read.
        UnhandledError: as of ``photo_of``.
        RefusedError: as of ``photo_of``.
    """
    return photo_of(Source(path), limits)


def photo_of(source: Source, limits: Limits) -> Photo:
    """The still image in a file of any supported format.

    Raises:
        InputError: empty, unreadable, damaged, or no image at all.
        UnhandledError: a format that can hold pictures and is not read.
        RefusedError: a format or feature that cannot be kept, a limit exceeded, or a file-name
            ending that belongs to another format.
    """
    path, size, head = source.path, source.size, source.head
    suffix = path.suffix.lower()
    if suffix in RAW_SUFFIXES:
        raise UnhandledError(
            "camera raw files cannot be redacted without losing what makes them raw.",
            path=path,
            hint=RAW.hint,
        )
    family = source.family
    if (family is None and suffix in VIDEO_SUFFIXES) or (family and family.kind == "video"):
        raise RefusedError(
            "this is a video, not a photo.",
            path=path,
            hint="efface redact, detect and inspect take videos, too.",
        )
    if size == 0:
        raise InputError("the file is empty.", path=path, hint="Copy it again from its source.")
    if size > limits.max_file_mb * 1e6:
        raise RefusedError(
            f"the file has {size / 1e6:.0f} MB, more than the limit of {limits.max_file_mb:.0f}.",
            path=path,
            hint="Raise limits.max_file_mb in the policy if you trust it.",
        )
    if family is None and (kind := unhandled(path, head)) is not None:
        raise UnhandledError(
            f"this is {kind.name}, which efface does not read: nothing in it was looked at.",
            path=path,
            hint=kind.hint,
        )
    if family is None:
        raise InputError(
            "this is not an image of a format efface reads.",
            path=path,
            hint="It reads "
            + ", ".join(f.name for f in PHOTO_FAMILIES)
            + ": convert a picture of another format to PNG or TIFF first.",
        )
    check_name(path, family)
    module, function = family.opener.split(":")
    opener = cast("Callable[[Source, Limits], Photo]", getattr(import_module(module), function))
    return opener(source, limits)


def size_and_head(path: Path) -> tuple[int, bytes]:
    """Size of a file and its first ``HEAD_BYTES`` bytes.

    Raises:
        InputError: missing, not readable, or no file.
    """
    with opened(path) as file:
        try:
            return os.fstat(file.fileno()).st_size, file.read(HEAD_BYTES)
        except OSError as error:
            raise unreadable(path, error) from error


def kind_of_file(path: Path) -> Kind | None:
    """Whether a file is a photo or a video by its first bytes; ``None``: neither.

    Raises:
        InputError: missing, not readable, or no file.
    """
    return kind_of(size_and_head(path)[1])


def is_video(source: Source) -> bool:
    """Whether a file is a video, by its first bytes, or if they say nothing by its name."""
    if source.family is None:
        return source.path.suffix.lower() in VIDEO_SUFFIXES
    return source.family.kind == "video"


def check_name(path: Path, family: Family) -> None:
    """Refuse an input whose name says that it is of another format than it is.

    Raises:
        RefusedError: the ending belongs to another format.
    """
    suffix = path.suffix.lower()
    if suffix in _ENDINGS and suffix not in family.endings:
        raise RefusedError(
            f"the name ends in {suffix}, but the file is {family.name}.",
            path=path,
            hint=f"Rename it to end in {family.suffixes[0]} if that is right.",
        )


def check_ending(target: Path, family_name: str) -> None:
    """Refuse a name for the output that says it is of another format.

    Raises:
        RefusedError: the ending belongs to another format.
    """
    family = next(f for f in PHOTO_FAMILIES + VIDEO_FAMILIES if f.name == family_name)
    suffix = target.suffix.lower()
    if suffix in _ENDINGS and suffix not in family.endings:
        raise RefusedError(
            f"the output's name ends in {target.suffix}, but it stays {family_name}.",
            path=target,
            hint=f"Let the name end in {family.suffixes[0]}.",
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
