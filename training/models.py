"""The two networks, in PyTorch; only their ONNX files go into the package."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from efface.attack.operator import KINDS
from efface.attack.operators.condition import CONDITION_SIZE

TOLD = 64
"""Width of what is made of the condition before it scales and shifts features."""


FEATURES = 320
"""Width of what the adapted attacker's heads go by."""


JOINT = 256
"""Width of the layer that joins features and views."""

VIEW = 5.0
"""Makes templates' deviations from their mean about as large as features."""


LOSES = {"gaussian": 1.0, "box": 0.29, "median": 0.29, "mosaic": 1.0, "sampled-mosaic": 1.0}
"""How much a redaction takes, in its sizes: the deviation of a window is .29 of its side."""

ALL = 0.06
NOTHING = 0.09
"""In face widths: up to the first, the recogniser's own view counts as much as what the network
found; from the second on not at all. Chosen on people 101 to 125 of CFP."""


class Told(nn.Module):
    """The condition, as scale and shift of some features (FiLM, Perez et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.line = nn.Linear(TOLD, 2 * channels)
        nn.init.zeros_(self.line.weight)
        nn.init.zeros_(self.line.bias)

    def forward(self, features: Tensor, told: Tensor) -> Tensor:
        scale, shift = self.line(told)[:, :, None, None].chunk(2, dim=1)
        return features * (1 + scale) + shift


class Block(nn.Module):
    """Two convolutions around a condition, with a short cut."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.told = Told(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.short: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, features: Tensor, told: Tensor) -> Tensor:
        inner = functional.silu(self.told(self.first_norm(self.first(features)), told))
        return functional.silu(self.second_norm(self.second(inner)) + self.short(features))


def condition_layers() -> nn.Sequential:
    """From the condition to what the blocks are told."""
    return nn.Sequential(
        nn.Linear(CONDITION_SIZE, TOLD), nn.SiLU(), nn.Linear(TOLD, TOLD), nn.SiLU()
    )


class Adapted(nn.Module):
    """From a redacted face (4, 64, 64) and its condition to the clear face's templates."""

    def __init__(self, means: Mapping[str, Tensor]) -> None:
        """
        Args:
            means: by recogniser, the mean of the clear templates: where predictions start.
        """
        super().__init__()
        self.told = condition_layers()
        self.stem = nn.Sequential(
            nn.Conv2d(4, 32, 5, 2, 2, bias=False), nn.BatchNorm2d(32), nn.SiLU()
        )
        self.blocks = nn.ModuleList(
            [
                Block(32, 64, 2),
                Block(64, 64),
                Block(64, 128, 2),
                Block(128, 128),
                Block(128, 128, 2),
            ]
        )
        self.narrow = nn.Sequential(
            nn.Conv2d(128, 64, 1, bias=False), nn.BatchNorm2d(64), nn.SiLU()
        )
        self.wide = nn.Linear(64 * 16, FEATURES)
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleDict({n: nn.Linear(FEATURES, m.shape[0]) for n, m in means.items()})
        for name, mean in means.items():
            self.register_buffer(f"mean_{name}", mean.clone())
            nn.init.normal_(self.heads[name].weight, std=0.002)
            nn.init.zeros_(self.heads[name].bias)

    def features(self, pixels: Tensor, condition: Tensor) -> Tensor:
        """What the heads go by, shape (n, FEATURES)."""
        told = self.told(condition)
        features = self.stem(pixels - 0.5)
        for block in self.blocks:
            features = block(features, told)
        return functional.silu(self.wide(self.narrow(features).flatten(1)))

    def forward(self, pixels: Tensor, condition: Tensor) -> dict[str, Tensor]:
        found = self.drop(self.features(pixels, condition))
        return {
            name: functional.normalize(
                getattr(self, f"mean_{name}") + head(found).float(), dim=1, eps=1e-6
            )
            for name, head in self.heads.items()
        }


