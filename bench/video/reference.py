"""Agreement with an independent reference on real footage, whose faces nobody has marked.

The reference is the second detector at the frame's own size and at twice its size, on every frame,
from a score of 0.7 on. A face of it counts as covered when 95 % of the middle (80 %) of its box
lies in zones. It makes mistakes of its own, coats of arms and backs of heads among them: look at
what it says is missed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from score import covered_share
from zoning import moving_zones

from efface.detect.boxes import Boxes, suppress
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.geometry import Rect
from efface.media.video import open_video
from efface.policy import Limits, ZonePolicy
from efface.regions import Regions

SURE = 0.7
SAME = 0.4
MIDDLE = 0.8
COVERED = 0.95


def seen(picture: NDArray[np.uint8]) -> Boxes:
    """The reference's faces in one frame."""
    height, width = picture.shape[:2]
    large = Image.fromarray(picture).resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
    twice = second_look(Pyramid(np.asarray(large)), SURE)
    twice[:, :4] /= 2
    return suppress(np.concatenate([second_look(Pyramid(picture), SURE), twice]), SAME)


def reference(clip: Path) -> list[Boxes]:
    """Its faces in every frame."""
    return [seen(frame.picture()) for frame in open_video(clip, Limits()).frames()]


def missed(
    faces: Sequence[Boxes], regions: Regions, policy: ZonePolicy
) -> Iterator[tuple[int, float]]:
    """(frame, height in pixels) of every face that is not covered."""
    at = moving_zones(regions, policy)
    for frame, boxes in enumerate(faces):
        zones = at(frame)
        for x, y, width, height, _ in boxes:
            edge = (1 - MIDDLE) / 2
            middle = Rect(
                round(x + edge * width),
                round(y + edge * height),
                round(x + (1 - edge) * width),
                round(y + (1 - edge) * height),
            ).clipped(regions.media.width, regions.media.height)
            share = covered_share(middle, zones)
            if share is not None and share < COVERED:
                yield frame, float(height)


def main() -> None:
    """Print a table: clips against tools."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--ours", type=Path, required=True, help="folder of regions documents")
    parser.add_argument("--theirs", type=Path, required=True, help="deface's")
    args = parser.parse_args()
    print("| clip | face-frames of the reference | efface misses | deface misses |")
    print("|---|---|---|---|")
    for clip in args.clips:
        faces = reference(clip)
        total = sum(map(len, faces))
        cells = []
        for folder, policy in (
            (args.ours, ZonePolicy()),
            (args.theirs, ZonePolicy(1.6, 1.6, min_margin_px=0, one_ratio=False)),
        ):
            text = (folder / f"{clip.stem}.json").read_text(encoding="utf-8")
            wrong = list(missed(faces, Regions.from_json(json.loads(text)), policy))
            cells.append(f"{len(wrong)} ({100 * len(wrong) / max(1, total):.2f} %)")
        print(f"| {clip.name} | {total} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
