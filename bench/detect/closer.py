"""How much a closer look at what is small and unclear counts, and from when on it decides.

    python bench/detect/closer.py CUTOUTS VIEWS PICTURES THINGS CROWDS.npz --crowds 300

Draws crowds from what ``training/candidates.py`` takes, of the part ``held``: people and pictures
that the head check was not trained on. Looks at each as the default does, and more closely at what
is small and unclear; what was seen is kept in CROWDS.npz, and the drawing goes on where it was
stopped. Prints the weights that ``efface.detect.closer`` holds, fitted on all crowds; and what
share of the faces is found, at how many false boxes a picture, from several probabilities on, each
half of the pictures judged with weights from the other half.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from fit import fit
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[2] / "training"))
from candidates import EMPTY, SEEDS, company_of, labelled  # type: ignore[import-not-found]
from crowds import VISIBLE, Crowd  # type: ignore[import-not-found]
from gatherings import gathering, ground  # type: ignore[import-not-found]

from efface.detect.boxes import Boxes
from efface.detect.closer import FIRST_LEAST, SIDES_PX, features, scores_in
from efface.detect.faces import EFFORTS, FusedDetector
from efface.detect.search import SECOND_FLOOR, second_look
from efface.detect.tiling import Pyramid

LEAST_PX = 8
"""Height of a face from which it is counted."""
PROBABILITIES = (0.8, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98)
SAVED_EVERY = 20
Floats = NDArray[np.float64]
Columns = dict[str, Any]


def main() -> None:
    """Draw, look, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cutouts", "views", "pictures", "things", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--crowds", type=int, default=300)
    args = parser.parse_args()
    out: Path = args.out
    kept: Columns = dict(np.load(out)) if out.exists() else {"pictures": np.array(0)}
    company = company_of(args.cutouts, args.views, args.pictures, args.things, "held")
    for number in range(int(kept["pictures"]), args.crowds):
        rng = np.random.default_rng(SEEDS["held"] + number)
        if rng.random() < EMPTY:
            size = int(rng.integers(8, 15)) * 64, int(rng.integers(6, 12)) * 64
            new = seen_in(ground(company, size, rng), None, number)
        else:
            drawn = gathering(company, rng)
            new = seen_in(drawn.picture, drawn, number)
        kept = {n: np.concatenate([kept[n], v]) if n in kept else v for n, v in new.items()}
        kept["pictures"] = np.array(number + 1)
        if number % SAVED_EVERY == SAVED_EVERY - 1 or number == args.crowds - 1:
            temporary = out.with_suffix(".part.npz")
            np.savez(temporary, **kept)
            temporary.replace(out)
    report(kept)


def seen_in(picture: NDArray[np.uint8], truth: Crowd | None, number: int) -> Columns:
    """What the default finds in one picture, and what it looks at more closely."""
    pyramid = Pyramid(picture)
    first = FusedDetector(EFFORTS["default"]).first_ones(
        pyramid, second_look(pyramid, SECOND_FLOOR)
    )
    boxes = np.concatenate([first.faces, first.unclear])
    labels, faces = labelled(boxes, truth)
    clear = np.zeros(0, bool) if truth is None else truth.seen >= VISIBLE
    heights = np.zeros(0) if truth is None else truth.boxes[clear, 3]
    return {
        "boxes": boxes,
        "unclear": np.arange(len(boxes)) >= len(first.faces),
        "windows": _windows(pyramid, boxes, len(first.faces)),
        "labels": labels,
        "face": number * 1000 + faces,
        "picture": np.full(len(boxes), number),
        "true": number * 1000 + np.flatnonzero(clear),
        "true_heights": heights,
    }


def _windows(pyramid: Pyramid, boxes: Boxes, faces: int) -> Floats:
    """Scores in both windows, 0 for what is taken for a face at once."""
    columns = [scores_in(side, pyramid, boxes[faces:]) for side in SIDES_PX]
    return np.concatenate([np.zeros((faces, len(SIDES_PX))), np.column_stack(columns)])


def report(kept: Columns) -> None:
    """Fit and print."""
    boxes, labels = kept["boxes"], kept["labels"]
    windows, picture = kept["windows"], kept["picture"]
    worth = kept["unclear"] & (windows[:, 0] >= FIRST_LEAST)
    columns = features(boxes[:, 4], windows[:, 0], windows[:, 1])
    use = worth & (labels >= 0)
    weights = fit(columns[use], labels[use].astype(float))
    faces, others = int((labels[use] == 1).sum()), int((labels[use] == 0).sum())
    print(f"{int(kept['pictures'])} pictures; {faces} faces and {others} others are unclear")
    print("weights " + ", ".join(f"{v:.3f}" for v in weights[:-1]) + f"; bias {weights[-1]:.3f}\n")
    odds = np.full(len(labels), -np.inf)
    for part in (0, 1):
        mine = picture % 2 == part
        fitted = fit(columns[use & ~mine], labels[use & ~mine].astype(float))
        odds[worth & mine] = columns[worth & mine] @ fitted[:-1] + fitted[-1]
    print(
        "| from | faces found from 8 px | from 16 px | false boxes a picture |\n|---|---|---|---|"
    )
    rows = {"no closer look": ~kept["unclear"]}
    rows |= {
        f"{p:g}": rows["no closer look"] | (odds >= np.log(p / (1 - p))) for p in PROBABILITIES
    }
    for name, found in rows.items():
        hit = np.isin(kept["true"], kept["face"][found & (labels == 1)])
        heights = kept["true_heights"]
        cells = [f"{hit[heights >= least].mean():.3f}" for least in (LEAST_PX, 2 * LEAST_PX)]
        false = (found & (labels == 0)).sum() / int(kept["pictures"])
        print(f"| {name} | " + " | ".join(cells) + f" | {false:.3f} |")


if __name__ == "__main__":
    main()
