"""What the detectors see in drawn crowds, faces and not, with a crop of each: what the head check
learns from, and what its weight beside the detectors is chosen on.

    python training/candidates.py CUT.npz VIEWS PICTURES THINGS.npz OUT.npz --part train \\
        --crowds 600

CUT is what ``cutouts.py`` made, VIEWS what ``views.py`` made. PICTURES is a folder of photographs
without people, THINGS pictures of things without background. A part ends where it was asked to;
what is there already is kept, and ``--crowds`` says how many there will be in all.
"""

from __future__ import annotations

import argparse
import logging
import pickle
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from crowds import GONE, VISIBLE, Crowd
from gatherings import Company, Turned, gathering, ground
from numpy.typing import NDArray

from efface.detect.boxes import areas, intersections, overlaps
from efface.detect.fusion import grouped, grown
from efface.detect.headcheck import CONTEXT, CROP_PX, crops
from efface.detect.landmarks import decode, landmark_network
from efface.detect.search import SECOND_FLOOR, looks_at, second_look
from efface.detect.tiling import Pyramid

WIDER = 1.25
"""Crops are kept that much wider than the network's, so that they can be moved about."""
KEPT_PX = round(CROP_PX * WIDER)
EMPTY = 0.15
"""Share of pictures without anybody."""
SEEDS = {"train": 100_000, "held": 900_000}
SAVED_EVERY = 100
FACE, NOT, NEITHER = 1, 0, -1
ELSEWHERE = 14
"""Places a picture that no detector named: bodies, hair, hands, grounds."""
SURE = 0.7
"""YuNet's score from which a portrait's face is used."""

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


def found_in(picture: NDArray[np.uint8], truth: Crowd | None, fine_tiles: int) -> Found:
    """All candidates of one picture, labelled."""
    pyramid = Pyramid(picture)
    second = second_look(pyramid, SECOND_FLOOR)
    groups = grouped(looks_at(pyramid, second, fine_share=0.0, fine_tiles=fine_tiles))
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


def elsewhere(truth: Crowd | None, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Boxes anywhere, and about people where no face is; shape (n, 5)."""
    boxes = []
    people = 0 if truth is None else len(truth.boxes)
    for _ in range(ELSEWHERE):
        if truth is not None and people and rng.random() < 0.7:
            x, y, w, h = truth.boxes[int(rng.integers(people))]
            side = h * float(np.exp(rng.normal(0, 0.35)))
            x += w / 2 + float(rng.normal(0, 1.2)) * w
            y += h / 2 + float(rng.normal(0.6, 1.4)) * h
        else:
            side = float(np.exp(rng.uniform(np.log(10), np.log(140))))
            x, y = float(rng.uniform(0, size[0])), float(rng.uniform(0, size[1]))
        wide = side * float(rng.uniform(0.6, 1.0))
        boxes.append((x - wide / 2, y - side / 2, wide, side, 1.0))
    every = np.array(boxes)
    if truth is not None:
        # Where a head is seen from behind.
        behind = truth.boxes[truth.seen == 0]
        every = np.concatenate([every, np.column_stack([behind, np.ones(len(behind))])])
    middle = every[:, :2] + every[:, 2:4] / 2
    inside = (middle >= 0).all(axis=1) & (middle < np.array(size)).all(axis=1)
    every = every[inside]
    labels, _ = labelled(every, truth)
    return np.asarray(every[labels == NOT])


def company_of(cutouts: Path, views: Path, pictures: Path, things: Path, part: str) -> Company:
    """Who and what is drawn in a part."""
    data = np.load(cutouts)
    found = [face_of(picture) for picture in data["pictures"]]
    use = np.array([box is not None for box in found])
    boxes = np.array([box for box in found if box is not None])
    turned = [Turned(*view) for view in pickle.loads(views.read_bytes())]
    photographs = [cv2.imread(str(file)) for file in sorted(pictures.iterdir())]
    # Every fifth is kept for the other part.
    mine = [p for i, p in enumerate(photographs) if (i % 5 == 4) == (part == "held")]
    stamps = np.load(things)["pad"]
    stamps = stamps[(np.arange(len(stamps)) % 5 == 4) == (part == "held")]
    grounds = [np.ascontiguousarray(p[..., ::-1]) for p in mine]
    return Company(data["pictures"][use], data["masks"][use], boxes, turned, grounds, stamps)


def face_of(picture: NDArray[np.uint8]) -> tuple[float, float, float, float] | None:
    """The only face of a portrait."""
    (found,) = landmark_network().run([picture], lambda out, shape: decode(out, shape, SURE))
    if not len(found) or found[0, 3] < 60:
        return None
    x, y, w, h = (float(v) for v in found[0, :4])
    return x, y, w, h


def main() -> None:
    """Draw, look, label, keep."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cutouts", "views", "pictures", "things", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--part", choices=SEEDS, required=True)
    parser.add_argument("--crowds", type=int, required=True)
    parser.add_argument("--fine-tiles", type=int, default=1)
    args = parser.parse_args()
    company = company_of(args.cutouts, args.views, args.pictures, args.things, args.part)
    _log.info("%d portraits, %d views", len(company.pictures), len(company.turned))
    kept = dict(np.load(args.out)) if args.out.exists() else {}
    first = int(kept["pictures"]) if kept else 0
    new: dict[str, list[NDArray[np.generic]]] = {}
    for number in range(first, args.crowds):
        rng = np.random.default_rng(SEEDS[args.part] + number)
        for name, values in _one(company, number, rng, args.fine_tiles).items():
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


def _one(
    company: Company, number: int, rng: np.random.Generator, fine_tiles: int
) -> dict[str, NDArray[np.generic]]:
    """One picture's candidates and faces."""
    if rng.random() < EMPTY:
        truth = None
        size = int(rng.integers(8, 15)) * 64, int(rng.integers(6, 12)) * 64
        picture = ground(company, size, rng)
    else:
        truth = gathering(company, rng)
        picture = truth.picture
    found = found_in(picture, truth, fine_tiles)
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
    spread = rng.normal(0, 0.08, (int(clear.sum()), 2)) * boxes[clear, 2:4]
    moved = np.column_stack([boxes[clear, :2] + spread, boxes[clear, 2:4]])
    pyramid = Pyramid(picture)
    out["true_crops"] = crops(pyramid, moved, KEPT_PX, CONTEXT * WIDER)
    out["true_boxes"] = boxes[clear]
    kinds = () if truth is None else truth.kinds
    out["true_kinds"] = np.array([k for k, c in zip(kinds, clear, strict=True) if c], "U16")
    out["true_faces"] = np.flatnonzero(clear)
    out["true_picture"] = np.full(int(clear.sum()), number)
    other = elsewhere(truth, (picture.shape[1], picture.shape[0]), rng)
    out["other_crops"] = crops(pyramid, other, KEPT_PX, CONTEXT * WIDER)
    return out


if __name__ == "__main__":
    main()
