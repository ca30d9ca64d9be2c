"""``src/efface/weights/coarse.npz``: a linear model of heads seen coarsely.

    python training/coarse.py training/.cache coarse.npz

Heads as ``prior_pictures.py`` sets them into canvases, the head alone, in cells. They get their
principal axes; ridge regression says what of the numbers along them follows from the face, and the
covariance of the rest how the rest varies.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np
from prior_pictures import Portraits, sample

from efface.generate.coarse import face_coarsely

SEED = 93
SAMPLES = 4000
AXES = 56
RIDGE = 3.0
"""Added to the squares of what faces are told by, whose sum over samples is in the thousands."""

_log = logging.getLogger("training")


def main() -> None:
    """Draw, fit, write."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    args = parser.parse_args()
    of, rng = Portraits.read(args.cache, "train"), np.random.default_rng(SEED)
    rows, faces = [], []
    for who in rng.choice(len(of.rgba), args.samples, p=of.chances / of.chances.sum()):
        one = sample(of, int(who), rng)
        rows.append(one["coarse"].ravel())
        faces.append(face_coarsely(2 * one["light"][0], one["cover"][0]))
    heads, told = np.array(rows, np.float64), np.array(faces, np.float64)
    mean = heads.mean(axis=0)
    _, sizes, axes = np.linalg.svd(heads - mean, full_matrices=False)
    numbers = (heads - mean) @ axes[:AXES].T
    follows = np.linalg.solve(told.T @ told + RIDGE * np.eye(told.shape[1]), told.T @ numbers)
    rest = numbers - told @ follows
    values, vectors = np.linalg.eigh(np.cov(rest.T))
    free = (vectors * np.sqrt(np.maximum(values, 0))).T
    kept = {"mean": mean, "axes": axes[:AXES], "follows": follows, "free": free}
    np.savez_compressed(args.out, **{name: a.astype(np.float16) for name, a in kept.items()})
    share = (sizes[:AXES] ** 2).sum() / (sizes**2).sum()
    _log.info("axes keep %.3f of the variance; %.3f of that follows from the face", share,
              1 - rest.var(axis=0).sum() / numbers.var(axis=0).sum())  # fmt: skip


if __name__ == "__main__":
    main()
