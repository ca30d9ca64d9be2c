"""What a redacted zone says of a face's numbers.

The published luma is taken as normal: the operator, as it is, on a picture that is the mean face
in unknown contrast, numbers times their axes, light of unknown shape, and everything else with the
covariance of pictures in general, little of it inside the oval and much outside. What is not the
numbers is noise of known covariance, so that a whitened matched filter says all there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import similarity
from efface.attack.appearance.numbers import LUMA, SIDE, Numbers, model, oval, surfaces
from efface.attack.interface import Look
from efface.attack.inversion.forward import part_of, shrunk
from efface.attack.operators.blind import CORRELATION

GRID_PX = 28
"""Longer side of what is looked at: the numbers are no finer."""

KNOWN = 0.95
"""Share of a small pixel that must lie in the zone."""

INSIDE, OUTSIDE = 20.0, 45.0
"""Standard deviation of what the numbers do not say of a face, and of a picture beside it, steps of
255. Like ``GRID_PX`` and ``EVEN``, of several that did alike on 26 people of CFP (001 to 100)."""

CONTRAST = 60.0
"""Of the mean face's contrast; of the light: ``LIGHT``. Wide, since nothing is known of either."""
LIGHT = 100.0

ROUNDING = float(np.square(LUMA).sum()) / 12
"""Variance of luma whose parts were rounded to whole steps."""
LEAST_NOISE = 1e-3
CODED = 10.0
"""How much more noise lossy coding leaves than rounding, in variance."""

EVEN = 0.1
"""Share of the mean information that every direction is given in a candidate's length: numbers of
which nothing came through say nothing, however large they are."""


@dataclass(frozen=True, slots=True, eq=False)
class ZoneEvidence:
    """The numbers' part of the published picture's likelihood."""

    filtered: Numbers
    """Of each number, what a matched filter gives, shape (d,)."""
    information: Numbers
    """Fisher's, shape (d, d)."""

    def scores(self, known: Numbers) -> Numbers:
        """How well each candidate's numbers go with it: the cosine between what would be published
        of them and what was, where the noise is white. Shape (people,)."""
        even = EVEN * np.trace(self.information) / len(self.information)
        square = np.einsum("ki,ij,kj->k", known, self.information, known)
        length = np.sqrt(square + even * np.square(known).sum(axis=1))
        return np.asarray(known @ self.filtered / np.maximum(length, 1e-12))


def view_of(look: Look) -> ZoneEvidence:
    """What a zone says of the numbers.

    Args:
        look: its operator of a kind in ``LINEAR``.

    Raises:
        ValueError: the zone is empty, or the look has no operator.
    """
    if look.operator is None:
        raise ValueError("expected a look with its operator, got one without")
    part = part_of(look, look.operator)
    rows, columns = slice(part.y0, part.y1), slice(part.x0, part.x1)
    luma = look.pixels[rows, columns].astype(np.float32) @ LUMA
    tall, wide = luma.shape
    scale = min(1.0, GRID_PX / max(tall, wide))
    height, width = max(1, round(tall * scale)), max(1, round(wide * scale))
    small = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA)
    zone = look.zone[rows, columns].astype(np.float32)
    seen = cv2.resize(zone, (width, height), interpolation=cv2.INTER_AREA) > KNOWN
    down, across = shrunk(luma.shape, look.operator.moved(-part.x0, -part.y0), small.shape)
    y, x = np.mgrid[:height, :width] + 0.5
    places = np.stack([x * wide / width + part.x0, y * tall / height + part.y0], axis=-1)
    face = _Face.at(places, look)

    def published(pictures: Numbers) -> Numbers:
        return np.asarray((down @ pictures.astype(np.float32) @ across.T)[..., seen], np.float64)

    rest = published(face.rest(look.box.width * width / wide))
    noise = max(ROUNDING * height * width / (tall * wide), LEAST_NOISE)
    noise *= 1 if look.operator.jpeg_quality is None else CODED
    covariance = rest.T @ rest + noise * np.eye(int(seen.sum()))
    white = np.linalg.cholesky(covariance)
    told = np.linalg.solve(white, published(face.numbers).T)
    return ZoneEvidence(
        told.T @ np.linalg.solve(white, small[seen].astype(np.float64)), told.T @ told
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """A face's parts as pictures, on the small pixels of a look."""

    inside: Numbers
    """How far each pixel lies in the oval, 0 to 1, shape (height, width)."""
    mean: Numbers
    numbers: Numbers
    """What each number adds, shape (d, height, width)."""
    light: Numbers
    """Likewise; the last one is even everywhere."""

    @classmethod
    def at(cls, places: NDArray[np.float64], look: Look) -> _Face:
        """
        Args:
            places: of the small pixels' middles in the look, shape (height, width, 2).
        """
        known, (within, _) = model(), oval()
        turn = similarity(look.points, 1)
        chip = places @ turn[:, :2].T + turn[:, 2]
        x, y = ((chip[..., axis] * SIDE - 0.5).astype(np.float32) for axis in (0, 1))

        def drawn(values: Numbers) -> Numbers:
            square = np.zeros((SIDE, SIDE), np.float32)
            square[within] = values
            return np.asarray(
                cv2.remap(square, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT),
                np.float64,
            )

        inside = drawn(np.ones(int(within.sum())))
        light = inside * surfaces(chip[..., 0] - 0.5, chip[..., 1] - 0.5)
        return cls(
            inside,
            drawn(known.mean),
            np.stack([drawn(row) for row in known.drawn]),
            np.concatenate([light, np.ones((1, *inside.shape))]),
        )

    def rest(self, face_px: float) -> Numbers:
        """What else makes the picture: its covariance is the sum of these pictures' squares.

        The covariance of pictures in general is Tikhonov's (``attack/inversion/regularised.py``).

        Args:
            face_px: width of the face, in small pixels.
        """
        height, width = self.inside.shape
        y, x = (np.pi * np.arange(n) / n for n in (height, width))
        power = (CORRELATION**-2 + (y[:, None] ** 2 + x**2) * face_px**2) ** -1.5
        waves = np.einsum("ai,bj->abij", _cosines(height), _cosines(width))
        waves = waves * np.sqrt(power / power.mean())[..., None, None]
        waves = waves.reshape(-1, height, width)
        much = OUTSIDE + (INSIDE - OUTSIDE) * self.inside
        return np.concatenate([waves * much, CONTRAST * self.mean[None], LIGHT * self.light])


def _cosines(length: int) -> Numbers:
    """Orthonormal cosines (DCT-II), one row each."""
    place = np.arange(length)
    rows = np.cos(np.pi * (place + 0.5) * place[:, None] / length) * np.sqrt(2 / length)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows)
