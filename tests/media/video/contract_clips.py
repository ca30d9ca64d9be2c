"""Small clips of every container and codec, made with PyAV, for the contract of writing."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from efface.media.video.scheduling import ordinary_scheduling

MASTERING = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
LIGHT = "1000,400"


@dataclass(frozen=True)
class Sound:
    """A sound track of noise."""

    encoder: str = "aac"
    language: str = "eng"
    rate: int = 48000
    disposition: int = 0
    title: str = ""


@dataclass(frozen=True)
class Words:
    """A subtitle track."""

    encoder: str
    language: str = "fra"
    disposition: int = 0


@dataclass(frozen=True)
class Clip:
    """What a test clip is made of."""

    suffix: str
    encoder: str
    pixel_format: str = "yuv420p"
    size: tuple[int, int] = (96, 64)
    rate: Fraction = Fraction(25)
    time_base: Fraction = Fraction(1, 12800)
    times: tuple[int, ...] | None = None
    """Presentation times in ticks; ``None`` for a constant rate from 0."""
    frames: int = 14
    keys: tuple[int, ...] = (0, 8)
    options: dict[str, str] = field(default_factory=dict)
    sounds: tuple[Sound, ...] = ()
    words: tuple[Words, ...] = ()
    rotation: int = 0
    aspect: Fraction | None = None
    colours: tuple[int, int, int, int] | None = None
    """Primaries, transfer, matrix, range."""
    interlaced: bool = False
    muxer: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def ticks(self) -> tuple[int, ...]:
        if self.times is not None:
            return self.times
        step = 1 / self.rate / self.time_base
        return tuple(round(i * step) for i in range(self.frames))


def scene(index: int, width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """RGB: soft stripes that drift, and a bright square that travels."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = np.stack(
        [
            np.sin((x + 3 * index) / (9 + c) + c) * np.cos((y - 2 * index) / (7 + c) + seed)
            for c in range(3)
        ],
        axis=-1,
    )
    picture = (120 + 80 * waves).astype(np.uint8)
    at = (5 * index) % max(width - 12, 1)
    picture[height // 3 : height // 3 + 12, at : at + 12] = (240, 200, 60)
    return picture


_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm", ".avi": "avi",
            ".ts": "mpegts"}  # fmt: skip


def make(folder: Path, clip: Clip, name: str = "clip") -> Path:
    """Write a clip."""
    path = folder / f"{name}{clip.suffix}"
    with (
        ordinary_scheduling(),
        av.open(
            str(path), "w", format=_FORMATS[clip.suffix], container_options=dict(clip.muxer)
        ) as file,
    ):
        video = _video(file, clip)
        sounds = [_sound(file, sound) for sound in clip.sounds]
        words = [_words(file, track) for track in clip.words]
        file.metadata.update(clip.tags)
        length = float((clip.ticks[-1] - clip.ticks[0]) * clip.time_base) + 0.04
        start = float(clip.ticks[0] * clip.time_base)
        for packet in _pictures(video, clip):
            file.mux(packet)
        for stream, sound in zip(sounds, clip.sounds, strict=True):
            for packet in _noise(stream, sound, start, length):
                file.mux(packet)
        for stream, track in zip(words, clip.words, strict=True):
            for packet in _lines(stream, track, start, length):
                file.mux(packet)
    return path


def _video(file: Any, clip: Clip) -> Any:
    stream = file.add_stream(clip.encoder, rate=clip.rate, options=dict(clip.options))
    stream.width, stream.height = clip.size
    stream.pix_fmt = clip.pixel_format
    stream.time_base = clip.time_base
    stream.codec_context.time_base = clip.time_base
    stream.codec_context.gop_size = 1000
    if clip.aspect:
        stream.codec_context.sample_aspect_ratio = clip.aspect
    if clip.rotation:
        stream.set_display_rotation(clip.rotation)
    if clip.colours:
        context = stream.codec_context
        (context.color_primaries, context.color_trc, context.colorspace,
         context.color_range) = clip.colours  # fmt: skip
    if clip.interlaced:
        flags = av.codec.context.Flags
        stream.codec_context.flags |= flags.interlaced_dct | flags.interlaced_me
        stream.codec_context.field_order = 2
    return stream


