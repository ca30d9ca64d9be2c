"""EXIF as HEIF and JPEG XL hold it: an item or box that begins with where its TIFF block starts."""

from __future__ import annotations

from efface.media.metadata import density, exif
from efface.media.metadata.density import PixelDensity
from efface.media.trace import Trace

_HEAD = 4


def block_of(payload: bytes) -> bytes:
    """The TIFF block; all of it where the place that is stated is none."""
    skip = _HEAD + int.from_bytes(payload[:_HEAD], "big")
    return payload[skip:] if skip < len(payload) else payload


def payload_of(printed: PixelDensity) -> bytes:
    """One that states the pixel density and nothing else."""
    return bytes(_HEAD) + printed.block()


def findings(payload: bytes, where: str) -> tuple[Trace, ...]:
    """What one carries besides what ``payload_of`` writes; never the values themselves."""
    block = block_of(payload)
    printed = density.read(block)
    if printed is not None and payload_of(printed) == payload:
        return ()
    found = exif.findings(block, where)
    return found or (Trace("exif", where, "an EXIF block", "unknown", len(payload)),)
