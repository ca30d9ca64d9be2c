"""The tracks of sound and subtitles of a video: each is a leaf, or hidden."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from efface.media.video.interface import Movie
from efface.media.video.sound import UnplayedPackets, copied, is_plain, open_tracks


@dataclass(frozen=True, slots=True)
class CommittedTrack:
    """One track of sound or subtitles."""

    kind: str
    """``audio`` or ``subtitle``."""
    codec: str
    digest: bytes | None
    """SHA-256 of its packets; ``None``: the commitment has it, and here it is missing or encoded
    anew."""


def tracks_of(movie: Movie, *, allow_damaged: bool) -> tuple[CommittedTrack, ...]:
    """The tracks beside the pictures, each with a hash of its packets; uncompressed sound of its
    samples, which readers part as they like.

    Raises:
        InputError: one of them cannot be read.
    """
    with open_tracks(movie) as file:
        found: dict[int, Any] = {
            stream.index: stream
            for stream in file.streams
            if stream.type in ("audio", "subtitle") and stream.codec_context is not None
        }
        contents = {index: hashlib.sha256() for index in found}
        hidden = {index: UnplayedPackets() for index in found}
        for packet in copied(file, found, hidden, allow_damaged=allow_damaged):
            content = contents[packet.stream_index]
            if not is_plain(found[packet.stream_index]):
                content.update(packet.size.to_bytes(4, "big"))
            content.update(packet)
        return tuple(
            CommittedTrack(stream.type, stream.codec_context.name, contents[index].digest())
            for index, stream in found.items()
        )


def matched_tracks(
    ours: Sequence[CommittedTrack], committed: object
) -> tuple[CommittedTrack, ...] | None:
    """Tracks of a redacted file as a commitment sees them: where one was left out or encoded anew,
    one without a digest.

    Args:
        committed: the parameter ``tracks``, a stranger's.

    Returns:
        As many as the commitment has; ``None``: they cannot come from these.
    """
    if not isinstance(committed, list) or not all(_is_track(track) for track in committed):
        return None
    rest = list(ours)
    there = {track.kind for track in ours}
    merged = []
    for kind, codec in committed:
        if kind not in there:
            merged.append(CommittedTrack(kind, codec, None))
        elif rest:
            own = rest.pop(0)
            anew = own.kind == kind and own.codec != codec
            merged.append(CommittedTrack(kind, codec, None) if anew else own)
    return None if rest else tuple(merged)


def _is_track(value: object) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [str, str]
