"""Further pictures in a JPEG file: those of the multi-picture format (CIPA DC-007), or one that
follows the first without an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from efface.media.file import Picture
from efface.media.interface import StereoView, Views
from efface.media.jpeg.structure import Structure
from efface.media.metadata import ifd

_MPF_PREFIX = b"MPF\0"
_ENTRIES, _ENTRY_BYTES = 0xB002, 16
_KIND, _STEREO = 0xFFFFFF, 0x020002
"""Disparity: one of the pictures of a stereo pair."""
MOST = 4
SIDE_BY_SIDE = ".jps"
"""Ending of stereo pictures whose two views lie in one."""
_SHAPE_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Place:
    """Where a further picture lies."""

    start: int
    end: int
    stereo: bool
    """The index says that it is another view of the scene."""


def pictures(data: bytes, parsed: Structure) -> Iterator[tuple[bytes, bool]]:
    """Up to ``MOST`` further pictures, and whether the index says that it is a second view."""
    listed = [
        place
        for place in _listed(data, parsed)
        if data[place.start : place.start + 2] == b"\xff\xd8"
    ]
    if not listed and data[parsed.end : parsed.end + 3] == b"\xff\xd8\xff":
        listed = [Place(parsed.end, len(data), False)]
    for place in listed[:MOST]:
        yield data[place.start : place.end], place.stereo


def halves(picture: Picture) -> Views:
    """The two views in a picture of both, side by side."""
    middle = picture.shape[1] // 2
    return Views(
        (StereoView(picture[:, :middle], 0), StereoView(picture[:, middle:], 0, middle)), True
    )


def same_shape(picture: Picture, width: int, height: int) -> bool:
    """Whether a picture has about the proportions of these sides."""
    here = picture.shape[1] * height / (width * picture.shape[0])
    return bool(abs(here - 1) <= _SHAPE_TOLERANCE)


def _listed(data: bytes, parsed: Structure) -> Iterator[Place]:
    for segment in parsed.segments:
        body = data[segment.body : segment.end]
        if segment.marker != 0xE2 or not body.startswith(_MPF_PREFIX):
            continue
        found = ifd.read(body.removeprefix(_MPF_PREFIX))
        origin = segment.body + len(_MPF_PREFIX)
        for entry in found.entries if found else ():
            if entry.tag != _ENTRIES or found is None:
                continue
            order = "little" if found.tiff[:2] == b"II" else "big"
            values = found.value(entry)
            for at in range(0, len(values) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
                kind, size, offset = (
                    int.from_bytes(values[at + i : at + i + 4], order)  # type: ignore[arg-type]
                    for i in (0, 4, 8)
                )
                if offset:  # the first picture's is 0
                    start = origin + offset
                    yield Place(start, start + size, kind & _KIND == _STEREO)
