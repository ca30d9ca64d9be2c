"""The file as it was before Content Credentials were put into it: its hash is in the statement of
redaction, so that a stranger can tell whether the picture was changed and signed anew.

The library takes credentials out of a file when it is asked for a manifest that lies beside it; of
RIFF and TIFF it does not, and there it is done here. Nothing but a hash comes of it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

import c2pa  # type: ignore[import-untyped]

from efface.errors import EffaceError
from efface.evidence.credentials.formats import media_type
from efface.evidence.credentials.library import context
from efface.evidence.credentials.streams import Nowhere, WatchedFile
from efface.evidence.keys.algorithms import make_signature
from efface.evidence.keys.certificates import issue, new_key
from efface.evidence.keys.chain import pem_chain
from efface.files.paths import opened, sha256, unreadable
from efface.media.source import Source
from efface.media.tiff.directory import TiffSource

_RIFF = ("image/webp", "video/x-msvideo")
_TIFF = "image/tiff"
_CHUNK = b"C2PA"
"""Of RIFF, in which a manifest store lies (C2PA 2.4, A.3)."""
_TAG = 0xCD41
"""Of TIFF, likewise."""
_PIECE = 1 << 20
_NOTHING = {
    "claim_generator_info": [{"name": "nobody"}],
    "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.edited"}]}}],
}
"""A manifest that is thrown away."""


def bare_sha256(path: Path, *, embedded: bool) -> str | None:
    """SHA-256 of the file without its Content Credentials, hexadecimal.

    Args:
        embedded: they lie in the file, and not beside it.

    Returns:
        ``None`` when they do not lie in it as efface puts them there.

    Raises:
        InputError: the file cannot be read.
        RefusedError: another format.
    """
    if not embedded:
        return sha256(path)
    media = media_type(path)
    try:
        with opened(path) as file:
            if media in _RIFF:
                return _digest(_without_chunk(file))
            if media == _TIFF:
                return _digest(_before_directory(file, TiffSource(Source(path))))
            return _by_library(WatchedFile(file), media)
    except OSError as error:
        raise unreadable(path, error) from error
    except (c2pa.C2paError, ValueError, EffaceError):
        return None


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()


class _Hashed(Nowhere):
    """Takes the hash of that copy, from its first byte to its last."""

    def __init__(self) -> None:
        super().__init__()
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        if self._at != self._size:
            raise io.UnsupportedOperation("expected the bytes in their order")
        self._digest.update(data)
        return super().write(data)


def _by_library(file: WatchedFile, media: str) -> str:
    """
    Raises:
        OSError: the file cannot be read.
        C2paError: the library cannot take the credentials out.
    """
    private = new_key("ed25519")
    chain = issue(private.public_key(), "ed25519", "nobody", datetime.now(UTC) - timedelta(days=1))
    out = _Hashed()

    def sign(data: bytes) -> bytes:
        return make_signature(private, data)

    try:
        with (
            context() as settings,
            c2pa.Signer.from_callback(
                sign, c2pa.C2paSigningAlg.ED25519, pem_chain(chain).decode("ascii"), None
            ) as native,
            c2pa.Builder(_NOTHING, context=settings) as builder,
        ):
            builder.set_no_embed()
            builder.sign(native, media, file, out)
    except c2pa.C2paError:
        if file.error is not None:
            raise file.error from None
        raise
    return out.sha256


def _without_chunk(file: BinaryIO) -> Iterator[bytes]:
    """A RIFF file less its one chunk of credentials, and with the size that it had before.

    Raises:
        ValueError: there is no such chunk, or more than one.
    """
    head = file.read(12)
    size = file.seek(0, io.SEEK_END)
    end = min(8 + int.from_bytes(head[4:8], "little"), size)
    found = [(at, length) for name, at, length in _chunks(file, end) if name == _CHUNK]
    if len(found) != 1:
        raise ValueError("expected one chunk of Content Credentials")
    ((start, length),) = found
    yield head[:4] + (end - 8 - length).to_bytes(4, "little") + head[8:]
    yield from _pieces(file, len(head), start)
    yield from _pieces(file, start + length, size)


def _chunks(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of each chunk right in the file, its head and padding counted."""
    at = 12
    while at + 8 <= end:
        file.seek(at)
        head = file.read(8)
        length = int.from_bytes(head[4:8], "little")
        length = min(8 + length + length % 2, end - at)
        yield head[:4], at, length
        at += length


def _before_directory(file: BinaryIO, source: TiffSource) -> Iterator[bytes]:
    """A TIFF file of one page as it was before its directory was written anew, with one entry more,
    behind everything. efface writes the directory last.

    Raises:
        ValueError: it does not look so.
    """
    shape = (8, 20, 8) if source.big else (2, 12, 4)
    new = source.first
    count_size, entry_size, next_size = shape
    order: Literal["little", "big"] = "little" if source.order == "<" else "big"
    count = int.from_bytes(source.read(new, count_size), order)
    names = [
        int.from_bytes(source.read(new + count_size + entry_size * n, 2), order)
        for n in range(count if count < _MOST_ENTRIES else 0)
    ]
    if names.count(_TAG) != 1:
        raise ValueError("expected one entry of Content Credentials")
    own = names.index(_TAG)
    entries = source.read(new + count_size, entry_size * count)
    kept = entries[: entry_size * own] + entries[entry_size * (own + 1) :]
    old = (count - 1).to_bytes(count_size, order) + kept + bytes(next_size)
    for padding in range(_MOST_PADDING):
        at = new - padding - len(old)
        if at > source.header_bytes and source.read(at, len(old)) == old:
            yield source.read(0, source.header_bytes - next_size)
            yield at.to_bytes(next_size, order)
            yield from _pieces(file, source.header_bytes, at + len(old))
            return
    raise ValueError("expected the directory of before in front of the new one")


_MOST_ENTRIES = 1000
_MOST_PADDING = 8
"""Bytes between one directory and the next, which begins at an even place."""


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end:
        piece = file.read(min(_PIECE, end - start))
        if not piece:
            raise ValueError("expected more bytes")
        start += len(piece)
        yield piece
