"""Train the head check and write its ONNX file; goes on where an earlier run ended.

    python training/headcheck.py CANDIDATES.npz FIXED.onnx --epochs 2 --fixed --crops 24000 --seed 5
    python training/headcheck.py CANDIDATES.npz OUT.onnx --epochs 5 --held HELD.npz \\
        --beside FIXED.pt

CANDIDATES is what ``candidates.py`` made of its part ``train``, HELD of ``held``. The latter are
only measured on. It begins with the first layers of CenterFace, as the package carries it: they
were trained on photographs. Its very first layers stay as they are; with ``--fixed`` the next ones
stay, too. ``--beside`` writes the mean of the one that is trained and of another.
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
from backbone import Backbone
from export import OPSET, halve
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

SEED = 61
CROP_PX = 64
"""As ``efface.detect.headcheck.CROP_PX``."""
CENTERFACE = Path(__file__).resolve().parents[1] / "src" / "efface" / "weights" / "centerface.onnx"
BEGIN, KEPT, TRAINED = "input.1", "413", "474"
"""Values of its graph: the picture, 32 channels at an eighth of its size, 96 at a sixteenth."""
BATCH = 128
RATE = 2e-3
RATE_SEEN = 4e-4
"""Of the layers that come from CenterFace."""
VIEWS = 2
"""How often each crop is looked at, each time moved about anew."""
DECAY = 0.03
SMOOTHED = 0.02
"""Labels are so far from 0 and 1: some faces cannot be seen by anybody."""

_log = logging.getLogger("training")


class HeadCheck(nn.Module):
    """From crops of 64 x 64 pixels to the log-odds of a face in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Backbone(CENTERFACE, BEGIN, (KEPT,))
        self.then = Backbone(CENTERFACE, KEPT, (TRAINED,))
        self.first.requires_grad_(False)
        self.near = nn.Sequential(*_layer(32, 48, 2))
        self.both = nn.Sequential(*_layer(48 + 96, 64, 1), nn.Flatten(), nn.Dropout(0.3))
        self.says = nn.Sequential(nn.Linear(64 * 16, 48), nn.ReLU(), nn.Linear(48, 1))

    def forward(self, crops: Tensor) -> Tensor:
        """
        Args:
            crops: RGB, 0 to 255, shape (n, 3, 64, 64).
        """
        return self.judged(self.first(crops)[0])

    def judged(self, near: Tensor) -> Tensor:
        """
        Args:
            near: what the first layers make of crops, shape (n, 32, 8, 8).
        """
        (far,) = self.then(near)
        return self.says(self.both(torch.cat([self.near(near), far], 1)))[:, 0]


class Pair(nn.Module):
    """The mean of two that have their first layers in common."""

    def __init__(self, one: HeadCheck, other: HeadCheck) -> None:
        super().__init__()
        self.one, self.other = one, other

    def forward(self, crops: Tensor) -> Tensor:
        """As ``HeadCheck.forward``."""
        (near,) = self.one.first(crops)
        return (self.one.judged(near) + self.other.judged(near)) / 2


class Strip(nn.Module):
    """The same on crops below each other in one picture, as the package hands them over."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, strip: Tensor) -> Tensor:
        """
        Args:
            strip: shape (1, 3, 64 n, 64).
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
    crops = np.concatenate([data["crops"][use], data["true_crops"], data["other_crops"][::2]])
    labels = np.concatenate(
        [
            data["labels"][use],
            np.ones(len(data["true_crops"])),
            np.zeros(len(data["other_crops"][::2])),
        ]
    )
    return torch.from_numpy(crops), torch.from_numpy(labels.astype(np.float32))


@torch.no_grad()
def seen(net: HeadCheck, crops: Tensor, rng: torch.Generator) -> Tensor:
    """What the first layers make of crops, each a little moved, shape (n, 32, 8, 8)."""
    out = []
    for part in crops.split(256):
        now = moved(part.permute(0, 3, 1, 2).float(), rng)
        with torch.autocast("cpu", torch.bfloat16):
            out.append(net.first(now.contiguous(memory_format=torch.channels_last))[0].bfloat16())
    return torch.cat(out)


