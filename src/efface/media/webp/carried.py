"""What the chunks of a WebP file beside its picture are."""

from __future__ import annotations

from efface.media.metadata import credentials, exif, xmp
from efface.media.metadata.ifd import EXIF_PREFIX
from efface.media.trace import Risk, Trace
from efface.media.webp.riff import RiffChunk

_KNOWN: dict[bytes, tuple[str, str, Risk]] = {
    b"VP8 ": ("further-image", "a second picture that is not shown", "shows"),
    b"VP8L": ("further-image", "a second picture that is not shown", "shows"),
    b"ANMF": ("further-image", "an animation frame in a still picture", "shows"),
    b"ALPH": ("further-image", "a transparency plane that is not shown", "shows"),
}


def finding(chunk: RiffChunk, where: str) -> tuple[Trace, ...]:
    """What a chunk beside the picture is."""
    where = f"{chunk.label} chunk, {where}"
    if chunk.name == b"XMP ":
        return xmp.findings(chunk.data, where)
    if chunk.name == b"EXIF":
        return exif.findings(chunk.data.removeprefix(EXIF_PREFIX), where)
    if chunk.name == b"C2PA":
        return (credentials.finding(chunk.data, where),)
    if chunk.name == b"ICCP":
        return (Trace("icc", where, "a second colour profile", "unknown", len(chunk.data)),)
    kind, detail, risk = _KNOWN.get(
        chunk.name, ("unknown-chunk", "a chunk that is no part of the picture", "unknown")
    )
    return (Trace(kind, where, detail, risk, len(chunk.data)),)