class Stacked(nn.Module):
    """The adapted attacker as it ships: its features, and the recognisers' own view of the face.

    What it gives for a recogniser is a direction: where the clear template lies from the mean of
    all. The template of the redacted face is turned by a matrix that starts as the identity, let
    through as far as the condition says, and corrected from all that is known. What sets generated
    portraits apart from photographs, on average, is taken off.
    """

    def __init__(
        self,
        trunk: Adapted,
        views: Mapping[str, Tensor],
        away: Mapping[str, Tensor],
    ) -> None:
        """
        Args:
            trunk: does not learn any more.
            views: by recogniser whose template of the redacted face is given, the mean of those.
            away: by recogniser to predict, directions that are taken off, orthonormal rows.
        """
        super().__init__()
        self.trunk = trunk.requires_grad_(False)
        self.names = list(away)
        self.viewed = list(views)
        sizes = [len(mean) for mean in views.values()]
        self.joint = nn.Linear(FEATURES + CONDITION_SIZE + sum(sizes), JOINT)
        self.drop = nn.Dropout(0.3)
        self.gates = nn.Sequential(
            nn.Linear(CONDITION_SIZE, 32), nn.SiLU(), nn.Linear(32, len(sizes))
        )
        self.turns = nn.ModuleList(nn.Linear(size, size) for size in sizes)
        self.heads = nn.ModuleList(nn.Linear(JOINT, a.shape[1]) for a in away.values())
        self.register_buffer("loses", torch.tensor([LOSES.get(kind, 0.0) for kind in KINDS]))
        self.register_buffer("usual", torch.cat(list(views.values())))
        for name, rows in away.items():
            self.register_buffer(f"away_{name}", rows.clone())
        for turn in self.turns:
            nn.init.eye_(turn.weight)
            nn.init.zeros_(turn.bias)
        for head in self.heads:
            nn.init.normal_(head.weight, std=0.002)
            nn.init.zeros_(head.bias)

    def last(self, features: Tensor, condition: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """Directions from the trunk's features and the recognisers' views, side by side."""
        off = seen - self.usual
        known = torch.cat([features, condition, off * VIEW], dim=1)
        found = self.drop(functional.silu(self.joint(known)))
        gates = torch.sigmoid(self.gates(condition))
        views = dict(zip(self.viewed, off.split([len(t.bias) for t in self.turns], 1), strict=True))
        out = {}
        for name, head in zip(self.names, self.heads, strict=True):
            guess = head(found)
            if name in views:
                place = self.viewed.index(name)
                guess = guess + gates[:, place : place + 1] * self.turns[place](views[name])
            away = getattr(self, f"away_{name}")
            out[name] = functional.normalize(guess - guess @ away.T @ away, dim=1, eps=1e-6)
        return out

    def forward(self, pixels: Tensor, condition: Tensor, seen: Tensor) -> dict[str, Tensor]:
        """As ``last``, and where little is lost, half of it what the recogniser itself sees."""
        out = self.last(self.trunk.features(pixels, condition), condition, seen)
        kinds, size = condition[:, : len(KINDS)], (4 * math.log(2) * condition[:, len(KINDS)]).exp()
        lost = (kinds * self.loses).sum(1) * size
        share = ((NOTHING - lost) / (NOTHING - ALL)).clamp(0, 1) * (lost > 0)
        off = seen - self.usual
        views = off.split([len(t.bias) for t in self.turns], 1)
        for name, view in zip(self.viewed, views, strict=True):
            away = getattr(self, f"away_{name}")
            plain = functional.normalize(view - view @ away.T @ away, dim=1, eps=1e-6)
            out[name] = functional.normalize(out[name] + share[:, None] * plain, dim=1, eps=1e-6)
        return out


class Inverter(nn.Module):
    """From a redacted face (4, 96, 96) and its condition to the clear face (3, 96, 96).

    A U-Net (Ronneberger et al. 2015) that works on 2 x 2 pixels at a time and adds what it finds to
    the redacted face.
    """

    def __init__(self, widths: tuple[int, ...] = (32, 64, 112, 144)) -> None:
        super().__init__()
        self.told = condition_layers()
        self.fold = nn.PixelUnshuffle(2)
        self.stem = nn.Conv2d(16, widths[0], 3, 1, 1)
        self.down = nn.ModuleList(Block(a, b, 2) for a, b in pairwise(widths))
        self.across = nn.ModuleList(Block(w, w) for w in widths[1:])
        self.bottom = nn.Sequential(
            nn.Conv2d(widths[-1], 32, 1),
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(32 * 36, 128),
            nn.SiLU(),
        )
        self.spread = nn.Linear(128, widths[-1] * 36)
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.join = nn.ModuleList(Block(w, w) for w in widths[:-1])
        self.out = nn.Conv2d(widths[0], 12, 3, 1, 1)
        self.unfold = nn.PixelShuffle(2)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, pixels: Tensor, condition: Tensor) -> Tensor:
        told = self.told(condition)
        features = functional.silu(self.stem(self.fold(pixels - 0.5)))
        kept = []
        for down, across in zip(self.down, self.across, strict=True):
            kept.append(features)
            features = across(down(features, told), told)
        whole = self.spread(self.bottom(features))
        features = features + whole.view(-1, features.shape[1], 6, 6)
        for up, join, skip in zip(
            reversed(self.up), reversed(self.join), reversed(kept), strict=True
        ):
            wider = functional.interpolate(up(features), scale_factor=2.0, mode="nearest")
            features = join(wider + skip, told)
        return pixels[:, :3] + self.unfold(self.out(features)).float()
