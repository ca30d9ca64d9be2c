"""The most probable face for a linear redaction, by conjugate gradients.

The prior is a face whose pixels' correlation falls exponentially with distance in any direction:
independent cosine coefficients with variances that fall with frequency. The operator is used as it
is, with its borders, and only where there is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from efface.attack.inversion.forward import Planes, Task
from efface.attack.operator import Kind, Operator
from efface.attack.operators.blind import CORRELATION
from efface.attack.operators.likelihood import fit

_ENOUGH = 1e-4
_FAINTEST: dict[Kind, float] = {
    "gaussian": 1e-4,
    "box": 1e-4,
    "mosaic": 1e-2,
    "sampled-mosaic": 1e-2,
}
"""Share of the largest power below which coefficients converge no quicker. Steps that are scaled up
for faint ones leave in the estimate what a mosaic cannot show at all."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is expected of the face, and how much of it the operator lets through."""

    spread: NDArray[np.float32]
    """Standard deviation of each cosine coefficient, shape (height, width)."""
    power: NDArray[np.float32]
    """Variance of each after redaction, borders left out of account; likewise."""
    ratio: float
    """Variance of noise, in units of the prior's."""
    noise: float
    """Variance of noise, steps of 255 squared."""


def prior(work: Task, face_px: float, redacted: Planes) -> Prior:
    """Scale and noise are those under which the redacted pixels are likeliest (empirical Bayes).

    Args:
        work: what is to be inverted.
        face_px: width of the face, in pixels of ``work.seen``.
        redacted: ``work.seen``, with the best guess where it is no evidence.
    """
    height, width = work.known.shape
    y, x = (np.pi * np.arange(n, dtype=np.float32) / n for n in (height, width))
    square = (y * y)[:, None] + x * x
    variance = (CORRELATION**-2 + square * face_px**2) ** -1.5
    variance /= variance.mean()
    across, down = work.operator.sides_px
    kept = np.outer(gain(y, down, work.operator), gain(x, across, work.operator))
    power = np.asarray(variance * kept * kept, np.float32)
    seen = dctn(redacted - mean(work), axes=(1, 2), norm="ortho")
    found = fit(power.ravel()[1:], np.asarray(np.mean(np.square(seen), axis=0)).ravel()[1:])
    spread = np.asarray(np.sqrt(variance), np.float32)
    return Prior(spread, power, found.noise / found.scale, found.noise)


def mean(work: Task) -> Planes:
    """Of each channel's evidence, shape (channels, 1, 1)."""
    return np.asarray(work.seen[:, work.known].mean(axis=1)[:, None, None], np.float32)


def gain(frequency: NDArray[np.float32], side: float, operator: Operator) -> NDArray[np.float32]:
    """What is left of each frequency, radians a pixel, along one axis."""
    if operator.kind == "gaussian":
        return np.asarray(np.exp(-0.5 * np.square(side * frequency)))
    if operator.kind == "sampled-mosaic":
        return np.ones_like(frequency)
    half = frequency / 2
    return np.asarray(np.sinc(side * half / np.pi) / np.sinc(half / np.pi))


def most_probable(
    work: Task,
    given: Planes,
    expected: Prior,
    ratio: float,
    *,
    rounds: int,
    start: Planes | None = None,
) -> Planes:
    """The face, less its mean, that best explains the redacted picture ``given``.

    Args:
        work: what is to be inverted.
        given: redacted pixels less their mean; read where they are known.
        expected: of ``work``.
        ratio: how much the prior weighs.
        rounds: of conjugate gradients, at most.
        start: cosine coefficients over ``expected.spread`` to begin with.

    Returns:
        Cosine coefficients over ``expected.spread``; ``picture`` makes pixels of them.
    """
    known = work.known.astype(np.float32)

    def normal(z: Planes) -> Planes:
        made = work.redacted(picture(z, expected)) * known
        return np.asarray(coefficients(work.adjoint(made), expected) + np.float32(ratio) * z)

    # borders and what is no evidence mix coefficients: the faintest are not trusted to the model
    floor = max(ratio, _FAINTEST[work.operator.kind] * float(expected.power.max()))
    quick = np.asarray(1 / (expected.power + floor), np.float32)
    z: Planes = np.zeros_like(work.seen) if start is None else start
    residual: Planes = coefficients(work.adjoint(given * known), expected)
    aim = _dot(residual, residual * quick)
    if start is not None:
        residual = residual - normal(z)
    step = residual * quick
    size = _dot(residual, step)
    for _ in range(rounds):
        if not (size > _ENOUGH**2 * aim).any():
            break
        ahead = normal(step)
        length = np.asarray(size / np.maximum(_dot(step, ahead), 1e-20), np.float32)
        z = z + length * step
        residual = residual - length * ahead
        turned = residual * quick
        before, size = size, _dot(residual, turned)
        step = turned + np.asarray(size / np.maximum(before, 1e-20), np.float32) * step
    return z


_guesses: WeakKeyDictionary[Task, dict[tuple[float, int], tuple[Planes, Prior]]] = (
    WeakKeyDictionary()
)
"""Several inversions go on from it, and it is dear."""


def first_guess(work: Task, face_px: float, rounds: int) -> tuple[Planes, Prior]:
    """The most probable face as cosine coefficients, in two passes: scale and noise are fitted
    again when what is no evidence has been filled in by the first. Computed once for a task.

    Args:
        work: what is to be inverted.
        face_px: width of the face, in pixels of ``work.seen``.
        rounds: of conjugate gradients in each pass, at most.
    """
    known = _guesses.setdefault(work, {})
    if (face_px, rounds) not in known:
        known[face_px, rounds] = _first_guess(work, face_px, rounds)
    return known[face_px, rounds]


def _first_guess(work: Task, face_px: float, rounds: int) -> tuple[Planes, Prior]:
    middle = mean(work)
    expected = prior(work, face_px, work.seen)
    z = most_probable(work, work.seen - middle, expected, expected.ratio, rounds=rounds)
    if not work.known.all():
        filled = np.where(work.known, work.seen, work.redacted(picture(z, expected)) + middle)
        expected = prior(work, face_px, filled)
        given = work.seen - middle
        z = most_probable(work, given, expected, expected.ratio, rounds=rounds, start=z)
    return z, expected


def picture(z: Planes, expected: Prior) -> Planes:
    """Pixels of cosine coefficients."""
    return np.asarray(idctn(z * expected.spread, axes=(1, 2), norm="ortho"))


def coefficients(planes: Planes, expected: Prior) -> Planes:
    """The transpose of ``picture``."""
    return np.asarray(dctn(planes, axes=(1, 2), norm="ortho") * expected.spread)


def _dot(a: Planes, b: Planes) -> Planes:
    """For each channel, shape (channels, 1, 1)."""
    return np.asarray((a * b).sum(axis=(1, 2), keepdims=True))
