"""Who tells drawn canvases from portraits, for the prior's last steps: what is drawn gets sharp.

A few convolutions that look at pieces of some 30 pixels, with what the prior was told beside them
(Isola et al. 2017); compared is a portrait with the drawing made of its own numbers (relativistic,
as in Huang et al. 2024), spectral norms keep the judge smooth (Miyato et al. 2018).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from prior_net import COLOURS, CONDITION
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

PATCH = 2
WIDTHS = (64, 128, 192)
SLOPE = 0.2


class Critic(nn.Module):
    """How real each piece of a canvas looks."""

    def __init__(self) -> None:
        super().__init__()
        channels = ((COLOURS + CONDITION) * PATCH**2, *WIDTHS)
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 3, stride=1 if i == 0 else 2, padding=1))
            for i, (a, b) in enumerate(pairwise(channels))
        )
        self.out = spectral_norm(nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))

    def forward(self, picture: Tensor, condition: Tensor) -> Tensor:
        """
        Args:
            picture: shape (n, COLOURS, height, width).
            condition: shape (n, CONDITION, height, width).

        Returns:
            Shape (n, 1, height / 8, width / 8).
        """
        x = functional.pixel_unshuffle(torch.cat([picture, condition], dim=1), PATCH)
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), SLOPE)
        return self.out(x)


def compared(found: Tensor, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """A drawing and a portrait that differ only where the drawing counts: what is known of the ring
    is the portrait's in both, what the portrait does not have is the drawing's in both."""
    known, counts = batch["known"], (batch["weight"] > 0).float()
    fake = known * batch["picture"] + (1 - known) * found
    real = counts * batch["picture"] + (1 - counts) * fake.detach()
    return fake, real
