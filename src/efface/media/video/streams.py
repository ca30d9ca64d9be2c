"""Which stream is the video, how it is coded, and what cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from efface.errors import InputError, RefusedError
from efface.media.trace import Trace
from efface.media.video.carried import Survey
from efface.media.video.carried.around import Around
from efface.media.video.display import orientation_of
from efface.media.video.interface import Coding
from efface.media.video.sidedata import display_matrix

_PROBED_PACKETS = 600
"""So many packets are read at most until a picture comes out."""
_PICTURES = frozenset({"png", "bmp", "gif", "tiff", "webp"})
"""Codecs in which containers keep cover art; as moving pictures they have many frames."""
_NO_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails
_RAW_ALL_ROUND = frozenset({".360", ".insv"})
_USUAL_RATE = Fraction(25)


def moving(source: InputContainer) -> list[av.VideoStream]:
    """The streams of moving pictures; cover art left out."""
    return [
        stream
        for stream in source.streams.video
        if not stream.disposition & _NO_VIDEO
        and not (stream.frames == 1 and _codec(stream) in _PICTURES)
    ]


def the_video(
    source: InputContainer, path: Path, cut: str | None, track: int = 0
) -> av.VideoStream:
    """The stream of moving pictures that is redacted.

    Args:
        cut: why the file is not whole, if it is known not to be.
        track: which of several, from 1; 0: the main one.

    Raises:
        InputError: there is none.
        RefusedError: there is no such one, or it cannot be decoded.
    """
    found = moving(source)
    if not found:
        raise InputError(
            "the file has no video track." if cut is None else f"{cut}, and no video is left.",
            path=path,
            hint="Sound alone cannot be redacted here." if source.streams.audio else None,
        )
    if len(found) > 1 and path.suffix.lower() in _RAW_ALL_ROUND:
        raise RefusedError(
            f"this is an all-round camera's raw file: {len(found)} video tracks, not yet joined.",
            path=path,
            hint="Export it as an equirectangular video with the camera's program first, such as "
            "GoPro Player or Insta360 Studio.",
        )
    if track > len(found):
        sizes = ", ".join(f"{n}: {_words(stream)}" for n, stream in enumerate(found, 1))
        raise RefusedError(
            f"there is no video track {track} in the file.",
            path=path,
            hint=f"--video-track takes a number from 1 to {len(found)} ({sizes}).",
        )
    stream = found[track - 1] if track else main_of(found)
    if _codec(stream) == "" and cut is not None:
        raise InputError(f"{cut}, and how its video is coded is lost.", path=path)
    if _codec(stream) == "":
        raise RefusedError(
            "the video is coded in a way that cannot be decoded here, or it is encrypted.",
            path=path,
            hint="Convert it to H.264 with the program it comes from.",
        )
    if stream.metadata.get("alpha_mode") == "1":
        raise _transparent(path)
    return stream


def main_of(found: Sequence[av.VideoStream]) -> av.VideoStream:
    """The track that players show: one that is marked as the default, of those the largest that is
    no short addition, and of equals the first."""
    marked = [s for s in found if s.disposition & Disposition.default] or list(found)
    most = max(stream.frames for stream in marked)
    long = [stream for stream in marked if 2 * stream.frames >= most]
    return max(long, key=_pixels)


def other_videos(source: InputContainer, chosen: av.VideoStream) -> Iterator[Trace]:
    """The tracks of moving pictures that are left out."""
    for number, stream in enumerate(moving(source), 1):
        if stream.index != chosen.index:
            detail = f"another video track ({_words(stream)}), which can show faces"
            yield Trace("further-track", f"video track {number}", detail, "shows")


def _pixels(stream: av.VideoStream) -> int:
    return stream.width * stream.height if _codec(stream) else 0


def _words(stream: av.VideoStream) -> str:
    """Its size and codec."""
    if not _codec(stream):
        return "in a codec that is not known"
    return f"{stream.width}x{stream.height} pixels, {_codec(stream)}"


def check_survey(survey: Survey, path: Path) -> None:
    """Refuse what the container says that it holds and that cannot be read.

    Raises:
        RefusedError: it is encrypted.
    """
    if survey.encrypted:
        raise RefusedError(
            "the video is encrypted.", path=path, hint="Decrypt it first, if that is allowed."
        )


def check_around(around: Around, path: Path) -> None:
    """Refuse a projection that is not known.

    Raises:
        RefusedError: it is one.
    """
    if around.refused is not None:
        raise RefusedError(
            f"the video is all-round, and has {around.refused}.",
            path=path,
            hint="Export it as an equirectangular video with the camera's program first.",
        )


def coding_of(stream: av.VideoStream, frame: av.VideoFrame, path: Path) -> Coding:
    """How it is coded, by its first frame.

    Raises:
        RefusedError: it carries what cannot be written again.
    """
    if any(component.is_alpha for component in frame.format.components):
        raise _transparent(path)
    rate = stream.average_rate or stream.guessed_rate or stream.base_rate or _USUAL_RATE
    return Coding(
        stream.index,
        _codec(stream),
        frame.width,
        frame.height,
        orientation_of(display_matrix(frame)),
        frame.format.name,
        max(component.bits for component in frame.format.components),
        Fraction(stream.time_base or 1),
        Fraction(rate),
    )


def first_frame(source: InputContainer, stream: av.VideoStream, path: Path) -> av.VideoFrame:
    """The first picture that can be decoded.

    Raises:
        InputError: there is none near the start.
    """
    packets = source.demux(stream)
    for _ in range(_PROBED_PACKETS):
        try:
            packet = next(packets, None)
            frames = stream.decode(packet if packet is not None and packet.size else None)
        except av.FFmpegError:
            frames = []
            if packet is None:
                break
        if frames:
            return frames[0]
        if packet is None or not packet.size:
            break
    raise InputError(
        "no picture of the video can be decoded: it has none, is damaged or encrypted.",
        path=path,
        hint="Copy it again from its source.",
    )


def _codec(stream: av.VideoStream) -> str:
    """FFmpeg's name; empty when it cannot be decoded here."""
    context = stream.codec_context
    return "" if context is None else context.codec.canonical_name


def _transparent(path: Path) -> RefusedError:
    return RefusedError(
        "the video has transparent parts, which cannot be kept.",
        path=path,
        hint="Render it over a background first.",
    )
