"""The lattice of a JPEG: where its 8 x 8 blocks lie and the steps of their coefficients.

A picture decoded from a JPEG still has it: each luma block's cosine transform lies near whole
multiples of the quantisation steps, whatever lossless format the pixels were put in afterwards.
Steps and place are read from the file when it is a JPEG, and else told from the pixels, as Fan &
de Queiroz did (Identification of bitmap compression history, IEEE TIP 2003).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn, idctn

from efface.attack.interface import Pixels
from efface.attack.leaks.likeness import Gray, gray
from efface.errors import InputError
from efface.media.coefficients import DctCoefficients
from efface.media.file import MediaFile
from efface.media.jpeg.photo import JpegPhoto
from efface.media.orientation import Orientation
from efface.media.raster import UPRIGHT

SIDE = 8
ZIGZAG = sorted(
    ((i, j) for i in range(SIDE) for j in range(SIDE)),
    key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
)
"""Row and column of each coefficient in the order in which tables are stored (T.81, figure 5)."""
LEAST_STEP = 3
"""Rounding to whole samples moves a coefficient by about 0.35, too much for finer steps."""
MOST_STEP = 100
ON = 0.5
"""Mean of cos(2 pi c / step) from which coefficients are said to lie on multiples of a step; 1 is
exactly, and 0 is by chance."""
LEAST_VALUES = 60
"""Coefficients other than zero to say so: by chance the mean is then over .5 once in 10,000,000."""
LEAST_FREQUENCIES = 6
MOST_PX = 1024
"""Side of the middle part of a picture that is looked at."""

Blocks = NDArray[np.floating]
"""Luma, shape (n, 8, 8)."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Of one picture's luma."""

    steps: NDArray[np.float64]
    """Shape (8, 8), vertical frequency first; 0 where it is not known."""
    first: tuple[int, int] = (0, 0)
    """Row and column of the stored pixel where the first whole block begins."""
    orientation: Orientation = UPRIGHT

    def blocks(self, upright: NDArray[Any]) -> NDArray[Any]:
        """An upright array of shape (height, width) cut into whole blocks, stored orientation;
        shape (rows, columns, 8, 8)."""
        stored = self.orientation.stored(upright)[self.first[0] :, self.first[1] :]
        rows, columns = stored.shape[0] // SIDE, stored.shape[1] // SIDE
        whole = stored[: rows * SIDE, : columns * SIDE]
        return whole.reshape(rows, SIDE, columns, SIDE).swapaxes(1, 2)

    def moved(self, upright: NDArray[Any], chosen: NDArray[np.bool_], by: tuple[int, int]) -> Any:
        """What lies so many rows and columns from some blocks, shape (n, 8, 8); beyond an edge the
        picture begins again.

        Args:
            upright: shape (height, width).
            chosen: which blocks, shape (rows, columns).
        """
        stored = self.orientation.stored(upright)
        corners = np.argwhere(chosen) * SIDE + np.array(self.first) + np.array(by)
        within = np.arange(SIDE)
        rows = (corners[:, :1] + within) % stored.shape[0]
        columns = (corners[:, 1:] + within) % stored.shape[1]
        return stored[rows[:, :, None], columns[:, None, :]]

    def requantised(self, blocks: Blocks) -> Blocks:
        """Luma blocks as a JPEG of these steps would give them back; where a step is not known, it
        is taken as 1."""
        steps = np.where(self.steps > 0, self.steps, 1)
        levels = np.round(transformed(blocks) / steps)
        back = idctn(levels * steps, axes=(-2, -1), norm="ortho") + 128
        return np.clip(np.round(back), 0, 255)

    def fit(self, blocks: Blocks) -> float:
        """How well luma blocks, shape (n, 8, 8), lie on the lattice: about 0 with a standard
        deviation of 1 for pixels that have nothing to do with it, and up to sqrt(2 n) for n
        coefficients that lie on it.

        Coefficients nearer to zero than to a step count for nothing: all smooth pictures have them.
        Large coefficients are rarer than small ones, so what has nothing to do with the lattice
        gives rather less than 0.
        """
        values = transformed(blocks)
        used = (np.abs(values) > 0.5 * self.steps) & (self.steps >= LEAST_STEP)
        steps = np.broadcast_to(self.steps, values.shape)[used]
        if not len(steps):
            return 0.0
        near = np.cos(2 * np.pi * values[used] / steps)
        return float(near.sum() / np.sqrt(len(near) / 2))


