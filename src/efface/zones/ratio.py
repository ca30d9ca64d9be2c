"""One ratio of width to height for all zones.

A face's box is as wide for its height as the face is, and how wide that is tells people apart, a
little, without a pixel of them. So a zone's shorter side is made longer, to one ratio for every
face; and its two lengths are whole pixels that follow from each other, whatever pixel it begins at.
"""

from __future__ import annotations

import math
from dataclasses import replace

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.sphere.rays import Patch

FACE = 0.78
"""Width of a face's box for its height, of most faces: with this one zones grow least. Of the boxes
that efface finds in photographs of crowds the median is .79 (``bench/covered.py``)."""


def ratio_of(policy: ZonePolicy) -> float:
    """Width of every zone for its height."""
    return FACE * policy.width / policy.height


def in_ratio(x: float, y: float, width: float, height: float, ratio: float) -> Rect:
    """The smallest rectangle of a ratio that covers another wherever that lies in its pixels.

    Args:
        x: of the left edge, pixels; ``y``: of the upper one.
        ratio: width for height.

    Returns:
        About the same centre, to half a pixel. Its width is the ratio times its height, rounded up.
    """
    inner = Rect.covering(x, y, width, height)
    least = math.ceil(width) + 1, math.ceil(height) + 1
    tall = max(least[1], math.floor((least[0] - 1) / ratio) + 1)
    wide = max(math.ceil(ratio * tall), least[0])
    left = _beginning(x + width / 2, wide, inner.x0, inner.x1)
    top = _beginning(y + height / 2, tall, inner.y0, inner.y1)
    return Rect(left, top, left + wide, top + tall)


def _beginning(centre: float, length: int, low: int, high: int) -> int:
    """Where so many pixels about a centre begin that cover those from ``low`` to ``high``."""
    return min(max(math.floor(centre - length / 2 + 0.5), high - length), low)


def patch_in_ratio(patch: Patch, ratio: float) -> Patch:
    """A piece of the sphere, its shorter side made longer in the same way."""
    return replace(
        patch,
        across=max(patch.across, patch.along * ratio),
        along=max(patch.along, patch.across / ratio),
    )
