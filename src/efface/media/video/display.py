"""The container's display matrix as an orientation (ISO/IEC 14496-12, 6.2.2)."""

from __future__ import annotations

from efface.media.orientation import Orientation

_BY_SIGNS = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}
"""EXIF value by the signs of a, b, c and d."""


def orientation_of(matrix: tuple[int, ...] | None) -> Orientation:
    """What turns the stored picture upright. Turns by anything but quarters count as none: viewers
    differ about them, and faces are found at small angles."""
    if matrix is None:
        return Orientation.of(1)
    a, b, _, c, d = matrix[:5]
    largest = max(map(abs, (a, b, c, d)))
    tolerance = largest // 100

    def sign(value: int) -> int:
        return 0 if abs(value) <= tolerance else (1 if value > 0 else -1)

    return Orientation.of(_BY_SIGNS.get((sign(a), sign(b), sign(c), sign(d)), 1))
