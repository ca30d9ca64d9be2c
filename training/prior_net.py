"""The prior's network, in PyTorch: a U-Net over patches that draws a head in one pass.

It is told the ring, what of the canvas is known, the light of a face and where that lies, and a
head seen coarsely. All layers are convolutions whose weights keep their names in ONNX, so that a
training can go on from the file in the package.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from efface.generate.coarse import CHANNELS

PATCH = 4
COLOURS = 3
CONDITION = COLOURS + 3 + CHANNELS
"""Ring, known, light, cover, coarse head."""
CONTRAST = 0.4
"""Of a face's light in colours, to begin with."""
HEAD = 32
"""Channels that look for the same, where all look at all."""


@dataclass(frozen=True)
class Size:
    """Of a network."""

    widths: tuple[int, ...]
    """Channels at each level; the canvas halves from one to the next."""
    blocks: int
    """A level, going down and going up."""


SIZES = {
    "small": Size((64, 128, 192), 2),
    "large": Size((128, 224, 320), 3),
}


class Norm(nn.Module):
    """Layer normalisation of each place's channels, written out so that its weights keep their
    names. On processors it costs a quarter of group normalisation, which was a third of a step."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        last = x.permute(0, 2, 3, 1)
        weight, bias = self.weight.flatten().to(x.dtype), self.bias.flatten().to(x.dtype)
        return functional.layer_norm(last, weight.shape, weight, bias).permute(0, 3, 1, 2)


class Block(nn.Module):
    """Two convolutions and a short cut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = Norm(inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2, self.conv2 = Norm(outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        self.short = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(functional.silu(self.norm1(x)))
        return self.short(x) + self.conv2(functional.silu(self.norm2(h)))


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
        asked = self.ask(self.norm(x)).permute(0, 2, 3, 1)
        rows = asked.reshape(n, h * w, 3, self.heads, HEAD).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(*rows.unbind(0))
        return x + self.give(found.transpose(1, 2).reshape(n, h, w, c).permute(0, 3, 1, 2))


class Prior(nn.Module):
    """From what is told of a canvas to the picture."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        widths, told = size.widths, CONDITION * PATCH**2
        self.stem = nn.Conv2d(told, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.grow = nn.ModuleList(), nn.ModuleList()
        for level, width in enumerate(widths):
            self.down.append(nn.ModuleList(Block(width, width) for _ in range(size.blocks)))
            self.up.append(
                nn.ModuleList(
                    Block(2 * width if i == 0 else width, width) for i in range(size.blocks)
                )
            )
            if level + 1 < len(widths):
                self.shrink.append(nn.Conv2d(width, widths[level + 1], 3, 2, 1))
                self.grow.append(nn.Conv2d(widths[level + 1], width, 3, padding=1))
        self.look = Attention(widths[-1])
        self.norm = Norm(widths[0])
        self.mix = nn.Conv2d(widths[0] + told, widths[0], 3, padding=1)
        self.out = nn.Conv2d(widths[0], COLOURS * PATCH**2, 3, padding=1)
        nn.init.zeros_(self.out.weight)

    def forward(self, condition: Tensor) -> Tensor:
        """
        Args:
            condition: shape (n, CONDITION, height, width).

        Returns:
            The picture, -1 to 1, shape (n, 3, height, width).
        """
        told = functional.pixel_unshuffle(condition, PATCH)
        x = self.stem(told)
        kept = []
        for level, blocks in enumerate(self.down):
            for block in blocks:  # type: ignore[union-attr]
                x = block(x)
            kept.append(x)
            if level < len(self.shrink):
                x = self.shrink[level](x)
        x = self.look(x)
        for level in reversed(range(len(self.up))):
            if level < len(self.grow):
                x = self.grow[level](functional.interpolate(x, scale_factor=2.0, mode="nearest"))
            x = torch.cat([x, kept[level]], dim=1)
            for block in self.up[level]:  # type: ignore[union-attr]
                x = block(x)
        x = self.mix(torch.cat([functional.silu(self.norm(x)), told.to(x.dtype)], dim=1))
        return laid(condition) + functional.pixel_shuffle(self.out(functional.silu(x)), PATCH)


def laid(condition: Tensor) -> Tensor:
    """The coarse head before what goes on from the ring, with the face's light: what the network
    begins from. Shape (n, 3, height, width)."""
    ring, light, head, share = (condition[:, a:b] for a, b in ((0, 3), (4, 5), (6, 9), (9, 10)))
    return (1 - share) * ring + 2 * head - share + CONTRAST * share * light
