"""What the adapted attacker's last layers learn from: redacted faces as recognisers see them.

python training/pool.py training/.cache ADAPTED_PT POOL --faces 18000
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from models import Adapted
from stream import Faces, Redacted

from efface.attack.adapted.inputs import INPUT_PX
from efface.attack.adapted.shipped import VIEWS
from efface.attack.recognisers import recognisers

SEED = 40
BATCH = 32
KEPT_EVERY = 40
"""Batches after which what is there is written."""

_log = logging.getLogger("training")


def trunk(weights: Path) -> Adapted:
    """The network as adapted.py left it."""
    known = torch.load(weights)
    means = {k.removeprefix("mean_"): v for k, v in known.items() if k.startswith("mean_")}
    network = Adapted(means)
    network.load_state_dict(known)
    return network.eval()


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--faces", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    network = trunk(given.weights)
    source = iter(Redacted(Faces.read(given.cache), INPUT_PX, given.seed, clear=False, seen=True))
    rows: dict[str, list[np.ndarray]] = {}
    batches = -(-given.faces // BATCH)
    for number in range(batches):
        drawn = [next(source) for _ in range(BATCH)]
        pixels, condition = (torch.stack([d[k] for d in drawn]) for k in ("pixels", "condition"))
        with torch.no_grad():
            features = network.features(pixels, condition)
        chips = np.stack([d["chip"].numpy() for d in drawn])
        found = {
            "index": np.array([int(d["index"]) for d in drawn]),
            "condition": condition.numpy(),
            "features": features.numpy(),
            **{f"seen_{r.name}": r.embed(chips) for r in recognisers() if r.name in VIEWS},
        }
        for name, values in found.items():
            rows.setdefault(name, []).append(values)
        if number % KEPT_EVERY == KEPT_EVERY - 1 or number + 1 == batches:
            np.savez(given.out, **{name: np.concatenate(parts) for name, parts in rows.items()})
            _log.info("%d faces", (number + 1) * BATCH)


if __name__ == "__main__":
    main()
