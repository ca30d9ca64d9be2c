"""Clear faces and their templates: the training set of the attackers that efface carries.

Each face is kept in a canvas around the recognisers' chip. There are too few portraits to learn
from, and no name is needed: faces are also bent and mixed with others in a smooth pattern, and a
new face's templates are those that the recognisers give it.

    python training/faces.py PORTRAITS FAIRFACE training/.cache
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from redactions import Face, moved

from efface.attack.alignment import CHIP_PX, similarity, warped
from efface.attack.interface import Pixels
from efface.attack.landmarks import points_in
from efface.attack.recognisers import recognisers
from efface.detect.landmarks import decode, landmark_network
from efface.regions import Box

SEED = 4
CHIP_SIDE_PX = 112
"""The recognisers' chip in the canvas: faces are nearly that wide."""
CANVAS_PX = 208
MADE = 16000
"""Faces made by bending and mixing, besides the pictures themselves."""
HELD_OUT_EVERY = 10
"""Every tenth picture is for validation and goes into nothing else."""
BEND = 0.018
"""Standard deviation of the bending, in canvases."""
BATCH = 64
FLOOR = 0.3
"""A detector's score from which it is a face."""

_log = logging.getLogger("training")


def training_pictures(portraits: Path, fairface: Path) -> list[Path]:
    """The portraits that are not distractors, and the FairFace adults.

    Portraits of odd place in the sorted list, and every fortieth, are the distractors against
    which redactions are tested: nothing is trained on them.
    """
    found = sorted(portraits.rglob("*.jpg"))
    return [f for i, f in enumerate(found) if i % 2 == 0 and i % 40] + sorted(
        fairface.glob("*.jpg")
    )


def largest_face(picture: Pixels) -> Box | None:
    """The largest clear face by YuNet, or none."""
    height, width = picture.shape[:2]
    rows, columns = round(height * 0.15), round(width * 0.15)
    tall, wide = (
        -(-(side + 2 * pad) // 32) * 32 for side, pad in ((height, rows), (width, columns))
    )
    tile = np.zeros((tall, wide, 3), np.uint8)
    tile[rows : rows + height, columns : columns + width] = picture
    (faces,) = landmark_network("f32").run([tile], lambda out, shape: decode(out, shape, FLOOR))
    if not len(faces):
        return None
    faces = faces[faces[:, 4] >= 0.8 * faces[0, 4]]
    x, y, w, h = faces[np.argmax(faces[:, 2] * faces[:, 3]), :4]
    return Box(0, x - columns, y - rows, w, h)


def canvas(picture: Pixels, box: Box) -> Face | None:
    """The face turned and scaled into the canvas; none where its points are not seen."""
    points = points_in(picture, box)
    if points is None:
        return None
    transform = similarity(points, CHIP_SIDE_PX)
    transform[:, 2] += (CANVAS_PX - CHIP_SIDE_PX) / 2
    scale = np.hypot(*transform[:, 0])
    size = np.array([box.width, box.height]) * scale
    middle = moved(np.array([[box.x + box.width / 2, box.y + box.height / 2]]), transform)[0]
    return Face(
        warped(picture, transform, CANVAS_PX),
        moved(points, transform),
        np.concatenate([middle - size / 2, size]),
    )


def made(
    canvases: NDArray[np.uint8], groups: Sequence[str], rng: np.random.Generator
) -> Iterator[tuple[Pixels, int]]:
    """Faces that nobody has, without end, each with the index of the one it is mostly made of."""
    members = {g: np.flatnonzero(np.array(groups) == g) for g in set(groups)}
    while True:
        one = int(rng.integers(len(canvases)))
        face = bent(canvases[one], rng)
        if rng.random() < 0.6:
            other = bent(canvases[int(rng.choice(members[groups[one]]))], rng)
            share = _smooth(rng, 4)
            share = 1 / (1 + np.exp(-6 * (share - rng.normal(0, 0.5))))
            face = (face * (1 - share[..., None]) + other * share[..., None]).astype(np.uint8)
        yield face, one


def bent(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture pulled about by a smooth field."""
    y, x = np.mgrid[:CANVAS_PX, :CANVAS_PX].astype(np.float32)
    by = BEND * CANVAS_PX * float(rng.uniform(0.2, 1.2))
    dx, dy = (_smooth(rng, 6) * np.float32(by) for _ in range(2))
    out = cv2.remap(pixels, x + dx, y + dy, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def _smooth(rng: np.random.Generator, knots: int) -> NDArray[np.float32]:
    coarse = rng.standard_normal((knots, knots)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC))


def chip_of(canvases: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The recognisers' chips in the middle of canvases."""
    edge = (CANVAS_PX - CHIP_SIDE_PX) // 2
    inner = canvases[:, edge : edge + CHIP_SIDE_PX, edge : edge + CHIP_SIDE_PX]
    size = (CHIP_PX, CHIP_PX)
    return np.stack([cv2.resize(i, size, interpolation=cv2.INTER_CUBIC) for i in inner])


def templates(canvases: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """By recogniser, the mean of the template and the mirror image's, of unit length."""
    found: dict[str, list[NDArray[np.float32]]] = {r.name: [] for r in recognisers()}
    for start in range(0, len(canvases), BATCH):
        chips = chip_of(canvases[start : start + BATCH])
        for recogniser in recognisers():
            both = recogniser.embed(chips) + recogniser.embed(chips[:, :, ::-1])
            found[recogniser.name].append(both / np.linalg.norm(both, axis=1, keepdims=True))
    return {name: np.concatenate(rows) for name, rows in found.items()}


def main(portraits: Path, fairface: Path, out: Path) -> None:
    """Make the training set in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    real, points, boxes, groups = [], [], [], []
    for path in training_pictures(portraits, fairface):
        picture = np.asarray(Image.open(path).convert("RGB"))
        box = largest_face(picture)
        face = None if box is None else canvas(picture, box)
        if face is None:
            _log.warning("no face in %s", path)
            continue
        real.append(face.pixels)
        points.append(face.points)
        boxes.append(face.box)
        groups.append(path.parent.name)
    held = np.arange(len(real)) % HELD_OUT_EVERY == 0
    train = np.flatnonzero(~held)
    _log.info("%d faces, %d of them for validation", len(real), held.sum())
    source = np.stack(real)
    faces = made(source[train], [groups[i] for i in train], rng)
    new = [next(faces) for _ in range(MADE)]
    order = np.concatenate([train, train[[i for _, i in new]], np.flatnonzero(held)])
    canvases = np.concatenate([source[train], np.stack([f for f, _ in new]), source[held]])
    np.save(out / "canvases.npy", canvases)
    known = templates(canvases)
    place = np.arange(len(order))
    as_they_are = (place < len(train)) | (place >= len(train) + MADE)
    np.savez(
        out / "faces.npz",
        points=np.stack(points)[order],
        boxes=np.stack(boxes)[order],
        held_out=place >= len(train) + MADE,
        wild=as_they_are & (np.array(groups)[order] == fairface.name),
        **{f"template_{name}": rows for name, rows in known.items()},
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main(*(Path(argument) for argument in sys.argv[1:4]))
