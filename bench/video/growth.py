"""Clips for measuring how cost and memory grow: of several lengths, with several faces, and in 4K.

Portraits drift slowly over a plain background, so that each frame has the same number of faces.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

RATE = 30
FACE_PX = 100
LENGTH_SIZE, FACES_SIZE, LARGE = (640, 360), (1280, 720), (3840, 2160)


def faces_of(portraits: Path, number: int) -> list[NDArray[np.uint8]]:
    """So many portraits, RGB, ``FACE_PX`` wide."""
    paths = sorted(path for path in portraits.rglob("*") if path.suffix in (".jpg", ".png"))
    return [_portrait(paths[i * len(paths) // number]) for i in range(number)]


def _portrait(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((FACE_PX, FACE_PX)), np.uint8)


def write(path: Path, size: tuple[int, int], frames: int, faces: list[NDArray[np.uint8]]) -> None:
    """A clip of H.264 (veryfast, crf 20)."""
    if path.exists():
        return
    width, height = size
    rng = np.random.default_rng(1)
    columns = max(1, int(np.ceil(np.sqrt(len(faces) * width / height))))
    rows = -(-len(faces) // columns)
    noise = rng.integers(90, 140, (height // 8, width // 8, 3), np.uint8)
    ground = np.asarray(Image.fromarray(noise).resize(size), np.uint8)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", RATE, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(frames):
            picture = ground.copy()
            for number, face in enumerate(faces):
                x = (number % columns + 0.5) * width / columns - FACE_PX / 2
                y = (number // columns + 0.5) * height / rows - FACE_PX / 2
                x += 12 * np.sin(index / 20 + number)
                y += 8 * np.cos(index / 31 + number)
                left, top = (int(np.clip(v, 0, m - FACE_PX)) for v, m in ((x, width), (y, height)))
                picture[top : top + FACE_PX, left : left + FACE_PX] = face
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--minutes", type=int, nargs="*", default=[1, 4, 16])
    parser.add_argument("--faces", type=int, nargs="*", default=[1, 10, 40])
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for minutes in args.minutes:
        write(args.out / f"minutes-{minutes}.mp4", LENGTH_SIZE, minutes * 60 * RATE,
              faces_of(args.portraits, 2))  # fmt: skip
    for number in args.faces:
        write(args.out / f"faces-{number}.mp4", FACES_SIZE, 10 * RATE,
              faces_of(args.portraits, number))  # fmt: skip
    write(args.out / "1080p.mp4", (1920, 1080), 10 * RATE, faces_of(args.portraits, 4))
    write(args.out / "4k.mp4", LARGE, 3 * RATE, faces_of(args.portraits, 4))


if __name__ == "__main__":
    main()
