"""What the gate is tried on: fills that tell nothing, another person's face, weak redactions."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from efface.attack.interface import Pixels
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.study import redactions as made
from efface.study import tools
from efface.study.faces import PlacedFace, read
from efface.study.redactions import Redaction

COLOURS = ((0, 0, 0), (255, 255, 255), (128, 128, 128), (60, 90, 200))
"""Fills; each face gets one."""

JPEG_QUALITY = 90

Change = Callable[[int, Sequence[Path], Sequence[PlacedFace]], tuple[Pixels, Pixels]]
"""From the number of a face: the original and the redacted picture."""


@dataclass(frozen=True, slots=True)
class GateTrial:
    """One kind of redaction."""

    key: str
    """``constant`` (must not fail) or ``weak`` (must)."""
    name: str
    change: Change
    stranger: str | None = None
    """Name of the row in which the next person is looked for in this one's redaction, by attacks
    that are told it: nothing of them is in it, so that it must not fail."""


def _fill(jpeg: bool) -> Change:
    def change(n: int, paths: Sequence[Path], faces: Sequence[PlacedFace]) -> tuple[Pixels, Pixels]:
        original, face = read(paths[n]), faces[n]
        zone = made.grown(original, face.box, 1.3, 1.3)
        if n % 2:
            zone = tools.openscrub(original, face.box, face.points, np.random.default_rng(n)).zone
        colour = COLOURS[n // 2 % len(COLOURS)]
        redacted = apply(original, zone, Operator("solid", colour=colour))
        return (_coded(original), _coded(redacted)) if jpeg else (original, redacted)

    return change


def _coded(pixels: Pixels) -> Pixels:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(out).convert("RGB"))


def _somebody_else(redaction: Redaction) -> Change:
    """The next person's face, redacted, in the place of this one's."""

    def change(n: int, paths: Sequence[Path], faces: Sequence[PlacedFace]) -> tuple[Pixels, Pixels]:
        original, face = read(paths[n]), faces[n]
        other = (n + 1) % len(paths)
        theirs = read(paths[other])
        matrix, _ = cv2.estimateAffinePartial2D(faces[other].points, face.points)
        size = original.shape[1], original.shape[0]
        moved = cv2.warpAffine(theirs, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        mixed = redaction(
            np.asarray(moved, np.uint8), face.box, face.points, np.random.default_rng(n)
        )
        redacted = original.copy()
        redacted[mixed.zone] = mixed.pixels[mixed.zone]
        return original, redacted

    return change


def _redacted(redaction: Redaction) -> Change:
    def change(n: int, paths: Sequence[Path], faces: Sequence[PlacedFace]) -> tuple[Pixels, Pixels]:
        original, face = read(paths[n]), faces[n]
        rng = np.random.default_rng(n)
        return original, redaction(original, face.box, face.points, rng).pixels

    return change


TRIALS = (
    GateTrial("constant", "one colour in a box or an oval, PNG", _fill(jpeg=False)),
    GateTrial("constant", f"one colour in a box or an oval, JPEG {JPEG_QUALITY}", _fill(jpeg=True)),
    GateTrial(
        "constant",
        "another person's face, blurred by .05 of its width",
        _somebody_else(made.gaussian(0.05)),
    ),
    # strong redactions hide who it is before they hide that it is a photograph
    GateTrial(
        "constant",
        "another person's face under a box blur of .8 of its width, in an oval",
        _somebody_else(tools.deface_blur),
    ),
    GateTrial(
        "constant",
        "another person's face under tiles of 20 pixels",
        _somebody_else(tools.deface_mosaic),
    ),
    GateTrial("weak", "Gaussian blur, .05 of the face's width", _redacted(made.gaussian(0.05))),
    GateTrial("weak", "pixelation, 16 cells across the face", _redacted(made.pixelated(16))),
    GateTrial(
        "weak",
        "deface 1.5, default blur",
        _redacted(tools.deface_blur),
        "another person looked for under a box blur of .8 of the face's width, the blur told",
    ),
    GateTrial(
        "weak",
        "deface 1.5, mosaic",
        _redacted(tools.deface_mosaic),
        "another person looked for under tiles of 20 pixels, the tiles told",
    ),
    GateTrial("weak", "Gaussian blur, .10 of the face's width", _redacted(made.gaussian(0.10))),
    GateTrial("weak", "pixelation, 8 cells across the face", _redacted(made.pixelated(8))),
    GateTrial("weak", "Gaussian blur, .20 of the face's width", _redacted(made.gaussian(0.20))),
    GateTrial("weak", "pixelation, 12 cells across the face", _redacted(made.pixelated(12))),
    GateTrial("weak", "pixelation, 6 cells across the face", _redacted(made.pixelated(6))),
    GateTrial("weak", "Gaussian blur, .30 of the face's width", _redacted(made.gaussian(0.30))),
    GateTrial("weak", "EgoBlur, default blur", _redacted(tools.egoblur)),
    GateTrial("weak", "swirl, 360 degrees", _redacted(made.swirl(2 * math.pi))),
)
