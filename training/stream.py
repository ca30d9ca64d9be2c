"""Redacted faces without end, drawn by worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from faces import MADE
from numpy.typing import NDArray
from redactions import Face, redacted
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from efface.attack.adapted.inputs import network_input
from efface.attack.alignment import chip
from efface.attack.looks import zone_only
from efface.attack.operator import KINDS
from efface.attack.operators.condition import CONDITION_SIZE

ANGLE = len(KINDS) + 2
"""Where in the condition the swirl's angle is: mirroring turns it round."""

REAL_SHARE = 0.25
"""How often a face is any of the pictures and not a made one."""

WILD_SHARE = 0.15
"""How often it is a photograph of FairFace: few, but in light and poses that portraits lack."""


@dataclass(frozen=True)
class Faces:
    """The training set that faces.py made; canvases stay on disk."""

    canvases: NDArray[np.uint8]
    points: NDArray[np.float64]
    boxes: NDArray[np.float64]
    held_out: NDArray[np.bool_]
    wild: NDArray[np.bool_]
    """Photographs of FairFace, as they are."""
    templates: dict[str, NDArray[np.float32]]

    @classmethod
    def read(cls, folder: Path) -> Faces:
        with np.load(folder / "faces.npz") as known:
            templates = {
                key.removeprefix("template_"): known[key]
                for key in known.files
                if key.startswith("template_")
            }
            return cls(
                np.load(folder / "canvases.npy", mmap_mode="r"),
                known["points"],
                known["boxes"],
                known["held_out"],
                known["wild"],
                templates,
            )

    def face(self, index: int) -> Face:
        return Face(np.array(self.canvases[index]), self.points[index], self.boxes[index])


class Redacted(IterableDataset[dict[str, Tensor]]):
    """Inputs for a network of side ``size``; with the clear chip where ``clear``, and with the
    redacted one as recognisers take it where ``seen``."""

    def __init__(
        self, faces: Faces, size: int, seed: int, *, clear: bool, seen: bool = False
    ) -> None:
        self.faces = faces
        self.size = size
        self.seed = seed
        self.clear = clear
        self.seen = seen

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        worker = get_worker_info()
        rng = np.random.default_rng((self.seed, 0 if worker is None else worker.id))
        last = int((~self.faces.held_out).sum())
        real = last - MADE
        wild = np.flatnonzero(self.faces.wild & ~self.faces.held_out)
        while True:
            draw = rng.random()
            if draw < WILD_SHARE:
                index = int(rng.choice(wild))
            elif draw < WILD_SHARE + REAL_SHARE:
                index = int(rng.integers(real))
            else:
                index = int(rng.integers(real, last))
            look, before = redacted(self.faces.face(index), rng)
            given = network_input(look, self.size)
            sample = {
                "index": torch.tensor(index),
                "pixels": torch.from_numpy(given.pixels),
                "condition": torch.from_numpy(given.condition),
            }
            if self.clear:
                aim = chip(before.pixels, look.points, self.size).transpose(2, 0, 1)
                sample["clear"] = torch.from_numpy(np.ascontiguousarray(aim)).float() / 255
            if self.seen:
                inside = zone_only(look)
                sample["chip"] = torch.from_numpy(chip(inside.pixels, inside.points))
            yield sample


def loader(faces: Redacted, batch: int, workers: int) -> DataLoader[dict[str, Tensor]]:
    """Batches of ``batch``, drawn ahead."""
    return DataLoader(faces, batch, num_workers=workers, prefetch_factor=4)


def mirrored(condition: Tensor) -> Tensor:
    """The condition of the mirror image."""
    assert condition.shape[1] == CONDITION_SIZE
    turned = condition.clone()
    turned[:, ANGLE] *= -1
    return turned
