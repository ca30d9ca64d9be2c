"""Attackers that are fitted in seconds: linear maps from redacted pictures to clear templates.

What a lab fits on redacted pictures of other people (K2), and what the leak table fits in each of
its rows. ``fit_ridge`` predicts a clear template; ``fit_insider`` knows redacted pictures of the
very people among whom it looks. Settings are chosen on people or pictures left out of the fit.

Features come in blocks (``blocks``), each (n, width), with the same n rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from efface.attack.adapted.inputs import zone_pixels
from efface.attack.alignment import chip
from efface.attack.interface import Look
from efface.attack.looks import zone_only
from efface.attack.matching import unit

if TYPE_CHECKING:
    from efface.attack.adapted.shipped import Adapted
    from efface.attack.recognisers.interface import Recogniser

PIXELS_PX = 32
"""Side of the aligned zone whose pixels are features."""

Blocks = Mapping[str, NDArray[np.float32]]
Matrix = NDArray[np.float64]

WIDTHS = (64, 192)
"""Principal components that are kept of a block, at most: what is tried."""

PENALTIES = tuple(float(p) for p in 10.0 ** np.arange(-3, 2.5, 0.5))
"""Ridge penalties that are tried, in units of the features' mean variance."""

SHRINKAGES = (0.05, 0.2, 0.5, 0.8)
"""How far the insider's covariance is drawn towards a sphere: what is tried."""

FOLDS = 5

