"""Reading a layered fill, as whoever knows the method can: its numbers, with their noise.

All that a fill tells of a face is a row of numbers (``channel``). They are read off the picture by
least squares, where the head that is drawn covers everything; the face that is looked for gives the
same numbers without noise. For attacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from efface.geometry import Rect
from efface.redact.methods.layered import channel
from efface.redact.methods.layered.grid import STEPS, Lie, cells_of
from efface.redact.methods.layered.shape import opaque, places, shares
from efface.regions import Box

WHOLLY = 0.98
"""Of a pixel, is covered by the head: what lies around does not matter."""

_STRAIGHT = Lie(0.0, 0.0, 0.0)

Numbers = NDArray[np.float64]
"""Shape (d,), or (people, d): of each the standard deviation over faces in general is about 1."""


@dataclass(frozen=True)
class FillReader:
    """Reads fills of one setting."""

    cells: int
    noise: float
    """Standard deviation of each number's noise."""

    def of_fill(
        self, pixels: NDArray[np.uint8], filled: NDArray[np.bool_], zone: Rect
    ) -> Numbers | None:
        """The numbers of a fill, with noise.

        Args:
            pixels: RGB, shape (height, width, 3).
            filled: which of them belong to the fill, shape (height, width).
            zone: before it was cut or grown to blocks; it may leave the picture.

        Returns:
            ``None``: too little of the head is there.
        """
        height, width = filled.shape
        seen = zone.clipped(width, height)
        if seen.empty:
            return None
        u, v = places(zone.width, zone.height)
        u = u[:, seen.x0 - zone.x0 : seen.x1 - zone.x0]
        v = v[seen.y0 - zone.y0 : seen.y1 - zone.y0]
        part = np.s_[seen.y0 : seen.y1, seen.x0 : seen.x1]
        used = filled[part] & (opaque(u, v) >= WHOLLY)
        if used.sum() < 4 * self.cells**2:
            return None
        down, across = shares(v[:, 0], self.cells), shares(u[0], self.cells)
        rows, columns = np.nonzero(used)
        basis = (down[rows][:, :, None] * across[columns][:, None, :]).reshape(len(rows), -1)
        shown = pixels[part][used].astype(np.float64)
        colours = np.linalg.lstsq(basis, shown, rcond=1e-3)[0]
        white = self._white @ (colours.ravel() * STEPS - self._faces.mean)
        return np.asarray(white * np.sqrt(1 + self.noise**2))

    def of_face(self, pixels: NDArray[np.uint8], box: Box) -> Numbers:
        """The numbers that a clear face would tell without noise."""
        means = cells_of(pixels, box, self.cells, _STRAIGHT)
        told = channel.coded(means, self.cells, round(self.noise * channel.THOUSAND))
        return np.asarray(told * (self.noise / channel.DEVIATION))

    def made_up(self, count: int, seed: int) -> Numbers:
        """Numbers of so many people who vary as the AI-generated portraits do from which the
        method's table was made."""
        drawn = np.random.default_rng(seed).standard_normal((count, 3 * self.cells**2))
        length = np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.asarray(drawn * np.minimum(1, np.sqrt(drawn.shape[1]) / length))

    @property
    def _faces(self) -> channel.Table:
        return channel.table(self.cells)

    @cached_property
    def _white(self) -> NDArray[np.float64]:
        return self._faces.whiten / 2.0**channel.WHITE
