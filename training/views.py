"""Heads of portraits seen from the side and from behind, drawn once and kept.

    python training/views.py PORTRAITS CUTOUTS.npz OUT.pkl --people 260

CUTOUTS says which portraits are of the part (``cutouts.py``).
"""

from __future__ import annotations

import argparse
import logging
import pickle
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench" / "video"))
from heads import Surface
from portraits import portrait

TURNS = ((20, 50), (50, 75), (70, 92), (115, 180))
"""Degrees of yaw of each person's views."""
SCALE = 0.5
SEEDS = {0: 71, 1: 72}
"""By whether the first portrait has an odd place: the held-out ones have."""

_log = logging.getLogger("training")


def main() -> None:
    """Draw and keep."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("cutouts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=260)
    args = parser.parse_args()
    files = sorted(args.portraits.rglob("*.jpg"))
    mine = np.load(args.cutouts)["index"]
    rng = np.random.default_rng(SEEDS[int(mine[0]) % 2])
    views, people = [], 0
    for place in rng.permutation(mine):
        one = portrait(files[place])
        if one is None:
            continue
        surface = Surface(one, SCALE)
        for low, high in TURNS:
            yaw = float(rng.uniform(low, high) * rng.choice([-1, 1]))
            view = surface.seen(yaw, float(rng.normal(0, 12)))
            views.append((view.rgba, view.face, view.anchor, yaw))
        people += 1
        if people == args.people:
            break
    args.out.write_bytes(pickle.dumps(views))
    _log.info("%d views of %d people", len(views), people)


if __name__ == "__main__":
    main()