def middle(crops: NDArray[np.uint8]) -> Tensor:
    """What the network sees of kept crops."""
    edge = (crops.shape[1] - CROP_PX) // 2
    cut = crops[:, edge : edge + CROP_PX, edge : edge + CROP_PX]
    return torch.from_numpy(cut.copy()).permute(0, 3, 1, 2).float()


@torch.no_grad()
def measured(net: nn.Module, path: Path) -> str:
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


def write(net: nn.Module, out: Path) -> None:
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


def optimiser_of(net: HeadCheck, *, fixed: bool) -> torch.optim.AdamW:
    """Own layers, and, unless ``fixed``, those of CenterFace that are trained, more slowly."""
    own = [p for part in (net.near, net.both, net.says) for p in part.parameters()]
    groups = [{"params": own, "first": RATE}]
    net.then.requires_grad_(not fixed)
    if not fixed:
        groups.append({"params": list(net.then.parameters()), "first": RATE_SEEN})
    return torch.optim.AdamW(groups, weight_decay=DECAY)


def epoch_of(
    net: HeadCheck,
    optimiser: torch.optim.AdamW,
    view: Tensor,
    labels: Tensor,
    *,
    order: Tensor,
    part: tuple[int, int],
) -> float:
    """Learn from every crop once, as one view shows it; returns the mean loss.

    Args:
        part: which epoch of how many.
    """
    epoch, epochs = part
    steps, total = len(order) // BATCH, 0.0
    net.train()
    for step in range(steps):
        at = (epoch + step / steps) / epochs
        warm = min(1.0, (epoch * steps + step + 1) / 100)
        for group in optimiser.param_groups:
            group["lr"] = group["first"] * warm * (0.5 + 0.5 * math.cos(math.pi * at))
        which = order[step * BATCH : (step + 1) * BATCH]
        wanted = labels[which] * (1 - 2 * SMOOTHED) + SMOOTHED
        with torch.autocast("cpu", torch.bfloat16):
            odds = net.judged(view[which].contiguous(memory_format=torch.channels_last))
        loss = functional.binary_cross_entropy_with_logits(odds.float(), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
    return total / steps


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("candidates", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--held", type=Path)
    parser.add_argument("--fixed", action="store_true", help="keep all of CenterFace's layers")
    parser.add_argument("--crops", type=int, help="learn from so many, drawn by lot, seen once")
    parser.add_argument("--beside", type=Path, help="checkpoint of another: write the mean of both")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Train, measure, write."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args = parsed()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = torch.Generator().manual_seed(args.seed)
    net = HeadCheck()
    crops, labels = examples(args.candidates)
    if args.crops:
        drawn = torch.randperm(len(crops), generator=rng)[: args.crops]
        crops, labels = crops[drawn], labels[drawn]
    _log.info("%d faces, %d others", int(labels.sum()), int((1 - labels).sum()))
    optimiser = optimiser_of(net, fixed=args.fixed)
    net = net.to(memory_format=torch.channels_last)
    checkpoint, first = args.out.with_suffix(".pt"), 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        rng.set_state(kept["rng"])
        first = kept["epoch"]
    views = [seen(net, crops, rng) for _ in range(1 if args.crops else VIEWS)]
    for epoch in range(first, args.epochs):
        start = time.process_time()
        order = torch.randperm(len(crops), generator=rng)
        view, part = views[epoch % len(views)], (epoch, args.epochs)
        loss = epoch_of(net, optimiser, view, labels, order=order, part=part)
        spent = time.process_time() - start
        said = measured(net, args.held) if args.held else ""
        _log.info("epoch %d: loss %.4f, %.0f CPU-s; %s", epoch + 1, loss, spent, said)
        states = {"net": net.state_dict(), "optimiser": optimiser.state_dict()}
        torch.save({**states, "rng": rng.get_state(), "epoch": epoch + 1}, checkpoint)
    if not args.beside:
        write(net, args.out)
        return
    other = HeadCheck()
    other.load_state_dict(torch.load(args.beside, weights_only=False)["net"])
    pair = Pair(net, other)
    if args.held:
        _log.info("both: %s", measured(pair, args.held))
    write(pair, args.out)


if __name__ == "__main__":
    main()
