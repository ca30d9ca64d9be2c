"""The rows of the table, and which control each is compared with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from leak import redactions as made
from leak.redactions import Redaction


@dataclass(frozen=True, slots=True)
class Row:
    """One way to redact."""

    name: str
    """Stable, also a file name."""
    title: str
    redaction: Redaction
    control: str | None = None
    """Name of the row with a constant fill of the same zone; ``None``: this is one, or clear."""
    inverted: bool = False
    """Whether something of the face's pixels is left that an inversion could work on."""


def _controls() -> tuple[Row, ...]:
    return (
        Row("fill-1.3", "constant fill of the box 1.3x", made.filled(made.solid(1.3))),
        Row("fill-deface-oval", "constant fill of deface's oval", made.filled(made.deface_blur)),
        Row("fill-deface-box", "constant fill of deface's box", made.filled(made.deface_mosaic)),
        Row("fill-egoblur", "constant fill of EgoBlur's oval", made.filled(made.egoblur)),
        Row("fill-openscrub", "constant fill of OpenScrub's oval", made.filled(made.openscrub)),
        Row("fill-eyes", "constant fill of the eyes' bar", made.filled(made.eyes_bar)),
        Row("fill-lower", "constant fill of the lower half", made.filled(made.lower_half)),
        Row("fill-swirl", "constant fill of the swirl's disc", made.filled(made.swirl(1.0))),
        Row("fill-1.0", "constant fill of the box 1.0x", made.filled(made.solid(1.0))),
        Row("fill-1.6", "constant fill of the box 1.6x", made.filled(made.solid(1.6))),
        Row("fill-2.0", "constant fill of the box 2.0x", made.filled(made.solid(2.0))),
        Row("fill-default", "constant fill of the box 1.8x2.0", made.filled(made.solid(1.8, 2.0))),
        Row("fill-3.0", "constant fill of the box 3.0x", made.filled(made.solid(3.0))),
    )


STRENGTHS = (0.05, 0.10, 0.20, 0.30, 0.50)
CELLS = (32, 16, 12, 8, 6, 4)
GROWTHS = (1.0, 1.3, 1.6, 2.0, 3.0)


def _tools() -> tuple[Row, ...]:
    return (
        Row("deface-blur", "deface 1.5, default blur", made.deface_blur, "fill-deface-oval", True),
        Row("deface-mosaic", "deface 1.5, mosaic", made.deface_mosaic, "fill-deface-box", True),
        Row("egoblur", "EgoBlur, default blur", made.egoblur, "fill-egoblur", True),
        Row("openscrub", "OpenScrub, default blur", made.openscrub, "fill-openscrub", True),
        Row("deface-solid", "deface 1.5, solid", made.deface_solid, "fill-deface-box"),
    )


def _gaussians() -> tuple[Row, ...]:
    return tuple(
        Row(f"gaussian-{s:.2f}", f"Gaussian blur {s:.2f}", made.gaussian(s), "fill-1.3", True)
        for s in STRENGTHS
    )


def _mosaics() -> tuple[Row, ...]:
    return tuple(
        Row(f"cells-{n}", f"pixelation, {n} cells", made.pixelated(n), "fill-1.3", True)
        for n in CELLS
    )


def _noisy() -> tuple[Row, ...]:
    return (
        Row(
            "cells-8-noise-jpeg",
            "8 cells + noise 25 per pixel + JPEG 30",
            made.pixelated(8, noise=25, jpeg_quality=30),
            "fill-1.3",
            True,
        ),
        Row(
            "cells-8-cell-noise",
            "8 cells + noise 25 per cell",
            made.pixelated(8, cell_noise=25),
            "fill-1.3",
            True,
        ),
    )


def _solids() -> tuple[Row, ...]:
    return (
        *(
            Row(f"solid-{g:.1f}", f"efface, solid {g:.1f}x", made.solid(g), f"fill-{g:.1f}")
            for g in GROWTHS
        ),
        Row("solid-default", "efface, solid, default 1.8x2.0", made.solid(1.8, 2), "fill-default"),
    )


def _parts() -> tuple[Row, ...]:
    return (
        Row("eyes-bar", "black bar over the eyes", made.eyes_bar, "fill-eyes"),
        Row("lower-half", "lower half covered", made.lower_half, "fill-lower"),
        Row("swirl", "swirl, 360 degrees", made.swirl(2 * math.pi), "fill-swirl", True),
    )


CLEAR = Row("clear", "clear", made.clear)

ROWS: tuple[Row, ...] = (
    CLEAR,
    *_gaussians(),
    *_mosaics(),
    *_noisy(),
    *_tools(),
    *_solids(),
    *_parts(),
)
"""In the order of the table, without the controls."""

CONTROLS: tuple[Row, ...] = _controls()


def every_row() -> tuple[Row, ...]:
    """Rows and controls; controls first, those that many rows need before others."""
    return (CLEAR, *CONTROLS, *ROWS[1:])
