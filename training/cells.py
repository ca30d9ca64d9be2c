"""How the cells of faces vary: the table that the noise of ``layered`` is shaped by.

    python training/cells.py PORTRAITS [--every 2]

PORTRAITS is a folder of folders of AI-generated portraits. efface's own detector finds the faces.
Portraits are lit alike, the world is not: each face is taken several times, brighter and darker, in
warmer and colder light, lit from a side. What comes out are means and covariances of a few cells,
which show nobody.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.layered.channel import COLOUR, WHITE
from efface.redact.methods.layered.grid import STEPS, Lie, cells_of
from efface.regions import Box
from efface.study.faces import faces_of, read

TARGET = Path(__file__).parents[1] / "src" / "efface" / "weights" / "cells.npz"
COUNTS = (1, 2, 3, 4)
LIGHTS = 3
"""In which each face is taken."""
BRIGHTER, TINTED, SIDE = 0.3, 0.06, 0.25
"""Standard deviations of the logarithms of a light's strength and of its channels', and of how much
stronger it is on one side than in the middle."""
LEAST = 3 * STEPS
"""Standard deviation that any mixture of cells is taken to have at least."""


def lit(picture: NDArray[np.uint8], box: Box, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture in another light."""
    height, width = picture.shape[:2]
    gain = np.exp(rng.normal(0, BRIGHTER) + rng.normal(0, TINTED, 3))
    x = (np.arange(width) - box.x - box.width / 2)[None, :] / box.width
    y = (np.arange(height) - box.y - box.height / 2)[:, None] / box.height
    side = 1 + x * rng.normal(0, 2 * SIDE) + y * rng.normal(0, SIDE)
    linear = (picture / 255.0) ** 2.2 * gain * np.clip(side, 0.1, 2)[..., None]
    return np.asarray(np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5, np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("--places", type=Path, default=Path("portraits.places.npz"))
    asked = parser.parse_args()
    homes = sorted(path for path in asked.portraits.iterdir() if path.is_dir())
    paths = [path for home in homes for path in sorted(home.iterdir())[:: asked.every]]
    rng = np.random.default_rng(20261130)
    rows: dict[int, list[NDArray[np.int64]]] = {count: [] for count in COUNTS}
    for path, face in zip(paths, faces_of(paths, asked.places), strict=True):
        if not face.found:
            continue
        picture = read(path)
        for _ in range(LIGHTS):
            shown = lit(picture, face.box, rng)
            lie = Lie(*rng.uniform(-1, 1, 3))
            for count in COUNTS:
                means = cells_of(shown, face.box, count, lie)
                if means is not None:
                    rows[count].append(means.ravel())
    stored = {}
    for count, found in rows.items():
        values = np.stack(found).astype(float)
        spread, axes = np.linalg.eigh(np.cov(values.T))
        deviation = np.sqrt(np.maximum(spread, LEAST**2))
        stored[f"mean{count}"] = np.rint(values.mean(0)).astype(np.int32)
        white, colour = (axes / deviation) @ axes.T, (axes * deviation) @ axes.T
        stored[f"white{count}"] = np.rint(white * (1 << WHITE)).astype(np.int32)
        stored[f"colour{count}"] = np.rint(colour * (1 << COLOUR)).astype(np.int32)
        levels = np.round(np.sqrt(spread[::-1][:9]) / STEPS, 1)
        sys.stdout.write(f"{count} cells, {len(found)} rows, deviations in levels: {levels}\n")
    np.savez_compressed(TARGET, **stored)


if __name__ == "__main__":
    main()
