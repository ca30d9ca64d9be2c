"""Wiener's filter: each frequency weighed by how far the face, blurred, stands above the noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Knowledge
from efface.attack.inversion.base import LinearInversion
from efface.attack.inversion.forward import Planes, Task
from efface.attack.inversion.regularised import first_guess, gain, mean, picture
from efface.attack.operator import Operator
from efface.attack.operators.apply import blurred
from efface.attack.operators.blind import CORRELATION
from efface.attack.operators.likelihood import fit

ROUNDS = 40
"""Of conjugate gradients for the fill, at most."""


class Wiener(LinearInversion):
    """Blurs, the operator given."""

    name = "wiener"
    title = "a blur undone frequency by frequency"
    knowledge = Knowledge.EXACT
    kinds = frozenset({"gaussian", "box"})

    def estimate(self, work: Task, face_px: float) -> Planes:
        """The filtered picture. Mirrored at its borders, as OpenCV's blurs are.

        What is no evidence is filled in by blurring Tikhonov's estimate.
        """
        _, height, width = work.seen.shape
        redacted = work.seen
        if not work.known.all():
            z, expected = first_guess(work, face_px, ROUNDS)
            made = work.redacted(picture(z, expected)) + mean(work)
            redacted = np.where(work.known, work.seen, made)
        shape = max(2 * height - 2, 1), max(2 * width - 2, 1)
        if work.scale < 1 and work.operator.kind == "box":
            kept = fractional(work.operator, shape)
        else:
            even = [axis for axis in (0, 1) if _is_even(work.operator, axis)]
            for axis in even:
                redacted = _centred(redacted, axis + 1)
            kept = transfer(work.operator, shape, even)
        return _filtered(redacted, kept, _face_power(shape, face_px))


class BlindWiener(Wiener):
    """The same, the operator guessed."""

    name = "wiener-blind"
    title = "a blur of guessed strength undone frequency by frequency"
    knowledge = Knowledge.METHOD


def _is_even(operator: Operator, axis: int) -> bool:
    return operator.kind == "box" and round(operator.sides_px[1 - axis]) % 2 == 0


def _centred(planes: Planes, axis: int) -> Planes:
    """An even window lies half a pixel to one side; the mean of two neighbours lies in the middle.
    Mirrored, the last pixel is its own neighbour."""
    last = np.take(planes, [-1], axis)
    after = np.concatenate([np.delete(planes, 0, axis), last], axis)
    return np.asarray((planes + after) / 2, np.float32)


def _filtered(redacted: Planes, gain: NDArray[np.complex64], face: NDArray[np.float32]) -> Planes:
    _, height, width = redacted.shape
    tall, wide = gain.shape[0], max(2 * width - 2, 1)
    pad = ((0, 0), (0, tall - height), (0, wide - width))
    middle = redacted.mean(axis=(1, 2), keepdims=True)
    size = float(np.sqrt(tall * wide))
    seen = np.fft.rfft2(np.pad(redacted - middle, pad, mode="reflect")) / size
    power = np.asarray(face * np.abs(gain) ** 2, np.float32)
    found = fit(power, np.asarray(np.mean(np.abs(seen) ** 2, axis=0)))
    weight = np.conj(gain) * face / (power + found.noise / found.scale)
    clear = np.fft.irfft2(seen * weight * size, s=(tall, wide))
    return np.asarray(clear[:, :height, :width] + middle, np.float32)


def transfer(operator: Operator, shape: tuple[int, int], even: list[int]) -> NDArray[np.complex64]:
    """What the blur does to each frequency of a picture of that size."""
    tall, wide = shape
    unit = np.zeros(shape, np.float32)
    unit[tall // 2, wide // 2] = 1
    spread: Planes = np.roll(blurred(unit, operator), (-(tall // 2), -(wide // 2)), axis=(0, 1))
    for axis in even:
        spread = np.asarray((spread + np.roll(spread, -1, axis)) / 2, np.float32)
    return np.fft.rfft2(spread).astype(np.complex64)


def fractional(operator: Operator, shape: tuple[int, int]) -> NDArray[np.complex64]:
    """The same of a window whose sides are no whole number of the small pixels."""
    tall, wide = shape
    across, down = operator.sides_px
    y, x = (2 * np.pi * f.astype(np.float32) for f in (np.fft.fftfreq(tall), np.fft.rfftfreq(wide)))
    return np.outer(gain(y, down, operator), gain(x, across, operator)).astype(np.complex64)


def _face_power(shape: tuple[int, int], face_px: float) -> NDArray[np.float32]:
    """Power of a picture whose correlation falls exponentially with distance, mean 1."""
    tall, wide = shape
    y = np.fft.fftfreq(tall)[:, None] * 2 * np.pi * face_px
    x = np.fft.rfftfreq(wide) * 2 * np.pi * face_px
    power = (CORRELATION**-2 + x * x + y * y) ** -1.5
    return np.asarray(power / power.mean(), np.float32)
