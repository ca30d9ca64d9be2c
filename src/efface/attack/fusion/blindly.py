"""Fusion when the method is known and its strength is not: every frame is another guess at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from efface.attack.fusion.attacks import Several, fused
from efface.attack.fusion.estimate import misfit, spread
from efface.attack.interface import Case, Evidence, Knowledge, Look
from efface.attack.operator import Kind, Operator
from efface.attack.operators.known import known

_MOSAICS: tuple[Kind, ...] = ("mosaic", "sampled-mosaic")


class BlindFusion(Several):
    """The same, with operators guessed from the frames."""

    name = "fusion-blind"
    title = "one picture put together from many frames, the method known and its strength guessed"
    knowledge = Knowledge.METHOD

    def run(self, case: Case) -> Sequence[Evidence]:
        looks = spread(case.looks)
        return fused(
            looks, likelier(looks, agreed(looks, [known(look, self.knowledge) for look in looks]))
        )


def agreed(looks: Sequence[Look], guesses: Sequence[Operator]) -> list[Operator]:
    """Guesses brought in line: a tool does the same to every frame.

    The kind is the commonest; the size is the median of its guesses, for each frame in proportion
    to the face or the same in pixels, whichever they agree on better. A frame whose guess is of
    another kind says nothing where a place belongs to the operator (a mosaic's grid), and takes the
    others' where not.
    """
    kinds: list[Kind] = [guess.kind for guess in guesses]
    kind = max(set(kinds), key=kinds.count)
    same = [i for i, one in enumerate(kinds) if one == kind]
    sizes = np.array([guesses[i].sides_px for i in same])
    widths = np.array([[look.box.width] for look in looks])
    if _scatter(sizes / widths[same]) < _scatter(sizes):
        common = np.median(sizes / widths[same], axis=0) * widths
    else:
        common = np.tile(np.median(sizes, axis=0), (len(looks), 1))
    out = []
    for own, (across, down) in zip(guesses, common, strict=True):
        if own.kind == kind:
            placed = kind in (*_MOSAICS, "swirl")
            # a grid fits its own size best
            out.append(own if placed else replace(own, size_px=across, size_y_px=down))
        elif kind in ("gaussian", "box", "median"):
            out.append(replace(guesses[same[0]], size_px=across, size_y_px=down, within=None))
        else:
            out.append(Operator("other"))
    return out


def likelier(looks: Sequence[Look], operators: Sequence[Operator]) -> list[Operator]:
    """The same with the kind of mosaic, averaged or sampled, that the frames agree on better.

    One frame hardly tells them apart. Many do: a picture from half of them foretells the others.
    """
    if not any(one.kind in _MOSAICS for one in operators):
        return list(operators)
    several = [
        [replace(one, kind=kind) if one.kind in _MOSAICS else one for one in operators]
        for kind in _MOSAICS
    ]
    return min(several, key=lambda tried: misfit(looks, tried))


def _scatter(sizes: NDArray[np.float64]) -> float:
    """How far sizes are from their median, relative to it."""
    median = np.median(sizes, axis=0)
    return float(np.mean(np.abs(sizes - median) / np.maximum(median, 1e-9)))
