"""ICC colour profiles: rebuilt with what colour needs and nothing else.

A display or camera profile can name its maker, model and serial number, a calibration's date and
the owner of the software. ``cleaned`` builds a new profile from the parsed colorimetric tags, with
a fixed header and neutral texts: the colours come out as before and no other byte is copied.
What stays is the colorimetry itself: a profile measured on one display is as individual as that
display. Layout: ICC.1:2022 (v4.4) and ICC.1:2001-04 (v2).
"""

from __future__ import annotations

import struct

from efface.media.metadata import icctags
from efface.media.trace import Trace

HEADER_BYTES = 128
MAX_TAGS = 256
"""Real profiles have fewer than 40."""

_CLASSES = frozenset({b"mntr", b"scnr", b"prtr", b"spac"})
"""Classes that may be embedded in a picture to say what its colours mean."""
_CHANNELS = {b"GRAY": 1, b"RGB ": 3, b"Lab ": 3, b"CMYK": 4}
_D50 = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
DESCRIPTION = "colour profile"
COPYRIGHT = "not stated"

_COLOUR_TAGS = (
    *(b"wtpt", b"chad", b"cicp"),
    *(b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC"),
    *(b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"),
)
_KNOWN_EXTRAS = frozenset(
    {
        *(b"bkpt", b"calt", b"chrm", b"dmdd", b"dmnd", b"dscm", b"lumi", b"meas", b"meta", b"mmod"),
        *(b"ndin", b"pseq", b"psid", b"targ", b"tech", b"vcgt", b"view", b"vued"),
    }
)
"""Dropped tags that may be named in a report; other names are bytes of the file."""
_MATRIX = frozenset({b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"})


def cleaned(profile: bytes) -> bytes | None:
    """The same colours in a profile that names nobody; ``None`` for one that cannot be parsed.

    The result is its own cleaned form.
    """
    table = _table(profile)
    if table is None:
        return None
    kept: dict[bytes, bytes] = {}
    for signature in _COLOUR_TAGS:
        if signature in table:
            rebuilt = icctags.rebuilt(signature, table[signature])
            if rebuilt is None:
                return None
            kept[signature] = rebuilt
    space = profile[16:20]
    matrix = space == b"RGB " and kept.keys() >= _MATRIX
    grey = space == b"GRAY" and b"kTRC" in kept
    if not (matrix or grey or b"A2B0" in kept):
        return None
    major, minor = profile[8], profile[9]
    text = icctags.text_v4 if major >= 4 else icctags.text_v2
    plain = icctags.text_v4 if major >= 4 else icctags.text_plain
    return _assembled(
        _header(profile, major, minor),
        {b"desc": text(DESCRIPTION), b"cprt": plain(COPYRIGHT), **kept},
    )


def findings(profile: bytes, where: str) -> tuple[Trace, ...]:
    """What a profile carries besides the meaning of colours; never the values themselves.

    A profile that is its own cleaned form carries nothing.
    """
    if not profile:
        return ()
    clean = cleaned(profile)
    if clean == profile:
        return ()
    if clean is None:
        detail = "a colour profile that cannot be parsed; it is dropped"
        return (Trace("icc-broken", where, detail, "unknown", len(profile)),)
    table = _table(profile) or {}
    out = []
    ids = profile[4:8] + profile[48:56] + profile[80:84]
    if ids.strip(b"\0 ") or profile[24:36] != _DATE:
        detail = "maker, model or creation date in the profile's header"
        out.append(Trace("icc-header", where, detail, "names", HEADER_BYTES))
    own = _table(clean) or {}
    texts = [s for s in (b"desc", b"cprt") if table.get(s, b"") not in (b"", own[s])]
    if texts:
        detail = "the profile's name or copyright; it can name a device or a person"
        size = sum(len(table[s]) for s in texts)
        out.append(Trace("icc-text", where, detail, "names", size))
    extra = sorted(set(table) - set(own))
    if extra:
        names = [s.decode() for s in extra if s in _KNOWN_EXTRAS]
        if len(names) < len(extra):
            names.append(f"{len(extra) - len(names)} unknown")
        detail = f"tags that colour does not need ({', '.join(names)})"
        size = sum(len(table[s]) for s in extra)
        out.append(Trace("icc-private", where, detail, "names", size))
    if not out:
        detail = "bytes of the colour profile that colour does not need"
        out.append(Trace("icc-slack", where, detail, "unknown", len(profile)))
    return tuple(out)


def _table(profile: bytes) -> dict[bytes, bytes] | None:
    """Signature to tag data; ``None`` when this is no profile of a class and space for pictures."""
    if len(profile) < HEADER_BYTES + 4 or profile[36:40] != b"acsp":
        return None
    if profile[12:16] not in _CLASSES or profile[16:20] not in _CHANNELS:
        return None
    if profile[20:24] not in (b"XYZ ", b"Lab ") or profile[8] not in (2, 4):
        return None
    (count,) = struct.unpack_from(">I", profile, HEADER_BYTES)
    if count > MAX_TAGS or HEADER_BYTES + 4 + 12 * count > len(profile):
        return None
    table: dict[bytes, bytes] = {}
    for i in range(count):
        signature, at, size = struct.unpack_from(">4sII", profile, HEADER_BYTES + 4 + 12 * i)
        if at < HEADER_BYTES or at + size > len(profile):
            return None
        table.setdefault(signature, profile[at : at + size])
    return table


def _header(profile: bytes, major: int, minor: int) -> bytes:
    """Everything but the total size (first 4 bytes), 124 bytes."""
    intent = profile[67] if profile[64:67] == b"\0\0\0" and profile[67] <= 3 else 0
    return b"".join(
        (
            bytes(4),  # preferred CMM
            bytes((major, minor & 0xF0, 0, 0)),
            profile[12:24],  # class, colour space, connection space: checked against fixed lists
            _DATE,
            b"acsp",
            bytes(4 + 4 + 4 + 4 + 8),  # platform, flags, manufacturer, model, attributes
            struct.pack(">I", intent),
            _D50,
            bytes(4 + 16 + 28),  # creator, profile id, reserved
        )
    )


def _assembled(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    at = HEADER_BYTES + 4 + 12 * len(tags)
    table, body, placed = [struct.pack(">I", len(tags))], b"", dict[bytes, int]()
    for signature, data in tags.items():
        if data not in placed:
            placed[data] = at + len(body)
            body += data + bytes(-len(data) % 4)
        table.append(struct.pack(">4sII", signature, placed[data], len(data)))
    total = at + len(body)
    return struct.pack(">I", total) + header + b"".join(table) + body
