"""The rows of the table, and which control each is compared with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from efface.study import redactions as made
from efface.study import tools
from efface.study.redactions import Redaction


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One way to redact."""

    name: str
    """Stable, also a file name."""
    title: str
    redaction: Redaction
    control: str | None = None
    """Name of the row with a constant fill of the same zone; ``None``: this is one, or clear."""
    inverted: bool = False
    """Whether something of the face's pixels is left that an inversion could work on."""
    eyes_known: bool = True
    """Whether attackers are told where the eyes were; else they take them where faces usually have
    them in zones of efface's default size, as anybody can who has the published file alone."""


def _controls() -> tuple[StudyRow, ...]:
    return (
        StudyRow("fill-1.3", "constant fill of the box 1.3x", made.filled(made.solid(1.3))),
        StudyRow(
            "fill-deface-oval", "constant fill of deface's oval", made.filled(tools.deface_blur)
        ),
        StudyRow(
            "fill-deface-box", "constant fill of deface's box", made.filled(tools.deface_mosaic)
        ),
        StudyRow("fill-egoblur", "constant fill of EgoBlur's oval", made.filled(tools.egoblur)),
        StudyRow(
            "fill-openscrub", "constant fill of OpenScrub's oval", made.filled(tools.openscrub)
        ),
        StudyRow("fill-eyes", "constant fill of the eyes' bar", made.filled(made.eyes_bar)),
        StudyRow("fill-lower", "constant fill of the lower half", made.filled(made.lower_half)),
        StudyRow("fill-swirl", "constant fill of the swirl's disc", made.filled(made.swirl(1.0))),
        StudyRow("fill-1.0", "constant fill of the box 1.0x", made.filled(made.solid(1.0))),
        StudyRow("fill-1.6", "constant fill of the box 1.6x", made.filled(made.solid(1.6))),
        StudyRow("fill-2.0", "constant fill of the box 2.0x", made.filled(made.solid(2.0))),
        StudyRow(
            "fill-default",
            "constant fill of the box 1.8x2.0",
            made.filled(made.solid(1.8, 2.0, one_ratio=True)),
        ),
        StudyRow("fill-3.0", "constant fill of the box 3.0x", made.filled(made.solid(3.0))),
    )


STRENGTHS = (0.05, 0.10, 0.20, 0.30, 0.50)
CELLS = (32, 16, 12, 8, 6, 4)
GROWTHS = (1.0, 1.3, 1.6, 2.0, 3.0)


def _tools() -> tuple[StudyRow, ...]:
    return (
        StudyRow(
            "deface-blur", "deface 1.5, default blur", tools.deface_blur, "fill-deface-oval", True
        ),
        StudyRow(
            "deface-mosaic", "deface 1.5, mosaic", tools.deface_mosaic, "fill-deface-box", True
        ),
        StudyRow("egoblur", "EgoBlur, default blur", tools.egoblur, "fill-egoblur", True),
        StudyRow("openscrub", "OpenScrub, default blur", tools.openscrub, "fill-openscrub", True),
        StudyRow("deface-solid", "deface 1.5, solid", tools.deface_solid, "fill-deface-box"),
    )


def _gaussians() -> tuple[StudyRow, ...]:
    return tuple(
        StudyRow(f"gaussian-{s:.2f}", f"Gaussian blur {s:.2f}", made.gaussian(s), "fill-1.3", True)
        for s in STRENGTHS
    )


def _mosaics() -> tuple[StudyRow, ...]:
    return tuple(
        StudyRow(f"cells-{n}", f"pixelation, {n} cells", made.pixelated(n), "fill-1.3", True)
        for n in CELLS
    )


def _noisy() -> tuple[StudyRow, ...]:
    return (
        StudyRow(
            "cells-8-noise-jpeg",
            "8 cells + noise 25 per pixel + JPEG 30",
            made.pixelated(8, noise=25, jpeg_quality=30),
            "fill-1.3",
            True,
        ),
        StudyRow(
            "cells-8-cell-noise",
            "8 cells + noise 25 per cell",
            made.pixelated(8, cell_noise=25),
            "fill-1.3",
            True,
        ),
    )


def _solids() -> tuple[StudyRow, ...]:
    return (
        *(
            StudyRow(f"solid-{g:.1f}", f"efface, solid {g:.1f}x", made.solid(g), f"fill-{g:.1f}")
            for g in GROWTHS
        ),
        StudyRow(
            "solid-default",
            "efface, solid, default 1.8x2.0",
            made.solid(1.8, 2, one_ratio=True),
            "fill-default",
        ),
    )


def _parts() -> tuple[StudyRow, ...]:
    return (
        StudyRow("eyes-bar", "black bar over the eyes", made.eyes_bar, "fill-eyes"),
        StudyRow("lower-half", "lower half covered", made.lower_half, "fill-lower"),
        StudyRow("swirl", "swirl, 360 degrees", made.swirl(2 * math.pi), "fill-swirl", True),
    )


CLEAR = StudyRow("clear", "clear", made.clear)

ROWS: tuple[StudyRow, ...] = (
    CLEAR,
    *_gaussians(),
    *_mosaics(),
    *_noisy(),
    *_tools(),
    *_solids(),
    *_parts(),
)
"""In the order of the table, without the controls."""

CONTROLS: tuple[StudyRow, ...] = _controls()


def every_row() -> tuple[StudyRow, ...]:
    """Rows and controls; controls first, those that many rows need before others."""
    return (CLEAR, *CONTROLS, *ROWS[1:])
