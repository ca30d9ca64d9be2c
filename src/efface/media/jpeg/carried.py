"""What a JPEG carries besides its picture: every segment and byte that is not needed to show it.

Names of segments: CIPA DC-007 (MPF), JFIF 1.02, Adobe XMP part 3, IPTC-IIM 4.2, ISO 19566-5
(JUMBF), ISO 21496-1 (gain maps); the makers' own are recognised by their first bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from efface.media.jpeg import headers
from efface.media.jpeg import structure as jpeg
from efface.media.jpeg.excess import Cut, end_of_blocks
from efface.media.jpeg.headers import XMP_PREFIX, Headers
from efface.media.jpeg.structure import Segment, Structure
from efface.media.metadata import credentials, exif, icc, ifd, xmp
from efface.media.metadata.ifd import EXIF_PREFIX
from efface.media.trace import Risk, Trace

EXTENDED_XMP_PREFIX = b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP_PREFIX = b"Photoshop 3.0\0"
JUMBF_PREFIX = b"JP"
_JUMBF_HEAD = 8
"""Bytes before a box's own: the prefix, its number among the file's boxes (2), the part's (4)."""
_BOX_HEAD = 8
"""Length and type of the box, which each part repeats (ISO 19566-5, annex D)."""
MAX_RESOURCES = 1000

_KNOWN: tuple[tuple[int, bytes, str, str, Risk], ...] = (
    (0xE0, b"JFXX\0", "jfxx-thumbnail", "a small second picture", "shows"),
    (0xE0, b"AVI1", "avi-frame", "a mark that it is a frame of a video", "unknown"),
    (0xE0, b"CIFF", "ciff", "Canon's own block; it can hold serial number and owner", "names"),
    (0xE2, b"urn:iso:std:iso:ts:21496", "gain-map", "a description of an HDR gain map", "shows"),
    (0xE2, b"FPXR", "flashpix", "FlashPix streams; they can hold further pictures", "shows"),
    (0xEC, b"Ducky", "ducky", "quality and comment of Adobe's 'save for web'", "names"),
    (0xEC, b"[picture info]", "maker-note", "the camera's settings and ids in words", "names"),
)
_TRAILERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "further-image", "a further JPEG, such as a preview or a gain map"),
    (b"ftyp", "motion-photo", "a video, as motion photos have one"),
    (b"SEFT", "samsung-trailer", "a list of Samsung's own blocks"),
    (b"<?xpacket", "trailing-xmp", "an XMP packet after the picture"),
    (b"<x:xmpmeta", "trailing-xmp", "an XMP packet after the picture"),
    (b"Exif\0\0", "trailing-exif", "an EXIF block after the picture"),
    (b"PK\x03\x04", "trailing-archive", "an archive after the picture"),
)


def findings(
    data: bytes, parsed: Structure, head: Headers, cuts: Sequence[Cut] = ()
) -> tuple[Trace, ...]:
    """Everything carried, in the file's order; nothing for a file as efface writes it.

    Args:
        cuts: ranges of the coded data that belong to no block.
    """
    out: list[Trace] = list(exif.findings(head.exif, "APP1 Exif"))
    if head.icc_broken:
        detail = "a colour profile whose parts do not fit together; it is dropped"
        out.append(Trace("icc-broken", "APP2 ICC", detail, "unknown"))
    out += icc.findings(head.icc, "APP2 ICC")
    for segment in parsed.segments:
        if segment.marker not in jpeg.CODING and segment.marker != parsed.frame.marker:
            out += _segment(data[segment.body : segment.end], segment)
    out += _jumbf(data, parsed)
    stray = sum(end - start for start, end in parsed.strays)
    if stray:
        detail = "bytes between the segments that belong to none"
        out.append(Trace("stray-bytes", "between segments", detail, "unknown", stray))
    last = end_of_blocks(parsed, cuts)
    end = parsed.end if parsed.ended else last
    out += _outside_blocks([cut for cut in cuts if cut[0] < end], last)
    out += _trailing(data, end, parsed.ended)
    return tuple(out)


def _outside_blocks(cuts: Sequence[Cut], last: int) -> Iterator[Trace]:
    """Bytes among the coded data, before the end marker."""
    behind = sum(stop - start for start, stop in cuts if start >= last)
    between = sum(stop - start for start, stop in cuts if start < last)
    if between:
        detail = "bytes before restart markers or scans that belong to no block of the picture"
        yield Trace("stray-bytes", "coded data", detail, "unknown", between)
    if behind:
        detail = "bytes after the picture's last block; they can be a further part of it"
        yield Trace("trailing-data", "before the end marker", detail, "shows", behind)


