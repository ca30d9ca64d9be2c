"""Train the head check and write its ONNX file; goes on where an earlier run ended.

    python training/headcheck.py CANDIDATES.npz OUT.onnx --epochs 30 --held HELD.npz

CANDIDATES is what ``candidates.py`` made of its part ``train``, HELD of ``held``. The latter are
only measured on.
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
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

SEED = 60
CROP_PX = 48
"""As ``efface.detect.headcheck.CROP_PX``."""
CHANNELS = (20, 40, 56, 72)
BATCH = 96
RATE = 3e-3
DECAY = 0.02
SMOOTHED = 0.02
"""Labels are so far from 0 and 1: some faces cannot be seen by anybody."""

_log = logging.getLogger("training")


class HeadCheck(nn.Module):
    """From crops of 48 x 48 pixels to the log-odds of a face in the middle."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = CHANNELS
        self.looks = nn.Sequential(
            *_layer(3, a, 2),
            *_layer(a, b, 2),
            *_layer(b, c, 1),
            *_layer(c, d, 2),
            *_layer(d, d, 1),
            nn.Conv2d(d, 24, 1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.says = nn.Sequential(nn.Linear(24 * 36, 48), nn.ReLU(), nn.Linear(48, 1))

    def forward(self, crops: Tensor) -> Tensor:
        """
        Args:
            crops: RGB, 0 to 255, shape (n, 3, 48, 48).
        """
        # Contrast and brightness of each crop count for nothing.
        middle = crops.mean(dim=(1, 2, 3), keepdim=True)
        spread = (crops - middle).square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        return self.says(self.looks((crops - middle) / (spread + 8)))[:, 0]


class Strip(nn.Module):
    """The same on crops below each other in one picture, as the package hands them over."""

    def __init__(self, net: HeadCheck) -> None:
        super().__init__()
        self.net = net

    def forward(self, strip: Tensor) -> Tensor:
        """
        Args:
            strip: shape (1, 3, 48 n, 48).
        """
        crops = strip[0].reshape(3, -1, CROP_PX, CROP_PX).permute(1, 0, 2, 3)
        return self.net(crops)


def _layer(before: int, after: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def moved(crops: Tensor, rng: torch.Generator) -> Tensor:
    """Kept crops as the network sees them: a little moved, scaled, turned, mirrored, relit."""
    n, side = len(crops), crops.shape[-1]

    def uniform(low: float, high: float) -> Tensor:
        return torch.empty(n).uniform_(low, high, generator=rng)

    angle, scale = uniform(-0.2, 0.2), uniform(0.85, 1.18) * CROP_PX / side
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.stack([cosine * mirror, -sine, uniform(-0.08, 0.08)], 1)
    columns = torch.stack([sine * mirror, cosine, uniform(-0.08, 0.08)], 1)
    grid = functional.affine_grid(
        torch.stack([rows, columns], 1), [n, 3, CROP_PX, CROP_PX], align_corners=False
    )
    seen = functional.grid_sample(crops, grid, padding_mode="border", align_corners=False)
    gain = uniform(0.6, 1.3)[:, None, None, None] * torch.empty(n, 3, 1, 1).uniform_(
        0.9, 1.1, generator=rng
    )
    noise = (
        torch.randn(seen.shape, generator=rng) * uniform(0, 10).clamp(min=0)[:, None, None, None]
    )
    return (seen * gain + noise).clamp(0, 255)


def examples(path: Path) -> tuple[Tensor, Tensor]:
    """Crops as stored, uint8, and labels; faces also where no detector saw them."""
    data = np.load(path)
    use = data["labels"] >= 0
    crops = np.concatenate([data["crops"][use], data["true_crops"]])
    labels = np.concatenate([data["labels"][use], np.ones(len(data["true_crops"]))])
    return torch.from_numpy(crops), torch.from_numpy(labels.astype(np.float32))


def middle(crops: NDArray[np.uint8]) -> Tensor:
    """What the network sees of kept crops."""
    edge = (crops.shape[1] - CROP_PX) // 2
    cut = crops[:, edge : edge + CROP_PX, edge : edge + CROP_PX]
    return torch.from_numpy(cut.copy()).permute(0, 3, 1, 2).float()


@torch.no_grad()
def measured(net: HeadCheck, path: Path) -> str:
    """How well it tells what the detectors saw apart."""
    data = np.load(path)
    net.eval()
    use = data["labels"] >= 0
    odds = torch.cat([net(part) for part in middle(data["crops"][use]).split(256)]).numpy()
    labels = data["labels"][use]
    order = np.argsort(odds)
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order))
    faces, others = (labels == 1).sum(), (labels == 0).sum()
    area = (ranks[labels == 1].sum() - faces * (faces - 1) / 2) / (faces * others)
    at = np.sort(odds[labels == 0])[[int(others * 0.9), int(others * 0.98)]]
    hits = [float((odds[labels == 1] > limit).mean()) for limit in at]
    return (
        f"area {area:.4f}; faces passed with 10 % of others {hits[0]:.3f}, with 2 % {hits[1]:.3f}"
    )


def write(net: HeadCheck, out: Path) -> None:
    """As ONNX, of any number of crops, its weights in half precision."""
    torch.onnx.export(
        Strip(net).eval(),
        (torch.zeros(1, 3, 2 * CROP_PX, CROP_PX),),
        str(out),
        input_names=["crops"],
        output_names=["odds"],
        dynamic_axes={"crops": {2: "rows"}, "odds": {0: "crops"}},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(out)
    halve(model.graph)
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString(deterministic=True))


def main() -> None:
    """Train, measure, write."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("candidates", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--held", type=Path)
    parser.add_argument("--start", type=Path, help="a checkpoint whose weights to begin with")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    rng = torch.Generator().manual_seed(SEED)
    net = HeadCheck()
    crops, labels = examples(args.candidates)
    _log.info("%d faces, %d others", int(labels.sum()), int((1 - labels).sum()))
    steps = len(crops) // BATCH
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    checkpoint, first = args.out.with_suffix(".pt"), 0
    if args.start and not checkpoint.exists():
        net.load_state_dict(torch.load(args.start, weights_only=False)["net"])
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        rng.set_state(kept["rng"])
        first = kept["epoch"]
    for epoch in range(first, args.epochs):
        start, total = time.process_time(), 0.0
        net.train()
        order = torch.randperm(len(crops), generator=rng)
        for step in range(steps):
            at = (epoch + step / steps) / args.epochs
            warm = min(1.0, (epoch * steps + step + 1) / 100)
            for group in optimiser.param_groups:
                group["lr"] = RATE * warm * (0.5 + 0.5 * math.cos(math.pi * at))
            which = order[step * BATCH : (step + 1) * BATCH]
            seen = moved(crops[which].permute(0, 3, 1, 2).float(), rng)
            wanted = labels[which] * (1 - 2 * SMOOTHED) + SMOOTHED
            loss = functional.binary_cross_entropy_with_logits(net(seen), wanted)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach())
        spent = time.process_time() - start
        said = measured(net, args.held) if args.held else ""
        _log.info("epoch %d: loss %.4f, %.0f CPU-s; %s", epoch + 1, total / steps, spent, said)
        torch.save(
            {
                "net": net.state_dict(),
                "optimiser": optimiser.state_dict(),
                "rng": rng.get_state(),
                "epoch": epoch + 1,
            },
            checkpoint,
        )
    write(net, args.out)


if __name__ == "__main__":
    main()
