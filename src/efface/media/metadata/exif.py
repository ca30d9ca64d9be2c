"""EXIF: the orientation, the block efface writes, and what a block gives away.

Tag numbers are those of EXIF 3.0 (CIPA DC-008-2023), TIFF 6.0, DNG 1.7 and Microsoft's XP tags.
An EXIF block is the TIFF block, with or without ``Exif\\0\\0`` in front.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from efface.media.metadata import density as densities
from efface.media.metadata import ifd
from efface.media.metadata.density import PixelDensity
from efface.media.trace import Risk, Trace

ORIENTATION_TAG = 0x0112
_COLOUR_SPACE, _UNCALIBRATED = 0xA001, 0xFFFF
_ADOBE_RGB = b"R03\0"


def orientation_of(exif: bytes) -> int:
    """The orientation, 1 to 8; 1 when there is none or the block cannot be read."""
    found = ifd.read(exif)
    if found is None:
        return 1
    for entry in found.entries:
        if entry.directory == "IFD0" and entry.tag == ORIENTATION_TAG:
            values = found.integers(entry, 1)
            return values[0] if values and 1 <= values[0] <= 8 else 1
    return 1


def is_adobe_rgb(exif: bytes) -> bool:
    """Whether a camera marks its colours as Adobe RGB, as DCF 2.0 has it: by ``R03`` alone."""
    found = ifd.read(exif)
    return found is not None and any(_is_mark(found, e) and e.tag == 1 for e in found.entries)


def minimal_exif(
    orientation: int, adobe_rgb: bool = False, density: PixelDensity | None = None
) -> bytes:
    """A TIFF block that holds an orientation, if need be the mark of Adobe RGB and the pixel
    density, and nothing else.

    There is no ``Exif\\0\\0`` in front.

    Raises:
        ValueError: not an orientation from 1 to 8.
    """
    if not 1 <= orientation <= 8:
        raise ValueError(f"expected an orientation from 1 to 8, got {orientation}")
    turned = struct.pack(">HHIHH", ORIENTATION_TAG, 3, 1, orientation, 0)
    head = struct.pack(">2sHI", b"MM", 42, 8)
    count = 1 + adobe_rgb + 3 * (density is not None)
    exif_at = 8 + 2 + 12 * count + 4
    interop_at = exif_at + 2 + 2 * 12 + 4
    values_at = interop_at + 2 + 12 + 4 if adobe_rgb else exif_at
    entries, values = density.entries(values_at) if density else ([], b"")
    entries = [turned, *entries]
    if adobe_rgb:
        entries.append(struct.pack(">HHII", 0x8769, 4, 1, exif_at))
    head += struct.pack(">H", count) + b"".join(entries) + bytes(4)
    if not adobe_rgb:
        return head + values
    return b"".join(
        (
            head,
            struct.pack(">HHHIHH", 2, _COLOUR_SPACE, 3, 1, _UNCALIBRATED, 0),
            struct.pack(">HHIII", 0xA005, 4, 1, interop_at, 0),
            struct.pack(">HHHI4sI", 1, 1, 2, 4, _ADOBE_RGB, 0),
            values,
        )
    )


@dataclass(frozen=True, slots=True)
class _Group:
    kind: str
    detail: str
    risk: Risk
    tags: frozenset[int]


def _group(kind: str, detail: str, risk: Risk, *tags: int) -> _Group:
    return _Group(kind, detail, risk, frozenset(tags))


_GROUPS = (
    _group(
        "maker-note",
        "the camera maker's own block; it can hold previews, face positions and serial numbers",
        "shows",
        *(0x927C, 0xC634, 0xC6D3),
    ),
    _group(
        "serial-number",
        "serial number of the camera or lens",
        "names",
        *(0xA431, 0xA435, 0xC62F),
    ),
    _group(
        "owner",
        "name of the owner, photographer, artist or copyright holder",
        "names",
        *(0xA430, 0x013B, 0x8298, 0x9C9D, 0xA437, 0xA438),
    ),
    _group(
        "description",
        "title, comment, caption or keywords in free text",
        "names",
        *(0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F, 0xA436, 0x010D, 0x011D),
    ),
    _group(
        "date",
        "date and time",
        "locates",
        *(0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292, 0x882A),
    ),
    _group(
        "device",
        "make or model of the camera or lens",
        "names",
        *(0x010F, 0x0110, 0xA433, 0xA434, 0xC614, 0xC615, 0x013C),
    ),
    _group(
        "software",
        "name of the software or firmware",
        "names",
        *(0x0131, 0x000B, 0xA439, 0xA43A, 0xA43B, 0xA43C),
    ),
    _group("unique-id", "an id of this one picture", "names", 0xA420, 0xC65D),
    _group(
        "subject-area",
        "where in the picture the subject is",
        "locates",
        *(0x9214, 0xA214),
    ),
    _group(
        "surroundings",
        "temperature, pressure, depth, acceleration or angle at the place",
        "locates",
        *(0x9400, 0x9401, 0x9402, 0x9403, 0x9404, 0x9405),
    ),
    _group("related-file", "name of a file that belongs to it", "names", 0xA004, 0x1000),
    _group("xmp", "an XMP packet inside EXIF", "unknown", 0x02BC),
    _group("iptc", "an IPTC block inside EXIF", "names", 0x83BB),
    _group("photoshop", "Photoshop blocks inside EXIF", "shows", 0x8649),
    _group("icc-profile", "a colour profile inside EXIF", "names", 0x8773),
)
_KIND_OF = {tag: group for group in _GROUPS for tag in group.tags}
_STRUCTURAL = frozenset({0x8769, 0x8825, 0xA005})
"""Pointers to directories that are reported by what is in them."""


def findings(exif: bytes, where: str) -> tuple[Trace, ...]:
    """What an EXIF block carries besides the orientation; never the values themselves.

    Args:
        exif: the block.
        where: place of the block in the file, such as ``APP1 Exif``.
    """
    found = ifd.read(exif)
    if found is None:
        if not exif:
            return ()
        return (
            Trace("exif-broken", where, "an EXIF block that cannot be read", "unknown", len(exif)),
        )
    sizes: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, str], int] = {}
    for entry in found.entries:
        meant = _is_mark(found, entry) or densities.is_kept(found, entry)
        kind = None if meant else _kind(entry)
        if kind is None:
            continue
        key = (kind, entry.directory)
        sizes[key] = sizes.get(key, 0) + _weight(found, entry)
        counts[key] = counts.get(key, 0) + 1
    out = [
        Trace(kind, f"{where}, {directory}", _detail(kind, counts[kind, directory]), _risk(kind), n)
        for (kind, directory), n in sizes.items()
    ]
    hidden = b"".join(found.unreferenced())
    if hidden.strip(b"\0"):
        text = "bytes that no EXIF entry points to"
        out.append(Trace("exif-unreferenced", where, text, "unknown", len(hidden)))
    if found.broken:
        text = "EXIF directories that point outside the block or in circles"
        out.append(Trace("exif-broken", where, text, "unknown", len(exif)))
    return tuple(out)


_OTHERS: dict[str, tuple[str, Risk]] = {
    "exif-thumbnail": ("a small second picture, possibly of the scene before editing", "shows"),
    "exif-preview": ("a further picture", "shows"),
    "gps": ("where the picture was taken", "locates"),
    "exif": ("camera settings and other EXIF entries", "unknown"),
}


def _kind(entry: ifd.IfdEntry) -> str | None:
    if entry.directory == "GPS":
        return "gps"
    if entry.directory == "SubIFD" or entry.tag == 0x014A:
        return "exif-preview"
    if entry.directory.startswith("IFD") and entry.directory != "IFD0":
        return "exif-thumbnail"
    if entry.tag in _KIND_OF:
        return _KIND_OF[entry.tag].kind
    return None if _expected(entry) else "exif"


def _is_mark(found: ifd.Directories, entry: ifd.IfdEntry) -> bool:
    """Whether an entry is one of the two that mark colours as Adobe RGB."""
    if (entry.directory, entry.tag, entry.type, entry.count) == ("Interop", 1, 2, 4):
        return found.value(entry) == _ADOBE_RGB
    if (entry.directory, entry.tag, entry.type, entry.count) == ("Exif", _COLOUR_SPACE, 3, 1):
        return found.integers(entry) == [_UNCALIBRATED]
    return False


def _expected(entry: ifd.IfdEntry) -> bool:
    """Whether it is a pointer, or the orientation, exactly as they have to be."""
    if entry.tag in _STRUCTURAL:
        return entry.size == 4
    where_and_what = (entry.directory, entry.tag, entry.type, entry.count)
    return where_and_what == ("IFD0", ORIENTATION_TAG, 3, 1)


def _detail(kind: str, count: int) -> str:
    if kind in _OTHERS:
        text = _OTHERS[kind][0]
        return f"{text} ({count})" if kind == "exif" else text
    return next(group.detail for group in _GROUPS if group.kind == kind)


def _risk(kind: str) -> Risk:
    if kind in _OTHERS:
        return _OTHERS[kind][1]
    return next(group.risk for group in _GROUPS if group.kind == kind)


def _weight(found: ifd.Directories, entry: ifd.IfdEntry) -> int:
    """Bytes an entry stands for: of the picture for a length of pixel data, else of its value."""
    if entry.tag in (0x0202, 0x0117):
        return min(sum(found.integers(entry)), len(found.tiff))
    return entry.size