def _segment(body: bytes, segment: Segment) -> Iterator[Trace]:
    marker, size = segment.marker, segment.size
    if marker == jpeg.COM:
        yield Trace("comment", "COM", "a comment", "names", size)
        return
    if marker == jpeg.DNL:
        yield Trace("stray-bytes", "DNL", "a second statement of the height", "unknown", size)
        return
    where = f"APP{marker - jpeg.APP0}" if jpeg.APP0 <= marker <= jpeg.APP15 else f"0xFF{marker:02X}"
    if headers.is_jfif(segment, body):
        if size > headers.JFIF_BYTES or any(body[12:14]):
            detail = "a small second picture, or bytes added to the JFIF segment"
            yield Trace("jfif-thumbnail", "APP0 JFIF", detail, "shows", size)
    elif headers.is_adobe(segment, body):
        if size > headers.ADOBE_BYTES:
            detail = "bytes added to Adobe's colour segment"
            yield Trace("app-extra", "APP14 Adobe", detail, "unknown", size)
    elif marker == 0xE1 and body.startswith(XMP_PREFIX):
        yield from xmp.findings(body.removeprefix(XMP_PREFIX), "APP1 XMP")
    elif marker == 0xE1 and body.startswith(EXTENDED_XMP_PREFIX):
        yield from xmp.findings(body.removeprefix(EXTENDED_XMP_PREFIX), "APP1 extended XMP")
    elif marker == 0xED and body.startswith(PHOTOSHOP_PREFIX):
        yield from _photoshop(body.removeprefix(PHOTOSHOP_PREFIX))
    elif marker == 0xE2 and body.startswith(b"MPF\0"):
        yield _mpf(body.removeprefix(b"MPF\0"))
    elif not _counted_elsewhere(segment, body):
        yield _other(body, segment, where)


def _counted_elsewhere(segment: Segment, body: bytes) -> bool:
    """JUMBF, EXIF and ICC parts, which are read as a whole; after the first scan the last two are
    mere bytes."""
    if _is_jumbf(segment, body):
        return True
    named = (segment.marker == 0xE1 and body.startswith(EXIF_PREFIX)) or (
        segment.marker == 0xE2 and body.startswith(headers.ICC_PREFIX)
    )
    return named and segment.in_header


def _is_jumbf(segment: Segment, body: bytes) -> bool:
    return segment.marker == 0xEB and body.startswith(JUMBF_PREFIX)


def _jumbf(data: bytes, parsed: Structure) -> Iterator[Trace]:
    """Boxes in APP11 segments; one larger than a segment is cut into parts."""
    boxes: dict[bytes, list[bytes]] = {}
    for segment in parsed.segments:
        body = data[segment.body : segment.end]
        if _is_jumbf(segment, body):
            boxes.setdefault(body[2:4], []).append(body[_JUMBF_HEAD:])
    for parts in boxes.values():
        whole = parts[0] + b"".join(part[_BOX_HEAD:] for part in parts[1:])
        yield credentials.finding(whole, "APP11")


def _other(body: bytes, segment: Segment, where: str) -> Trace:
    for marker, prefix, kind, detail, risk in _KNOWN:
        if segment.marker == marker and body.startswith(prefix):
            return Trace(kind, where, detail, risk, segment.size)
    return Trace("app-unknown", where, "a block of unknown content", "unknown", segment.size)


def _mpf(index: bytes) -> Trace:
    """The multi-picture index: how many further images there are."""
    found = ifd.read(index)
    counts = [found.integers(e, 1) for e in found.entries if e.tag == 0xB001] if found else []
    number = counts[0][0] if counts and counts[0] else 0
    detail = "an index of further pictures in the file"
    return Trace(
        "mpf", "APP2 MPF", f"{detail} ({number} in all)" if number else detail, "shows", len(index)
    )


_RESOURCES: dict[int, tuple[str, str, Risk]] = {
    0x0404: ("iptc", "an IPTC block: caption, names, place", "names"),
    0x0409: ("photoshop-thumbnail", "a small second picture", "shows"),
    0x040C: ("photoshop-thumbnail", "a small second picture", "shows"),
    0x0422: ("exif", "an EXIF block inside Photoshop's", "unknown"),
    0x0423: ("exif", "an EXIF block inside Photoshop's", "unknown"),
    0x0424: ("xmp", "an XMP packet inside Photoshop's blocks", "unknown"),
}


def _photoshop(body: bytes) -> Iterator[Trace]:
    """Image resource blocks: ``8BIM``, id, Pascal name (even), size, data (even)."""
    at, rest = 0, 0
    for _ in range(MAX_RESOURCES):
        if body[at : at + 4] != b"8BIM" or at + 12 > len(body):
            break
        number = int.from_bytes(body[at + 4 : at + 6], "big")
        name = (body[at + 6] + 2) // 2 * 2
        start = at + 6 + name + 4
        size = int.from_bytes(body[start - 4 : start], "big")
        kind = _RESOURCES.get(number)
        if kind is None:
            rest += size
        else:
            yield Trace(kind[0], f"APP13 Photoshop, 0x{number:04X}", kind[1], kind[2], size)
        at = start + (size + 1) // 2 * 2
    rest += max(len(body) - at, 0)
    if rest or not body:
        yield Trace("photoshop", "APP13 Photoshop", "Photoshop blocks", "unknown", rest)


def _trailing(data: bytes, end: int, ended: bool) -> Iterator[Trace]:
    """What follows the picture, as far as it can be recognised."""
    size = len(data) - end
    if not size:
        return
    where = "after the end marker" if ended else "after the last block; there is no end marker"
    kinds = {kind: detail for needle, kind, detail in _TRAILERS if data.find(needle, end) >= 0}
    for kind, detail in kinds.items():
        yield Trace(kind, where, detail, "shows", size)
    if not kinds:
        yield Trace("trailing-data", where, "bytes after the picture's end", "shows", size)
