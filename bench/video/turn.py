"""Clips turned by quarters in their pixels, without a tag that says so, and what is true of them.

``NAME.mp4`` and ``NAME.truth.json`` of a folder become those of another; nothing is rendered anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from portraits import Image
from truth import XYWH, Face, Truth

from efface.detect.boxes import turned_back

OPTIONS = {"crf": "14", "preset": "veryfast"}
"""Of x264: what turning adds to the loss of the clip itself is little."""


def turned_boxes(boxes: Sequence[XYWH], quarter_turns: int, size: tuple[int, int]) -> list[XYWH]:
    """Boxes of a picture in the picture turned.

    Args:
        quarter_turns: counter-clockwise.
        size: (width, height) of the turned picture.
    """
    marked = np.column_stack([np.array(boxes, float).reshape(-1, 4), np.ones(len(boxes))])
    turned = turned_back(marked, -quarter_turns, *size)[:, :4]
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h in turned.round(1)]


def turned_truth(truth: Truth, quarter_turns: int) -> Truth:
    """What is true of the turned clip."""
    size = (truth.height, truth.width) if quarter_turns % 2 else (truth.width, truth.height)

    def turned(face: Face) -> Face:
        box, head = (turned_boxes(boxes, quarter_turns, size) for boxes in (face.box, face.head))
        return replace(face, box=box, head=head)

    faces = [turned(face) for face in truth.faces]
    return replace(truth, width=size[0], height=size[1], faces=faces)


def pictures(clip: Path) -> Iterator[Image]:
    """All frames of a clip, RGB."""
    with av.open(str(clip)) as file:
        for frame in file.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def turn(clip: Path, rate: Fraction, quarter_turns: int, target: Path) -> None:
    """Write a clip turned counter-clockwise."""
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options=OPTIONS)
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        for number, picture in enumerate(pictures(clip)):
            turned = np.ascontiguousarray(np.rot90(picture, quarter_turns))
            if not number:
                stream.height, stream.width = turned.shape[:2]
            frame = av.VideoFrame.from_ndarray(turned, format="rgb24")
            frame.pts, frame.time_base = number, 1 / rate
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def main() -> None:
    """Turn a folder of clips; those that are there already are left as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, help="with their truth, or without")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--degrees", type=int, choices=(90, 180, 270), required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    quarter_turns = args.degrees // 90
    for clip in sorted(args.clips.glob("*.mp4")):
        target = args.out / clip.name
        if target.exists():
            continue
        known = clip.with_suffix("").with_suffix(".truth.json")
        with av.open(str(clip)) as file:
            rate = file.streams.video[0].average_rate or Fraction(25)
        part = target.with_suffix(".part.mp4")
        turn(clip, rate, quarter_turns, part)
        if known.exists():
            turned_truth(Truth.read(known), quarter_turns).write(args.out / known.name)
        part.rename(target)


if __name__ == "__main__":
    main()
