"""Orders for photos whose faces are given: without detectors, so that they are quick."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from efface.files.paths import sha256
from efface.media.sniff import open_photo
from efface.policy import EncodePolicy, Limits, Policy, RescanPolicy
from efface.regions import Action, Box, Regions, Track
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports

FACE = (12.0, 10.0, 10.0, 12.0)
"""Left, top, width and height of the face in every picture here."""


def quick(**encode: Any) -> Policy:
    """The defaults, without the second look.

    Args:
        encode: fields of the policy's section of this name.
    """
    return Policy(rescan=RescanPolicy(enabled=False), encode=EncodePolicy(**encode))


def picture(path: Path, seed: int = 0, size: tuple[int, int] = (48, 40), **options: Any) -> Path:
    """So many pixels of soft noise, in the format of the name."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3)).astype(np.uint8)
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path, **options)
    return path


def faces(
    path: Path,
    boxes: Sequence[tuple[float, float, float, float]] = (FACE,),
    action: Action = "redact",
) -> Regions:
    """Regions of a photo: one track a box, in its first frame."""
    media = open_photo(path, Limits()).media()
    tracks = [Track(f"t{i + 1}", (Box(0, *box),), action=action) for i, box in enumerate(boxes)]
    return Regions(media, tuple(tracks))


def ask(
    source: Path,
    target: Path | None = None,
    *,
    policy: Policy | None = None,
    regions: Regions | None = None,
    ports: Ports | None = None,
    **order: Any,
) -> FileOrder:
    """An order for one photo with its one face, if no regions say otherwise."""
    return FileOrder(
        source,
        target or source.with_name(f"out{source.suffix}"),
        Order(policy or quick(), **order),
        ports or Ports(),
        faces(source) if regions is None else regions,
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    return sha256(path)
