"""The prior: a network that draws a head in its surroundings, in one pass.

Trained on AI-generated portraits (``training/prior.py``). It is told what lies around a zone, and
what was drawn at random: the light of a face, and a head seen coarsely. The same numbers give the
same picture on one machine; on another, whose processor adds up in another order, levels may
differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.batches import ChipNetwork
from efface.generate.beyond import filled
from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.coarse import on_canvas

WEIGHTS = "prior"

LIGHT = 2.0
"""By which light is divided before the network sees it."""
BRIGHTEST = 2.0
"""Of light as the network sees it."""
EDGE = 5
"""Pixels in which a face ends."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Told:
    """What the network is told of one canvas; arrays of shape (HEIGHT, WIDTH, ...)."""

    ring: Floats
    """Colours, -1 to 1 and 0 where nothing is known, shape (HEIGHT, WIDTH, 3)."""
    known: Floats
    """1 where they are."""
    light: Floats
    """Of a face, as ``likeness`` draws it; 0 elsewhere."""
    cover: Floats
    """1 where that face is."""
    coarse: Floats
    """A head, as ``coarse`` draws it, shape (4, ROWS, COLUMNS)."""

    def condition(self) -> Floats:
        """As the network takes it, shape (10, HEIGHT, WIDTH)."""
        cover = faded(self.cover)
        light = np.clip(self.light / LIGHT, -BRIGHTEST, BRIGHTEST) * cover
        head = on_canvas(self.coarse, (WIDTH, HEIGHT))
        beyond = filled(self.ring, self.known)
        all_of_it = np.dstack([beyond, self.known, light, cover, head])
        return np.ascontiguousarray(all_of_it.transpose(2, 0, 1), np.float32)


def faded(cover: Floats) -> Floats:
    """Where a face is, less and less towards its edge: an edge in what is told is drawn as one."""
    inner = cv2.erode(cover, np.ones((EDGE, EDGE), np.uint8), borderValue=0)
    return np.asarray(cv2.GaussianBlur(inner, (0, 0), EDGE / 3), np.float32)


def drawn(network: ChipNetwork, told: Told) -> Floats:
    """A picture of a canvas.

    Args:
        network: the prior, or one that takes and gives the same.
        told: what it is told.

    Returns:
        Colours, -1 to 1, shape (HEIGHT, WIDTH, 3).

    Raises:
        WeightError: the carried file is missing or another one.
    """
    found = network.run({"condition": told.condition()[None]})["picture"]
    return np.asarray(np.clip(found[0].transpose(1, 2, 0), -1, 1), np.float32)


@cache
def prior_network() -> ChipNetwork:
    """The network that efface carries."""
    return ChipNetwork(WEIGHTS)
