"""Wiener's filter: each frequency weighed by how far the face, blurred, stands above the noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Knowledge, Look, Reconstruction
from efface.attack.inversion.base import Inversion
from efface.attack.inversion.forward import Planes, Task, reconstruction, task
from efface.attack.operators.apply import blurred
from efface.attack.operators.blind import CORRELATION
from efface.attack.operators.interface import Operator
from efface.attack.operators.likelihood import fit


class Wiener(Inversion):
    """Blurs, the operator given."""

    name = "wiener"
    title = "a blur undone frequency by frequency"
    knowledge = Knowledge.EXACT
    kinds = frozenset({"gaussian", "box"})

    def restore(self, look: Look, operator: Operator) -> Reconstruction:
        work = task(look, operator)
        return reconstruction(look, work, estimate(work, look.box.width * work.scale))


class BlindWiener(Wiener):
    """The same, the operator guessed."""

    name = "wiener-blind"
    title = "a blur of guessed strength undone frequency by frequency"
    knowledge = Knowledge.METHOD


def estimate(work: Task, face_px: float) -> Planes:
    """The filtered picture. Mirrored at its borders, as OpenCV's blurs are.

    Args:
        work: a blur to be undone.
        face_px: width of the face, in pixels of ``work.seen``.
    """
    _, height, width = work.seen.shape
    mean = work.seen[:, work.known].mean(axis=1)[:, None, None]
    tall, wide = max(2 * height - 2, 1), max(2 * width - 2, 1)
    pad = ((0, 0), (0, tall - height), (0, wide - width))
    mirrored = np.pad(work.seen - mean, pad, mode="reflect")
    size = float(np.sqrt(tall * wide))
    seen = np.fft.rfft2(mirrored).astype(np.complex64) / np.float32(size)
    gain = _transfer(work.operator, tall, wide)
    face = _face_power(tall, wide, face_px)
    power = np.asarray(face * np.abs(gain) ** 2, np.float32)
    found = fit(power, np.asarray(np.mean(np.abs(seen) ** 2, axis=0)))
    weight = np.conj(gain) * face / (power + found.noise / found.scale)
    clear = np.fft.irfft2(seen * weight * size, s=(tall, wide))
    return np.asarray(clear[:, :height, :width] + mean, np.float32)


def _transfer(operator: Operator, tall: int, wide: int) -> NDArray[np.complex64]:
    """What the blur does to each frequency of a picture of that size."""
    unit = np.zeros((tall, wide), np.float32)
    unit[tall // 2, wide // 2] = 1
    spread = np.roll(blurred(unit, operator), (-(tall // 2), -(wide // 2)), axis=(0, 1))
    return np.fft.rfft2(spread).astype(np.complex64)


def _face_power(tall: int, wide: int, face_px: float) -> NDArray[np.float32]:
    """Power of a picture whose correlation falls exponentially with distance, mean 1."""
    y = np.fft.fftfreq(tall)[:, None] * 2 * np.pi * face_px
    x = np.fft.rfftfreq(wide) * 2 * np.pi * face_px
    power = (CORRELATION**-2 + x * x + y * y) ** -1.5
    return np.asarray(power / power.mean(), np.float32)
