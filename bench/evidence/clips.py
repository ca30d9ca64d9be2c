"""Some frames of a clip as planes, encoded again as efface does it, and their figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment.figures import FigureGrid, FigurePool, Figures
from efface.evidence.commitment.video import GROUP
from efface.media.video.encoders import chosen
from efface.policy import VideoPolicy

FRAMES = 64
Plane = NDArray[np.uint8]


@dataclass(frozen=True)
class Frames:
    """Of 4:2:0, 8 bits."""

    size: tuple[int, int]
    planes: tuple[tuple[Plane, Plane, Plane], ...]


def frames_of(clip: Path, first: int, number: int = FRAMES) -> Frames:
    """Frames from the first, or the last ones of a shorter clip; even sides."""
    kept: list[NDArray[Any]] = []
    with av.open(str(clip)) as file:
        for at, frame in enumerate(file.decode(video=0)):
            kept.append(frame.reformat(format="yuv420p").to_ndarray())
            kept = kept[-number:]
            if at + 1 == first + number:
                break
    height, width = kept[0].shape[0] * 2 // 3, kept[0].shape[1]
    return Frames((width, height), tuple(_parted(one, width, height) for one in kept))


def _parted(packed: NDArray[Any], width: int, height: int) -> tuple[Plane, Plane, Plane]:
    luma, rest = packed[:height], packed[height:].reshape(-1)
    blue, red = rest.reshape(2, height // 2, width // 2)
    return luma.copy(), blue.copy(), red.copy()


def noisy(frames: Frames, deviation: float, seed: int) -> Frames:
    """With grain, another one in each frame."""
    if not deviation:
        return frames
    draw = np.random.default_rng(seed)

    def grainy(plane: Plane) -> Plane:
        return (plane + draw.normal(0, deviation, plane.shape)).round().clip(0, 255).astype("u1")

    return Frames(
        frames.size, tuple((grainy(y), grainy(u), grainy(v)) for y, u, v in frames.planes)
    )


def encoded(frames: Frames, codec: str, quality: float | None = None) -> Frames:
    """Through the encoder that efface takes, with its settings, and back."""
    choice = chosen(codec, None, VideoPolicy(quality=quality))
    encoder, out = choice.encoder, io.BytesIO()
    options = dict(encoder.options)
    if encoder.scale is not None:
        options[encoder.scale.option] = f"{choice.quality:g}"
    if encoder.preset_option is not None and choice.preset is not None:
        options[encoder.preset_option] = choice.preset
    if codec == "hevc":
        options["x265-params"] = "log-level=none"
    width, height = frames.size
    with av.open(out, "w", format="matroska") as target:
        stream: Any = target.add_stream(encoder.name, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for luma, blue, red in frames.planes:
            packed = np.concatenate([luma.ravel(), blue.ravel(), red.ravel()])
            frame = av.VideoFrame.from_ndarray(packed.reshape(-1, width), format="yuv420p")
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    out.seek(0)
    with av.open(out, "r") as file:
        back = [one.to_ndarray() for one in file.decode(video=0)]
    return Frames(frames.size, tuple(_parted(one, width, height) for one in back))


def committed_figures(frames: Frames, grid: FigureGrid) -> list[Figures]:
    """Of each group, shape (leaves, figures)."""
    return [
        pooled(frames.planes[start : start + GROUP], grid)
        for start in range(0, len(frames.planes), GROUP)
    ]


def pooled(group: Sequence[Sequence[Plane]], grid: FigureGrid) -> Figures:
    """Of some frames together, shape (leaves, figures)."""
    pool = FigurePool(grid)
    for planes in group:
        pool.add(planes)
    return pool.take().reshape(-1, grid.a_leaf)
