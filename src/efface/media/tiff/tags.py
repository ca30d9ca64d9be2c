"""What a TIFF file carries besides the pages' pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from efface.errors import InputError
from efface.media.metadata import credentials, icc, xmp
from efface.media.tiff.directory import Directory, TiffEntry, TiffSource
from efface.media.tiff.page import CHROMATICITIES, MAX_PROFILE_BYTES, XMP, chromaticities
from efface.media.trace import Risk, Trace

_STRUCTURE = frozenset(
    {
        *(254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 292),
        *(293, 296, 317, 320, 322, 323, 324, 325, 332, 338, 339, 347, 530, 531, 532),
    }
)
"""Entries that say how the samples are stored; those that are written are written anew."""
_LISTS = frozenset((258, 273, 279, 320, 324, 325, 338, 339, 347))
"""Those of them that may have more than a few values."""

_Kind = tuple[str, str, Risk]
_DESCRIPTION: _Kind = ("description", "free text", "names")
_OWNER: _Kind = ("owner", "name of the artist or copyright holder", "names")
_DEVICE: _Kind = ("device", "make or model of the device, or name of the computer", "names")
_DATE: _Kind = ("date", "date and time", "locates")
_GEO: _Kind = ("gps", "where on Earth the picture lies", "locates")
_MAKER: _Kind = ("maker-note", "the camera maker's own block; it can hold previews", "shows")
_IMAGEJ: _Kind = ("imagej", "ImageJ's own data: labels, regions, ranges", "names")
_COLOUR: _Kind = ("colour-numbers", "white point, primaries or curves outside a profile", "unknown")
_STATISTICS: _Kind = ("statistics", "numbers computed from the picture", "unknown")
_KNOWN: dict[int, _Kind] = {
    **dict.fromkeys((269, 270, 285, 337, 40091, 40092, 40094, 40095, 42112), _DESCRIPTION),
    **dict.fromkeys((315, 33432, 40093), _OWNER),
    **dict.fromkeys((271, 272, 316, 42033, 42036), _DEVICE),
    **dict.fromkeys((306, 36867, 36868), _DATE),
    **dict.fromkeys((33550, 33922, 34264, 34735, 34736, 34737), _GEO),
    **dict.fromkeys((37500, 50740), _MAKER),
    **dict.fromkeys((50838, 50839), _IMAGEJ),
    **dict.fromkeys((301, 318, 319, 333, 334, 336), _COLOUR),
    **dict.fromkeys((280, 281, 290, 291, 321), _STATISTICS),
    305: ("software", "name of the software", "names"),
    330: ("sub-image", "further pictures, such as previews or smaller copies", "shows"),
    33723: ("iptc", "captions, names and places", "names"),
    34377: ("photoshop", "Photoshop blocks; they can hold a thumbnail", "shows"),
    37724: ("photoshop-layers", "Photoshop's layers, with what they cover", "shows"),
    34665: ("exif", "camera settings, dates, serial numbers", "names"),
    34853: ("gps", "where the picture was taken", "locates"),
    50341: ("print-settings", "the printer's own block", "unknown"),
    52897: ("content-credentials", "content credentials; they can hold a thumbnail", "shows"),
}
_EXIF_IFD, _GPS_IFD, _SUB_IFDS, _PROFILE = 34665, 34853, 330, 34675
_CREDENTIALS = 52545
"""C2PA technical specification 2.4, A.3.6."""
_MAKER_NOTE = 37500
_REDUCED: _Kind = ("reduced-page", "a smaller copy of a page", "shows")
_MASK: _Kind = ("mask-page", "a mask that belongs to another page", "shows")
_MAX_COMPARED = 1 << 24
MAX_DEPTH = 4
"""Directories within directories that are looked at."""


def dropped_page(source: TiffSource, directory: Directory) -> bool:
    """Whether a directory holds a smaller copy or a mask, not a page of its own."""
    kind = source.integer(directory, 254, 0)
    old = source.integer(directory, 255, 1)
    return bool(kind & 5) or old == 2 or source.integer(directory, 262, -1) == 4


def findings(source: TiffSource, directories: Sequence[Directory]) -> tuple[Trace, ...]:
    """Everything in the file's directories that is not written again, and bytes outside them.

    Raises:
        InputError: a directory is damaged.
    """
    out: list[Trace] = []
    for number, directory in enumerate(directories, start=1):
        where = f"page {number}"
        if dropped_page(source, directory):
            mask = bool(source.integer(directory, 254, 0) & 4) or (
                source.integer(directory, 262, -1) == 4
            )
            kind, text, risk = _MASK if mask else _REDUCED
            size = sum(length for _, length in _segments(source, directory))
            out.append(Trace(kind, where, text, risk, size))
        for entry in directory.all():
            out += _entry(source, directory, entry, where)
    if hidden := _unreferenced(source, directories):
        text = "bytes that nothing in the file points to"
        out.append(Trace("trailing-data", "between and after the pages", text, "shows", hidden))
    return tuple(out)


def _entry(source: TiffSource, directory: Directory, entry: TiffEntry, where: str) -> list[Trace]:
    where = f"{where}, tag {entry.tag}"
    again = entry in directory.repeated
    if entry.tag == XMP:
        found = list(xmp.findings(source.value(entry, xmp.MAX_SEARCHED), where))
    elif entry.tag == _CREDENTIALS:
        found = [credentials.finding(source.value(entry, credentials.MAX_BYTES), where)]
    elif entry.tag == _PROFILE and not again:
        found = list(icc.findings(source.value(entry, MAX_PROFILE_BYTES), where))
    elif entry.tag in CHROMATICITIES and chromaticities(source, directory, entry.tag) and not again:
        found = []
    elif entry.tag in _STRUCTURE:
        odd = again or (entry.tag not in _LISTS and entry.count > 6)
        text = "an entry that is there twice, or too long"
        found = [Trace("odd-entry", where, text, "unknown", entry.size)] if odd else []
    else:
        unknown: _Kind = ("tag", "an entry that efface does not keep", "unknown")
        kind, text, risk = _KNOWN.get(entry.tag, unknown)
        found = [Trace(kind, where, text, risk, entry.size)]
        if entry.tag == _EXIF_IFD and any(
            _MAKER_NOTE in inner.entries for inner in _inner(source, directory, _EXIF_IFD)
        ):
            found.append(Trace(_MAKER[0], f"{where}, EXIF", _MAKER[1], _MAKER[2]))
    return found


def _inner(source: TiffSource, directory: Directory, tag: int) -> Iterator[Directory]:
    """The directories an entry points to, as far as they can be read; none of them is kept, and
    what cannot be read counts as bytes that nothing points to."""
    for place in source.integers(directory, tag)[:64]:
        try:
            yield from source.chain(place, 64)
        except InputError:
            continue


def _segments(source: TiffSource, directory: Directory) -> Iterator[tuple[int, int]]:
    for places, lengths in ((273, 279), (324, 325), (513, 514)):
        yield from zip(
            source.integers(directory, places), source.integers(directory, lengths), strict=False
        )


def _unreferenced(source: TiffSource, directories: Sequence[Directory]) -> int:
    """Number of bytes, in runs that are not all zero, which belong to no directory or value."""
    used = [(0, source.header_bytes)]
    waiting = [(directory, 0) for directory in directories]
    seen = {directory.at for directory in directories}
    while waiting:
        directory, depth = waiting.pop()
        used.append((directory.at, directory.at + directory.size))
        used += [(e.at, e.at + e.size) for e in directory.all() if not e.inline]
        used += [(at, at + length) for at, length in _pixels(source, directory)]
        for tag in (_EXIF_IFD, _GPS_IFD, _SUB_IFDS):
            for inner in _inner(source, directory, tag):
                if depth < MAX_DEPTH and inner.at not in seen:
                    seen.add(inner.at)
                    waiting.append((inner, depth + 1))
    at = hidden = 0
    with source.opened() as file:
        for start, end in [*sorted(used), (source.size, source.size)]:
            at += _former(source, directories, at, start)
            while at < start:
                length = min(start - at, 1 << 20)
                hidden += len(source.read_from(file, at, length).strip(b"\0"))
                at += length
            at = max(at, end)
    return hidden


def _former(source: TiffSource, directories: Sequence[Directory], at: int, end: int) -> int:
    """Length of the first directory as it was before it was signed, if that lies there.

    A program that adds content credentials writes the directory anew behind the file, one entry
    longer, and leaves the old one where it was. It says nothing that the new one does not say.
    """
    now = directories[0]
    if _CREDENTIALS not in now.entries or end - at < 2:
        return 0
    try:
        old = source.directory(at)
        said = [_said(source, old.entries[tag]) for tag in old.entries]
        same = said == [_said(source, now.entries[tag]) for tag in old.entries]
    except (InputError, KeyError):
        return 0
    same = same and not old.repeated and old.following == now.following
    return old.size if same and old.size <= end - at else 0


def _said(source: TiffSource, entry: TiffEntry) -> tuple[int, int, bytes]:
    return entry.type, entry.count, source.value(entry, _MAX_COMPARED)


def _pixels(source: TiffSource, directory: Directory) -> Iterator[tuple[int, int]]:
    """Strips or tiles; a missing length counts as up to the end of the file."""
    found = list(_segments(source, directory))
    places = source.integers(directory, 273)
    return iter(found) if found or not places else iter([(places[0], source.size)])
