"""Fits the sums of ``src/efface/advise/fitted.json`` on measurements of generated pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from efface.advise.estimator import Likeliest, decided
from efface.advise.fitted import FittedDocument, FittedSum

NEAR = 0.15
RIDGE = 1.0
"""Penalty of a weight's square, in cases."""

TRIED = 20
"""Measurements that are tried: those that go with the answer most."""

FOLDS, MOST, HELPS = 4, 8, 0.003
"""Parts that are left out in turn, measurements of a sum at most, and how much each has to help
(mean logarithmic loss)."""

MEDIAN = (
    "net_none", "net_gaussian", "net_box", "net_median", "net_unknown", "peaked", "relative",
    "kept5", "kept9",
)  # fmt: skip
"""What medians are told by; few, as below: pictures differ most in all the rest."""

WINDOW = ("net_median_size", "net_median_spread", "shown", "shrink")
"""What the width of a median's window is told from."""

SIGMA = ("net_gaussian_size", "net_gaussian_spread", "net_gaussian", "net_box", "shrink", "cut",
         "relative")  # fmt: skip
"""What is added to the likeliest Gaussian's logarithm. (A box's is right as it is.)"""

SINGLE = ("odds", "rim", "rimmed", "across", "cells", "side")
"""What single pixels are told from means by."""


@dataclass(frozen=True, slots=True)
class Example:
    """One case: the truth, and what was measured."""

    kind: str
    strength_px: float | None
    recipe: str
    seen: Likeliest

    @property
    def right(self) -> bool:
        """Kind and strength are; which mosaic it is has a sum of its own."""
        kinds = [kind.removeprefix("sampled-") for kind in (self.seen.kind, self.kind)]
        if kinds[0] != kinds[1]:
            return False
        said = self.seen.strength_px
        return self.strength_px is None or (
            said is not None and abs(said / self.strength_px - 1) <= NEAR
        )


def fit(examples: Sequence[Example], made: str) -> str:
    """The document with every sum.

    What decides between kinds is fitted first. How sure that is, is fitted on cases that were
    decided by the other half of them, since on its own a fit looks better than it is.
    """
    order = np.random.default_rng(0).permutation(len(examples))
    halves = [[examples[i] for i in order[turn::2]] for turn in (0, 1)]
    judged = [
        replace(e, seen=decided(e.seen, _deciding(others).__getitem__))
        for mine, others in ((halves[0], halves[1]), (halves[1], halves[0]))
        for e in mine
    ]
    sums = _deciding(examples)
    for group in sorted({e.seen.group for e in judged if e.seen.group}):
        among = [e for e in judged if e.seen.group == group]
        names = sorted(among[0].seen.signs)
        sums[group] = _logistic(among, [e.right for e in among], names)
    return msgspec.json.format(
        msgspec.json.encode(FittedDocument(made=made, sums=sums)), indent=1
    ).decode()


def _deciding(examples: Sequence[Example]) -> dict[str, FittedSum]:
    smooth = [e for e in examples if e.seen.group in ("gaussian", "box")]
    blurs = [e for e in smooth if e.kind in ("gaussian", "box")]
    among = [*blurs, *(e for e in smooth if e.kind == "median")]
    sharp = [e for e in examples if e.seen.group == "none"]
    medians = [e for e in (*smooth, *sharp) if e.kind == "median"]
    windows = [math.log(e.strength_px or 1) - e.seen.signs["size"] for e in medians]
    gaussians = [e for e in blurs if e.kind == "gaussian"]
    sigmas = [math.log(e.strength_px or 1) - e.seen.signs["gaussian_px"] for e in gaussians]
    mosaics = [e for e in examples if e.seen.group == "mosaic" and "mosaic" in e.kind]
    return {
        "median": _whole(among, [e.kind == "median" for e in among], MEDIAN),
        "median-or-none": _whole(sharp, [e.kind == "median" for e in sharp], MEDIAN),
        "window": _linear(medians, windows, WINDOW),
        "sigma": _linear(gaussians, sigmas, SIGMA),
        "sampled": _whole(mosaics, [e.kind == "sampled-mosaic" for e in mosaics], SINGLE),
    }


def _table(
    examples: Sequence[Example], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    table = np.array([[e.seen.signs[n] for n in names] for e in examples])
    mean, deviation = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-3)
    return mean, deviation, np.clip((table - mean) / deviation, -3, 3)


