"""Solvers on a prior whose posterior is known: the positive control of the code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.attack.diffusion.toys import SIDE, MatrixMeasurement, NormalPrior, toy

from efface.attack.diffusion.diffpir import DiffPir
from efface.attack.diffusion.flower import Flower
from efface.attack.diffusion.interface import Faces, Solver, SolverOptions
from efface.attack.diffusion.pnp_flow import PnpFlow
from efface.attack.diffusion.proximal import proximal, pseudo_inverse, strongest
from efface.attack.diffusion.refocus import Refocus

SAMPLES = 256
OPTIONS = SolverOptions(SAMPLES, 24, 30)


def off(found: Faces, wanted: NDArray[np.float64], prior: NormalPrior) -> float:
    """How far the mean is off, against how far the measurement moves it."""
    moved = np.sqrt(np.mean((wanted - prior.mean) ** 2))
    return float(np.sqrt(np.mean((found.mean(axis=0) - wanted) ** 2)) / moved)


@pytest.mark.parametrize("noise", [0.05, 0.2, 1.0])
def test_flower_draws_from_the_posterior(noise: float) -> None:
    prior, measurement = toy(noise=noise)
    mean, variance = measurement.posterior(prior)
    found = Flower(side=SIDE).solve(measurement, prior, OPTIONS)
    apart = np.sqrt(variance / SAMPLES)
    assert np.abs(found.mean(axis=0) - mean).max() < 4.5 * apart.max()
    assert found.var(axis=0).mean() == pytest.approx(variance.mean(), rel=0.05)
    each = found.var(axis=0).mean(axis=0) / variance
    assert np.abs(each - 1).max() < 4.5 * np.sqrt(2 / (3 * SAMPLES))


def test_flower_with_another_error_does_not() -> None:
    """The test above can fail: an error that the prior does not have gives another variance."""

    class Overconfident(NormalPrior):
        def error(self, time: float) -> float:
            return super().error(time) / 2

    prior, measurement = toy()
    wrong = Overconfident(prior.mean, prior.deviation)
    found = Flower(side=SIDE).solve(measurement, wrong, OPTIONS)
    _, variance = measurement.posterior(prior)
    assert abs(found.var(axis=0).mean() / variance.mean() - 1) > 0.2


@pytest.mark.parametrize(
    ("solver", "steps", "within"),
    [(Flower(drawing=False, side=SIDE), 24, 0.15), (PnpFlow(side=SIDE), 100, 0.2)],
    ids=["flower, not drawing", "pnp-flow"],
)
def test_estimates_reach_the_posterior_mean(solver: Solver, steps: int, within: float) -> None:
    """They draw too narrowly: their samples are no posterior."""
    prior, measurement = toy()
    mean, variance = measurement.posterior(prior)
    found = solver.solve(measurement, prior, replace(OPTIONS, steps=steps))
    assert off(found, mean, prior) < within
    assert found.var(axis=0).mean() < 0.7 * variance.mean()


@pytest.mark.parametrize("solver", [DiffPir(side=SIDE), Refocus(side=SIDE)], ids=lambda s: s.name)
def test_the_others_agree_with_what_was_published(solver: Solver) -> None:
    prior, measurement = toy(noise=0.05)
    found = solver.solve(measurement, prior, OPTIONS)
    explained = np.mean((measurement.forward(found) - measurement.seen) ** 2)
    nothing = np.mean((measurement.forward(prior.mean[None]) - measurement.seen) ** 2)
    assert explained < 0.3 * nothing


@pytest.mark.parametrize(
    "solver",
    [Flower(side=SIDE), PnpFlow(side=SIDE), DiffPir(side=SIDE), Refocus(side=SIDE)],
    ids=lambda s: s.name,
)
def test_a_seed_decides(solver: Solver) -> None:
    prior, measurement = toy()
    few = SolverOptions(2, 4, 4)
    first, again = (solver.solve(measurement, prior, few) for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, solver.solve(measurement, prior, replace(few, seed=1)))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), weight=st.floats(1e-2, 10))
def test_the_proximal_picture_is_the_exact_one(seed: int, weight: float) -> None:
    _, measurement = toy(seed)
    near = np.random.default_rng(seed).standard_normal((2, 3, SIDE, SIDE)).astype(np.float32)
    seen = measurement.nearest(measurement.forward(near))
    found = proximal(measurement, seen, near, weight, 200, enough=1e-6)
    a = measurement.matrix.astype(np.float64)
    left = a.T @ a + weight * np.eye(a.shape[1])
    right = seen.reshape(2, 3, -1) @ a + weight * near.reshape(2, 3, -1)
    exact = np.linalg.solve(left, right.reshape(6, -1).T).T.reshape(found.shape)
    assert np.abs(found - exact).max() < 1e-3 * max(1.0, float(np.abs(exact).max()))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999))
def test_the_pseudo_inverse_is_the_exact_one(seed: int) -> None:
    """Of a matrix that is well conditioned: what fades is reached later."""
    rng = np.random.default_rng(seed)
    matrix = np.asarray(rng.standard_normal((20, SIDE * SIDE)) / 8, np.float32)
    seen = rng.standard_normal((3, 1, 20)).astype(np.float32)
    measurement = MatrixMeasurement(matrix, seen, 0.1)
    found = pseudo_inverse(measurement, seen, (1, 3, SIDE, SIDE), 100)
    exact = (np.linalg.pinv(matrix.astype(np.float64)) @ seen.reshape(3, -1).T).T
    assert np.abs(found.reshape(3, -1) - exact).max() < 1e-2
    largest = np.linalg.norm(matrix, 2) ** 2
    assert strongest(measurement, (1, 3, SIDE, SIDE), 50) == pytest.approx(largest, rel=0.05)


def test_nearness_without_weight_is_refused() -> None:
    _, measurement = toy()
    with pytest.raises(ValueError, match="above 0"):
        proximal(measurement, measurement.seen, np.zeros((1, 3, SIDE, SIDE), np.float32), 0, 5)
