"""What a method kept, unpacked within bounds: it is hostile, as all that is read."""

from __future__ import annotations

import zlib


def unpacked(data: bytes, size: int) -> bytes:
    """A zlib stream (RFC 1950) of just so many bytes, with nothing after it.

    Raises:
        ValueError: it is none, or of another size; no more than that is ever unpacked.
    """
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(f"it cannot be unpacked ({error})") from error
    if len(plain) != size or not unpacker.eof or unpacker.unused_data:
        raise ValueError(f"expected {size} bytes")
    return plain