ALL_SUBSETS_UP_TO = 3
"""Up to so many blocks every combination is tried; of more, each alone and all together."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Blocks, turned to their principal components and set side by side, each at a variance of one
    in all."""

    parts: Mapping[str, tuple[Matrix, Matrix, Matrix]]
    """By block: its mean (width,), its axes (width, kept) and the deviation along each (kept,)."""

    @classmethod
    def of(cls, blocks: Blocks) -> Basis:
        """Fitted to the rows of ``blocks``."""
        return cls({name: _components(np.asarray(b, np.float64)) for name, b in blocks.items()})

    def some(self, names: Iterable[str], width: int) -> Basis:
        """Only these blocks, and at most ``width`` components of each."""
        parts = {name: self.parts[name] for name in names}
        return Basis({n: (m, a[:, :width], d[:width]) for n, (m, a, d) in parts.items()})

    def __call__(self, blocks: Blocks) -> Matrix:
        """Shape (n, sum of what is kept of each block)."""
        columns = [
            (blocks[name] - mean) @ axes / max(float(np.linalg.norm(deviations)), 1e-12)
            for name, (mean, axes, deviations) in self.parts.items()
        ]
        return np.concatenate(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Ridge:
    """A fitted map to clear templates."""

    basis: Basis
    centre: Matrix
    """Mean of the features, shape (features,)."""
    weights: Matrix
    """Shape (features, dimensions)."""
    penalty: float

    def predict(self, blocks: Blocks) -> NDArray[np.float32]:
        """Where the clear template lies from the mean of all, shape (n, dimensions), unit rows.

        The mean itself is left out: added, it would only rank faces first that are like most.
        """
        return unit((self.basis(blocks) - self.centre) @ self.weights)


def blocks(
    looks: Sequence[Look], recognisers: Sequence[Recogniser], shipped: Adapted | None = None
) -> dict[str, NDArray[np.float32]]:
    """What a linear attacker goes by, for looks in their order; from the zone's pixels alone.

    Args:
        looks: at least one.
        recognisers: each gives a block of its name, its template of the redacted face.
        shipped: gives blocks ``adapted-NAME``, the templates that it predicts.

    Returns:
        Those, and ``pixels``: the aligned zone at ``PIXELS_PX``.
    """
    inside = [zone_only(look) for look in looks]
    found = {"pixels": np.stack([zone_pixels(look, PIXELS_PX) for look in inside])}
    chips = np.stack([chip(look.pixels, look.points) for look in inside])
    found |= {recogniser.name: recogniser.embed(chips) for recogniser in recognisers}
    if shipped is not None:
        found |= {f"adapted-{name}": rows for name, rows in shipped.predict(inside).items()}
    return found


def fit_ridge(
    blocks: Blocks,
    templates: NDArray[np.float32],
    people: NDArray[np.integer],
    *,
    seed: int = 0,
    widths: Sequence[int] = WIDTHS,
    basis: Basis | None = None,
) -> Ridge:
    """Fit to redacted pictures of known people.

    Blocks, components and penalty are those that place a person's template best among all people's
    when the person was left out of the fit (mean logarithm of the rank). Components know nothing of
    who is in a picture, and are those of all pictures.

    Args:
        blocks: features of the redacted pictures.
        templates: clear templates, shape (n, dimensions): of the same picture, or each person's
            mean.
        people: who is in each picture, shape (n,).
        seed: of the division into folds.
        widths: principal components of a block that are tried; more take longer.
        basis: of these very rows, with at least these blocks; made here where none is given.

    Raises:
        ValueError: rows that do not go together, or fewer people than folds.
    """
    _check(blocks, len(people))
    if templates.ndim != 2 or len(templates) != len(people):
        raise ValueError(f"expected {len(people)} templates, got an array {templates.shape}")
    _, who = np.unique(people, return_inverse=True)
    count = int(who.max()) + 1
    if count < FOLDS:
        raise ValueError(f"expected pictures of at least {FOLDS} people, got {count}")
    goal = templates - templates.mean(axis=0, dtype=np.float64)
    folds = np.random.default_rng(seed).permutation(count)[who] % FOLDS
    centroids = np.stack([goal[who == person].mean(axis=0) for person in range(count)])
    choices = [(names, width) for names in _subsets(sorted(blocks)) for width in widths]
    whole = Basis.of(blocks) if basis is None else basis
    costs = np.zeros((len(choices), len(PENALTIES)))
    for row, choice in enumerate(choices):
        for out, paths in _left_out(whole.some(*choice)(blocks), goal, folds):
            for column, predicted in enumerate(paths):
                costs[row, column] += _log_ranks(predicted, centroids, who[out])
    best = divmod(int(np.argmin(costs)), len(PENALTIES))
    kept, penalty = whole.some(*choices[best[0]]), PENALTIES[best[1]]
    return Ridge(kept, *_solve(kept(blocks), goal, penalty), penalty)


@dataclass(frozen=True, slots=True)
class Insider:
    """Knows redacted pictures of the people among whom it looks."""

    people: NDArray[np.integer]
    """Sorted, shape (k,): the columns of ``scores``."""
    basis: Basis
    whitening: Matrix
    """Shape (features, features): makes what varies within people a sphere."""
    means: Matrix
    """Of each person, whitened, shape (k, features)."""

    def scores(self, blocks: Blocks) -> Matrix:
        """Log-likelihood of each person up to a constant, shape (n, k); higher is more alike."""
        return _likelihoods(self.basis(blocks), self.whitening, self.means)


def fit_insider(blocks: Blocks, people: NDArray[np.integer]) -> Insider:
    """Fit linear discriminants to redacted pictures of the people sought.

    The shrinkage of the covariance is the one that recognises a picture of each person best that
    was left out of the fit.

    Raises:
        ValueError: rows that do not go together, fewer than two people, or one with one picture.
    """
    _check(blocks, len(people))
    names, who, counts = np.unique(people, return_inverse=True, return_counts=True)
    if len(names) < 2 or counts.min() < 2:
        raise ValueError("expected at least two people with two redacted pictures each")
    turn = np.zeros(len(people), np.intp)  # each picture's place among its person's
    for person in range(len(names)):
        turn[who == person] = np.arange(counts[person])
    whole = Basis.of(blocks)
    costs = np.zeros((len(WIDTHS), len(SHRINKAGES)))
    turns = min(FOLDS, int(counts.min()))
    for row, width in enumerate(WIDTHS):
        values = whole.some(sorted(blocks), width)(blocks)
        for fold in range(turns):
            out = turn % turns == fold
            for column, (whitening, means) in enumerate(_whitened(values[~out], who[~out])):
                scores = _likelihoods(values[out], whitening, means)
                costs[row, column] += _places(scores, who[out])
    best = divmod(int(np.argmin(costs)), len(SHRINKAGES))
    basis = whole.some(sorted(blocks), WIDTHS[best[0]])
    whitening, means = list(_whitened(basis(blocks), who))[best[1]]
    return Insider(names, basis, whitening, means)


def _components(values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Mean, axes and deviations, the largest first, without those that are nothing."""
    mean = values.mean(axis=0)
    off = values - mean
    if off.shape[0] < off.shape[1]:  # the same axes, by the smaller matrix
        sizes, ways = _largest(off @ off.T)
        axes = off.T @ (ways / np.sqrt(np.maximum(sizes, 1e-12 * max(sizes[-1], 1e-300))))
    else:
        sizes, axes = _largest(off.T @ off)
    some = max(1, int((sizes > 1e-9 * max(sizes[-1], 1e-300)).sum()))
    deviations = np.sqrt(np.maximum(sizes[::-1][:some], 0) / len(values))
    return mean, axes[:, ::-1][:, :some], deviations


def _largest(products: Matrix) -> tuple[Matrix, Matrix]:
    """The largest eigenvalues, as many as are kept of a block, ascending, and their vectors."""
    side = len(products)
    first = max(0, side - max(WIDTHS))
    sizes, ways = eigh(products, subset_by_index=(first, side - 1), check_finite=False)
    return sizes, ways


def _whitened(values: Matrix, who: NDArray[np.intp]) -> Iterator[tuple[Matrix, Matrix]]:
    """At each of ``SHRINKAGES`` what makes the scatter within people a sphere, and the people's
    means under it: by one decomposition, since shrinking turns no axis."""
    people = int(who.max()) + 1
    means = np.stack([values[who == person].mean(axis=0) for person in range(people)])
    within = np.cov((values - means[who]).T).reshape(values.shape[1], -1)
    sizes, axes = np.linalg.eigh(within)
    sphere = np.trace(within) / len(within)
    for shrinkage in SHRINKAGES:
        shrunk = (1 - shrinkage) * sizes + shrinkage * sphere
        whitening = axes / np.sqrt(np.maximum(shrunk, 1e-12))
        yield whitening, means @ whitening


def _likelihoods(values: Matrix, whitening: Matrix, means: Matrix) -> Matrix:
    return np.asarray(values @ whitening @ means.T - 0.5 * (means**2).sum(axis=1))


def _solve(values: Matrix, goal: Matrix, penalty: float) -> tuple[Matrix, Matrix]:
    centre = values.mean(axis=0)
    inner = (values - centre).T @ (values - centre)
    inner[np.diag_indices_from(inner)] += penalty * np.trace(inner) / len(inner) + 1e-9
    return centre, np.linalg.solve(inner, (values - centre).T @ goal)


def _left_out(
    values: Matrix, goal: Matrix, folds: NDArray[np.integer]
) -> Iterator[tuple[NDArray[np.bool_], Iterator[Matrix]]]:
    """For each fold which rows are in it, and what ``_solve`` of all others would predict of them
    at each of ``PENALTIES``. Products of all rows are made once, and a fold's taken off."""
    inner, cross = values.T @ values, values.T @ goal
    for fold in range(FOLDS):
        out = folds == fold
        rest = len(values) - int(out.sum())
        centre, mean = values[~out].mean(axis=0), goal[~out].mean(axis=0)
        own = inner - values[out].T @ values[out] - rest * np.outer(centre, centre)
        aims = cross - values[out].T @ goal[out] - rest * np.outer(centre, mean)
        yield out, _path(own, aims, values[out] - centre)


def _path(inner: Matrix, cross: Matrix, probes: Matrix) -> Iterator[Matrix]:
    sizes, axes = np.linalg.eigh(inner)
    sizes = np.maximum(sizes, 0)
    aims, places = axes.T @ cross, probes @ axes
    mean = float(sizes.sum()) / len(sizes)
    for penalty in PENALTIES:
        yield places @ (aims / (sizes + penalty * mean + 1e-9)[:, None])


def _log_ranks(found: Matrix, centroids: Matrix, who: NDArray[np.intp]) -> float:
    return _places(unit(found) @ unit(centroids).T, who)


def _places(scores: NDArray[np.floating], true: NDArray[np.intp]) -> float:
    """Sum of the logarithms of the true people's ranks, ties halved."""
    own = scores[np.arange(len(true)), true][:, None]
    above, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1) - 1
    return float(np.log(1 + above + level / 2).sum())


def _subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    if len(names) <= ALL_SUBSETS_UP_TO:
        return [s for size in range(1, len(names) + 1) for s in combinations(names, size)]
    return [*((name,) for name in names), tuple(names)]


def _check(blocks: Blocks, count: int) -> None:
    shapes = {name: values.shape for name, values in blocks.items()}
    if not shapes or any(len(s) != 2 or s[0] != count for s in shapes.values()):
        raise ValueError(f"expected blocks of {count} rows each, got {shapes}")
