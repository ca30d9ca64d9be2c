"""Train the adapted attacker's last layers on the pool, and write its ONNX file.

    python training/last.py training/.cache training/.cache/adapted.pt adapted.onnx POOL ...

They go by what the network made of the aligned zone, and by what the recognisers make of the
redacted face as it is: a weak redaction is best seen through by them.
"""

from __future__ import annotations

import argparse
import logging
import math
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from adapted import follow, rate_at
from export import export
from faces import MADE
from models import Stacked
from pool import trunk
from stream import Faces
from torch import Tensor, nn
from torch.nn import functional

from efface.attack.adapted.inputs import INPUT_PX
from efface.attack.adapted.shipped import VIEWS
from efface.attack.operators.condition import CONDITION_SIZE

SEED = 50
BATCH = 256
RATE = 2e-3
DECAY = 0.1
BANK = 2048
WILD = 64
"""Photographs in each batch at least: the attackers' prey is not generated."""
BLIND = 0.3
"""How often the network's own features are withheld, so that the recognisers' count by themselves:
they were trained on photographs."""

_log = logging.getLogger("training")


def kinds_apart(faces: Faces, name: str) -> Tensor:
    """Directions in which portraits, photographs and made faces differ on average, shape (2, d),
    orthonormal. Without them, a photograph is not looked for among photographs first."""
    known = faces.templates[name]
    real = np.arange(len(known)) < (~faces.held_out).sum() - MADE
    made = ~real & ~faces.held_out
    portraits = known[real & ~faces.wild].mean(axis=0)
    apart = [
        known[real & faces.wild].mean(axis=0) - portraits,
        known[made].mean(axis=0) - portraits,
    ]
    return torch.from_numpy(np.linalg.qr(np.stack(apart, axis=1))[0].T.copy())


def deviations(faces: Faces, name: str, away: Tensor) -> Tensor:
    """Clear templates of the training faces from their mean, without ``away``."""
    known = torch.from_numpy(faces.templates[name][~faces.held_out])
    off = known - known.mean(dim=0)
    return off - off @ away.T @ away


def loss(found: Tensor, clear: Tensor, index: Tensor, scale: Tensor) -> tuple[Tensor, float, float]:
    """As in adapted.py, on deviations: InfoNCE over a bank, and 1 - cosine."""
    bank = torch.cat([index.unique(), torch.randint(len(clear), (BANK,))]).unique()
    logits = scale.exp().clamp(max=300) * found @ clear[bank].T
    named = functional.cross_entropy(logits, torch.searchsorted(bank, index))
    off = (1 - functional.cosine_similarity(found, clear[index])).mean()
    return named + off, float(named), float(off)


def train(faces: Faces, pool: dict[str, Tensor], weights: Path, steps: int) -> Stacked:
    """The averaged network after ``steps``; only what is not the trunk learns."""
    torch.manual_seed(SEED)
    away = {name: kinds_apart(faces, name) for name in faces.templates}
    clear = {name: deviations(faces, name, away[name]) for name in away}
    views = {name: pool[f"seen_{name}"].mean(dim=0) for name in VIEWS}
    network = Stacked(trunk(weights), views, away)
    average = deepcopy(network)
    scales = {name: nn.Parameter(torch.tensor(math.log(40.0))) for name in away}
    learning = [p for n, p in network.named_parameters() if not n.startswith("trunk.")]
    many = [p for p in learning if p.ndim > 1]
    few = [p for p in learning if p.ndim <= 1] + list(scales.values())
    groups = [{"params": many, "weight_decay": DECAY}, {"params": few, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps))
    seen = torch.cat([pool[f"seen_{name}"] for name in VIEWS], dim=1)
    network.train()
    network.trunk.eval()
    wild = torch.from_numpy(np.flatnonzero(faces.wild[pool["index"].numpy()]))
    for step in range(steps):
        some = torch.randint(len(seen), (BATCH,))
        some[:WILD] = wild[torch.randint(len(wild), (WILD,))]
        features = pool["features"][some] * (torch.rand(BATCH, 1) >= BLIND)
        found = network.last(features, pool["condition"][some], seen[some])
        losses = [loss(found[n], clear[n], pool["index"][some], scales[n]) for n in found]
        optimiser.zero_grad(set_to_none=True)
        torch.stack([one[0] for one in losses]).sum().backward()
        nn.utils.clip_grad_norm_(learning, 5.0)
        optimiser.step()
        schedule.step()
        follow(average, network, step)
        if step % 250 == 0:
            said = ", ".join(f"nce {one[1]:.3f}, off {one[2]:.3f}" for one in losses)
            _log.info("%d: %s", step, said)
    return average.eval()


def main() -> None:
    """Parse the command line, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("pools", type=Path, nargs="+")
    parser.add_argument("--steps", type=int, default=1000)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    faces = Faces.read(given.cache)
    parts = [np.load(pool) for pool in given.pools]
    pool = {
        name: torch.from_numpy(np.concatenate([part[name] for part in parts]))
        for name in ("index", "condition", "features", *(f"seen_{view}" for view in VIEWS))
    }
    network = train(faces, pool, given.weights, given.steps)
    shapes = {
        "pixels": (2, 4, INPUT_PX, INPUT_PX),
        "condition": (2, CONDITION_SIZE),
        "seen": (2, sum(pool[f"seen_{view}"].shape[1] for view in VIEWS)),
    }
    export(network, shapes, list(faces.templates), given.out)


if __name__ == "__main__":
    main()
