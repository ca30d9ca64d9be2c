"""What the face prior learns from: small aligned faces, as they are, bent, and mixed.

    python training/face_prior_pictures.py PORTRAITS FAIRFACE training/.cache/face_prior.npz

Faces are found and laid out as ``faces.py`` does; distractors are left out, and every tenth picture
is for validation and goes into nothing else.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from faces import CANVAS_PX, CHIP_SIDE_PX, HELD_OUT_EVERY, canvas, largest_face, made
from faces import training_pictures as pictures_of
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from efface.attack.diffusion.interface import FACE_PX

SEED = 110
MADE = 20000
WILD_SHARE, REAL_SHARE = 0.2, 0.3
"""How often a face is a photograph as it is, and any other picture as it is; else it was made."""
LIGHT = 0.18
"""Standard deviation of the logarithm of a slowly changing light."""
TINT = 0.06
"""The same of each colour's strength."""
KNOTS = 3
STORED_PX = 64

_log = logging.getLogger("training")


@dataclass(frozen=True)
class AlignedFaces:
    """Faces, uint8, shape (n, STORED_PX, STORED_PX, 3)."""

    real: NDArray[np.uint8]
    wild: NDArray[np.uint8]
    """Of these, photographs."""
    made: NDArray[np.uint8]
    held: NDArray[np.uint8]

    @classmethod
    def read(cls, path: Path) -> AlignedFaces:
        with np.load(path) as known:
            return cls(known["real"], known["wild"], known["made"], known["held"])

    def batch(self, count: int, rng: np.random.Generator) -> Tensor:
        """Random faces, mirrored and relit, -1 to 1, shape (count, 3, FACE_PX, FACE_PX)."""
        rows = []
        for _ in range(count):
            draw = rng.random()
            some = self.wild if draw < WILD_SHARE else self.real
            some = self.made if draw > WILD_SHARE + REAL_SHARE else some
            one = some[rng.integers(len(some))]
            rows.append(one[:, ::-1] if rng.random() < 0.5 else one)
        return relit(as_tensor(np.stack(rows)), rng)


def as_tensor(faces: NDArray[np.uint8]) -> Tensor:
    """At the prior's size, -1 to 1, shape (n, 3, FACE_PX, FACE_PX)."""
    whole = torch.from_numpy(faces.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
    return functional.interpolate(whole, (FACE_PX, FACE_PX), mode="bilinear", antialias=True)


def relit(faces: Tensor, rng: np.random.Generator) -> Tensor:
    """The same faces in another light."""
    n, side = len(faces), faces.shape[-1]
    coarse = torch.from_numpy(rng.normal(0, LIGHT, (n, 1, KNOTS, KNOTS)).astype(np.float32))
    tint = torch.from_numpy(rng.normal(0, TINT, (n, 3, 1, 1)).astype(np.float32))
    light = functional.interpolate(coarse, (side, side), mode="bilinear", align_corners=True)
    return ((faces + 1) * (light + tint).exp() - 1).clamp(-1, 1)


def small(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The recognisers' chip in the middle of a canvas, small."""
    edge = (CANVAS_PX - CHIP_SIDE_PX) // 2
    inner = face[edge : edge + CHIP_SIDE_PX, edge : edge + CHIP_SIDE_PX]
    size = STORED_PX, STORED_PX
    return np.asarray(cv2.resize(inner, size, interpolation=cv2.INTER_AREA), np.uint8)


def main(portraits: Path, fairface: Path, out: Path) -> None:
    """Make the training set."""
    found, groups = [], []
    for path in pictures_of(portraits, fairface):
        picture = np.asarray(Image.open(path).convert("RGB"))
        box = largest_face(picture)
        face = None if box is None else canvas(picture, box)
        if face is not None:
            found.append(face.pixels)
            groups.append(path.parent.name)
    held = np.arange(len(found)) % HELD_OUT_EVERY == 0
    train = [i for i in range(len(found)) if not held[i]]
    _log.info("%d faces, %d of them for validation", len(found), held.sum())
    source = np.stack([found[i] for i in train])
    faces = made(source, [groups[i] for i in train], np.random.default_rng(SEED))
    new = np.stack([small(next(faces)[0]) for _ in range(MADE)])
    real = np.stack([small(one) for one in source])
    wild = real[[groups[i] == fairface.name for i in train]]
    last = np.stack([small(found[i]) for i in np.flatnonzero(held)])
    np.savez(out, real=real, wild=wild, made=new, held=last)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main(*(Path(argument) for argument in sys.argv[1:4]))
