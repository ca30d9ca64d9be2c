"""XMP: what a packet gives away. efface writes one with a projection's numbers alone."""

from __future__ import annotations

from efface.media.metadata import gpano
from efface.media.trace import Risk, Trace

MAX_SEARCHED = 64 << 20
"""Bytes of a packet that are searched for hints; the packet is named whatever its size."""

_HINTS: tuple[tuple[str, str, Risk, tuple[bytes, ...]], ...] = (
    (
        "xmp-thumbnail",
        "a thumbnail in XMP",
        "shows",
        (b"xmpGImg:", b"xmp:Thumbnails", b"xap:Thumbnails", b"photoshop:thumbnail"),
    ),
    (
        "motion-photo",
        "hints at a motion photo's video in the file",
        "shows",
        (b"MotionPhoto", b"MicroVideo"),
    ),
    (
        "gain-map",
        "hints at an HDR gain map, a second picture of the scene",
        "shows",
        (b"hdrgm:", b"HDRGainMap", b"GainMap"),
    ),
    (
        "depth-map",
        "hints at a depth map, which shows the shape of a face",
        "shows",
        (b"GDepth:", b"depthmap", b"DepthMap", b"DepthData", b"depthData"),
    ),
    (
        "embedded-image",
        "an image or a list of images that travel with the picture",
        "shows",
        (b"GImage:", b"Container:Directory", b"GContainer:", b"GAudio:"),
    ),
    (
        "panorama",
        "how the picture lies around the camera (GPano); formats that can say it keep its numbers",
        "unknown",
        (b"GPano:",),
    ),
    (
        "face-regions",
        "where faces are, or who is in the picture",
        "names",
        (b"mwg-rs:", b"RegionInfo", b"PersonInImage", b"PersonDisplayName", b"mwg-regions"),
    ),
    (
        "gps",
        "where the picture was taken",
        "locates",
        (b"exif:GPS", b"LocationCreated", b"photoshop:City", b"Iptc4xmpCore:Location"),
    ),
    (
        "serial-number",
        "serial number of the camera or lens",
        "names",
        (b"SerialNumber", b"aux:LensID"),
    ),
    (
        "owner",
        "name of the owner, author or copyright holder",
        "names",
        (b"dc:creator", b"dc:rights", b"OwnerName", b"photoshop:Credit", b"tiff:Artist"),
    ),
    (
        "edit-history",
        "ids and history of edits, which link this file to others",
        "names",
        (b"xmpMM:", b"xapMM:", b"stEvt:", b"crs:", b"DocumentAncestors"),
    ),
)


def findings(packet: bytes, where: str) -> tuple[Trace, ...]:
    """What an XMP packet carries, in any of its encodings; never the values themselves.

    Args:
        packet: the packet or a part of it.
        where: place of the packet in the file, such as ``APP1 XMP``.
    """
    if not packet or gpano.is_own(packet):
        return ()
    # UTF-16 and UTF-32 packets hold the same ASCII names with zero bytes between.
    text = packet[:MAX_SEARCHED].replace(b"\0", b"")
    out = [Trace("xmp", where, "an XMP packet", "unknown", len(packet))]
    out += [
        Trace(kind, where, detail, risk)
        for kind, detail, risk, needles in _HINTS
        if any(needle in text for needle in needles)
    ]
    return tuple(out)
