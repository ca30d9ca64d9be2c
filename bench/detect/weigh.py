"""How much the head check counts beside the detectors, and from which probability there is a face.

    python bench/detect/weigh.py HELD.npz

HELD is what ``training/candidates.py`` made of its part ``held``: people and pictures that the head
check was not trained on. Prints the weights that fit best there; and what share of the faces in the
pictures is found, at how many false boxes a picture, by what ``efface.detect.weighing`` does, and
by such a fit with other thresholds, each half of the pictures judged with weights from the other.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
from fit import fit
from numpy.typing import NDArray

from efface.detect.faces import EFFORTS, HIDDEN_PX
from efface.detect.fusion import judged, log_odds
from efface.detect.headcheck import CROP_PX, STRIP, decoded, head_check
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.weighing import WEIGHTS, features

SIZES_PX = (0, 18, HIDDEN_PX, 10_000)
ODDS = (3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.0, -0.5)
Floats = NDArray[np.float64]


class Held:
    """Candidates of the held-out crowds."""

    def __init__(self, path: Path) -> None:
        data = np.load(path)
        self.labels = data["labels"]
        self.pictures = int(data["pictures"])
        self.picture = data["picture"]
        self.second = data["features"][:, 3]
        self.heights = data["features"][:, 5]
        seen = data["features"][:, :3]
        self.looks = 1 / (1 + np.exp(-judged(seen, self.heights)))
        heads = heads_of(data["crops"])
        best = seen.max(axis=1)
        self.columns = features(self.looks, heads, best)
        self.key = self.picture.astype(np.int64) * 1000 + data["faces"]
        self.true = data["true_picture"].astype(np.int64) * 1000 + data["true_faces"]
        self.true_heights = data["true_boxes"][:, 3]

    def found(self, kept: NDArray[np.bool_], low: float, high: float) -> str:
        """Share of the faces between two heights that are found, and false boxes a picture."""
        mine = self.true[(self.true_heights >= low) & (self.true_heights < high)]
        hit = np.isin(mine, self.key[kept & (self.labels == 1)]).mean()
        sized = (self.heights >= low) & (self.heights < high)
        false = (kept & sized & (self.labels == 0)).sum() / self.pictures
        return f"{hit:.3f} at {false:.2f}"


def heads_of(kept: NDArray[np.uint8]) -> Floats:
    """The head check's log-odds of kept crops."""
    edge = (kept.shape[1] - CROP_PX) // 2
    cut = np.ascontiguousarray(kept[:, edge : edge + CROP_PX, edge : edge + CROP_PX])
    strips = (cut[i : i + STRIP].reshape(-1, CROP_PX, 3) for i in range(0, len(cut), STRIP))
    return np.concatenate(head_check().run(strips, decoded))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("held", type=Path)
    held = Held(parser.parse_args().held)
    use = held.labels >= 0
    weights = fit(held.columns[use], held.labels[use].astype(float))
    print("weights " + ", ".join(f"{v:.3f}" for v in weights[:-1]) + f"; bias {weights[-1]:.3f}\n")
    odds = np.zeros(len(held.labels))
    half = held.picture % 2
    for part in (0, 1):
        other = use & (half != part)
        fitted = fit(held.columns[other], held.labels[other].astype(float))
        odds[half == part] = held.columns[half == part] @ fitted[:-1] + fitted[-1]
    certain = held.second >= INCLUDED_THRESHOLD
    rows = {}
    for name in ("default", "high"):
        effort = EFFORTS[name]
        looks = certain | (held.looks >= effort.threshold)
        large = held.heights >= HIDDEN_PX
        least = np.where(large, effort.hidden_threshold, effort.weighed_threshold)
        rows[f"{name}, the looks that are sure"] = looks
        rows[name] = looks | (held.columns @ WEIGHTS >= log_odds(least))
        rows |= {f"{name}, log-odds from {at:g} at any size": looks | (odds >= at) for at in ODDS}
    ranges = list(pairwise(SIZES_PX))
    print(
        "| found at false boxes a picture | all | "
        + " | ".join(f"{a} to {b} px" for a, b in ranges)
    )
    print("|---" * (len(ranges) + 2) + "|")
    for name, kept in rows.items():
        cells = [held.found(kept, 0, np.inf)] + [held.found(kept, a, b) for a, b in ranges]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
