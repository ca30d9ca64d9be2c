"""People cut out of AI-generated portraits, with their own hair, neck and shoulders.

    python training/cutouts.py PORTRAITS train.cut.npz --part train

Runs in an environment of its own, with mediapipe 0.10.21 (Apache-2.0), whose selfie segmentation
says what is person and what is wall.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from mediapipe.python.solutions.selfie_segmentation import SelfieSegmentation

PARTS = ("train", "held")
"""Of the sorted portraits ``held`` is every sixteenth, ``train`` those of even place but not every
fortieth. Those of odd place and every fortieth are the distractors that redactions are tested
against: nothing is trained on them."""
EDGE = (0.3, 0.8)
"""From the first to the second share of a person a pixel goes over from wall to person."""


def _in_part(part: str, place: int) -> bool:
    return place % 16 == 7 if part == "held" else place % 2 == 0 and place % 40 != 0


def places(portraits: list[Path], part: str) -> list[int]:
    """Those of a part; portraits that are in the set twice are in none."""
    contents = [hashlib.sha256(path.read_bytes()).digest() for path in portraits]
    often = Counter(contents)
    return [i for i, content in enumerate(contents) if _in_part(part, i) and often[content] == 1]


def main() -> None:
    """Cut out and keep pictures, masks and places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=PARTS, required=True)
    args = parser.parse_args()
    files = sorted(args.portraits.rglob("*.jpg"))
    mine = places(files, args.part)
    segmentation = SelfieSegmentation(model_selection=0)
    pictures, masks = [], []
    for place in mine:
        picture = np.ascontiguousarray(cv2.imread(str(files[place]))[..., ::-1])
        share = segmentation.process(picture).segmentation_mask
        mask = np.clip((share - EDGE[0]) / (EDGE[1] - EDGE[0]), 0, 1)
        pictures.append(picture)
        masks.append((mask * 255).astype(np.uint8))
    np.savez(args.out, pictures=np.array(pictures), masks=np.array(masks), index=np.array(mine))


if __name__ == "__main__":
    main()
