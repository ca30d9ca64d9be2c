"""Small clips made with PyAV at test time: any codec and container, with flaws if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.media.video.scheduling import ordinary_scheduling

SIZE = (96, 64)

FAST: dict[str, dict[str, str]] = {
    "libx264": {"preset": "ultrafast", "g": "8", "bf": "2", "b-pyramid": "none"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:keyint=8:bframes=2"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "g": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "g": "8"},
    "libsvtav1": {"preset": "12", "g": "8"},
    "mpeg2video": {"g": "8", "bf": "2", "b": "2M"},
    "mpeg4": {"g": "8", "bf": "2", "q": "3"},
}
"""Options that keep encoding short, with a key frame every 8 frames and frames between shown
before those they refer to."""


def scene(index: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """A smooth random picture that moves by a few pixels a frame, RGB."""
    width, height = size
    rng = np.random.default_rng(7)
    noise = rng.integers(0, 256, (height + 200, width + 200, 3), dtype=np.uint8)
    smooth = cv2.normalize(
        cv2.GaussianBlur(noise, (0, 0), 2.5), np.empty(0), 0, 255, cv2.NORM_MINMAX
    )
    x, y = 3 * index % 190, 2 * index % 190
    part: NDArray[np.uint8] = smooth[y : y + height, x : x + width].astype(np.uint8)
    return np.ascontiguousarray(part)


def clip(
    path: Path,
    *,
    codec: str = "libx264",
    container: str | None = None,
    size: tuple[int, int] = SIZE,
    frames: int = 20,
    rate: Fraction | int = 25,
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    rotation: int | None = None,
    flip: bool = False,
    interlaced: bool = False,
    audio: str | None = None,
    audio_frames: int = 40,
    metadata: dict[str, str] | None = None,
    stream_metadata: dict[str, str] | None = None,
    chapters: Sequence[str] = (),
    attachment: tuple[str, str, bytes] | None = None,
    video_tracks: int = 1,
) -> Path:
    """Write a clip.

    Args:
        pts: of every frame in ``time_base``; a constant rate from 0 when left out.
        rotation: degrees, counter-clockwise, by the container; ``flip`` mirrors left and right.
        audio: encoder of a sound track of noise, of ``audio_frames`` frames.
        attachment: name, MIME type and bytes of a file inside a Matroska file.
    """
    with (
        ordinary_scheduling(),
        av.open(str(path), "w", format=container, container_options=container_options or {}) as out,
    ):
        out.metadata.update(metadata or {})
        streams = []
        for _ in range(video_tracks):
            stream: Any = out.add_stream(
                codec, rate=rate, options=FAST.get(codec, {}) | (options or {})
            )
            stream.width, stream.height = size
            stream.pix_fmt = pixel_format
            stream.metadata.update(stream_metadata or {})
            if time_base is not None:
                stream.time_base = stream.codec_context.time_base = time_base
            if rotation is not None or flip:
                stream.set_display_rotation(float(rotation or 0), hflip=flip)
            streams.append(stream)
        sound: Any = out.add_stream(audio, rate=48000) if audio else None
        if attachment is not None:
            out.add_attachment(*attachment)
        if chapters:
            out.set_chapters(_chapters(chapters))
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(scene(index, size), "rgb24")
            frame = frame.reformat(format=pixel_format)
            frame.pts = index if pts is None else pts[index]
            frame.time_base = time_base or 1 / Fraction(rate)
            for stream in streams:
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
        if sound is not None:
            _noise(out, sound, audio_frames)
    return path


def _chapters(names: Sequence[str]) -> list[Any]:
    return [
        {
            "id": i,
            "start": i * 200,
            "end": (i + 1) * 200,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": name},
        }
        for i, name in enumerate(names)
    ]


def _noise(out: Any, sound: Any, frames: int) -> None:
    rng = np.random.default_rng(3)
    size = sound.codec_context.frame_size or 1024
    for index in range(frames):
        values = rng.integers(-3000, 3000, (1, 2 * size), dtype=np.int16)
        frame: Any = av.AudioFrame.from_ndarray(values, "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, index * size, Fraction(1, 48000)
        out.mux(sound.encode(frame))
    out.mux(sound.encode(None))


def packet_places(path: Path) -> list[tuple[int, int]]:
    """Offset and length of every video packet in the file, as far as its index has them."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return [(p.pos or 0, p.size) for p in file.demux(stream) if p.size]


def box(kind: bytes, payload: bytes) -> bytes:
    """An ISO box."""
    return (len(payload) + 8).to_bytes(4, "big") + kind + payload


def with_in_moov(data: bytes, extra: bytes, *inside: bytes) -> bytes:
    """An MP4 whose ``moov`` (or a box at a path inside it) got another box at its end; the
    ``moov`` must be the last box of the file."""
    path = (b"moov", *inside)
    spans, start, end = [], 0, len(data)
    for kind in path:
        at = start
        while data[at + 4 : at + 8] != kind:
            at += int.from_bytes(data[at : at + 4], "big")
        spans.append(at)
        start, end = at + 8, at + int.from_bytes(data[at : at + 4], "big")
    out = bytearray(data[:end] + extra + data[end:])
    for at in spans:
        size = int.from_bytes(out[at : at + 4], "big") + len(extra)
        out[at : at + 4] = size.to_bytes(4, "big")
    return bytes(out)
