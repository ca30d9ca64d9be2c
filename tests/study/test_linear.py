import numpy as np
import pytest
from numpy.typing import NDArray

from efface.attack.matching import unit
from efface.study import linear
from efface.study.linear import fit_insider, fit_ridge

PEOPLE, PICTURES, FACTORS, DIMENSIONS = 40, 6, 8, 16
WHO = np.repeat(np.arange(PEOPLE), PICTURES)


def material(
    seed: int, *, leak: float
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]:
    """Features that hold each person's factors as far as ``leak`` says, and clear templates."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((PEOPLE, FACTORS))
    seen = leak * factors[WHO] + rng.standard_normal((len(WHO), FACTORS))
    wide = seen @ rng.standard_normal((FACTORS, 300)) + rng.standard_normal((len(WHO), 300))
    blocks = {
        "pixels": wide.astype(np.float32),
        "noise": rng.standard_normal((len(WHO), 5)).astype(np.float32),
    }
    clear = unit(factors @ rng.standard_normal((FACTORS, DIMENSIONS)) + 2)
    return blocks, clear


def some(
    blocks: dict[str, NDArray[np.float32]], which: NDArray[np.bool_]
) -> dict[str, NDArray[np.float32]]:
    return {name: values[which] for name, values in blocks.items()}


def found_by_ridge(leak: float, seed: int) -> float:
    """Share of pictures of people left out whose own template comes first among theirs."""
    blocks, clear = material(seed, leak=leak)
    known = WHO < 30
    ridge = fit_ridge(some(blocks, known), clear[WHO[known]], WHO[known])
    scores = ridge.predict(some(blocks, ~known)) @ clear[30:].T
    return float((scores.argmax(axis=1) == WHO[~known] - 30).mean())


def found_by_insider(leak: float, seed: int) -> float:
    blocks, _ = material(seed, leak=leak)
    known = np.arange(len(WHO)) % PICTURES < 4
    insider = fit_insider(some(blocks, known), WHO[known])
    best = insider.people[insider.scores(some(blocks, ~known)).argmax(axis=1)]
    return float((best == WHO[~known]).mean())


def test_a_ridge_finds_people_it_was_not_fitted_to() -> None:
    assert found_by_ridge(4.0, 1) > 0.9


def test_a_ridge_finds_nobody_where_nothing_is_left() -> None:
    # ten people: a tenth by chance
    assert np.mean([found_by_ridge(0.0, seed) for seed in range(3)]) < 0.2


def test_an_insider_finds_its_people() -> None:
    assert found_by_insider(4.0, 2) > 0.9


def test_an_insider_finds_nobody_where_nothing_is_left() -> None:
    assert np.mean([found_by_insider(0.0, seed) for seed in range(3)]) < 0.1


def test_features_that_never_vary_predict_nothing() -> None:
    constant = {"pixels": np.full((len(WHO), 50), 0.25, np.float32)}
    _, clear = material(3, leak=1)
    predicted = fit_ridge(constant, clear[WHO], WHO).predict(constant)
    assert np.array_equal(predicted, np.broadcast_to(predicted[0], predicted.shape))


def test_the_same_pictures_give_the_same_fit() -> None:
    blocks, clear = material(4, leak=1)
    one, two = (fit_ridge(blocks, clear[WHO], WHO).predict(blocks) for _ in range(2))
    assert np.array_equal(one, two)
    lengths = np.linalg.norm(one, axis=1)
    assert np.allclose(lengths, 1)


def test_what_cannot_be_fitted_is_refused() -> None:
    blocks, clear = material(5, leak=1)
    with pytest.raises(ValueError, match=r"expected blocks of 3 rows"):
        fit_ridge(blocks, clear[:3], WHO[:3])
    with pytest.raises(ValueError, match=r"expected 240 templates"):
        fit_ridge(blocks, clear, WHO)
    few = WHO < 4
    with pytest.raises(ValueError, match=r"at least 5 people, got 4"):
        fit_ridge(some(blocks, few), clear[WHO[few]], WHO[few])
    single = np.arange(len(WHO)) % PICTURES == 0
    with pytest.raises(ValueError, match=r"two redacted pictures each"):
        fit_insider(some(blocks, single), WHO[single])


def test_the_path_of_penalties_is_what_each_alone_gives() -> None:
    rng = np.random.default_rng(7)
    values, goal, probes = (
        rng.normal(size=(40, 12)),
        rng.normal(size=(40, 5)),
        rng.normal(size=(6, 12)),
    )
    everybody = np.concatenate([values, probes])
    goals = np.concatenate([goal, rng.normal(size=(6, 5))])
    folds = np.r_[np.ones(40, int), np.zeros(6, int)]
    out, paths = next(linear._left_out(everybody, goals, folds))
    assert np.array_equal(out, folds == 0)
    for penalty, found in zip(linear.PENALTIES, paths, strict=True):
        centre, weights = linear._solve(values, goal - goal.mean(axis=0), penalty)
        assert np.allclose(found, (probes - centre) @ weights, atol=1e-8)
