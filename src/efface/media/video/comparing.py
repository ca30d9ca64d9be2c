"""Streams of a written file against those of its input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from efface.errors import VerificationError
from efface.media.video.aac import FRAME
from efface.media.video.facts import StreamFacts
from efface.media.video.hearing import listen
from efface.media.video.interface import Movie
from efface.media.video.proof import ExpectedTrack, ExpectedVideo
from efface.media.video.sound import Digest, UnplayedPackets, copied


def compare_facts(proof: ExpectedVideo, after: StreamFacts) -> None:
    """Hold the written video stream against the input's.

    Raises:
        VerificationError: they differ; the message names in what.
    """
    before = proof.facts
    for what, old, new in _pairs(proof, before, after):
        if old != new:
            raise VerificationError(f"the {what} of the written video is {new} instead of {old}.")


def _pairs(
    proof: ExpectedVideo, before: StreamFacts, after: StreamFacts
) -> Iterator[tuple[str, object, object]]:
    yield "codec", proof.codec, after.codec
    yield "size", (before.width, before.height), (after.width, after.height)
    yield "pixel format", _plain(before), _plain(after)
    yield "sample aspect ratio", before.sample_aspect or 1, after.sample_aspect or 1
    yield "colour primaries", before.primaries, after.primaries
    yield "transfer characteristic", before.transfer, after.transfer
    yield "colour matrix", before.matrix, after.matrix
    yield "colour range", before.range_in_use, after.range_in_use
    yield "interlacing", before.interlaced, after.interlaced
    yield "rotation", before.turn, after.turn
    yield "HDR metadata", before.hdr, after.hdr


def _plain(facts: StreamFacts) -> str:
    """The ``yuvj`` formats are ``yuv`` at full range."""
    return facts.pixel_format.replace("yuvj", "yuv")


def compare_tracks(tracks: Sequence[ExpectedTrack], file: Any, again: Movie) -> None:
    """Hold the tracks beside the pictures against those of the written file.

    Args:
        file: it, opened for its tracks.
        again: it, as a video.

    Raises:
        VerificationError: a track is missing, or differs in its description or in a packet.
    """
    found = [s for s in file.streams if s.type in ("audio", "subtitle")]
    digests = {stream.index: Digest.of(stream) for stream in found}
    hidden = {stream.index: UnplayedPackets() for stream in found}
    for packet in copied(file, digests, hidden):
        digests[packet.stream_index].add(packet)
    # a track without anything in it is not heard, and not every container states it
    found = [stream for stream in found if digests[stream.index].packets]
    tracks = [track for track in tracks if track.packets]
    if len(found) != len(tracks):
        raise VerificationError(
            f"the written video has {len(found)} sound and subtitle tracks instead of "
            f"{len(tracks)}."
        )
    for stream, meant in zip(found, tracks, strict=True):
        packets, digest = digests[stream.index].value
        facts: list[tuple[str, object, object]] = [
            ("codec", meant.codec, stream.codec_context.name),
            ("language", meant.language, stream.metadata.get("language", "und")),
            ("disposition", meant.disposition, int(stream.disposition)),
        ]
        if meant.heard is None:
            facts.append(("number of packets", meant.packets, packets))
            facts.append(("content", meant.digest, digest))
        for what, old, new in facts:
            if old != new:
                raise VerificationError(
                    f"the {what} of {meant.kind} track {stream.index} of the written video is "
                    f"{new} instead of {old}."
                )
        if meant.heard is not None:
            listen(again, stream.index, meant.heard, frame=FRAME)
