"""How the weights in ``efface.detect.fusion`` were fitted, and how much they gain when held out.

    fit.py --data FOLDER

Looks at the marked pictures as they are, at half size, blurred, and in grey with strong JPEG
compression; labels each group of candidates (1 from an overlap of 0.3 with a marked face, 0 below
0.1, neither in between and on ignored faces), and fits the logistic regression by maximum
likelihood (L2 of 1 on standardised features) in five folds by picture. It prints the weights of
each fold, the weights from all pictures, and the log loss on the pictures left out, beside that of
the native look alone, so that a reader sees whether the fit is stable. The weights in use came from
a first run, on pictures looked at whole.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from changes import CHANGES, FITTED
from numpy.typing import NDArray
from PIL import Image

from efface.detect.boxes import Boxes, areas, intersections, overlaps
from efface.detect.fusion import GROWTH, grouped, grown, largeness
from efface.detect.search import SECOND_FLOOR, looks_at, second_look
from efface.detect.tiling import Pyramid

FOLDS = 5
NAMES = ("coarse", "native", "fine", "coarse large", "native large", "fine large", "large")
Array = NDArray[np.float64]


def examples(data: Path) -> Iterator[tuple[int, Array, Array]]:
    """(fold, columns, labels) of every picture in every change."""
    marked = json.loads((data / "gt.json").read_text())
    for number, (name, faces) in enumerate(sorted(marked.items())):
        with Image.open(data / name) as opened:
            image = opened.convert("RGB")
        for factor, make in (CHANGES[change] for change in FITTED):
            pyramid = Pyramid(np.asarray(make(image)))
            second = second_look(pyramid, SECOND_FLOOR)
            looks = looks_at(pyramid, second, fine_share=1.0, fine_tiles=1)
            groups = grouped(looks)
            if len(groups.boxes):
                boxes = grown(np.column_stack([groups.boxes, groups.second]))
                columns = design(groups.seen, groups.boxes[:, 3])
                yield number % FOLDS, columns, labels(boxes, faces, factor)


def design(seen: Array, heights: Array) -> Array:
    """The regression's columns, see ``NAMES``."""
    large = largeness(heights)[:, None]
    return np.hstack([seen, seen * large, large])


def labels(boxes: Boxes, faces: list[Any], factor: float) -> Array:
    """1 face, 0 none, -1 neither, for each box."""
    rows = [f for f in faces if f[2] > 0 and f[3] > 0]
    true = np.array([[*f[:4], 1.0] for f in rows], float).reshape(-1, 5)
    true[:, :4] *= factor
    ignored = np.array([bool(f[4]["invalid"]) for f in rows], bool)
    valid, void = true[~ignored], true[ignored]
    best = overlaps(boxes, valid).max(axis=1, initial=0.0)
    out = np.where(best >= 0.3, 1.0, np.where(best >= 0.1, -1.0, 0.0))
    inside = intersections(boxes, void).max(axis=1, initial=0.0) / areas(boxes)
    near_void = overlaps(boxes, void).max(axis=1, initial=0.0) >= 0.1
    out[(out == 0) & (near_void | (inside >= 0.5))] = -1
    return out


def fit(columns: Array, wanted: Array, penalty: float = 1.0, steps: int = 50) -> Array:
    """Logistic regression by Newton's method; the last value is the constant."""
    mean, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-9
    x = np.hstack([(columns - mean) / spread, np.ones((len(columns), 1))])
    ridge = penalty * np.eye(x.shape[1])
    ridge[-1, -1] = 0
    beta = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ beta))
        slope = x.T @ (p - wanted) + ridge @ beta
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, slope)
        beta -= step
        if np.abs(step).max() < 1e-8:
            break
    weights = beta[:-1] / spread
    return np.append(weights, beta[-1] - weights @ mean)


def log_loss(odds: Array, wanted: Array) -> float:
    return float(np.mean(np.logaddexp(0, odds) - wanted * odds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with gt.json and images/")
    args = parser.parse_args()
    table = list(examples(args.data))
    folds = np.concatenate([np.full(len(y), fold) for fold, _, y in table])
    columns = np.vstack([x for _, x, _ in table])
    wanted = np.concatenate([y for _, _, y in table])
    use = wanted >= 0
    folds, columns, wanted = folds[use], columns[use], wanted[use]
    print(f"{len(wanted)} groups, {int(wanted.sum())} of them faces; boxes grown by {GROWTH}.\n")
    print("| | " + " | ".join((*NAMES, "constant")) + " | log loss held out | native look alone |")
    print("|---" * (len(NAMES) + 4) + "|")
    held = []
    for fold in range(FOLDS):
        here, rest = folds == fold, folds != fold
        beta = fit(columns[rest], wanted[rest])
        alone = fit(columns[rest, 1:2], wanted[rest])
        loss = log_loss(columns[here] @ beta[:-1] + beta[-1], wanted[here])
        base = log_loss(columns[here, 1:2] @ alone[:-1] + alone[-1], wanted[here])
        held.append((loss, base))
        values = " | ".join(f"{v:.3f}" for v in beta)
        print(f"| fold {fold + 1} | {values} | {loss:.4f} | {base:.4f} |")
    beta = fit(columns, wanted)
    means = " | ".join(f"{v:.4f}" for v in np.mean(held, axis=0))
    print("| all | " + " | ".join(f"{v:.3f}" for v in beta) + f" | {means} |")


if __name__ == "__main__":
    main()
