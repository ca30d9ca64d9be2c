"""A look as a trained network sees it: aligned, nothing but the zone, with what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.interface import Look
from efface.attack.looks import zone_only
from efface.attack.operator import Operator
from efface.attack.operators.condition import condition

INPUT_PX = 64
"""Side of the adapted attacker's input: what a redaction leaves is coarser than its pixels."""

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """One look, ready for a network."""

    pixels: Plane
    """Shape (4, size, size): red, green, blue from 0 to 1, then the zone's share of each pixel."""
    condition: Plane
    """Shape (``CONDITION_SIZE``,): the operator, relative to the face."""


def network_input(look: Look, size: int = INPUT_PX) -> NetworkInput:
    """Align a look and describe its redaction.

    Nothing outside the zone gets in: those pixels are replaced by the nearest one of the zone
    (``zone_only``), so that a zone of one colour gives an input of one colour.

    Args:
        look: a redacted face, with its operator; one without is taken for ``other``.
        size: side of the aligned square in pixels.

    Raises:
        ValueError: the zone is empty.
    """
    inside = zone_only(look)
    rgb = chip(inside.pixels, inside.points, size)
    flags = np.repeat(inside.zone[..., None].astype(np.uint8) * 255, 3, axis=2)
    share = chip(flags, inside.points, size)[..., :1]
    planes = np.concatenate([rgb, share], axis=2).transpose(2, 0, 1)
    return NetworkInput(
        np.ascontiguousarray(planes, np.float32) / np.float32(255),
        condition(look.operator or Operator("other"), look.box.width),
    )


def batch(looks: Sequence[Look], size: int = INPUT_PX) -> dict[str, Plane]:
    """Several looks as a network's named inputs.

    Returns:
        ``pixels`` (n, 4, size, size) and ``condition`` (n, ``CONDITION_SIZE``).
    """
    if not looks:
        raise ValueError("expected at least one look, got none")
    inputs = [network_input(look, size) for look in looks]
    return {
        "pixels": np.stack([i.pixels for i in inputs]),
        "condition": np.stack([i.condition for i in inputs]),
    }


def zone_pixels(look: Look, size: int) -> NDArray[np.float32]:
    """The aligned pixels of the zone alone, flattened: what a linear attacker works on.

    Returns:
        Shape (size * size * 3,), from 0 to 1.
    """
    inside = zone_only(look)
    rgb = chip(inside.pixels, inside.points, max(size, INPUT_PX))
    small = cv2.resize(rgb, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).ravel() / np.float32(255)
