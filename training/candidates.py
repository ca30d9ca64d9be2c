"""What the detectors see in drawn crowds, faces and not, with a crop of each: what the head check
learns from, and what its weight beside the detectors is chosen on.

    python training/candidates.py PORTRAITS PICTURES OUT.npz --part train --crowds 300

PICTURES is a folder of photographs without people. A part ends where it was asked to; what is
there already is kept, and ``--crowds`` says how many there will be in all.
"""

from __future__ import annotations

import argparse
import logging
import pickle
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from crowds import GONE, VISIBLE, Cast, Crowd, crowd
from heads import Head
from numpy.typing import NDArray
from portraits import Portrait, portrait

from efface.detect.boxes import areas, intersections, overlaps
from efface.detect.fusion import grouped, grown
from efface.detect.headcheck import CONTEXT, CROP_PX, crops
from efface.detect.search import SECOND_FLOOR, looks_at, second_look
from efface.detect.tiling import Pyramid

WIDER = 1.375
"""Crops are kept that much wider than the network's, so that they can be moved about."""
KEPT_PX = round(CROP_PX * WIDER)
EMPTY = 0.15
"""Share of pictures without anybody."""
PARTS = {"train": (0, 4, 1000), "held": (7, 16, 250)}
"""Of the sorted portraits: the first, each so many, and how many. No portrait is in both."""
SEEDS = {"train": 100_000, "held": 900_000}
SAVED_EVERY = 20
FACE, NOT, NEITHER = 1, 0, -1

_log = logging.getLogger("training")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Candidates of one picture."""

    crops: NDArray[np.uint8]
    features: Floats
    """Log-odds of the coarse, native and fine look, YuNet's score, width and height."""
    labels: NDArray[np.int8]
    faces: NDArray[np.int32]
    """Which face each candidate shows; -1 where none."""
    boxes: Floats


def found_in(picture: NDArray[np.uint8], truth: Crowd | None) -> Found:
    """All candidates of one picture, labelled."""
    pyramid = Pyramid(picture)
    second = second_look(pyramid, SECOND_FLOOR)
    groups = grouped(looks_at(pyramid, second, fine_share=1.0, fine_tiles=100))
    boxes = grown(np.column_stack([groups.boxes, groups.second]))
    labels, faces = labelled(boxes, truth)
    cut = crops(pyramid, boxes, KEPT_PX, CONTEXT * WIDER)
    features = np.column_stack([groups.seen, groups.second, boxes[:, 2:4]])
    return Found(cut, features, labels, faces, boxes[:, :4])


def labelled(boxes: Floats, truth: Crowd | None) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Face, none or neither, and which; from an overlap of 0.3, below 0.1, and between."""
    labels, faces = np.full(len(boxes), NOT, np.int8), np.full(len(boxes), -1, np.int32)
    if truth is None or not len(boxes) or not len(truth.boxes):
        return labels, faces
    true = np.column_stack([truth.boxes, np.ones(len(truth.boxes))])
    clear, unclear = truth.seen >= VISIBLE, (truth.seen >= GONE) & (truth.seen < VISIBLE)
    common = overlaps(boxes, true)
    inside = intersections(boxes, true) / areas(boxes)[:, None]
    near = (common >= 0.1) | (inside >= 0.5)
    labels[(near & (clear | unclear)).any(axis=1)] = NEITHER
    hit = np.where(clear, common, 0.0)
    faces[hit.max(axis=1) >= 0.3] = hit.argmax(axis=1)[hit.max(axis=1) >= 0.3]
    labels[faces >= 0] = FACE
    return labels, faces


def cast_of(portraits: Path, pictures: Path, part: str, cache: Path) -> Cast:
    """Heads of one part; found once and kept in ``cache``."""
    if cache.exists():
        people: list[Portrait] = pickle.loads(cache.read_bytes())
    else:
        start, step, many = PARTS[part]
        files = sorted(portraits.rglob("*.jpg"))[start::step][:many]
        people = [one for one in map(portrait, files) if one is not None]
        cache.write_bytes(pickle.dumps(people))
    photographs = [cv2.imread(str(file)) for file in sorted(pictures.iterdir())]
    # Every fifth is kept for the other part.
    mine = [p for i, p in enumerate(photographs) if (i % 5 == 4) == (part == "held")]
    return Cast([Head(p) for p in people], [np.ascontiguousarray(p[..., ::-1]) for p in mine])


def main() -> None:
    """Draw, look, label, keep."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--crowds", type=int, required=True)
    args = parser.parse_args()
    cast = cast_of(args.portraits, args.pictures, args.part, args.out.with_suffix(".heads"))
    kept = dict(np.load(args.out)) if args.out.exists() else {}
    first = int(kept["pictures"]) if kept else 0
    new: dict[str, list[NDArray[np.generic]]] = {}
    for number in range(first, args.crowds):
        rng = np.random.default_rng(SEEDS[args.part] + number)
        for name, values in _one(cast, number, rng).items():
            new.setdefault(name, []).append(values)
        if number % SAVED_EVERY == SAVED_EVERY - 1 or number == args.crowds - 1:
            kept = {n: np.concatenate([kept[n], *v] if n in kept else v) for n, v in new.items()}
            kept["pictures"] = np.array(number + 1)
            new = {}
            temporary = args.out.with_suffix(".part.npz")
            np.savez(temporary, **kept)
            temporary.replace(args.out)
            faces, others = (int((kept["labels"] == v).sum()) for v in (FACE, NOT))
            _log.info("%d pictures: %d faces seen, %d others", number + 1, faces, others)


def _one(cast: Cast, number: int, rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """One picture's candidates and faces."""
    if rng.random() < EMPTY:
        truth = None
        size = int(rng.integers(10, 18)) * 64, int(rng.integers(7, 14)) * 64
        picture = cast.ground(size, rng)
    else:
        truth = crowd(cast, rng)
        picture = truth.picture
    found = found_in(picture, truth)
    out: dict[str, NDArray[np.generic]] = {
        "crops": found.crops,
        "features": found.features,
        "labels": found.labels,
        "faces": found.faces,
        "boxes": found.boxes,
        "picture": np.full(len(found.boxes), number),
    }
    boxes = np.zeros((0, 4)) if truth is None else truth.boxes
    seen = np.zeros(0) if truth is None else truth.seen
    clear = seen >= VISIBLE
    spread = rng.normal(0, 0.06, (int(clear.sum()), 2)) * boxes[clear, 2:4]
    moved = np.column_stack([boxes[clear, :2] + spread, boxes[clear, 2:4]])
    out["true_crops"] = crops(Pyramid(picture), moved, KEPT_PX, CONTEXT * WIDER)
    out["true_boxes"] = boxes[clear]
    kinds = () if truth is None else truth.kinds
    out["true_kinds"] = np.array([k for k, c in zip(kinds, clear, strict=True) if c], "U16")
    out["true_faces"] = np.flatnonzero(clear)
    out["true_picture"] = np.full(int(clear.sum()), number)
    return out


if __name__ == "__main__":
    main()