def transformed(blocks: Blocks) -> Blocks:
    """The cosine transform of luma blocks (T.81, A.3.3)."""
    return np.asarray(dctn(np.asarray(blocks, np.float64) - 128, axes=(-2, -1), norm="ortho"))


def lattice_of(coded: DctCoefficients) -> Lattice | None:
    """That of a file's coefficients; ``None`` when it has no luma of full size."""
    components = coded.frame.components
    first = components[0]
    if len(components) == 4 or (len(components) == 3 and coded.is_rgb):
        return None
    if len(components) > 1 and (8 * first.h, 8 * first.v) != coded.frame.mcu:
        return None
    steps = np.zeros((SIDE, SIDE))
    for place, step in zip(ZIGZAG, coded.tables[0], strict=True):
        steps[place] = step
    return Lattice(steps, orientation=coded.orientation)


def luma_of(photo: MediaFile, picture: Pixels) -> Gray:
    """Luma of a picture, shape (height, width), upright; of a JPEG that has it, as it is coded: no
    colour spills into it, and nothing was rounded twice.

    Args:
        photo: the file; ``picture``: decoded from it.

    Raises:
        InputError: the file cannot be read.
    """
    lattice = lattice_of(photo.coefficients()) if isinstance(photo, JpegPhoto) else None
    if lattice is None:
        return gray(picture)
    try:
        with Image.open(photo.path, formats=("JPEG",)) as image:
            image.draft("L", image.size)
            stored = np.asarray(image.convert("L"), np.float32)
    except OSError as error:
        raise InputError(f"the JPEG cannot be decoded ({error}).", path=photo.path) from error
    return np.ascontiguousarray(lattice.orientation.upright(stored))


def estimated(luma: Gray) -> Lattice | None:
    """Told from the pixels; ``None`` when they were not decoded from a JPEG, or too fine a one.

    Args:
        luma: shape (height, width).
    """
    top, left = (max(0, (size - MOST_PX) // 2) // SIDE * SIDE for size in luma.shape)
    luma = luma[top : top + MOST_PX, left : left + MOST_PX]
    first = _edge(luma, 0), _edge(luma, 1)
    cut = Lattice(np.ones((SIDE, SIDE)), first).blocks(luma).reshape(-1, SIDE, SIDE)
    inside = cut[(cut.min((1, 2)) > 0) & (cut.max((1, 2)) < 255)]  # none was clipped
    values = transformed(inside)
    steps = np.zeros((SIDE, SIDE))
    for place in ZIGZAG:
        steps[place] = _step(np.abs(values[:, place[0], place[1]]))
    found = int((steps[1:] > 0).sum() + (steps[0, 1:] > 0).sum())
    return Lattice(steps, first) if found >= LEAST_FREQUENCIES else None


def _edge(luma: Gray, axis: int) -> int:
    """Where blocks begin: between which lines pixels differ most, by place modulo 8."""
    jumps = np.abs(np.diff(luma, axis=axis)).mean(axis=1 - axis)
    means = [float(jumps[(place - 1) % SIDE :: SIDE].mean()) for place in range(SIDE)]
    return int(np.argmax(means))


def _step(values: NDArray[np.float64]) -> float:
    """The step of which the values are multiples; 0 when there is none."""
    best, found = ON, 0.0
    for step in range(MOST_STEP, LEAST_STEP - 1, -1):
        large = values[values > 0.5 * step]
        if len(large) < LEAST_VALUES:
            continue
        mean = float(np.cos(2 * np.pi * large / step).mean())
        if mean > best:  # what fits as well with a finer step does so by being a part of this one
            best, found = mean, float(step)
    return found
