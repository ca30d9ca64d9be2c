"""Train the network that says whether a near face fills a picture, and write its ONNX file.

python training/near.py training/.cache/near.npz training/.cache/near.onnx --steps 3000
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from export import OPSET, halve
from near_samples import Material, drawn
from torch import Tensor, nn

SEED = 6
BATCH = 64
HELD_OUT_EVERY = 10
"""Every tenth portrait and empty picture is for validation."""

MOST_PAINTED = 0.55
"""Share of an empty picture that may be painted over for it to take part."""

_log = logging.getLogger("training")


class Near(nn.Module):
    """RGB, 0 to 255, (n, 3, height, width) to the probability of a near face, (n, 1)."""

    def __init__(self) -> None:
        super().__init__()
        widths = (16, 32, 64, 96)
        layers: list[nn.Module] = []
        before = 3
        for width in widths:
            layers += _layer(before, width, 2)
            if width > widths[1]:
                layers += _layer(width, width, 1)
            before = width
        self.layers = nn.Sequential(*layers)
        self.judge = nn.Linear(2 * before, 1)

    def logit(self, pictures: Tensor) -> Tensor:
        """Log-odds, (n, 1)."""
        seen = self.layers(pictures / 127.5 - 1)
        pooled = torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1)
        out: Tensor = self.judge(pooled)
        return out

    def forward(self, pictures: Tensor) -> Tensor:
        """Probability, (n, 1)."""
        return torch.sigmoid(self.logit(pictures))


def _layer(before: int, after: int, stride: int) -> list[nn.Module]:
    convolution = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return [convolution, nn.BatchNorm2d(after), nn.ReLU()]


def tensor(pictures: np.ndarray) -> Tensor:
    """As the network takes them."""
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float()


def split(path: Path) -> tuple[Material, Material]:
    """Material for training and for validation."""
    held = np.load(path)
    empty = [held[name] for name in held.files if name.startswith("empty_")]
    empty = [e for e in empty if (e.max(axis=2) == 0).mean() < MOST_PAINTED]
    aside = np.arange(len(held["portraits"])) % HELD_OUT_EVERY == 0
    parts = []
    for chosen, rest in ((~aside, False), (aside, True)):
        own = [e for i, e in enumerate(empty) if (i % HELD_OUT_EVERY == 0) == rest]
        parts.append(Material(held["portraits"][chosen], held["points"][chosen], own))
    return parts[0], parts[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("material", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--start", type=Path, help="a checkpoint (.pt) to go on from")
    parser.add_argument("--rate", type=float, default=3e-3)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    train, aside = split(args.material)
    network = Near()
    if args.start is not None:
        network.load_state_dict(torch.load(args.start))
        rng = np.random.default_rng(SEED + 2)
    optimiser = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=1e-2)
    start, run = time.process_time(), 0.0
    for step in range(args.steps):
        network.train()
        for group in optimiser.param_groups:
            warm = min(1.0, (step + 1) / 100)
            group["lr"] = args.rate * warm * (1 + math.cos(math.pi * step / args.steps)) / 2
        pictures, labels = drawn(train, BATCH, rng)
        loss = nn.functional.binary_cross_entropy_with_logits(
            network.logit(tensor(pictures))[:, 0], torch.from_numpy(labels).float()
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run += (loss.item() - run) / min(step + 1, 100)
        if step % 100 == 99:
            spent = time.process_time() - start
            _log.info("step %d: loss %.4f, %.0f CPU-s", step + 1, run, spent)
        if step % 400 == 399 or step + 1 == args.steps:
            validate(network, aside)
            torch.save(network.state_dict(), args.out.with_suffix(".pt"))
    write(network, args.out)


def validate(network: Near, aside: Material) -> None:
    """Say how many near faces are found where one of a hundred or a thousand others is."""
    rng = np.random.default_rng(SEED + 1)
    network.eval()
    scores, labels = [], []
    with torch.no_grad():
        for _ in range(40):
            pictures, near = drawn(aside, BATCH, rng)
            scores.append(network.logit(tensor(pictures))[:, 0].numpy())
            labels.append(near)
    score, label = np.concatenate(scores), np.concatenate(labels).astype(bool)
    for share in (0.01, 0.001):
        least = np.quantile(score[~label], 1 - share)
        _log.info(
            "one of %.0f false from log-odds %.2f: %.3f found",
            1 / share, least, (score[label] > least).mean(),
        )  # fmt: skip


def write(network: Near, out: Path) -> None:
    """Write the ONNX file: batch, height and width free, weights in half precision."""
    torch.onnx.export(
        network.eval(),
        (torch.rand(1, 3, 96, 64) * 255,),
        str(out),
        input_names=["picture"],
        output_names=["near"],
        dynamic_axes={"picture": {0: "batch", 2: "height", 3: "width"}, "near": {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(out)
    halve(model.graph)
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
