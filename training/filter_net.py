"""Train the network that names the filter a zone went through, and write its ONNX file.

python training/filter_net.py OUT.onnx CASES.npz... --held HELD.npz --epochs 12

CASES are written by ``filter_cases.py``. It goes on where it was stopped (``OUT.pt``).
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from export import export
from torch import Tensor, nn
from torch.nn import functional

KINDS = 5
STRONG = (1, 2, 3)
"""Kinds that have a width: Gaussian, box, median."""

WIDTHS = (32, 48, 64)
"""Channels at half, quarter and eighth size; pixels go in by four."""

BATCH = 128
SEED = 3
_log = logging.getLogger("training")
FAINT = 6.0
"""Steps of 255: a second look at faint slopes."""


class FilterNet(nn.Module):
    """What ``efface.advise.filter_net.views`` makes, to log-odds of the kinds, and of each filter
    the logarithm of its width over the zone's and how far that may be off (Laplace, logarithm).

    In: whole (n, 64, 64), close (n, 48, 48), sizes (n, 3). Out: (n, 5 + 2 * 3).
    """

    def __init__(self) -> None:
        super().__init__()
        self.whole = _tower()
        self.close = _tower()
        seen = 2 * 2 * WIDTHS[-1] + 3
        self.judge = nn.Sequential(
            nn.Linear(seen, 96), nn.GELU(), nn.Dropout(0.1), nn.Linear(96, KINDS + 2 * len(STRONG))
        )

    def forward(self, whole: Tensor, close: Tensor, sizes: Tensor) -> Tensor:
        """See the class."""
        parts = [_pooled(self.whole, whole), _pooled(self.close, close), (sizes - 3.5) / 1.5]
        out: Tensor = self.judge(torch.cat(parts, dim=1))
        return out


def _tower() -> nn.Sequential:
    layers: list[nn.Module] = [nn.PixelUnshuffle(2)]
    before = 3 * 4
    for turn, after in enumerate(WIDTHS):
        layers += _layer(before, after, 1 if turn == 0 else 2)
        layers += _layer(after, after, 1)
        before = after
    return nn.Sequential(*layers)


def _layer(before: int, after: int, stride: int) -> list[nn.Module]:
    convolution = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return [convolution, nn.BatchNorm2d(after), nn.ReLU()]


def _pooled(tower: nn.Module, luma: Tensor) -> Tensor:
    """The zone as it is, its faint slopes alone, and its second differences."""
    own = luma[:, None]
    second = 4 * own - sum(torch.roll(own, by, dims) for by in (1, -1) for dims in (2, 3))
    three = torch.cat([own / 48, torch.tanh(own / FAINT), torch.tanh(second / FAINT)], dim=1)
    seen = tower(three.contiguous(memory_format=torch.channels_last))
    return torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1)


def loss_of(said: Tensor, kind: Tensor, strength: Tensor) -> Tensor:
    """Cross-entropy of the kind, and of the true filter's width a Laplace likelihood."""
    named = functional.cross_entropy(said[:, :KINDS], kind)
    wide = torch.zeros(())
    for turn, number in enumerate(STRONG):
        of_it = kind == number
        if of_it.any():
            middle, spread = said[of_it, KINDS + 2 * turn], said[of_it, KINDS + 2 * turn + 1]
            off = (strength[of_it] - middle).abs()
            wide = wide + (off * torch.exp(-spread) + spread).sum()
    return named + wide / len(kind)


class Cases:
    """Zones on disk."""

    def __init__(self, paths: list[Path]) -> None:
        held = [np.load(path) for path in paths]
        parts = {
            name: np.concatenate([h[name] for h in held])
            for name in ("whole", "close", "sizes", "kind", "strength")
        }
        self.whole, self.close = (torch.from_numpy(parts[n]) for n in ("whole", "close"))
        self.sizes, self.strength = (torch.from_numpy(parts[n]) for n in ("sizes", "strength"))
        self.kind = torch.from_numpy(parts["kind"].astype(np.int64))

    def batches(self, rng: np.random.Generator | None) -> Iterator[tuple[Tensor, ...]]:
        """In a random order, mirrored and lit at random; in order without a generator."""
        order = np.arange(len(self.kind)) if rng is None else rng.permutation(len(self.kind))
        for start in range(0, len(order), BATCH):
            chosen = torch.from_numpy(order[start : start + BATCH])
            whole, close = self.whole[chosen].float(), self.close[chosen].float()
            if rng is not None:
                if rng.random() < 0.5:
                    whole, close = whole.flip(2), close.flip(2)
                light = torch.from_numpy(np.exp(rng.normal(0, 0.3, len(chosen)))).float()
                whole, close = whole * light[:, None, None], close * light[:, None, None]
            sizes = self.sizes[chosen].clone()
            if rng is not None:  # the face's width is a guess where only a zone is seen
                sizes[:, 2] += torch.from_numpy(rng.normal(0, 0.2, len(chosen))).float()
            yield whole, close, sizes, self.kind[chosen], self.strength[chosen]


def main() -> None:
    """Train, print the held-out score after each round, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--held", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.manual_seed(SEED)
    torch.set_num_threads(args.threads)
    net = FilterNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    best = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.02)
    cases, held, kept = Cases(args.cases), Cases([args.held]), args.out.with_suffix(".pt")
    first = 0
    if kept.exists():
        state = torch.load(kept)
        net.load_state_dict(state["net"])
        best.load_state_dict(state["best"])
        first = state["epoch"]
    rounds = math.ceil(len(cases.kind) / BATCH)
    for epoch in range(first, args.epochs):
        start, cost = time.process_time(), 0.0
        net.train()
        for turn, (*seen, kind, strength) in enumerate(
            cases.batches(np.random.default_rng([SEED, epoch]))
        ):
            done = (epoch + turn / rounds) / args.epochs
            for group in best.param_groups:
                group["lr"] = (
                    args.rate * min(1.0, 20 * done + 0.05) * (0.5 + 0.5 * math.cos(math.pi * done))
                )
            with torch.autocast("cpu", torch.bfloat16):
                said = net(*seen).float()
            loss = loss_of(said, kind, strength)
            best.zero_grad()
            loss.backward()
            best.step()
            cost += float(loss.detach())
        spent = time.process_time() - start
        _log.info("%d %.3f %s %.0f s", epoch, cost / rounds, score(net, held), spent)
        torch.save({"net": net.state_dict(), "best": best.state_dict(), "epoch": epoch + 1}, kept)
    inputs = {"whole": (2, 64, 64), "close": (2, 48, 48), "sizes": (2, 3)}
    export(net.eval(), inputs, ["said"], args.out)


@torch.no_grad()
def score(net: FilterNet, held: Cases) -> str:
    """Loss, kinds named rightly, and widths within 15 %, of each filter."""
    net.eval()
    said, kind, strength = [], [], []
    for *seen, k, s in held.batches(None):
        said.append(net(*seen))
        kind.append(k)
        strength.append(s)
    out, kinds, widths = torch.cat(said), torch.cat(kind), torch.cat(strength)
    right = out[:, :KINDS].argmax(dim=1) == kinds
    parts = [f"{float(loss_of(out, kinds, widths)):.3f}"]
    for number in range(KINDS):
        of_it = kinds == number
        part = f"{float(right[of_it].float().mean()):.2f}"
        if number in STRONG:
            off = (out[of_it, KINDS + 2 * STRONG.index(number)] - widths[of_it]).exp() - 1
            part += f"/{float((off.abs() <= 0.15).float().mean()):.2f}"
        parts.append(part)
    return " ".join(parts)


if __name__ == "__main__":
    main()
