"""What an attack is to know of methods: drawings that zones may hold, and how fills are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from efface.attack.red_team.drawing import KnownDrawing
from efface.files.paths import sha256
from efface.policy import MethodPolicy
from efface.redact.methods.figure import DrawnHead
from efface.redact.methods.layered.reading import FillReader
from efface.words import FigureName


def drawings(policy: MethodPolicy) -> tuple[KnownDrawing, ...]:
    """That of the policy, if its method draws one; else all of efface's own in its colours.

    Raises:
        EffaceError: the policy's drawing cannot be used.
    """
    return tuple(_known(policy))


def _known(policy: MethodPolicy) -> Iterator[KnownDrawing]:
    if policy.name == "figure":
        yield KnownDrawing(_in_words(policy), DrawnHead(policy).filling())
        return
    for name in get_args(FigureName):
        own = replace(policy, figure=name)
        yield KnownDrawing(_in_words(own), DrawnHead(own).filling())


def _in_words(policy: MethodPolicy) -> str:
    if policy.own_figure:
        return f"efface's figure '{policy.figure}'"
    path = Path(policy.figure)
    return f"the drawing {path.name} (SHA-256 {sha256(path)})"


def layered_reader(policy: MethodPolicy) -> FillReader | None:
    """Who can read the policy's layered fill; ``None``: its method is another."""
    return FillReader(policy.cells, policy.noise) if policy.name == "layered" else None
