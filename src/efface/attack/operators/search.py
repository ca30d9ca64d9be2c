"""What a candidate redaction leaves unexplained, and the search for the best one near a start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.operator import Operator
from efface.attack.operators.apply import apply


@dataclass(frozen=True, slots=True)
class Problem:
    """Luma of both pictures around the zone, and what a candidate leaves unexplained."""

    clear: NDArray[np.uint8]
    redacted: NDArray[np.float32]
    zone: NDArray[np.bool_]
    face_px: float

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """The rectangle around the zone: x, y, width, height."""
        return cv2.boundingRect(self.zone.astype(np.uint8))  # type: ignore[return-value]

    def residual(self, operator: Operator) -> NDArray[np.float32]:
        """Shape (pixels of the zone,), in steps of 255."""
        made = apply(self.clear, self.zone, operator)[self.zone].astype(np.float32)
        return np.asarray(made - self.redacted[self.zone])

    def cost(self, operator: Operator) -> float:
        """Mean square residual."""
        return float(np.mean(np.square(self.residual(operator))))

    def best(self, operators: Iterable[Operator]) -> Operator:
        """The candidate with the smallest residual."""
        return min(operators, key=self.cost)

    def explained(self, operator: Operator) -> float:
        """Share of the variance of what is coarser than 5 pixels: noise for each pixel, which no
        operator can explain, averages out there."""
        whole = np.zeros(self.zone.shape, np.float32)
        whole[self.zone] = self.residual(operator)
        share = np.maximum(cv2.blur(self.zone.astype(np.float32), (5, 5)), 1e-6)
        left = (cv2.blur(whole, (5, 5)) / share)[self.zone]
        smooth = (cv2.blur(np.where(self.zone, self.redacted, 0), (5, 5)) / share)[self.zone]
        return 1 - float(np.mean(np.square(left))) / max(float(smooth.var()), 1e-6)

    def smaller(self, factor: float) -> Problem:
        """The same, resized by area."""
        size = [max(8, round(n * factor)) for n in self.zone.shape[::-1]]
        zone = cv2.resize(self.zone.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        clear, redacted = (
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            for picture in (self.clear, self.redacted)
        )
        return Problem(
            clear.astype(np.uint8, copy=False),
            redacted.astype(np.float32, copy=False),
            zone,
            self.face_px * factor,
        )


def descend(
    cost: Callable[[Sequence[float]], float],
    start: Sequence[float],
    steps: Sequence[float],
    finest: Sequence[float],
) -> list[float]:
    """Pattern search: each value up or down by its step while that helps; then half the step.

    Args:
        cost: what to make small.
        start: values.
        steps: first step of each value.
        finest: the smallest step of each; where all are finest and none helps, it ends.
    """
    values, sizes = list(start), list(steps)
    least = cost(values)
    while True:
        helped = False
        for index, size in enumerate(sizes):
            for signed in (size, -size):
                tried = values.copy()
                tried[index] += signed
                value = cost(tried)
                if value < least:
                    values, least, helped = tried, value, True
                    break
        if helped:
            continue
        if all(size <= small for size, small in zip(sizes, finest, strict=True)):
            return values
        sizes = [
            max(size / 2, small) if small != 1 else float(max(1, size // 2))
            for size, small in zip(sizes, finest, strict=True)
        ]