def _logistic(
    examples: Sequence[Example], truth: Iterable[bool], names: Sequence[str]
) -> FittedSum:
    """With the few measurements that help most on examples that were left out."""
    answer = np.array(list(truth), float)
    _, _, table = _table(examples, names)
    chosen = _helpful(table, answer)
    mean, deviation, table = _table(examples, [names[n] for n in chosen])
    weight = _newton(table, answer)
    return _sum(len(table), [names[n] for n in chosen], weight, mean, deviation)


def _whole(examples: Sequence[Example], truth: Iterable[bool], names: Sequence[str]) -> FittedSum:
    """With all measurements."""
    mean, deviation, table = _table(examples, names)
    weight = _newton(table, np.array(list(truth), float))
    return _sum(len(table), names, weight, mean, deviation)


def _helpful(table: NDArray[np.float64], answer: NDArray[np.float64]) -> list[int]:
    """One measurement after another, each the one that helps most, as long as it does."""
    fold = np.random.default_rng(0).permutation(len(answer)) % FOLDS
    apart = np.abs((table * (answer - answer.mean())[:, None]).mean(axis=0))
    likely = [int(n) for n in np.argsort(-apart)[:TRIED]]
    chosen: list[int] = []
    least = _missed(table[:, :0], answer, fold)
    while len(chosen) < min(MOST, len(likely)):
        rest = [n for n in likely if n not in chosen]
        costs = [_missed(table[:, [*chosen, n]], answer, fold) for n in rest]
        best = int(np.argmin(costs))
        if costs[best] > least - HELPS:
            break
        least = costs[best]
        chosen.append(rest[best])
    return chosen


def _missed(
    table: NDArray[np.float64], answer: NDArray[np.float64], fold: NDArray[np.intp]
) -> float:
    """Mean logarithmic loss on what was left out of each fit."""
    loss = 0.0
    for turn in range(FOLDS):
        out = fold == turn
        weight = _newton(table[~out], answer[~out])
        chance = _chance(table[out], weight).clip(1e-4, 1 - 1e-4)
        right = answer[out] > 0
        loss -= float(np.log(np.where(right, chance, 1 - chance)).sum())
    return loss / len(answer)


def _newton(table: NDArray[np.float64], answer: NDArray[np.float64]) -> NDArray[np.float64]:
    """The likeliest weights, constant first; the ridge keeps rare kinds from being sure."""
    rows = np.column_stack([np.ones(len(table)), table])
    penalty = np.diag([0.05] + [RIDGE] * table.shape[1])
    weight = np.zeros(rows.shape[1])
    for _ in range(8):
        chance = _chance(table, weight)
        slope = rows.T @ (answer - chance) - penalty @ weight
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + penalty
        weight += np.linalg.solve(bend, slope)
    return weight


def _chance(table: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(weight[0] + table @ weight[1:], -30, 30))))


def _linear(
    examples: Sequence[Example], answer: Sequence[float], names: Sequence[str]
) -> FittedSum:
    mean, deviation, table = _table(examples, names)
    rows = np.column_stack([np.ones(len(table)), table])
    target, likely = np.array(answer), np.ones(len(table))
    weight = np.zeros(rows.shape[1])
    for _ in range(20):  # far errors count less (Cauchy weights)
        penalty = np.diag([0.0] + [RIDGE] * len(names))
        weight = np.linalg.solve(
            (rows * likely[:, None]).T @ rows + penalty, rows.T @ (likely * target)
        )
        error = target - rows @ weight
        spread = max(1.4826 * float(np.median(np.abs(error))), 0.02)
        likely = 1 / (1 + np.square(error / (2 * spread)))
    return _sum(len(table), names, weight, mean, deviation)


def _sum(
    count: int,
    names: Sequence[str],
    weight: NDArray[np.float64],
    mean: NDArray[np.float64],
    deviation: NDArray[np.float64],
) -> FittedSum:
    constant, *weights = (float(f"{v:.4g}") for v in weight)
    means, deviations = ([float(f"{v:.4g}") for v in row] for row in (mean, deviation))
    return FittedSum(
        n=count, constant=constant, names=list(names), mean=means, deviation=deviations,
        weight=weights,
    )  # fmt: skip
