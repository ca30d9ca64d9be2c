"""Clips in which a portrait moves over a textured ground, with sound, and what a viewer sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

SIZE = (240, 160)
RATE = 20
FRAMES = 30

HEAD = (slice(10, 110), slice(70, 170))
"""Rows and columns of the portrait that are pasted: the head, 100 x 100 pixels."""
FACE = (20, 24, 45, 52)
"""The face in them: x, y, width, height."""


def ground(size: tuple[int, int] = SIZE, seed: int = 1) -> Picture:
    """Smooth coloured noise, in which nothing looks like a face."""
    width, height = size
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.asarray(cv2.normalize(smooth, np.empty(0), 60, 190, cv2.NORM_MINMAX), np.uint8)


def place(frame: int) -> tuple[int, int]:
    """Where the head's corner is in a frame."""
    return 10 + 3 * frame, 30


def with_head(picture: Picture, portrait: Picture, corner: tuple[int, int]) -> Picture:
    """A copy with the head pasted in."""
    out, (x, y) = picture.copy(), corner
    out[y : y + 100, x : x + 100] = portrait[HEAD]
    return out


def walk(portrait: Picture, frames: int = FRAMES) -> list[Picture]:
    """The head walks from left to right."""
    return [with_head(ground(), portrait, place(i)) for i in range(frames)]


def face_in(picture: Picture, frame: int) -> Picture:
    """The pixels where the walking face is in a frame."""
    (left, top), (x, y, width, height) = place(frame), FACE
    return picture[top + y : top + y + height, left + x : left + x + width]


def is_filled(pixels: Picture) -> bool:
    """Whether nothing but the black fill shows."""
    return int(pixels.max()) <= 12


def write_clip(path: Path, pictures: Sequence[Picture], *, sound: bool = True) -> Path:
    """An H.264 file of the pictures, with AAC sound if asked for."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=RATE, options={"crf": "16", "g": "10"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        track: Any = out.add_stream("aac", rate=48000) if sound else None
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode(None))
        if track is not None:
            _hum(out, track, len(pictures) / RATE)
    return path


def _hum(out: Any, track: Any, length: float) -> None:
    for start in range(0, round(48000 * length), 1024):
        wave = np.sin(np.arange(start, start + 1024) * 440 * 2 * np.pi / 48000) * 8000
        frame: Any = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        out.mux(track.encode(frame))
    out.mux(track.encode(None))


def seen(path: Path) -> list[Picture]:
    """Every frame of a clip, RGB."""
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return [np.asarray(frame, np.uint8) for frame in frames]


def times(path: Path) -> list[Fraction]:
    """When each frame is shown, seconds."""
    with av.open(str(path)) as file:
        return [(f.pts or 0) * (f.time_base or Fraction(1)) for f in file.decode(video=0)]


def sound_of(path: Path) -> list[bytes]:
    """The packets of all tracks of sound."""
    with av.open(str(path)) as file:
        streams = file.streams.audio
        return [bytes(p) for p in file.demux(streams) if p.size] if streams else []


def damaged(source: Path, target: Path, spoil: Callable[[int], bool]) -> Path:
    """A copy in which the packets of some frames, counted as stored, are noise."""
    data = bytearray(source.read_bytes())
    rng = np.random.default_rng(4)
    with av.open(str(source)) as file:
        packets = [p for p in file.demux(video=0) if p.size]
        for index, packet in enumerate(packets):
            if spoil(index):
                start = (packet.pos or 0) + 8
                length = max(0, packet.size - 8)
                data[start : start + length] = rng.bytes(length)
    target.write_bytes(data)
    return target
