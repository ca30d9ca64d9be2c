"""How faces' light and dark differ, and strangers' numbers.

    python training/appearance.py PORTRAITS training/.cache

Nothing of a picture is kept but the strangers' numbers, which are those of the AI-generated
portraits in ``distractors.npz``, in the same order. The axes are those of the faces that faces.py
read and neither made nor held out.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import logging
from pathlib import Path

import numpy as np
from distractors import SEED, chips, distractors, move
from faces import MADE, chip_of
from numpy.typing import NDArray
from stream import Faces

from efface.attack.appearance.numbers import WEIGHTS, squares
from efface.weights import FOLDER

AXES = 60
"""Numbers of a face."""
WILD = 3
"""How often each photograph counts beside a portrait: there are few."""

_log = logging.getLogger("training")

Rows = NDArray[np.float64]


def axes(rows: Rows, wild: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """The mean, and principal axes over their standard deviations, of portraits and photographs
    about a mean of their own."""
    parts = [rows[~wild] - rows[~wild].mean(axis=0)]
    parts += [rows[wild] - rows[wild].mean(axis=0)] * WILD
    every = np.concatenate(parts)
    _, sizes, turned = np.linalg.svd(every, full_matrices=False)
    return rows.mean(axis=0), turned[:AXES].T / (sizes[:AXES] / np.sqrt(len(every)))


def strangers(portraits: Path, cache: Path) -> NDArray[np.uint8]:
    """Chips of the distractors, in their order; kept in the cache."""
    kept = cache / "strangers.npy"
    if not kept.exists():
        found = chips(distractors(portraits))
        np.save(kept, found[np.random.default_rng(SEED).permutation(len(found))])
    return np.asarray(np.load(kept, mmap_mode="r"))


def main() -> None:
    """Parse the command line, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("cache", type=Path)
    args = parser.parse_args()
    others = squares(strangers(args.portraits, args.cache))
    faces = Faces.read(args.cache)
    learn = np.arange(len(faces.wild)) < (~faces.held_out).sum() - MADE
    wild = faces.wild[learn]
    rows = squares(chip_of(faces.canvases[learn]))
    mean, along = axes(rows, wild)
    unlike = (others - mean) @ along
    out = {"mean": mean, "axes": along, "portraits": unlike}
    out |= move(unlike, (rows[wild] - mean) @ along)
    held = io.BytesIO()
    small = {n: v.astype(np.float16 if n == "portraits" else np.float32) for n, v in out.items()}
    np.savez(held, **small)  # type: ignore[arg-type]  # mypy takes a name for allow_pickle
    target = FOLDER / f"{WEIGHTS}.npz"
    target.write_bytes(held.getvalue())
    _log.info("%s: sha256 %s", target, hashlib.sha256(held.getvalue()).hexdigest())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
