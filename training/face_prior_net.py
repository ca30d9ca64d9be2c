"""The face prior's network, in PyTorch: a U-Net that says what a noisy aligned face shows.

Like ``prior_net`` it works on patches and gives the clear picture (Li and He 2025). It begins
from the clear picture that would be expected if faces were normal (a mean, ``AXES`` principal axes
and the same variance in all other directions), which is linear and known without training, and
learns what is to be added. What comes up from a coarser level is added to what went down, which
costs half of joining them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from efface.attack.diffusion.interface import FACE_PX

PATCH = 2
COLOURS = 3
WAVES = 32
TOLD = 192
HEAD = 32
"""Channels of one head of attention."""
AXES = 256


class NormalFaces(nn.Module):
    """Faces as if they were normal: E[x | t x + (1 - t) noise]."""

    def __init__(self, size: int) -> None:
        """
        Args:
            size: numbers of a picture.
        """
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("axes", torch.zeros(AXES, size))
        self.register_buffer("powers", torch.ones(AXES))
        self.register_buffer("rest", torch.ones(1))

    def fit(self, faces: Tensor) -> None:
        """Take mean, axes and variances from faces, shape (n, 3, side, side)."""
        rows = faces.flatten(1)
        self.mean = rows.mean(0)
        off = rows - self.mean
        _, scales, axes = torch.svd_lowrank(off, AXES, niter=3)
        self.axes, self.powers = axes.T.contiguous(), scales.square() / len(rows)
        left = off.square().sum() / len(rows) - self.powers.sum()
        self.rest = (left / (rows.shape[1] - AXES)).reshape(1)

    def forward(self, picture: Tensor, time: Tensor) -> Tensor:
        t, variances = time, torch.cat([self.powers, self.rest])[None]
        gains = t * variances / (t * t * variances + (1 - t) ** 2)
        off = picture.flatten(1) - t * self.mean
        along = (gains[:, :-1] - gains[:, -1:]) * (self.axes @ off.T).T
        return (self.mean + gains[:, -1:] * off + along @ self.axes).reshape(picture.shape)


class Norm(nn.Module):
    """Over the channels of each place: on a processor many times as quick as over groups."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        places = x.permute(0, 2, 3, 1)
        normed = functional.layer_norm(places, (len(self.weight),), self.weight, self.bias)
        return normed.permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two convolutions, scaled and shifted by what is told."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = Norm(channels), nn.Conv2d(channels, channels, 3, padding=1)
        self.told = nn.Conv2d(TOLD, 2 * channels, 1)
        self.norm2, self.conv2 = Norm(channels), nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        h = self.conv1(functional.silu(self.norm1(x)))
        scale, shift = self.told(told).chunk(2, dim=1)
        return x + self.conv2(functional.silu(self.norm2(h) * (1 + scale) + shift))


class Attention(nn.Module):
    """Every place looks at every other."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = channels // HEAD
        self.norm = Norm(channels)
        self.ask = nn.Conv2d(channels, 3 * channels, 1)
        self.give = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.give.weight)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        q, k, v = self.ask(self.norm(x)).reshape(n, 3, self.heads, HEAD, h * w).unbind(1)
        weights = (q.transpose(-1, -2) @ k / math.sqrt(HEAD)).softmax(dim=-1)
        return x + self.give((v @ weights.transpose(-1, -2)).reshape(n, c, h, w))


class FacePrior(nn.Module):
    """From an aligned face between noise and picture to the picture."""

    def __init__(self, widths: tuple[int, ...], blocks: int, looks: int, side: int) -> None:
        """
        Args:
            widths: channels at each level; the picture halves from one to the next.
            blocks: a level, going down and going up.
            looks: levels, from the coarsest on, at which every place looks at every other.
            side: of the picture.
        """
        super().__init__()
        self.normal = NormalFaces(COLOURS * side**2)
        self.register_buffer("waves", torch.exp(torch.linspace(0, math.log(1000), WAVES)))
        self.time = nn.Conv2d(2 * WAVES, TOLD, 1)
        self.time2 = nn.Conv2d(TOLD, TOLD, 1)
        self.stem = nn.Conv2d(2 * COLOURS * PATCH**2, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.grow = nn.ModuleList(), nn.ModuleList()
        self.look = nn.ModuleList()
        for level, width in enumerate(widths):
            for way in (self.down, self.up):
                way.append(nn.ModuleList(Block(width) for _ in range(blocks)))
            far = level >= len(widths) - looks
            self.look.append(Attention(width) if far else nn.Identity())
            if level + 1 < len(widths):
                self.shrink.append(nn.Conv2d(width, widths[level + 1], 3, 2, 1))
                self.grow.append(nn.Conv2d(widths[level + 1], width, 1))
        self.norm = Norm(widths[0])
        self.out = nn.Conv2d(widths[0], COLOURS * PATCH**2, 3, padding=1)
        nn.init.zeros_(self.out.weight)

    def forward(self, picture: Tensor, time: Tensor) -> Tensor:
        """
        Args:
            picture: shape (n, 3, side, side).
            time: 0 noise to 1 picture, shape (n, 1).

        Returns:
            The clear picture, -1 to 1, of the same shape.
        """
        angles = time[:, :, None, None] * self.waves[None, :, None, None]  # type: ignore[index]
        told = self.time(torch.cat([angles.sin(), angles.cos()], dim=1))
        told = functional.silu(self.time2(functional.silu(told)))
        with torch.autocast("cpu", enabled=False):  # in half precision it would be worse than none
            begin = self.normal(picture, time)
        x = self.stem(functional.pixel_unshuffle(torch.cat([picture, begin], dim=1), PATCH))
        kept = []
        for level, blocks in enumerate(self.down):
            for block in blocks:  # type: ignore[union-attr]
                x = block(x, told)
            x = self.look[level](x)
            kept.append(x)
            if level < len(self.shrink):
                x = self.shrink[level](x)
        for level in reversed(range(len(self.up))):
            if level < len(self.grow):
                wider = functional.interpolate(self.grow[level](x), scale_factor=2.0)
                x = wider + kept[level]
            for block in self.up[level]:  # type: ignore[union-attr]
                x = block(x, told)
        added = functional.pixel_shuffle(self.out(functional.silu(self.norm(x))), PATCH)
        return begin + added.float()


def network() -> FacePrior:
    """The one that efface carries."""
    return FacePrior((64, 128, 192), 1, 1, FACE_PX)
