"""A closer look at a face that was seen until now and is not: enlarged, and at other slants.

A head that is tilted, lies down, or in a telephone that is turned, is lost to YuNet from one look
to the next, and so is one that was found by the other network alone. Where it should be is known: a
close-up of the place costs little, and says how the head lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes
from efface.detect.closeup import FACE_PX, TILE_PX, closeup
from efface.detect.passes import YUNET
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking.matching import MatchGate, distances
from efface.detect.turned import TURNED_DISCOUNT
from efface.media.file import Picture
from efface.regions import Box

SLANT = 45
"""Degrees between the slants that are tried; YuNet sees heads slanted by less."""

FOUND = 0.5
"""Score, less the discount, from which a face is there."""

MOST = INCLUDED_THRESHOLD - 0.01
"""Scores are no higher: the rescan takes no closer looks, so that none of these has to be covered
on its account."""

GATE = MatchGate(0.5, 1.6)
"""How far from the expected place, and of which size, it may be."""


@dataclass(frozen=True, slots=True)
class Closer:
    """A face in a close-up."""

    box: NDArray[np.float64]
    """x, y, width, height in pixels of the picture; as those of the same head upright."""
    score: float
    slant: int
    """Degrees, counter-clockwise, by which the close-up was turned to see it, 0 to 359."""


def closer_look(picture: Picture, box: NDArray[np.float64], slants: Sequence[int]) -> Closer | None:
    """The face in a place, at the slant at which it is seen best.

    Args:
        picture: RGB, shape (height, width, 3).
        box: where it should be: x, y, width, height in pixels of the picture; touches it.
        slants: degrees, counter-clockwise, by which the close-up is turned.
    """
    x, y, width, height = (float(v) for v in box)
    view = closeup(picture, Box(0, x, y, width, height))
    found = YUNET.network().run(
        [_turned(view.pixels, slant) for slant in slants],
        lambda outputs, shape: YUNET.decode(outputs, shape, FOUND + TURNED_DISCOUNT),
    )
    scale = FACE_PX / max(width, height)
    best: Closer | None = None
    for slant, boxes in zip(slants, found, strict=True):
        for seen in _straightened(boxes, slant):
            if best is not None and seen[4] <= best.score:
                continue
            centre = box[:2] + box[2:] / 2 + (seen[:2] + seen[2:4] / 2 - TILE_PX / 2) / scale
            there = np.concatenate([centre - seen[2:4] / scale / 2, seen[2:4] / scale])
            if np.isfinite(distances(box[None], there[None], GATE)[0, 0]):
                best = Closer(there, float(seen[4]), slant)
    if best is None:
        return None
    return Closer(best.box, min(best.score - TURNED_DISCOUNT, MOST), best.slant)


def _turned(pixels: Picture, slant: int) -> Picture:
    """A close-up turned counter-clockwise about its middle."""
    if slant % 90 == 0:
        return np.asarray(np.rot90(pixels, slant // 90))
    middle = (TILE_PX - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), slant, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (TILE_PX, TILE_PX)), np.uint8)


def _straightened(boxes: Boxes, slant: int) -> Boxes:
    """Boxes of a turned close-up in the one as it is; sides change places where it lies."""
    angle = np.deg2rad(slant)
    off = boxes[:, :2] + boxes[:, 2:4] / 2 - TILE_PX / 2
    x = off[:, 0] * np.cos(angle) - off[:, 1] * np.sin(angle) + TILE_PX / 2
    y = off[:, 0] * np.sin(angle) + off[:, 1] * np.cos(angle) + TILE_PX / 2
    size = boxes[:, 2:4]
    if slant % 180 == 90:
        size = size[:, ::-1]
    elif slant % 90:
        size = np.repeat(size.max(axis=1, keepdims=True), 2, axis=1)
    return np.column_stack([x - size[:, 0] / 2, y - size[:, 1] / 2, size, boxes[:, 4]])


def slants_to_try(slant: int, missed: int, *, certain: bool) -> list[int]:
    """Degrees at which to look for a head that lay so.

    Args:
        slant: degrees.
        missed: looks that have not seen it, this one among them.
        certain: it lay so in two looks; otherwise every quarter is tried at once.
    """
    if not certain and missed == 1:
        return [0, 90, 270, 180]
    turns = {1: (0,), 2: (90, 270, 180), 3: (SLANT, 360 - SLANT)}
    return [(slant + turn) % 360 for turn in turns.get(missed, ())]
