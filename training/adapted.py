"""Train the adapted attacker and write its ONNX file.

python training/adapted.py training/.cache training/.cache/adapted.pt --steps 9000
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from copy import deepcopy
from pathlib import Path

import torch
from models import Adapted
from stream import Faces, Redacted, loader, mirrored
from torch import Tensor, nn
from torch.nn import functional

from efface.attack.adapted.inputs import INPUT_PX

SEED = 20
BATCH = 48
"""Redacted faces a step; each is also shown mirrored."""
RATE = 2e-3
DECAY = 0.03
WARM_UP = 300
BANK = 4096
"""Clear templates of others that a prediction has to stand out from."""
AVERAGE = 0.998

_log = logging.getLogger("training")


class Loss(nn.Module):
    """How badly the predictions tell their faces from others, and how far off they are.

    The first part is InfoNCE (van den Oord et al. 2018) over a bank of clear templates, with a
    learned temperature; the second 1 - cosine, over what it is between strangers.
    """

    def __init__(self, templates: dict[str, Tensor]) -> None:
        super().__init__()
        self.templates = templates
        self.scales = nn.ParameterDict(
            {name: nn.Parameter(torch.tensor(math.log(40.0))) for name in templates}
        )
        self.strangers = {
            name: float((1 - (t[:1000] * t[1000:2000]).sum(1)).mean())
            for name, t in templates.items()
        }

    def forward(self, found: dict[str, Tensor], index: Tensor) -> tuple[Tensor, dict[str, float]]:
        count = next(iter(self.templates.values())).shape[0]
        bank = torch.cat([index.unique(), torch.randint(count, (BANK,))]).unique()
        place = torch.searchsorted(bank, index)
        total = torch.zeros(())
        said = {}
        for name, predicted in found.items():
            known = self.templates[name]
            scale = self.scales[name].exp().clamp(max=200)
            named = functional.cross_entropy(scale * predicted @ known[bank].T, place)
            off = (1 - (predicted * known[index]).sum(1)).mean() / self.strangers[name]
            total = total + named + 2 * off
            said[f"{name} nce"], said[f"{name} off"] = float(named), float(off)
        return total, said


def rate_at(step: int, steps: int) -> float:
    """Linear warm-up, then half a cosine."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP)))


def follow(average: nn.Module, network: nn.Module, step: int) -> None:
    """Move the average a little towards the network."""
    keep = min(AVERAGE, (step + 1) / (step + 20))
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    with torch.no_grad():
        for slow, fast in pairs:
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - keep)
            else:
                slow.copy_(fast)


def train(
    faces: Faces, kept: Path, start: Path | None, *, steps: int, workers: int, rate: float
) -> Adapted:
    """The averaged network after ``steps``; ``kept`` gets a checkpoint now and then."""
    torch.manual_seed(SEED)
    learn = {n: torch.from_numpy(t[~faces.held_out]) for n, t in faces.templates.items()}
    network = Adapted({n: t.mean(dim=0) for n, t in learn.items()})
    if start is not None:
        # a recogniser that is new since then starts with the mean of its templates
        network.load_state_dict(torch.load(start), strict=False)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = deepcopy(network).eval()
    loss = Loss(learn)
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1] + list(loss.parameters())
    groups = [{"params": weights, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps))
    source = Redacted(faces, INPUT_PX, SEED + (start is not None), clear=False)
    began = time.monotonic()
    for step, drawn in enumerate(loader(source, BATCH, workers)):
        pixels = torch.cat([drawn["pixels"], drawn["pixels"].flip(3)])
        condition = torch.cat([drawn["condition"], mirrored(drawn["condition"])])
        index = drawn["index"].repeat(2)
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            found = network(pixels, condition)
        total, said = loss({n: f.float() for n, f in found.items()}, index)
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        follow(average, network, step)
        if step % 100 == 0:
            each = (time.monotonic() - began) / (step + 1)
            words = ", ".join(f"{n} {v:.3f}" for n, v in said.items())
            _log.info("%d: %s; %.3f s a step", step, words, each)
        if step % 1000 == 999 or step + 1 == steps:
            torch.save(average.state_dict(), kept)
        if step + 1 == steps:
            break
    return average


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--rate", type=float, default=RATE, help="largest step of the optimiser")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    faces = Faces.read(given.faces)
    network = train(
        faces,
        given.out,
        given.start,
        steps=given.steps,
        workers=given.workers,
        rate=given.rate,
    )
    torch.save(network.state_dict(), given.out)


if __name__ == "__main__":
    main()