def _pictures(stream: Any, clip: Clip) -> Any:
    for index, pts in enumerate(clip.ticks):
        rgb = av.VideoFrame.from_ndarray(scene(index, *clip.size), format="rgb24")
        wide = bool(clip.colours and clip.colours[3] == 2) or clip.pixel_format.startswith("yuvj")
        frame = rgb.reformat(format=clip.pixel_format, dst_color_range=2 if wide else 1)
        if clip.colours:
            (frame.color_primaries, frame.color_trc, frame.colorspace,
             frame.color_range) = clip.colours  # fmt: skip
        frame.pts, frame.time_base = pts, clip.time_base
        kinds = av.video.frame.PictureType
        frame.pict_type = kinds.I if index in clip.keys else kinds.NONE
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(file: Any, sound: Sound) -> Any:
    stream = file.add_stream(sound.encoder, rate=sound.rate)
    stream.codec_context.layout = "stereo"
    stream.metadata["language"] = sound.language
    if sound.title:
        stream.metadata["title"] = sound.title
    stream.disposition = sound.disposition
    return stream


def _noise(stream: Any, sound: Sound, start: float, length: float) -> Any:
    context = stream.codec_context
    context.open(strict=False)
    size = context.frame_size or 1024
    generator = np.random.default_rng(len(sound.language) + ord(sound.language[0]))
    for first in range(0, round(length * sound.rate), size):
        shape = (2, size) if context.format.is_planar else (1, 2 * size)
        noise = generator.normal(0, 0.1, shape).clip(-0.9, 0.9)
        dtype: Any = {"fltp": np.float32, "flt": np.float32, "s16": np.int16, "s16p": np.int16,
                 "s32": np.int32, "s32p": np.int32}[context.format.name]  # fmt: skip
        if dtype != np.float32:
            noise = noise * np.iinfo(dtype).max
        frame = av.AudioFrame.from_ndarray(noise.astype(dtype), context.format.name, "stereo")
        frame.sample_rate = sound.rate
        frame.pts = round(start * sound.rate) + first
        frame.time_base = Fraction(1, sound.rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def _words(file: Any, track: Words) -> Any:
    stream = file.add_mux_stream(track.encoder)
    stream.metadata["language"] = track.language
    stream.disposition = track.disposition
    stream.time_base = Fraction(1, 1000)
    return stream


def _lines(stream: Any, track: Words, start: float, length: float) -> Any:
    for number in range(3):
        text = f"line {number} é".encode()
        if track.encoder == "mov_text":
            text = struct.pack(">H", len(text)) + text
        packet = av.Packet(text)
        packet.stream = stream
        packet.time_base = Fraction(1, 1000)
        packet.pts = packet.dts = round(1000 * (start + number * length / 4))
        packet.duration = round(1000 * length / 5)
        packet.is_keyframe = True
        yield packet


def shift_edits(path: Path, track: int, by: int, shorten: int = 0) -> None:
    """Hide the start of a track of an MP4 file by its edit list.

    Args:
        track: place among the tracks.
        by: ticks of the track's own clock to begin later.
        shorten: ticks of the movie's clock to take off its length.
    """
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(track + 1):
        at = data.index(b"elst", at + 1)
    count = int.from_bytes(data[at + 8 : at + 12], "big")
    entry = at + 12 + 12 * (count - 1)
    length, media = struct.unpack_from(">Ii", data, entry)
    struct.pack_into(">Ii", data, entry, length - shorten, media + by)
    path.write_bytes(data)


def packets(path: Path, kinds: Sequence[str] = ("audio", "subtitle")) -> list[list[Any]]:
    """Of each track: (pts, dts, duration, bytes) of its packets, times in seconds."""
    with av.open(str(path)) as file:
        streams = [s for s in file.streams if s.type in kinds]
        found: dict[int, list[Any]] = {s.index: [] for s in streams}
        for packet in file.demux(streams) if streams else ():
            if packet.size or packet.pts is not None:
                ticks = (packet.pts, packet.dts, packet.duration)
                times = [None if t is None else t * packet.time_base for t in ticks]
                found[packet.stream_index].append((*times, bytes(packet)))
        return list(found.values())
